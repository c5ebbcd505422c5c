"""What a file shows, a column a session, and what can be said of the whole."""

import datetime as dt
from array import array
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass

from commands.snapshot.codebook import MOST, NOTHING, OFF_ROLL, REFUSED, Codebook
from commands.snapshot.told import Tales
from ledger.kinds import Instant, Session
from ledger.school import School

_NO_MARKS = (NOTHING, OFF_ROLL, REFUSED)
_MARKS = range(1, MOST + 1)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something taken in that somebody should look at: what, how often, and where first."""

    what: str
    count: int
    line: int


@dataclass(slots=True)
class Column:
    """
    What the file shows for one session.

    ``codes`` holds a byte for each pupil's number, ``lines`` the line it came from, ``told`` the
    number of what else the row tells, where any row of the session tells anything.
    """

    session: Session
    codes: bytearray
    lines: "array[int]"
    told: "array[int] | None" = None

    @property
    def shown(self) -> int:
        """How many marks the file shows for the session."""
        return len(self.codes) - sum(map(self.codes.count, _NO_MARKS))


def span(
    columns: Collection[Column], unread: Iterable[Session] = ()
) -> tuple[Session, Session] | None:
    """
    The first and last session a file speaks for; ``None`` where it holds no good row.

    A row that was refused makes a file speak for no day.
    """
    spoken = [
        column.session
        for column in columns
        if REFUSED not in column.codes or any(map(_MARKS.__contains__, column.codes))
    ]
    spoken += unread
    return (min(spoken), max(spoken)) if spoken else None


def ahead_of_time(
    columns: Mapping[Session, Column], tales: Tales, seen_at: Instant
) -> tuple[Flag, ...]:
    """Marks said to have been taken after the moment the file shows: some clock is wrong."""
    ahead = ahead_of(tales, seen_at)
    lines = [
        column.lines[pupil]
        for column in columns.values()
        if ahead and column.told is not None
        for pupil, number in enumerate(column.told)
        if number in ahead
    ]
    what = "taken_at is later than the moment the file shows"
    return (Flag(what, len(lines), min(lines)),) if lines else ()


def ahead_of(tales: Tales, seen_at: Instant) -> set[int]:
    """The numbers of what rows tell of a time after the moment the file shows."""
    seen = seen_at.astimezone(dt.UTC).isoformat()
    return {n for n, told in enumerate(tales.all) if told.taken_at and told.taken_at > seen}


def in_doubt(
    columns: Mapping[Session, Column], school: School, book: Codebook, ahead: Set[int]
) -> set[Session]:
    """The sessions with something flagged, which must be flagged again the next time."""
    found = set()
    for session, column in columns.items():
        tolerated = school.rules_on(session.date).codes.tolerated
        numbers = (book.numbers.get(code) for code in tolerated)
        if any(number in column.codes for number in numbers if number is not None) or (
            ahead and column.told is not None and not ahead.isdisjoint(column.told)
        ):
            found.add(session)
    return found


def flags(columns: Mapping[Session, Column], school: School, book: Codebook) -> tuple[Flag, ...]:
    """Codes of another year, taken in as they counted on their last day."""
    found: dict[str, Flag] = {}
    for session, column in sorted(columns.items()):
        for code in school.rules_on(session.date).codes.tolerated:
            number = book.numbers.get(code)
            if number is None or number not in column.codes:
                continue
            line = column.lines[column.codes.index(number)]
            known = found.get(code, Flag("", 0, line))
            what = f"{code} is not a code in force any more; it counts as it last did"
            found[code] = Flag(
                what, known.count + column.codes.count(number), min(known.line, line)
            )
    return tuple(flag for _, flag in sorted(found.items()))
