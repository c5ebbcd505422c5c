"""
What stands beside an export, for programs that read such: made from the dictionary.

A Data Package (v2, ``datapackage.json``) for any form; for CSV also CSV on the Web
(``csv-metadata.json``, W3C Recommendation, tabular metadata); for a published file what Datasette
shows beside it, with its queries.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from delivery.dashboards.queries import Query
from delivery.dashboards.stands import Given
from ledger.kinds import Frozen

if TYPE_CHECKING:
    from projections.star_shape import Column, Shape

TITLE = "Attendance: the star for dashboards"
_NAME = "attendance-star"
_PACKAGE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_KINDS = {"integer": "integer", "text": "string", "date": "date"}
_CSVW = {"integer": "integer", "text": "string", "date": {"base": "date", "format": "yyyy-MM-dd"}}


class File(Frozen):
    """A file of a set: its name, the table in it, and the size and SHA-256 of its bytes."""

    name: str
    table: str
    size: int
    sha256: str


def data_package(told: Given, tables: "Sequence[Shape]", files: Sequence[File], form: str) -> str:
    """The Data Package of a set of files, one for each table."""
    by_name = {table.name: table for table in tables}
    package = {
        "$schema": _PACKAGE,
        "name": _NAME,
        "title": TITLE,
        "description": described(told),
        "version": str(told.star),
        "resources": [_resource(one, by_name[one.table], form) for one in files],
        "attendance": told.model_dump(),
    }
    return _json(package)


def _resource(file: File, table: "Shape", form: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "$schema": _RESOURCE,
        "name": table.name,
        "path": file.name,
        "type": "table",
        "title": table.name,
        "description": table.comment,
        "format": form,
        "mediatype": "text/csv" if form == "csv" else "application/vnd.apache.parquet",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": _schema(table),
    }
    return found | ({"encoding": "utf-8"} if form == "csv" else {})


def _schema(table: "Shape") -> dict[str, Any]:
    keys = [
        {
            "fields": list(join.columns),
            "reference": {"resource": join.to, "fields": list(join.columns)},
        }
        for join in table.joins
    ]
    return {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        **({"foreignKeys": keys} if keys else {}),
    }


def _field(column: "Column") -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "type": _KINDS[column.kind],
        "description": column.meaning,
    }
    return found if column.empty else found | {"constraints": {"required": True}}


def csv_on_the_web(told: Given, tables: "Sequence[Shape]") -> str:
    """The metadata of a folder of CSV files, under the name at which CSVW looks for it."""
    return _json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dc:title": TITLE,
            "dc:description": described(told),
            "tables": [_csvw_table(table) for table in tables],
        }
    )


def _csvw_table(table: "Shape") -> dict[str, Any]:
    keys = [
        {
            "columnReference": list(join.columns),
            "reference": {"resource": f"{join.to}.csv", "columnReference": list(join.columns)},
        }
        for join in table.joins
    ]
    columns = [
        {
            "name": column.name,
            "titles": column.name,
            "dc:description": column.meaning,
            "datatype": _CSVW[column.kind],
            "required": not column.empty,
        }
        for column in table.columns
    ]
    schema: dict[str, Any] = {"columns": columns, "primaryKey": list(table.key)}
    return {
        "url": f"{table.name}.csv",
        "dc:description": table.comment,
        "tableSchema": schema | ({"foreignKeys": keys} if keys else {}),
    }


def datasette(database: str, tables: "Sequence[Shape]", queries: Sequence[Query]) -> str:
    """What Datasette shows of a published file: its tables, columns and ready queries."""
    beside: Mapping[str, str] = {
        "published": "Which schools, each at which entry of its ledger, with the root of its log.",
        "dictionary": "Every column, its kind and what it means.",
    }
    shown = {name: {"description": text} for name, text in beside.items()}
    for table in tables:
        columns = {column.name: column.meaning for column in table.columns}
        shown[table.name] = {"description": table.comment, "columns": columns}  # type: ignore[dict-item]
    ready = {
        one.name: {"title": one.title, "description": one.description, "sql": one.sql}
        for one in queries
    }
    return _json({"title": TITLE, "databases": {database: {"tables": shown, "queries": ready}}})


def described(told: Given) -> str:
    """In a sentence what is given: schools and entries, sessions, and what stands for a pupil."""
    schools = "; ".join(f"{one.name} ({one.school}) at entry {one.entry}" for one in told.schools)
    days = f"sessions from {told.first or 'the first'} to {told.last or 'the last'}"
    if told.pseudonyms_for:
        who = f"pupils under pseudonyms for {told.pseudonyms_for}"
    else:
        who = "with names" if told.names else "without names"
    return f"{schools}; {days}; {who}."


def _json(held: Mapping[str, Any]) -> str:
    return json.dumps(held, ensure_ascii=False, indent=2) + "\n"
