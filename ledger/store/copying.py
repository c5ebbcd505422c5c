"""
A school's ledger copied, row by row, from one store into another: for back-ups and restores.

It is copied while others append: the head is read first, and what stands at or below its
size never changes. Whichever engine it comes from, the copy is one SQLite file that every
question and ``verify`` can be asked of.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ledger.refusals import Forbidden
from ledger.store.schema import COLUMNS
from ledger.store.store import Store

_NAMES = {table: ", ".join(name for name, _ in COLUMNS[table]) for table in ("acts", "pages")}
_PUT = {
    table: f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(COLUMNS[table]))})"  # noqa: S608
    for table, names in _NAMES.items()
}
_HEAD = "SELECT school, size, recorded_at, frontier FROM heads WHERE school = ?"
_KEPT = "SELECT * FROM checkpoints WHERE school = ? AND size <= ? ORDER BY number"


@dataclass(frozen=True)
class Carried:
    """
    A school's ledger on its way from one store into another.

    ``head`` is its row of ``heads``; ``rows`` are those of ``acts`` and then of ``pages``, each
    with its table, in the order of their entries, up to the size the head says.
    """

    head: tuple[Any, ...]
    rows: Iterator[tuple[str, tuple[Any, ...]]]


def carried(source: Store, school: int) -> Carried | None:
    """What there is of a school to carry; ``None`` where it has no ledger."""
    heads = source.database.select(_HEAD, (school,))
    if not heads:
        return None
    return Carried(tuple(heads[0]), _rows(source, school, int(heads[0][1])))


def put(target: Store, found: Carried, told: Callable[[int], None] | None = None) -> int:
    """
    Put a school's ledger into a store; how many entries it has.

    ``told`` hears the last entry put, now and then. Raises ``Forbidden`` where the target holds
    entries of the school already: nothing is ever written over.
    """
    school, size = int(found.head[0]), int(found.head[1])
    if school in target.schools():
        why = f"{target.where} holds a ledger of school {school} already; restore into an empty one"
        raise Forbidden(why=why)
    with target.database.door(school) as run:
        for table, row in found.rows:
            run(_PUT[table], row)
            if told is not None and table == "pages":
                told(row[1])
        run("INSERT INTO heads VALUES (?, ?, ?, ?)", found.head)
    return size


def copy(
    source: Store, target: Store, school: int, told: Callable[[int], None] | None = None
) -> int:
    """
    Copy one school's ledger, with every checkpoint it keeps; how many entries it holds.

    Raises as ``put`` does.
    """
    found = carried(source, school)
    if found is None:
        return 0
    size = put(target, found, told)
    if source.database.has("checkpoints"):
        kept = source.database.select(_KEPT, (school, size))
        if kept:
            target.database.keep("checkpoints", kept)
    return size


def _rows(source: Store, school: int, size: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for table in ("acts", "pages"):
        got = f"SELECT {_NAMES[table]} FROM {table} WHERE school = ? AND first <= ? ORDER BY first"  # noqa: S608
        for row in source.database.scan(got, (school, size)):
            yield table, tuple(row)
