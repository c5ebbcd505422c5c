"""Amy's parents, the staff who follow up, the two policies, and the acts in short."""

import datetime as dt
from itertools import count

from commands.absence.decide_absence import DecideAbsence
from commands.absence.judge_evidence import JudgeEvidence
from commands.absence.notify_parent import NotifyParent
from commands.absence.record_contact import RecordContact
from commands.absence.record_evidence import RecordEvidence
from commands.absence.refuse_illness import RefuseIllness
from commands.absence.report_absence import ReportAbsence
from commands.absence.request_evidence import RequestEvidence
from commands.absence.require_evidence import LiftEvidenceRequirement, RequireEvidence
from commands.absence.resolve_unexplained import ResolveUnexplained
from ledger.events import (
    CalendarSet,
    Parent,
    ParentNotified,
    ParentsChanged,
    PolicyAdopted,
    StaffAppointed,
)
from ledger.kinds import Person, Session
from tests.given import AMY, HEAD, MADE, MONDAY, OFFICE, UPN, at, given, half_term

NCLT, MANOR = "trusts/nclt_2023", "trusts/manor_2024"
PACKS = [NCLT, MANOR]
_keys = count(1)
OFFICER = Person(id="officer", name="Loveday Hicks", position="Attendance officer")
TUESDAY, WEDNESDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2)
PARENTS = ParentsChanged(
    pupil=AMY,
    original=(),
    amended=(
        Parent(id="parent-1", name="Wenna Penrose", lives_with=True, telephone="01000 000001"),
        Parent(id="parent-2", name="Denzil Penrose", telephone="01000 000002"),
    ),
    reason="Asked at the start of term",
    **MADE,
)
APPOINTED = StaffAppointed(
    staff="officer", name=OFFICER.name, position=OFFICER.position,
    roles=("attendance-officer",), starts="2020-09-01", **MADE,
)  # fmt: skip
AUTUMN = CalendarSet(
    school_year="2024/25",
    half_terms=(
        half_term("Autumn", 1, "2024-09-02", "2024-10-25"),
        half_term("Autumn", 2, "2024-11-04", "2024-12-20"),
    ),
    inset=("2024-09-02", "2024-11-04"),
    **MADE,
)
"""Half-term from Saturday 26 October, and an INSET day on the Monday after it."""


def adopted(pack: str) -> PolicyAdopted:
    starts = {NCLT: "2023-07-21", MANOR: "2024-08-19"}[pack]
    return PolicyAdopted(pack=pack, starts=starts, sha256="0" * 64, **MADE)


def at_school(pack: str | None, *events):
    """The fixture school under a policy, with Amy's parents and an attendance officer."""
    return given(AUTUMN, PARENTS, APPOINTED, *([adopted(pack)] if pack else []), *events)


def about(act, day=MONDAY, by=OFFICER, when=None, **said):
    if act is not ResolveUnexplained:
        said = {"date": day, **said}
    signed = {"by": by.id, "at": when or at("10:00", day), "key": f"absence-{next(_keys)}"}
    return act(**signed, pupil=UPN[AMY], **said)


def report(day=MONDAY, when=None, by=OFFICE, **said):
    said = {"parent": "parent-1", "reason": "Sick in the night", "illness": True, **said}
    return about(ReportAbsence, day, by, when, **said)


def call(outcome="no answer", contact="parent-1", **said):
    return about(RecordContact, outcome=outcome, contact=contact, **said)


def decide(code="I", reason="Chickenpox", **said):
    return about(DecideAbsence, code=code, reason=reason, **said)


def resolve(session: Session, when, by=OFFICER):
    return about(ResolveUnexplained, by=by, when=when, session=session)


def request(why="in doubt", reason="The third Monday running", **said):
    return about(RequestEvidence, why=why, reason=reason, **said)


def evidence(kind="appointment card", **said):
    return about(RecordEvidence, kind=kind, **said)


def judge(satisfied, reason="Of another day", **said):
    return about(JudgeEvidence, satisfied=satisfied, reason=reason, **said)


def notify(day=MONDAY, **said):
    return about(NotifyParent, day, parent="parent-1", **said)


def refuse(reason="Seen at the beach", **said):
    return about(RefuseIllness, reason=reason, **said)


def require(day=MONDAY, by=HEAD, **said):
    return about(RequireEvidence, day, by, reason="Attendance 82%", **said)


def lift(day, **said):
    return about(LiftEvidenceRequirement, day, HEAD, reason="Recovered", **said)


def notified(when, first=MONDAY, starts=MONDAY, ends=None):
    return ParentNotified(
        pupil=AMY, first=first, parent="parent-1", channel="letter", starts=starts, ends=ends,
        notified_at=when, made_by=OFFICER, made_at=when,
    )  # fmt: skip
