"""Contradictions: where what was entered and what was decided or known do not agree."""

from typing import Any

from sqlalchemy import CompoundSelect, Select, case, literal, null, select, union_all

from projections.amendments import amendments
from projections.current_register import current_register
from projections.leave import leave_sessions

PRESENT = "present during leave"
UNAUTHORISED = "unauthorised during leave"
OTHERWISE = "another absence during leave"
WITHDRAWN = "leave withdrawn"
NEVER_GIVEN = "leave that nobody gave"
NOT_ON_ROLL = "not on roll"
LEAVE_GIVEN = ("C", "C1", "C2", "H", "J1", "S")
"""The codes of leave that somebody must have given; an appointment may have been told of."""

r, s, m = current_register.c, leave_sessions.c, amendments.c
_also = leave_sessions.alias("also")
_SAME = (s.school == r.school) & (s.date == r.date) & (s.half == r.half) & (s.pupil == r.pupil)


def contradictions() -> CompoundSelect[Any]:
    """
    Marks against leave that stands, marks under leave that was withdrawn or was never given, marks
    off roll.

    Nothing is put right here: what was entered stays until somebody amends it.
    """
    return union_all(_against_leave(), _without_leave(), _never_given(), _typed(), _off_roll())


def _columns(kind: Any, leave: Any, code: Any) -> Select[Any]:
    return select(
        r.school,
        r.date,
        r.half,
        r.pupil,
        r["class"],
        kind.label("kind"),
        r.entered,
        r.entry,
        leave.label("leave"),
        code.label("leave_code"),
    )


def _against_leave() -> Select[Any]:
    kind = case(
        (r.attended == 1, literal(PRESENT)),
        (r.unauthorised == 1, literal(UNAUTHORISED)),
        else_=literal(OTHERWISE),
    )
    return (
        _columns(kind, s.leave, s.code)
        .join_from(current_register, leave_sessions, _SAME)
        .where(r.layer == "register", s.stands == 1, r.entered != s.code, ~_standing(r.entered))
    )


def _without_leave() -> Select[Any]:
    return (
        _columns(literal(WITHDRAWN), s.leave, s.code)
        .join_from(current_register, leave_sessions, _SAME)
        .where(r.layer == "register", s.stands == 0, r.entered == s.code, ~_standing(s.code))
    )


def _never_given() -> Select[Any]:
    """Entries amended here to a code of leave: in another system it may have been given there."""
    amended = (m.school == r.school) & (m.entry == r.entry) & (m.pupil == r.pupil)
    a = _also.c
    at = (a.school == r.school) & (a.date == r.date) & (a.half == r.half) & (a.pupil == r.pupil)
    ever = select(a.leave).where(at, a.code == r.entered).exists()
    return (
        _columns(literal(NEVER_GIVEN), null(), r.entered)
        .join_from(current_register, amendments, amended)
        .where(r.layer == "register", r.entered.in_(LEAVE_GIVEN), m.source == "native", ~ever)
    )


def _typed() -> Select[Any]:
    """
    First entries of registers taken here, never amended, of a code that was given at no time.

    Taken in from another system they may be right: it may have been given there.
    """
    a = _also.c
    at = (a.school == r.school) & (a.date == r.date) & (a.half == r.half) & (a.pupil == r.pupil)
    ever = select(a.leave).where(at, a.code == r.entered).exists()
    return _columns(literal(NEVER_GIVEN), null(), r.entered).where(
        r.layer == "register",
        r.entered.in_(LEAVE_GIVEN),
        r.entry == r.first_entry,
        r.taken_here == 1,
        ~ever,
    )


def _standing(code: Any) -> Any:
    """Whether leave under this code stands for the pupil's session."""
    a = _also.c
    at = (a.school == r.school) & (a.date == r.date) & (a.half == r.half) & (a.pupil == r.pupil)
    return select(a.leave).where(at, a.stands == 1, a.code == code).exists()


def _off_roll() -> Select[Any]:
    return _columns(literal(NOT_ON_ROLL), null(), null()).where(
        r.layer == "not on roll", r.entered.is_not(None)
    )
