"""
Two schools, and what is done at them, one thing after another, the same whenever it is asked.

The *n*-th thing a class does follows from *n*: who is killed in the middle begins again where it
was, and whoever looks afterwards knows what should be there without asking the ledger.
"""

import datetime as dt
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from commands.amend_mark import AmendMark
from commands.take_register import TakeRegister
from commands.taking import Given
from delivery import acts
from delivery.bootstrap import Desk
from delivery.directory.directed import directed
from delivery.importers.trust import trust_file
from delivery.imports.pupils import import_pupils
from ledger.calendar import instant
from ledger.kinds import Session
from ledger.store import open_store
from tests.delivery.conftest import CALENDAR, STAFF, TRUST

BY_HAND, BY_FILE = 100001, 100002
"""The school where registers are taken, and the one whose marks come in files."""

PUPILS = {"4A": [f"A{n}" for n in range(110, 116)], "4B": [f"A{n}" for n in range(120, 126)]}
FILED = [f"B{n}" for n in range(130, 136)]
OPENED = dt.datetime(2024, 9, 2, 8, tzinfo=dt.UTC)
AFTER_TERM = dt.datetime(2025, 1, 2, 9, tzinfo=dt.UTC)
_EVERY = 12
"""One of so many things is a register taken; the others are amendments."""


def running() -> dt.datetime:
    """A clock after the term that all processes share."""
    return AFTER_TERM + dt.timedelta(seconds=time.time() % 2_592_000)


def _days() -> Iterator[dt.date]:
    day = dt.date(2024, 9, 3)
    while day <= dt.date(2024, 12, 20):
        if day.weekday() < 5 and not dt.date(2024, 10, 19) <= day < dt.date(2024, 10, 28):
            yield day
        day += dt.timedelta(days=1)


DAYS = list(_days())
SESSIONS = [Session(day, half) for day in DAYS for half in ("AM", "PM")]


def codes(session: Session) -> tuple[str, str, str]:
    """The codes used: present comes first."""
    return ("/" if session.half == "AM" else "\\", "I", "M")


def desk(url: str, moment: dt.datetime) -> Desk:
    """The ledger at ``url``, at a moment that stands still."""
    if url.startswith("directory:"):
        found = directed(url)
        found.clock = lambda: moment
        return found
    return Desk(url, open_store(url), clock=lambda: moment)


def set_up(url: str) -> None:
    """Open both schools, with their pupils."""
    open_store(url, create=True).close()
    text = TRUST.replace("@CALENDAR@", CALENDAR)
    for group in ("4B", "6"):
        text = text.replace("@STAFF@", STAFF.replace("@CLASS@", group), 1)
    lines = ["school,upn,surname,forename,date_of_birth,year_group,class,start_date"]
    for urn, group, upns in (
        (BY_HAND, "4A", PUPILS["4A"]),
        (BY_HAND, "4B", PUPILS["4B"]),
        (BY_FILE, "6", FILED),
    ):
        about = f"2015-03-01,{group[0]},{group},2024-09-02"
        lines += [f"{urn},{upn},S{upn},F{upn},{about}" for upn in upns]
    at = desk(url, OPENED)
    with tempfile.TemporaryDirectory() as folder:
        trust, pupils = Path(folder, "trust.toml"), Path(folder, "pupils.csv")
        trust.write_text(text)
        pupils.write_text("\n".join([*lines, ""]))
        acts.init(at, trust_file(trust))
        import_pupils(at, pupils, "office", seen_at=OPENED, strict=True)
    at.close()


class Doing(NamedTuple):
    """One thing done: a register taken (``upn`` is empty), or a mark amended."""

    key: str
    session: Session
    group: str
    upn: str
    codes: tuple[str, ...]

    def command(self, at: dt.datetime) -> TakeRegister | AmendMark:
        said = {"by": "office", "at": at, "key": self.key, "session": self.session}
        if self.upn:
            return AmendMark(**said, pupil=self.upn, code=self.codes[0], reason="They rang")
        marks = tuple(Given(pupil=upn, code=code) for upn, code in self.given())
        return TakeRegister(**said, group=self.group, marks=marks, taken_at=taken_at(self.session))

    def given(self) -> list[tuple[str, str]]:
        """The pupils of the class, with what a register says of each."""
        return list(zip(PUPILS[self.group], self.codes, strict=True))


def taken_at(session: Session) -> dt.datetime:
    """When its register is taken: a little after it opens."""
    return instant(session.date, dt.time(8, 50) if session.half == "AM" else dt.time(13, 5))


class Script:
    """What a class does, from the beginning; ``marks`` is what its registers come to so far."""

    def __init__(self, group: str) -> None:
        self.group = group
        self.done = 0
        self.marks: dict[tuple[Session, str], str] = {}

    def next(self) -> Doing:
        """The next thing done."""
        n, key = self.done, f"{self.group}-{self.done}"
        self.done += 1
        sheet = n // _EVERY
        session = SESSIONS[sheet % len(SESSIONS)]
        may, upns = codes(session), PUPILS[self.group]
        if n % _EVERY == 0 and sheet < len(SESSIONS):
            given = tuple(may[(n + i) % 3] for i in range(len(upns)))
            self.marks |= {(session, u): c for u, c in zip(upns, given, strict=True)}
            return Doing(key, session, self.group, "", given)
        upn = upns[n % len(upns)]
        code = may[(may.index(self.marks[session, upn]) + 1 + n % 2) % 3]
        self.marks[session, upn] = code
        return Doing(key, session, self.group, upn, (code,))

    def upto(self, done: int) -> "Script":
        """The same after so many things."""
        while self.done < done:
            self.next()
        return self


def night(n: int) -> dict[tuple[Session, str], str]:
    """What the other system shows on the *n*-th night: a day more, and marks that have changed."""
    there = SESSIONS[: min(10 + n, len(SESSIONS))]
    return {
        (session, upn): codes(session)[(place * i + (n + place + i) // 17) % 3]
        for place, session in enumerate(there)
        for i, upn in enumerate(FILED, 1)
    }


def seen_at(n: int) -> dt.datetime:
    """When it showed that."""
    return AFTER_TERM + dt.timedelta(minutes=n)


def write_night(folder: Path, n: int) -> Path:
    """The file of that night, put into the folder by renaming it into place."""
    path = folder / f"night-{n:05}.csv"
    rows = [
        f"{BY_FILE},{upn},{session.date},{session.half},{code}"
        for (session, upn), code in night(n).items()
    ]
    beside = path.with_suffix(".part")
    beside.write_text("\n".join(["school_urn,upn,date,session,code", *rows, ""]))
    stamp = seen_at(n).timestamp()
    os.utime(beside, (stamp, stamp))
    return beside.rename(path)
