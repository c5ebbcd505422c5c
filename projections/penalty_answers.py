"""What an answer about the penalty-notice threshold holds."""

import datetime as dt
import json

from ledger.kinds import Code, Frozen, Session
from ledger.reckoning import Marked, Threshold, Week, Window
from projections.answers import Header, PupilRef


class CountedSession(Frozen):
    """An unauthorised session that counts, and the entry that says so."""

    session: Session
    code: Code
    entry: int
    amendments: int = 0


class SessionLeftOut(Frozen):
    """An unauthorised session that does not count, and why."""

    session: Session
    code: Code
    entry: int
    why: str


class CountedWeek(Frozen):
    """A week of the window: whether it is one of its school weeks, and why."""

    starts: dt.date
    counts: bool
    met: int
    unauthorised: int
    why: str

    @classmethod
    def of(cls, week: Week) -> "CountedWeek":
        return cls(
            starts=week.starts,
            counts=week.counts,
            met=week.met,
            unauthorised=week.unauthorised,
            why=week.why,
        )


class TimeMet(Frozen):
    """A stretch of days on which the threshold stood; ``lapses_on`` is the first it did not."""

    met_on: dt.date
    lapses_on: dt.date | None
    sessions: int


class NextNotice(Frozen):
    """
    What a next penalty notice would ask of one parent, in pounds and days of payment.

    ``which`` is first, second or not allowed; ``from_when`` the first day it may be considered.
    """

    which: str
    early: int | None = None
    early_days: int | None = None
    full: int | None = None
    full_days: int | None = None
    from_when: dt.date | None = None
    reference: str = ""


class NoticeHeld(Frozen):
    """A notice to one parent: what it asked, what became of it, and whether and why it counts."""

    notice: int
    kind: str
    issued_on: dt.date
    issued_by: str
    offence_start: dt.date
    offence_end: dt.date
    early: int | None
    full: int | None
    paid: int
    state: str
    counts: bool
    why: str
    falls_out: dt.date | None


class ClockShown(Frozen):
    """A clock that still runs: what is to be done by whom, and by when."""

    what: str
    about: str
    due: dt.date
    owner: str
    overdue: bool
    clause: str


class ParentStanding(Frozen):
    """
    One parent: ``held`` is every notice there is, ``notices`` how many of them count.

    ``next_step`` is the next lawful step in words, ``next_act`` the act that does it and
    ``case`` the one that is open; ``in_the_way`` is what bars a notice to this parent now.
    """

    id: str
    name: str
    lives_with: bool | None
    notices: int
    held: tuple[NoticeHeld, ...] = ()
    next: NextNotice | None
    case: int | None = None
    next_step: str = ""
    next_act: str = ""
    next_clause: str = ""
    in_the_way: tuple[str, ...] = ()
    clocks: tuple[ClockShown, ...] = ()


class Advisory(Frozen):
    """
    The sessions at several schools together: no threshold in law, but the authority may act.

    Reference: SI 2007/1867 reg. 9A(1) and (7).
    """

    total: int
    needed: int
    reached: bool
    schools: tuple[str, ...]


class PenaltyStanding(Frozen):
    """
    Where a pupil stands against the threshold on a day.

    ``sessions`` and ``weeks`` are those of the window that met it where it stands, else of the
    window that ends on the day; ``in_the_way`` says in sentences what bars a notice.
    """

    pupil: PupilRef
    on: dt.date
    rule: str
    clause: str
    pack: str
    needed: int
    counted: int
    met: bool
    met_on: dt.date | None
    lapses_on: dt.date | None
    weeks: tuple[CountedWeek, ...]
    sessions: tuple[CountedSession, ...]
    left_out: tuple[SessionLeftOut, ...]
    earlier: tuple[TimeMet, ...]
    parents: tuple[ParentStanding, ...]
    in_the_way: tuple[str, ...]
    across_schools: Advisory | None = None


class PenaltyExplained(Frozen):
    """Question 3: one pupil and the threshold; no ``standing`` where no rule is in force."""

    header: Header
    pupil: PupilRef
    on: dt.date
    standing: PenaltyStanding | None
    why_not: str = ""


class PenaltyList(Frozen):
    """Question 3b: every pupil at whom the threshold stands on a day."""

    header: Header
    on: dt.date
    rule: str
    clause: str
    rows: tuple[PenaltyStanding, ...]


def explanation(window: Window) -> str:
    """The weeks and sessions of a window as JSON, for the column of the read model."""
    counted = [(mark, "met it") for mark in window.sessions]
    counted += [(mark, "further") for mark in window.further]
    held = {
        "weeks": [CountedWeek.of(week).model_dump(mode="json") for week in window.weeks],
        "sessions": [
            {
                "session": str(mark.session),
                "code": mark.code,
                "entry": mark.entry,
                "role": role,
            }
            for mark, role in counted
        ],
    }
    return json.dumps(held, separators=(",", ":"))


def counted_sessions(
    marks: tuple[Marked, ...], amendments: dict[Session, int]
) -> tuple[CountedSession, ...]:
    """Marks that count, as an answer holds them."""
    return tuple(
        CountedSession(
            session=mark.session,
            code=mark.code,
            entry=mark.entry or 0,
            amendments=amendments.get(mark.session, 0),
        )
        for mark in marks
    )


def sessions_left_out(found: Threshold) -> tuple[SessionLeftOut, ...]:
    """The marks that a reader may have expected to count."""
    return tuple(
        SessionLeftOut(
            session=one.mark.session,
            code=one.mark.code,
            entry=one.mark.entry or 0,
            why=one.why,
        )
        for one in found.left_out
    )
