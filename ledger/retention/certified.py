"""
Is all that is gone covered by a certificate, and all that a certificate covers gone?

``disposals`` of a ledger are re-done by ``reapply``, after a restored back-up and after a
removal that was cut short.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ledger.proof.leaves import PART_OF
from ledger.retention.state import Retention, covers, retention_of
from ledger.retention.units import units_of
from ledger.store.disposing import Going, HeldRow, mirror, remove
from ledger.store.ledger import Ledger
from ledger.store.rows import DISPOSED, STRUCK
from ledger.store.unread import UnreadRun

_ALL = "\U0010ffff"
_NAMED = (
    "SELECT first FROM acts WHERE school = ? AND length(salt) = 0"
    ' AND (made_by <> \'["","",""]\' OR source IS NOT NULL OR made_at IS NOT NULL)'
)
"""Acts gone whole, of which somebody is named again (``disposing.py``)."""


def uncertified(ledger: Ledger) -> Iterator[tuple[int, str]]:
    """
    Each entry that is gone, or of which words are, without a certificate; and how.

    In no order. An entry blanked behind the ledger's back is found so: its leaf hash may
    stand, but nobody certified it. So is what was put where something is gone: no hash covers
    it any more.
    """
    retention = retention_of(ledger)
    redacted = {one.entry for _, one in retention.redacted}
    for gone in _each_gone(ledger):
        if gone.run.topic == DISPOSED:
            if not retention.disposed(gone.entry):
                yield gone.entry, "the entry is gone and no certificate of disposal covers it"
        elif gone.entry not in redacted:
            yield gone.entry, f"the {gone.part} of the entry is gone and no certificate covers it"
        elif gone.said:
            yield gone.entry, f"words stand where the {gone.part} of the entry was struck out"
    for (first,) in ledger.database.select(_NAMED, (ledger.school,)):
        yield int(first), "something is said of who made an entry that is gone"


def standing(ledger: Ledger) -> list[int]:
    """The entries that a certificate says are gone, or struck out, and whose values stand."""
    retention = retention_of(ledger)
    if not retention.certificates and not retention.redacted:
        return []
    redacted = {one.entry for _, one in retention.redacted}
    gone = {(one.entry, one.run.topic == DISPOSED) for one in _each_gone(ledger)}
    ranges = (pair for _, one in retention.certificates for pair in one.ranges)
    certified = {entry for first, last in ranges for entry in range(first, last + 1)}
    disposed = {entry for entry, whole in gone if whole}
    struck = {entry for entry, _ in gone}
    return sorted((certified - disposed) | (redacted - struck - certified))


def reapply(ledger: Ledger, *, restored: bool = False) -> int:
    """
    Remove whatever certificates say is gone and is not; how many entries that were.

    No hold in force is passed by. Only into a ledger that was ``restored`` a hold does not
    bring back what had gone before it was placed.
    """
    retention = retention_of(ledger)
    wanted = standing(ledger)
    places = _places(ledger) if wanted else {}
    left = set(wanted)
    for number, one in retention.certificates:
        listed = [entry for entry in sorted(left) if covers(one.ranges, entry)]
        held = _held(retention, number if restored else None)
        if listed:
            remove(ledger, [places[entry] for entry in listed], number, held)
        left.difference_update(listed)
    for number, redaction in retention.redacted:
        if redaction.entry in left:
            held = _held(retention, number if restored else None)
            parts = {redaction.entry: (redaction.part,)}
            remove(ledger, [places[redaction.entry]], number, held, parts)
    if wanted:
        guard(ledger)
    return len(wanted)


def guard(ledger: Ledger, *coming: HeldRow) -> None:
    """Let the database's own guard cover every hold in force, and those that are coming."""
    with ledger.database.door(ledger.school) as run:
        mirror(run, ledger.school, [*retention_of(ledger).held_rows(), *coming])


def _held(retention: Retention, before: int | None) -> Callable[[], list[HeldRow]]:
    holds = (hold for hold in retention.holds.values() if hold.in_force)
    rows = [row for hold in holds if before is None or hold.entry < before for row in hold.rows()]
    return lambda: rows


def _places(ledger: Ledger) -> dict[int, Going]:
    """Where each entry stands, whom it is about and of which day."""
    return {
        entry: Going(entry, stream, unit.pupil, unit.day.isoformat())
        for stream, units in units_of(ledger.pages_between("", _ALL)).items()
        for unit in units
        for entry in unit.entries
    }


class _Gone(NamedTuple):
    """An entry of which something is gone: all of it, or a ``part``; ``said``: words are back."""

    entry: int
    run: UnreadRun
    part: str = ""
    said: bool = False


def _each_gone(ledger: Ledger) -> Iterator[_Gone]:
    """Each entry of which something is gone, with its run and the part that is."""
    for _, first, runs in ledger.columns():
        entry = first
        for run in runs:
            if run.topic == DISPOSED:
                yield from (_Gone(one, run) for one in range(entry, entry + run.count))
            elif run.kept is not None:
                for part, found in run.kept.get("struck", {}).items():
                    for at in map(int, found):
                        yield _Gone(entry + at, run, part, _said(run, part, at))
            entry += run.count


def _said(run: UnreadRun, part: str, at: int) -> bool:
    """Whether anything but that it was struck out stands in a part that was."""
    names = [name for name in (*run.same, *run.each) if PART_OF.get(name) == part]
    return any(run.column(name)[at] not in (None, STRUCK) for name in names)
