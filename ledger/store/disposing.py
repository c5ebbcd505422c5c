"""
Values leave the ledger, by certificate, through the one door.

``dispose`` writes down the leaf hashes of entries whose time is over and removes their values
and salts; ``strike`` does so for one part of one entry. The root of the log stays what it was.
Either may be done again: what is gone already is passed over, so that a removal that was cut
short, or undone by a restored back-up, is simply done again (``reapply``).

A removal is recorded first and done then: a certificate without its removal is seen by
``doctor`` and done by the next ``reapply``; a removal without its certificate could not be
told from damage.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ledger.kinds import PupilId
from ledger.proof import leaves, remaining
from ledger.refusals import LedgerUnwritable
from ledger.store import packing
from ledger.store.decoding import ACTS, act_row_of
from ledger.store.engine import Doing
from ledger.store.ledger import Ledger
from ledger.store.rows import DISPOSED, ActRow
from ledger.store.unread import UnreadRun

HeldRow = tuple[int, str | None, PupilId | None, str, str]
"""Hold number, stream, pupil, first and last day: as the guard ``held`` has it."""

_PAGES = (
    "SELECT first, stream, version, body FROM pages WHERE school = ? AND first >= ?"
    " AND first <= ? ORDER BY first"
)
_REWRITE = "UPDATE pages SET body = ? WHERE school = ? AND first = ?"
_OPEN = "UPDATE acts SET salt = ? WHERE school = ? AND first = ?"
_FORGET = (
    "UPDATE acts SET salt = ?, key = ?, made_by = ?, made_at = NULL, source = NULL"
    " WHERE school = ? AND first = ?"
)
_HELD = "SELECT hold, stream, pupil, first, last FROM held WHERE school = ?"
_DENIED = "42501"  # PostgreSQL's insufficient_privilege: who asks may not, whatever is asked
_NOBODY = '["","",""]'


@dataclass(frozen=True, slots=True)
class Going:
    """An entry that goes: its stream, whose it is if somebody's, and the day it is about."""

    entry: int
    stream: str
    pupil: PupilId | None
    day: str


def remove(
    ledger: Ledger,
    going: Sequence[Going],
    certificate: int,
    holds: Callable[[], Iterable[HeldRow]],
    striking: Mapping[int, Collection[str]] | None = None,
) -> int:
    """
    Remove values by a certificate (its entry number); how many acts were written anew.

    ``striking`` names the parts that go of an entry that else stays; without it the entries
    go whole. ``holds`` is asked once the school's head row is held, so that no hold slips in
    between. The database refuses what a hold covers (``LedgerUnwritable``).
    """
    school = ledger.school
    with ledger.database.door(school) as run:
        mirror(run, school, holds())
        acts = _acts_of(run, school, [one.entry for one in going])
        for one in going:
            act = acts[one.entry]
            row = (school, one.entry, act.first, one.stream, one.pupil, one.day, certificate)
            _admit(ledger, run, row)
        by_act: dict[int, list[int]] = defaultdict(list)
        for one in going:
            by_act[acts[one.entry].first].append(one.entry)
        firsts = {act.first: act for act in acts.values()}
        for first, entries in by_act.items():
            _rewrite(run, firsts[first], set() if striking else set(entries), striking or {})
        run("DELETE FROM going WHERE school = ?", (school,))
    return len(by_act)


def mirror(run: Doing, school: int, holds: Iterable[HeldRow]) -> None:
    """
    Let the database's own guard cover what the holds in force cover.

    Nothing is taken from it unless a hold is over: who may place one need not be one who may
    let one go.
    """
    wanted = {tuple(row) for row in holds}
    there = {tuple(row) for row in run(_HELD, (school,))}
    if there - wanted:
        run("DELETE FROM held WHERE school = ?", (school,))
        there = set()
    for row in sorted(wanted - there, key=str):
        run("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?)", (school, *row))


def _admit(ledger: Ledger, run: Doing, row: tuple[object, ...]) -> None:
    try:
        run("INSERT INTO going VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    except Exception as refused:
        if getattr(refused, "sqlstate", None) == _DENIED:
            raise
        why = f"entry {row[1]} may not go ({str(refused).splitlines()[0]})"
        raise LedgerUnwritable(where=f"school {ledger.school}", why=why) from refused


def _acts_of(run: Doing, school: int, entries: Sequence[int]) -> dict[int, ActRow]:
    """The act of each entry."""
    found: dict[int, ActRow] = {}
    act: ActRow | None = None
    for entry in sorted(entries):
        if act is None or entry > act.last:
            sql = ACTS + " AND a.first <= ? ORDER BY a.first DESC LIMIT 1"
            act = act_row_of(school, run(sql, (school, entry))[0])
        found[entry] = act
    return found


def _rewrite(
    run: Doing, act: ActRow, going: Collection[int], striking: Mapping[int, Collection[str]]
) -> None:
    """The pages of one act without what goes, and the act without what would give it away."""
    commitment = leaves.act_commitment(act.school, act, act.recorded_at.isoformat(), act.salt)
    left = 0
    for first, stream, version, body in run(_PAGES, (act.school, act.first, act.last)):
        runs = packing.unpack(bytes(body))
        of_page = leaves.page_leaves(
            runs,
            stream=stream,
            version=version,
            first=first,
            index=first - act.first,
            on=act.recorded_at.date().isoformat(),
            act=commitment,
            salt=act.salt,
        )
        places = range(first, first + len(of_page))
        without = remaining.without(
            runs,
            of_page,
            salt=act.salt,
            index=first - act.first,
            main=leaves.main_part(stream.partition("/")[0]),
            going={entry - first for entry in going if entry in places},
            striking={entry - first: parts for entry, parts in striking.items() if entry in places},
        )
        left += sum(one.count for one in without if one.topic != DISPOSED)
        run(_REWRITE, (packing.pack(without), act.school, first))
    if left:
        run(_OPEN, (remaining.opened(act.salt), act.school, act.first))
    else:
        key = f"disposed-{act.first}"
        run(_FORGET, (b"", key, _NOBODY, act.school, act.first))


def gone(ledger: Ledger) -> list[int]:
    """The entries of which only the leaf hash is left, in order."""
    return list(chain.from_iterable(_gone_of(*row) for row in ledger.columns()))


def _gone_of(stream: str, first: int, runs: Sequence[UnreadRun]) -> list[int]:
    found: list[int] = []
    for run in runs:
        if run.topic == DISPOSED:
            found += range(first, first + run.count)
        first += run.count
    return found
