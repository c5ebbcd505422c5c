"""Requests, grants and the rest, said shortly, at the school of ``tests.given``."""

import datetime as dt

from commands.leave.agree_part_time_timetable import AgreePartTimeTimetable
from commands.leave.consult_on_leave import ConsultOnLeave
from commands.leave.grant_leave import GrantLeave
from commands.leave.refuse_leave import RefuseLeave
from commands.leave.request_leave import RequestLeave
from commands.leave.withdraw_leave import WithdrawLeave
from ledger.events import (
    ConsultedOnLeave,
    LeaveGranted,
    LeaveRefused,
    LeaveRequested,
    LeaveWithdrawn,
    Parent,
    ParentsChanged,
    PolicyAdopted,
    StaffAppointed,
)
from ledger.events.leave import Arithmetic, Attends, FiguresShown
from ledger.kinds import Person, Session
from tests.given import AMY, CAI, HEAD, MADE, OFFICE, UPN, ask, at, given

MOTHER, FATHER, AUNT = "parent-1", "parent-2", "parent-3"
CEO = Person(id="ceo", name="Loveday Carne", position="Chief executive")
FIGURES = FiguresShown(entry=40)
ARITHMETIC = Arithmetic(school_days=3, sessions=6, notice_school_days=20)
FUNERAL = "wedding or funeral of a close relative"


def parents(pupil: int = AMY) -> ParentsChanged:
    """A mother the pupil lives with, a father elsewhere, an aunt of whom nothing is said."""
    known = (
        Parent(id=MOTHER, name="Wenna Penrose", lives_with=True),
        Parent(id=FATHER, name="Denzil Penrose", lives_with=False),
        Parent(id=AUNT, name="Demelza Penrose"),
    )
    return ParentsChanged(pupil=pupil, original=(), amended=known, reason="Form", **MADE)


def adopted(pack: str, starts: str = "2023-07-21") -> PolicyAdopted:
    return PolicyAdopted(pack=f"trusts/{pack}", starts=starts, sha256="0" * 64, **MADE)


MANOR, NCLT = adopted("manor_2024"), adopted("nclt_2023")
ITS_CEO = StaffAppointed(
    staff=CEO.id, name=CEO.name, position=CEO.position, roles=("ceo",), starts="2020-09-01", **MADE
)


def session(written: str, half: str = "AM") -> Session:
    return Session.parse(written if " " in written else f"{written} {half}")


def requested(leave=1, pupil=AMY, code="C", first="2024-10-07", back="2024-10-10", **said):
    """Three days in October, asked for by the mother on 9 September, unless said otherwise."""
    fields = {
        "asked_by": MOTHER,
        "reason": "Grandfather's funeral",
        "received_at": at("08:05"),
        "arithmetic": ARITHMETIC,
        "made_by": OFFICE,
        "made_at": at("08:10"),
    }
    return LeaveRequested(
        leave=leave, pupil=pupil, code=code, first=session(first), back=session(back),
        **(fields | said),
    )  # fmt: skip


def sessions(first: str, last: str) -> tuple[Session, ...]:
    """Both halves of each weekday from one day to another."""
    begins, ends = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    days = (begins + dt.timedelta(days=n) for n in range((ends - begins).days + 1))
    return tuple(Session(day, half) for day in days if day.weekday() < 5 for half in ("AM", "PM"))


THREE_DAYS = sessions("2024-10-07", "2024-10-09")


def granted(leave=1, pupil=AMY, code="C", covering=THREE_DAYS, **said):
    fields = {"figures": FIGURES, "policy": "england", "made_by": HEAD, "made_at": at("09:30")}
    return LeaveGranted(leave=leave, pupil=pupil, code=code, sessions=covering, **(fields | said))


def refused(leave=1, pupil=AMY, reason="A holiday", **said):
    fields = {"figures": FIGURES, "policy": "england", "made_by": HEAD, "made_at": at("09:30")}
    return LeaveRefused(leave=leave, pupil=pupil, reason=reason, **(fields | said))


def withdrawn(leave=1, pupil=AMY, starts=None):
    made = {"made_by": HEAD, "made_at": at("09:45")}
    return LeaveWithdrawn(leave=leave, pupil=pupil, starts=starts, reason="Called off", **made)


def consulted(leave=1, role="ceo"):
    return ConsultedOnLeave(
        leave=leave, pupil=AMY, consulted=CEO, role=role, consulted_on="2024-09-09",
        said="Agreed", made_by=HEAD, made_at=at("09:00"),
    )  # fmt: skip


def request(by=OFFICE, when=None, **said):
    fields = {
        "pupil": UPN[AMY],
        "asked_by": MOTHER,
        "first": session("2024-10-07"),
        "back": session("2024-10-10"),
        "reason": "Grandfather's funeral",
    }
    return ask(RequestLeave, by, when, **(fields | said))


def grant(by=HEAD, when=None, leave=1, **said):
    return ask(GrantLeave, by, when, leave=leave, figures=FIGURES, **said)


def refuse(by=HEAD, leave=1, reason="A holiday", **said):
    return ask(RefuseLeave, by, leave=leave, reason=reason, figures=FIGURES, **said)


def withdraw(by=HEAD, leave=1, starts=None):
    return ask(WithdrawLeave, by, leave=leave, starts=starts, reason="Called off")


def consult(by=HEAD, leave=1, whom="ceo", on=None):
    return ask(ConsultOnLeave, by, leave=leave, consulted=whom, said="Agreed", on=on)


MORNINGS = tuple(Attends(weekday=day, half="AM") for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))


def agree(by=HEAD, **said):
    fields = {
        "pupil": UPN[AMY],
        "parent": MOTHER,
        "starts": dt.date(2024, 9, 16),
        "ends": dt.date(2024, 9, 20),
        "review_on": dt.date(2024, 9, 18),
        "attends": MORNINGS,
        "reason": "Return after a long illness",
    }
    return ask(AgreePartTimeTimetable, by, **(fields | said))


def at_school(*events, pupil=AMY):
    """The school with the pupil's parents known, and what happened since."""
    return given(parents(pupil), *events)


def nursery(*events):
    return at_school(*events, pupil=CAI)
