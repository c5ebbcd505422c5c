"""What the questions about absence hold: follow-up, evidence, a pupil last seen."""

import datetime as dt
from typing import Literal

from ledger.following_up import Call, State
from ledger.kinds import Code, Frozen, GroupId, Half, Instant, Session
from projections.answers import Header, PupilRef
from projections.explain_answers import StepTaken


class UnexplainedDay(Frozen):
    """
    One day of a pupil on which N stands, and what it asks of the school.

    ``left`` counts the clock's own unit up to ``resolve_by``: 0 on the last day, negative once
    it is over; ``proposed`` says that the amendment to ``becomes`` is due. ``told`` is the
    reason as told or decided, where it was. ``turned_to`` is whom or what the school turned to
    in this absence, and when. ``owners`` are the roles that may make the call.
    """

    pupil: PupilRef
    group: GroupId
    day: dt.date
    halves: tuple[Half, ...]
    resolve_by: dt.date | None
    left: int | None
    proposed: bool
    overdue: bool
    becomes: Code | None
    resolve_clause: str
    call: Call
    call_by: Instant
    call_state: State
    call_clause: str
    told: str | None
    turned_to: tuple[str, ...]
    next_steps: tuple[str, ...]
    next_clauses: tuple[str, ...]
    owners: tuple[str, ...]
    what: str


class Unexplained(Frozen):
    """Every N that stands on a day, the most pressing first."""

    header: Header
    on: dt.date
    rows: tuple[UnexplainedDay, ...]


class SpellFollowed(Frozen):
    """
    One spell of absence as it was followed up.

    ``in_time``: whether the school was first told by the policy's time; ``None`` where no
    policy sets one, or nobody told.
    """

    pupil: PupilRef
    first: dt.date
    standing: str
    reason: str | None
    told_at: Instant | None
    in_time: bool | None
    back_on: dt.date | None
    attempts: int
    reached: bool
    last_attempt: Instant | None
    escalations: str | None
    code: Code | None
    evidence_asked: Instant | None
    evidence_why: str | None
    evidence_received: Instant | None
    evidence_satisfied: bool | None
    parent_notified: Instant | None
    entry: int


class Absences(Frozen):
    """The spells that began between two days, both in."""

    header: Header
    first: dt.date
    last: dt.date
    rows: tuple[SpellFollowed, ...]


EvidenceKind = Literal[
    "to ask for",
    "awaited",
    "to judge",
    "required and not received",
    "unauthorised without notice",
    "required by letter",
]


class EvidenceRow(Frozen):
    """Something about evidence of illness that somebody has to look after, and by which clause."""

    kind: EvidenceKind
    pupil: PupilRef
    day: dt.date
    since: dt.date | None
    why: str
    clause: str


class EvidenceWanting(Frozen):
    """Evidence to ask for, awaited, to judge; illness without the evidence a letter requires."""

    header: Header
    on: dt.date
    rows: tuple[EvidenceRow, ...]


class Seen(Frozen):
    """
    A session at which the pupil was seen in school, and who took the mark.

    ``name`` is ``None`` where another system took it and does not say. ``amended`` says that
    the mark was not the first entry.
    """

    session: Session
    group: GroupId
    code: Code
    meaning: str
    entry: int
    taken_at: Instant
    name: str | None
    position: str | None
    amended: bool
    sentence: str


class LaterMark(Frozen):
    """A session after that, and what the register says of it."""

    session: Session
    code: Code
    meaning: str
    counts_as: str
    entry: int


class LastSeen(Frozen):
    """
    Question 15: when a pupil was last seen in school, and all that was done since.

    ``known`` are the reasons the school knows of for sessions since: leave, another school,
    exclusion. ``calls`` are the calls that days without a reason ask for.
    """

    header: Header
    pupil: PupilRef
    on_roll: bool
    seen: Seen | None
    later: tuple[LaterMark, ...]
    steps: tuple[StepTaken, ...]
    known: tuple[str, ...]
    contradictions: tuple[str, ...]
    next_due: tuple[str, ...]
