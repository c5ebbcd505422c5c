"""
A school's ledger carried from one store into another while it is written to.

It goes in stretches of whole acts, each in one transaction with the head that comes of it: what
has arrived is a beginning of the ledger at every moment, and goes on from there after whatever
cut it short. Each entry's leaf is recomputed from what the source stores and the log grown from
them, so that the head that arrives is never simply believed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ledger.proof import merkle
from ledger.refusals import LogDeparts, SchoolMoved
from ledger.store import beside, moves
from ledger.store.engine import Doing
from ledger.store.growing import Growing
from ledger.store.ledger import Ledger
from ledger.store.log import Log
from ledger.store.schema import COLUMNS
from ledger.store.store import Store
from ledger.store.verify import leaves_of

_NAMES = {table: ", ".join(name for name, _ in COLUMNS[table]) for table in ("acts", "pages")}
_PUT = {
    table: f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(COLUMNS[table]))})"  # noqa: S608
    for table, names in _NAMES.items()
}
_NEXT = (
    "SELECT first + count - 1, recorded_at FROM acts WHERE school = ? AND first > ?"
    " ORDER BY first LIMIT 256"
)
_HEAD = "SELECT size, recorded_at, frontier FROM heads WHERE school = ?"
_MOVE = "UPDATE heads SET size = ?, recorded_at = ?, frontier = ? WHERE school = ?"
_KEPT = "SELECT * FROM checkpoints WHERE school = ? AND number > ? ORDER BY number"
_LAST_KEPT = "SELECT coalesce(max(number), 0) FROM checkpoints WHERE school = ?"
_LEFT = ("pages", "acts", "checkpoints", "subtrees", "held", "heads")

Told = Callable[[int], None]


def step(
    store: Store, school: int, what: moves.What, said: tuple[str, int, str], after: Sequence[str]
) -> moves.Move:
    """
    Put down a step of a school, where the one before it is ``after`` that, or ``""`` for none.

    ``said``: the other server's name, the stamp, and who moves it. Raises ``SchoolMoved`` where
    it stands otherwise: somebody else has been at it.
    """
    other, at, by = said
    store.database.fence()
    with moving(store, school) as run:
        last = moves.standing(run, school)
        if (last.what if last else "") not in after:
            raise moves.refusal(school, last)
        head = run(_HEAD, (school,))
        size, frontier = (head[0][0], bytes(head[0][2])) if head else (0, b"")
        root = merkle.root(merkle.unpack(frontier)).hex()
        moves.record(run, school, what, (other, size, root, at, by))
        made = moves.standing(run, school)
    assert made is not None
    return made


def stands(ledger: Ledger) -> tuple[int, str]:
    """How many entries, and the root of their log as the head has it."""
    size, frontier = ledger.frontier()
    return size, merkle.root(frontier).hex()


def begins(source: Ledger, copy: Ledger) -> None:
    """Raise ``LogDeparts`` unless a copy is a beginning of the ledger that it is a copy of."""
    size, frontier = copy.frontier()
    if size and (size > source.size() or Log(source).root_at(size) != merkle.root(frontier)):
        why = f"what is at {copy.database.where} is no beginning of it"
        raise LogDeparts(school=source.school, why=why)


def carry(source: Ledger, target: Store, told: Told | None = None) -> int:
    """
    Carry over what the copy lacks now, and how many entries it has then; ``told`` hears it.

    What is added meanwhile is for the next time: there may be no end of it. The copy has to be on
    its way (``arriving``). Raises ``LogDeparts`` where an entry of the source is not as it was
    recorded, ``SchoolMoved`` where somebody else is at it.
    """
    growing, size = Growing(), source.size()
    growing.size, growing.frontier = target.ledger(source.school).frontier()
    while growing.size < size:
        rows = source.database.select(_NEXT, (source.school, growing.size))
        before, (last, recorded_at) = growing.size, rows[-1] if rows else (size, 0)
        for of_page in leaves_of(source, first=before + 1, last=last):
            growing.add(of_page)
        growing.flush()
        if growing.size != last:
            why = f"entries after {growing.size:,} are missing"
            raise LogDeparts(school=source.school, why=why)
        head = (last, recorded_at, merkle.pack(growing.frontier))
        _put(target, source, before, head)
        if told is not None:
            told(last)
    return growing.size


def _put(target: Store, source: Ledger, before: int, head: Sequence[Any]) -> None:
    """One stretch, behind the copy's head, which must be where it was left."""
    school, last = source.school, head[0]
    with moving(target, school) as run:
        _arriving(run, school)
        there = run(_HEAD, (school,))
        if (there[0][0] if there else 0) != before:
            raise SchoolMoved(school=school, why="is being moved by somebody else too")
        for table in ("acts", "pages"):
            asked = f"SELECT {_NAMES[table]} FROM {table} WHERE school = ? AND first > ?"  # noqa: S608
            found = source.database.scan(
                asked + " AND first <= ? ORDER BY first", (school, before, last)
            )
            for row in found:
                run(_PUT[table], tuple(row))
        if there:
            run(_MOVE, (*head, school))
        else:
            run("INSERT INTO heads VALUES (?, ?, ?, ?)", (school, *head))


def carry_checkpoints(source: Ledger, target: Store) -> None:
    """Carry over the checkpoints that the copy lacks."""
    school = source.school
    if not source.database.has("checkpoints"):
        return
    with moving(target, school) as run:
        _arriving(run, school)
        there = run(_LAST_KEPT, (school,))[0][0]
        for row in source.database.select(_KEPT, (school, there)):
            run(beside.insert("checkpoints"), tuple(row))


def remove(target: Store, school: int, at: int, by: str) -> None:
    """
    Remove a copy on which nobody goes on: what a move left behind, or one that was given up.

    Raises ``SchoolMoved`` where the ledger does go on here, or is on its way.
    """
    with moving(target, school) as run:
        last = moves.standing(run, school)
        if last is None or last.what not in ("left", "withdrawn"):
            raise SchoolMoved(school=school, why=f"goes on at {target.where}, or is on its way")
        for table in _LEFT:
            run(f"DELETE FROM {table} WHERE school = ?", (school,))  # noqa: S608
        moves.record(run, school, "removed", (last.other, last.size, last.root, at, by))


@contextmanager
def moving(store: Store, school: int) -> Iterator[Doing]:
    """A transaction of whoever moves a school: past the fence, behind the school's head row."""
    with store.database.door(school) as run:
        run("INSERT INTO moving VALUES (?)", (school,))
        yield run
        run("DELETE FROM moving WHERE school = ?", (school,))


def _arriving(run: Doing, school: int) -> None:
    last = moves.standing(run, school)
    if last is None or last.what != "arriving":
        raise SchoolMoved(school=school, why="is not on its way here any more")
