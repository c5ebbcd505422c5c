"""The fixture school in a real ledger on a fresh SQLite file, and its nightly files of marks."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby

from commands.handle_marks import MarksOutcome, handle_marks
from commands.import_marks import ImportMarks
from commands.snapshot.stretches import Cut, Kept, Piece
from ledger.events import Event
from ledger.kinds import Person, Session
from ledger.store import Act, Ledger, Store
from tests.given import HEAD, MADE, OFFICE, ROLL, SCHOOL, UPN, ask, at

Told = tuple[str, Session, str] | tuple[str, Session, str, Mapping[str, str]]


def set_up(store: Store, *more: Event) -> Ledger:
    """The ledger of the fixture school, with its pupils."""
    ledger = store.ledger(123456)
    ledger.append(Act("set-up", "open-school", HEAD, MADE["made_at"]), [*SCHOOL, *ROLL, *more])
    return ledger


def rows(*told: Told) -> list[tuple]:
    """Rows as a file has them, from its second line on."""
    return [
        (line, upn, str(session.date), session.half, code, extras[0] if extras else None)
        for line, (upn, session, code, *extras) in enumerate(told, 2)
    ]


def of(pupil: int, marks: Iterable[tuple[Session, str]]) -> list[Told]:
    return [(UPN[pupil], session, code) for session, code in marks]


def take_in(
    ledger: Ledger,
    night: str,
    *told: Told,
    by: Person = OFFICE,
    strict: bool = False,
    dry_run: bool = False,
    raw: Iterable[tuple] | None = None,
    read_sessions: set[str] | None = None,
) -> MarksOutcome:
    """
    A night's file: ``night`` is the day and hour it shows, such as ``2024-09-09 18:00``.

    With ``read_sessions`` it comes cut by session, and the set hears which were read.
    """
    day, hour = night.split()
    seen = at(hour, dt.date.fromisoformat(day))
    read = list(raw if raw is not None else rows(*told))
    command = ask(
        ImportMarks,
        by,
        max(seen, at("18:00")),
        file=f"marks-{day}.csv",
        sha256=hashlib.sha256(repr(read).encode()).hexdigest(),
        seen_at=seen,
        strict=strict,
    )
    given = read if read_sessions is None else cut(read, read_sessions)
    return handle_marks(command, given, ledger, dry_run=dry_run)


def cut(rows: Iterable[tuple], read: set[str]) -> Cut:
    """Rows cut where the session changes, each stretch known by all but its lines."""

    def rows_of(session: str, some: list[tuple]) -> list[tuple]:
        read.add(session)
        return some

    def pieces(_: Kept) -> Iterator[Piece]:
        for (day, half), stretch in groupby(rows, lambda row: (row[2], row[3])):
            some, session = list(stretch), f"{day} {half}"
            digest = hashlib.sha256(repr([row[1:] for row in some]).encode()).hexdigest()
            yield Piece(partial(rows_of, session, some), session, digest, 0, len(some))

    return pieces


def entries(ledger: Ledger, kind: type[Event]) -> list[Event]:
    return [one.event for one in ledger.entries() if isinstance(one.event, kind)]
