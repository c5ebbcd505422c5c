"""The rows of a file of marks, checked one by one and kept as a row of bytes a session."""

import datetime as dt
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from commands.rows import RefusedRows
from commands.snapshot.codebook import NOTHING, OFF_ROLL, REFUSED, Codebook
from commands.snapshot.columns import Column
from commands.snapshot.places import Places
from commands.snapshot.told import Tales
from ledger.events.school import Stretch
from ledger.kinds import HALVES, Instant, Session, iso_date
from ledger.policy import Codes
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    NotASchoolDay,
    NotOnRoll,
    UnknownPupil,
)
from ledger.roll import Roll
from ledger.school import School

MarkRow = tuple[int, str, str, str, str, Mapping[str, str] | None]
"""``(line, upn, date, session, code, extras)``: text as in the file."""

NO_MARK = ("", "-")


@dataclass
class ShownMarks:
    """
    Everything a file shows of one school.

    ``columns`` are the sessions read; ``as_before`` those left unread, as their rows are, byte
    by byte, what they were in the last file that spoke for them. ``met`` hears of a session
    before the first row of it in any stretch of rows.
    """

    school: School
    roll: Roll
    seen_at: Instant
    book: Codebook = field(default_factory=Codebook)
    tales: Tales = field(default_factory=Tales)
    refused: RefusedRows = field(default_factory=RefusedRows)
    rows: int = 0
    repeated: int = 0
    ignored: int = 0
    columns: dict[Session, Column] = field(default_factory=dict)
    as_before: dict[Session, Stretch] = field(default_factory=dict)
    met: Callable[[Session], None] | None = None

    def __post_init__(self) -> None:
        self.places = Places(self.roll)
        self.doubtful: set[int] = set()
        """Pupils with a row whose day cannot be read: nothing of theirs is told as vanished."""
        self._pupils = {pupil.upn: pupil.id for pupil in self.roll.pupils.values()}
        self._by_text: dict[tuple[str, str], tuple[dict[str, int], bytearray, Column]] = {}
        self._not_sessions: dict[tuple[str, str], tuple[str, bool, bool]] = {}
        self._numbers: dict[tuple[int, str], dict[str, int]] = {}

    def take(self, rows: Iterable[MarkRow]) -> None:
        """Read rows; those that cannot be taken in are refused by line."""
        outer, self._by_text = self._by_text, {}  # every session is met anew, once
        by_text, pupils, count = self._by_text, self._pupils, 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            line, upn, day, half, code, extras = row
            try:
                numbers, codes, column = by_text[day, half]
                pupil = pupils[upn]
                number = numbers[code]
            except KeyError:
                self._odd(row)
                continue
            if codes[pupil]:
                self._again(column, pupil, number, line, code)
                continue
            if extras is not None and number and not self._tell(column, pupil, extras, line):
                continue
            codes[pupil] = number
            column.lines[pupil] = line
        self.rows += count
        self._by_text = outer

    @property
    def marks(self) -> int:
        """How many marks the file shows."""
        unread = sum(stretch.marks for stretch in self.as_before.values())
        return unread + sum(column.shown for column in self.columns.values())

    @property
    def all_rows(self) -> int:
        """How many rows the file holds, those left unread too."""
        return self.rows + sum(stretch.rows for stretch in self.as_before.values())

    # --- the rows that are not the usual kind ------------------------------------------------

    def _odd(self, row: MarkRow) -> None:
        """A row with a pupil, session or code not met before, or one that cannot be taken in."""
        line, upn, day, half, code, extras = row
        pupil = self._pupils.get(upn) or self._pupils.get(upn.strip())
        if pupil is None:
            if code.strip() == "Z":
                self.ignored += 1  # a prospective pupil: not on the roll, as Z says
            else:
                self.refused.add(line, str(UnknownPupil(pupil=upn or "without a UPN")))
            return
        self._pupils.setdefault(upn, pupil)
        if (day, half) not in self._by_text:
            why, unreadable, agreed = self._open(day, half)
            if why:
                if unreadable:
                    self.doubtful.add(pupil)
                if agreed and code.strip() in (*NO_MARK, "#"):
                    self.ignored += 1  # the file says too that there is no session
                else:
                    self.refused.add(line, why)
                return
        numbers, codes, column = self._by_text[day, half]
        number = numbers.get(code.strip())
        if number is None:
            if codes[pupil] != OFF_ROLL:
                codes[pupil] = REFUSED
            self.refused.add(line, self._why_not(column.session, code.strip()))
            return
        numbers[code] = number
        if codes[pupil]:
            self._again(column, pupil, number, line, code)
        elif extras is None or not number or self._tell(column, pupil, extras, line):
            codes[pupil] = number
            column.lines[pupil] = line

    def _open(self, day: str, half: str) -> tuple[str, bool, bool]:
        """
        Make a session's column, or say why there is none: the sentence, whether the session
        could not even be read, and whether the school does not meet then.
        """
        known = self._not_sessions.get((day, half))
        if known is not None:
            return known
        try:
            session = _session(day, half)
        except ValueError as wrong:
            known = (f"{str(wrong)[0].upper()}{str(wrong)[1:]}.", True, False)
        else:
            if self.school.calendar.is_session(session):
                self._add(session, day, half)
                return "", False, False
            why = self.school.calendar.why_not(session.date)
            known = (str(NotASchoolDay(date=session.date, why=why)), False, True)
        self._not_sessions[day, half] = known
        return known

    def _add(self, session: Session, day: str, half: str) -> None:
        if self.met is not None:
            self.met(session)
        column = self.columns.get(session)
        if column is None:
            template = self.places.on(session.date).template
            lines = array("I", bytes(4 * len(template)))
            column = self.columns[session] = Column(session, bytearray(template), lines)
        codes = self._codes_on(session.date)
        key = (id(codes), session.half)
        if key not in self._numbers:
            rows = {**codes.tolerated, **codes}
            self._numbers[key] = dict.fromkeys(NO_MARK, NOTHING) | {
                code: self.book.number(code)
                for code, row in rows.items()
                if row.session in ("both", session.half)
            }
        self._by_text[day, half] = (self._numbers[key], column.codes, column)

    def _again(self, column: Column, pupil: int, number: int, line: int, code: str) -> None:
        """A second row for one pupil and session, or a row for somebody not on roll."""
        standing = column.codes[pupil]
        if standing == OFF_ROLL:
            if number == NOTHING or code.strip() == "Z":
                self.ignored += 1
                return
            one, day = self.roll.pupils[pupil], column.session.date
            self.refused.add(line, str(NotOnRoll(pupil=one.upn, date=day, why=one.why_off(day))))
        elif standing == number:
            self.repeated += 1
        elif number == NOTHING:
            self.ignored += 1
        elif standing == REFUSED:
            self.refused.add(line, f"Another row for {column.session} of this pupil was refused.")
        else:
            before, name = column.lines[pupil], self.book.names[standing]
            self.refused.add(before, f"Line {line} says {code.strip()} for the same session.")
            self.refused.add(line, f"Line {before} says {name} for the same session.")
            column.codes[pupil] = REFUSED

    def _tell(self, column: Column, pupil: int, extras: Mapping[str, str], line: int) -> bool:
        """Keep what else a row tells; ``False`` where it cannot be read."""
        try:
            number = self.tales.number(extras)
        except ValueError as wrong:
            column.codes[pupil] = REFUSED
            self.refused.add(line, f"{str(wrong)[0].upper()}{str(wrong)[1:]}.")
            return False
        if number:
            if column.told is None:
                column.told = array("I", bytes(4 * len(column.codes)))
            column.told[pupil] = number
        return True

    def _why_not(self, session: Session, code: str) -> str:
        codes = self._codes_on(session.date)
        row = codes.known(code)
        if row is None:
            return str(CodeNotInForce(asked=code, date=session.date, codes=" ".join(codes)))
        half = "morning" if row.session == "AM" else "afternoon"
        return str(CodeNotAllowed(asked=code, why=f"it is for {half} sessions only"))

    def _codes_on(self, day: dt.date) -> Codes:
        return self.school.rules_on(day).codes


def _session(day: str, half: str) -> Session:
    date = iso_date(day.strip())
    assert isinstance(date, dt.date)
    for known in HALVES:
        if half.strip().upper() == known:
            return Session(date, known)
    raise ValueError(f"{half!r} is neither AM nor PM")
