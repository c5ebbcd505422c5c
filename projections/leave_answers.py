"""What the answer to "why was our request refused?" holds."""

import datetime as dt
from typing import Literal

from ledger.events.leave import Arithmetic, Attends, Channel, MissedTest, Weighed
from ledger.kinds import Code, Frozen, Instant, Session
from projections.answers import Header, PupilRef


class Asked(Frozen):
    """
    A request as received.

    ``appropriate``: whether whoever asked may, by the admission register as it is; ``why_not``
    ends a sentence. ``days_agree``: whether the applicant's own count is the calendar's.
    """

    entry: int
    asked_by: str
    appropriate: bool
    why_not: str
    reference: str
    first: Session
    back: Session
    leaves_home_on: dt.date | None
    half_days_stated: int | None
    days_agree: bool | None
    reason: str
    code: Code
    purpose: str | None
    evidence: tuple[str, ...]
    channel: Channel
    signed_on: dt.date | None
    received_at: Instant
    arithmetic: Arithmetic


class NoticeClause(Frozen):
    """One clause on notice: what it asks and what was given, both in its unit."""

    clause: str
    applied: bool
    asked: int
    unit: str
    given: int
    kept: bool | None


class Listed(Frozen):
    """What the policy lists under one head, with its clause. It is shown, and decides nothing."""

    what: str
    items: tuple[str, ...]
    reference: str


class Shown(Frozen):
    """
    A year's attendance as shown to whoever decided: exact counts, and the rate made of them.

    ``entry`` is the ledger position it comes from.
    """

    entry: int
    year: Literal["current", "last year"]
    first: dt.date
    last: dt.date
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    attendance: str | None


class Tests(Frozen):
    """The statutory tests that the sessions asked for miss; ``known``: their windows are."""

    known: bool
    missed: tuple[MissedTest, ...]


class Consulted(Frozen):
    """Who was consulted, in which role, and what was said."""

    entry: int
    name: str
    position: str
    role: str
    consulted_on: dt.date
    said: str


class Span(Frozen):
    """An unbroken stretch of half-days, both ends in."""

    first: Session
    last: Session


class Decision(Frozen):
    """One decision as it was made; ``policy`` names the packs it was made under."""

    entry: int
    recorded_at: Instant | None
    what: Literal["granted", "refused", "withdrawn", "agreed"]
    name: str
    position: str
    code: Code | None = None
    spans: tuple[Span, ...] = ()
    purpose: str | None = None
    reason: str | None = None
    factors: tuple[Weighed, ...] = ()
    evidence: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    figures: tuple[Shown, ...] = ()
    tests: Tests | None = None
    earlier: tuple[int, ...] = ()
    answered: Channel | None = None
    penalty_notice: bool = False
    starts: dt.date | None = None
    policy: str | None = None


class Timetable(Frozen):
    """A part-time timetable: with whom it was agreed, and when the pupil attends."""

    parent: str
    starts: dt.date
    ends: dt.date
    review_on: dt.date
    attends: tuple[Attends, ...]


class MarkAfter(Frozen):
    """
    One session asked for, or just after: whether leave covers it, and what the register says.

    ``proposed`` is a code that a person may amend to, with ``note`` why; nothing is automatic.
    """

    session: Session
    asked: bool
    given: Code | None
    code: Code | None
    layer: str | None
    entry: int | None
    proposed: Code | None = None
    note: str = ""


class EarlierLeave(Frozen):
    """An earlier request for the same pupil."""

    leave: int
    first: Session
    last: Session
    code: Code
    reason: str
    standing: str


class ExplainedLeave(Frozen):
    """
    Question 10: a request as received, the facts as shown, the decision, the marks after it.

    ``policy_says`` is what the policy lists for whoever decides; ``figures_now`` the attendance
    as it stands, for a request still undecided, and ``tests_now`` what it would miss.
    """

    header: Header
    leave: int
    pupil: PupilRef
    standing: str
    asked: Asked | None
    timetable: Timetable | None
    notice: tuple[NoticeClause, ...]
    policy_says: tuple[Listed, ...]
    consulted: tuple[Consulted, ...]
    figures_now: tuple[Shown, ...]
    tests_now: Tests | None
    earlier: tuple[EarlierLeave, ...]
    decisions: tuple[Decision, ...]
    letters: tuple[int, ...]
    marks: tuple[MarkAfter, ...]


class LeaveRow(Frozen):
    """One request in the list."""

    leave: int
    pupil: PupilRef
    standing: str
    code: Code
    first: Session
    last: Session
    received_on: dt.date | None
    sessions_asked: int | None
    sessions_given: int
    notice_school_days: int | None
    notice_kept: bool | None
    decided_on: dt.date | None
    review_on: dt.date | None


class LeaveList(Frozen):
    """Requests for leave, in the order of their numbers."""

    header: Header
    rows: tuple[LeaveRow, ...]


class Contradiction(Frozen):
    """
    An entry that does not agree with leave or the roll.

    ``leave`` is the request, ``leave_code`` what it gives or gave; ``what_to_do`` is a proposal
    for a person. What was entered stays until somebody amends it.
    """

    session: Session
    pupil: PupilRef
    group: str
    kind: str
    code: Code
    entry: int
    leave: int | None
    leave_code: Code | None
    what_to_do: str


class Contradictions(Frozen):
    """Entries between two days, both in, that do not agree with leave or the roll."""

    header: Header
    rows: tuple[Contradiction, ...]
