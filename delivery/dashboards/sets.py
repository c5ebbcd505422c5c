"""The star as a folder of files, one a table, with what says what they are beside them."""

import hashlib
from pathlib import Path

from delivery.dashboards import columns
from delivery.dashboards.metadata import File, csv_on_the_web, data_package
from delivery.dashboards.stands import Given, Wanted

PACKAGE, CSVW = "datapackage.json", "csv-metadata.json"


def write(folder: Path, wanted: Wanted, form: columns.Form) -> Given:
    """
    Write the files of every table into an empty folder; what is given in them.

    All are read in one transaction. The same entries give the same bytes, with the same Polars.
    Raises ``Usage`` where the extra is not installed.
    """
    from projections.star_shape import tables

    columns.needed()
    who, ledgers = wanted.who, wanted.ledgers
    for ledger in ledgers:
        wanted.desk.runner.caught_up(ledger, 0)
    with columns.source(wanted.desk) as source:
        told = wanted.at({one.school: source.position(one.school) for one in ledgers})
        files = []
        for table in tables(names=who.names):
            parts = (source.table(table, one.school, wanted.window) for one in ledgers)
            held = columns.written(columns.frame(table, parts, who), form, told)
            path = folder / f"{table.name}.{form}"
            path.write_bytes(held)
            digest = hashlib.sha256(held).hexdigest()
            files.append(File(name=path.name, table=table.name, size=len(held), sha256=digest))
    (folder / PACKAGE).write_text(data_package(told, who.shapes(), files, form), encoding="utf-8")
    if form == "csv":
        (folder / CSVW).write_text(csv_on_the_web(told, who.shapes()), encoding="utf-8")
    return told
