"""What the law and the policy want of a grant of leave, and what they forbid."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from commands.base import in_words
from commands.leave.grounds import EXCEPTIONAL, Ground, ground
from commands.windows import clock
from ledger.appropriate import asker, reference_of_person, why_not_appropriate
from ledger.calendar import instant, london
from ledger.events import LeaveRequested
from ledger.kinds import Code, Instant, Session
from ledger.leave import Leave
from ledger.policy import PolicyDay, Value
from ledger.refusals import CodeNotAllowed, Forbidden, StepMissing
from ledger.roll import Pupil
from ledger.school import School, window

if TYPE_CHECKING:
    from commands.leave.grant_leave import GrantLeave

OTHER = "other"
"""The purpose of a request for something that no list of the policy names."""


@dataclass(frozen=True)
class Granting:
    """One grant being decided; ``sessions`` are those it would cover, in order."""

    command: "GrantLeave"
    school: School
    pupil: Pupil
    leave: Leave
    asked: LeaveRequested
    code: Code
    sessions: tuple[Session, ...]

    @property
    def first(self) -> Session:
        return self.sessions[0]

    @property
    def rules(self) -> PolicyDay:
        """The rules of the first day granted."""
        return self.school.rules_on(self.first.date)

    @property
    def purpose(self) -> str | None:
        return self.command.purpose or self.asked.purpose

    @cached_property
    def grounds(self) -> tuple[Ground, ...]:
        """The ground under the Regulations of each session's day: one, or one each side of a
        change of the law.
        """
        found = (ground(self.code, session.date) for session in self.sessions)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    @property
    def exceptional(self) -> bool:
        """Whether it is leave in exceptional circumstances; an appointment has its own clause."""
        return self.code != "M" and any(one.name == EXCEPTIONAL for one in self.grounds)

    def says(self, name: str) -> Value | None:
        """A policy value of the first day granted."""
        return self.rules.values.get(name)

    def listed(self, name: str) -> bool:
        """Whether a list of the policy names the purpose."""
        value = self.says(name)
        return value is not None and self.purpose in value.value

    def check_own_code(self) -> None:
        """Raise ``CodeNotAllowed`` where the purpose has a code of its own and wants no leave."""
        own = self.says("leave.own_codes")
        code = own.value.get(self.purpose) if own else None
        if own is not None and code is not None and self.code not in code.split(" or "):
            why = f"{self.purpose} has a code of its own, {code}"
            raise CodeNotAllowed(asked=self.code, why=why, reference=own.reference)


def wanted(granting: Granting) -> None:
    """
    Raise ``StepMissing`` for what must be said or done first.

    Reference: SI 2024/208 reg. 11(2), (5), (7), (8); the policy's own clause where policy asks.
    """
    for one in granting.grounds:
        _want_of_ground(granting, one)
    if not granting.exceptional:
        return
    _want_purpose(granting)
    evidence = granting.says("leave.evidence")
    if evidence and evidence.value == "will" and not _evidence(granting):
        why = "The policy requires evidence with any request for leave: give --evidence"
        raise StepMissing(why=why, reference=evidence.reference)
    needs = granting.says("leave.outside_list_needs")
    decided = granting.listed("leave.exceptional") or granting.listed("leave.never")
    if needs and not decided and not _consulted(granting, needs.value):
        why = (
            f"The circumstances are outside the policy's list, so the {needs.value.upper()} is "
            f"consulted first: consult-on-leave {granting.leave.number}"
        )
        raise StepMissing(why=why, reference=needs.reference)


def forbidden(granting: Granting) -> None:
    """Raise ``Forbidden`` for what may not be granted, whatever is said for it."""
    _check_asked(granting)
    for one in granting.grounds:
        if one.person:
            _check_person(granting)
        if one.advance:
            _check_advance(granting, one)
        _check_policy(granting, one)
    never = granting.says("leave.never")
    if never is not None and granting.listed("leave.never"):
        why = f"The policy never grants leave for {granting.purpose}"
        raise Forbidden(why=why, reference=never.reference)
    years = granting.says("leave.study_years")
    year = granting.pupil.place_on(granting.first.date).year_group
    if granting.code == "S" and years is not None and year not in years.value:
        why = f"The policy grants study leave in year {', '.join(years.value)} only, not in {year}"
        raise Forbidden(why=why, reference=years.reference)


_WANTS = {
    "licence": "Leave under {code} wants the licence or exemption: give --licence",
    "examination": "Leave under {code} is to study for a public examination: give --examination",
    "agreed": "Leave under {code} wants the times and dates agreed: give --agreed",
}


def _want_of_ground(granting: Granting, one: Ground) -> None:
    if one.wants and getattr(granting.command, one.wants) is None:
        raise StepMissing(why=_WANTS[one.wants].format(code=one.code), reference=one.reference)


def _want_purpose(granting: Granting) -> None:
    """Where a policy bars or consults by purpose, the decider says which one it is."""
    deciding = granting.says("leave.outside_list_needs") or granting.says("leave.never")
    if deciding is None or not deciding.value:
        return
    names = ("leave.exceptional", "leave.not_exceptional", "leave.never")
    if granting.purpose == OTHER or any(map(granting.listed, names)):
        return
    why = (
        "The policy decides by what leave is for: give --purpose in the policy's words "
        f"(explain-leave {granting.leave.number} shows them), or --purpose other"
    )
    raise StepMissing(why=why, reference=deciding.reference)


def _evidence(granting: Granting) -> bool:
    return bool(granting.command.evidence or granting.asked.evidence)


def _consulted(granting: Granting, role: str) -> bool:
    return any(one.role == role for one in granting.leave.consulted)


def _check_asked(granting: Granting) -> None:
    for session in granting.sessions:
        if not granting.asked.first <= session < granting.asked.back:
            why = f"{session} was not asked for in request {granting.leave.number}"
            raise Forbidden(why=f"{why}; leave is granted for what was asked, or less")


def _check_person(granting: Granting) -> None:
    begins = granting.asked.first.date
    why = why_not_appropriate(granting.pupil, granting.asked.asked_by, begins)
    if why:
        who = asker(granting.pupil, granting.asked.asked_by)
        said = f"{who} is not an appropriate person to ask for it: {why}"
        raise Forbidden(why=said, reference=reference_of_person(begins))


def _check_advance(granting: Granting, one: Ground) -> None:
    begins = begins_at(granting.school, granting.first)
    if granting.asked.received_at >= begins:
        asked = _moment(granting.asked.received_at)
        why = f"It was asked for {asked}, and the absence began {_moment(begins)}"
        raise Forbidden(
            why=f"{why}: leave under {one.code} is asked for in advance", reference=one.reference
        )
    if one.advance == "agreed" and granting.command.at >= begins:
        why = (
            f"Leave under {one.code} is agreed in advance, and the absence began {_moment(begins)}"
        )
        raise Forbidden(why=why, reference=one.reference)


def _check_policy(granting: Granting, one: Ground) -> None:
    """A policy's closed list of grounds. X and D, which are no absence, are the law's alone."""
    grounds = granting.says("leave.grounds")
    if grounds is None or granting.rules.codes[granting.code].statistical != "authorised":
        return
    if one.name in grounds.value or (one.name == "study leave" and _study_listed(granting)):
        return
    listed = ", ".join(grounds.value)
    why = f"The policy grants leave for these only: {listed}"
    raise Forbidden(why=f"{why}; {one.code} is {one.name}", reference=grounds.reference)


def _study_listed(granting: Granting) -> bool:
    """Whether the policy names study leave among its exceptional circumstances."""
    exceptional = granting.says("leave.exceptional")
    return exceptional is not None and "study leave" in exceptional.value


def begins_at(school: School, session: Session) -> Instant:
    """
    The moment a session begins: when its register opens, or where no times are set at the start
    of its half of the day.
    """
    times = school.times_on(session.date)
    if times is not None:
        return instant(session.date, window(times, session.half)[0])
    return instant(session.date, dt.time(0) if session.half == "AM" else dt.time(12))


def _moment(moment: Instant) -> str:
    return f"on {in_words(london(moment).date())} at {clock(moment)}"
