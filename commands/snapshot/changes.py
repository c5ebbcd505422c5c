"""What a file shows against what is known, session by session."""

from collections.abc import Collection, Set
from dataclasses import dataclass
from typing import Final

from commands.snapshot.codebook import AGREED, GONE, NOTHING, OFF_ROLL, REFUSED
from commands.snapshot.columns import Column
from commands.snapshot.known import Known, KnownMarks, shown_code
from commands.snapshot.rows import ShownMarks
from ledger.kinds import Session

SAME: Final = 0
RECORDED: Final = 1
AMENDED: Final = 2
BACK: Final = 3
"""A mark that had vanished is shown again."""
VANISHED: Final = 4


@dataclass(slots=True)
class Change:
    """
    The differences at one session: a byte for each pupil's number, one of the kinds above.

    ``kinds`` is ``None`` where the ledger knew nothing of the session: all that is shown is new.
    """

    session: Session
    column: Column | None
    known: Known | None
    kinds: bytearray | None


@dataclass(slots=True)
class Differences:
    """Every session with a difference, in order, and how many of each kind there are."""

    changes: list[Change]
    recorded: int = 0
    amended: int = 0
    vanished: int = 0

    @property
    def count(self) -> int:
        return self.recorded + self.amended + self.vanished

    def add(self, change: Change) -> None:
        self.changes.append(change)
        kinds = change.kinds
        if kinds is None:
            assert change.column is not None
            self.recorded += change.column.shown
        else:
            self.recorded += kinds.count(RECORDED)
            self.amended += kinds.count(AMENDED) + kinds.count(BACK)
            self.vanished += kinds.count(VANISHED)


def differences(
    shown: ShownMarks, known: KnownMarks, alike: Set[Session] = frozenset()
) -> Differences:
    """
    What the file says differently from what its source said before.

    A mark is compared with what the source last showed, not with our own amendment of it; where
    it comes to what stands already, nothing is recorded. ``alike`` are the sessions of which
    the file shows the very same as the snapshot before it.
    """
    found = Differences([])
    for session in sorted(shown.columns.keys() - alike | known.sessions.keys()):
        column, before = shown.columns.get(session), known.sessions.get(session)
        if before is None:
            found.add(Change(session, column, None, None))
            continue
        codes = column.codes if column else bytearray(shown.places.on(session.date).template)
        if codes == before.source:
            continue
        kinds = _kinds(codes, before, shown.doubtful)
        if any(kinds):
            found.add(Change(session, column, before, kinds))
    return found


def _kinds(codes: bytearray, before: Known, doubtful: Collection[int]) -> bytearray:
    kinds = bytearray(len(codes))
    current, source = before.current, before.source
    for pupil, code in enumerate(codes):
        old = source[pupil]
        if code in (old, REFUSED):
            continue
        if code in (NOTHING, OFF_ROLL):
            if _told_by_source(old) and pupil not in doubtful:
                kinds[pupil] = VANISHED
        elif old == GONE:
            kinds[pupil] = BACK
        elif current[pupil] in (NOTHING, OFF_ROLL):
            kinds[pupil] = RECORDED
        elif code not in (current[pupil], shown_code(old)):
            kinds[pupil] = AMENDED
    return kinds


def _told_by_source(old: int) -> bool:
    """Whether an entry of ours says that the source showed a mark: agreeing in silence does not."""
    return NOTHING < old < AGREED
