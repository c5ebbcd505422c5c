"""
A school's ledger copied, row by row, from one store into another: for back-ups and restores.

It is copied while others append: the head is read first, and what stands at or below its
size never changes. Whichever engine it comes from, the copy is one SQLite file that every
question and ``verify`` can be asked of.
"""

from collections.abc import Callable

from ledger.refusals import Forbidden
from ledger.store.schema import COLUMNS
from ledger.store.store import Store

_HEAD = "SELECT school, size, recorded_at, frontier FROM heads WHERE school = ?"


def copy(
    source: Store, target: Store, school: int, told: Callable[[int], None] | None = None
) -> int:
    """
    Copy one school's ledger; how many entries it holds.

    ``told`` hears the last entry copied, now and then. Raises ``Forbidden`` where the target
    holds entries of the school already: nothing is ever written over.
    """
    if school in target.schools():
        why = f"{target.where} holds a ledger of school {school} already; restore into an empty one"
        raise Forbidden(why=why)
    heads = source.database.select(_HEAD, (school,))
    if not heads:
        return 0
    size = int(heads[0][1])
    with target.database.door(school) as run:
        for table in ("acts", "pages"):
            names = ", ".join(name for name, _ in COLUMNS[table])
            marks = ", ".join("?" * len(COLUMNS[table]))
            put = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
            got = f"SELECT {names} FROM {table} WHERE school = ? AND first <= ? ORDER BY first"  # noqa: S608
            for row in source.database.scan(got, (school, size)):
                run(put, row)
                if told is not None and table == "pages":
                    told(row[1])
        run("INSERT INTO heads VALUES (?, ?, ?, ?)", heads[0])
    return size
