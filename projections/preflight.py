"""What a local authority would send back: the faults of a case before it is sent."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from ledger.calendar import compulsory_school_age, london
from ledger.events import AmendmentObserved, LetterSent, MarkAmended, MarkVanished
from ledger.events.absence import AbsenceReported, ContactAttempted
from ledger.kinds import HALVES, Frozen, Session
from ledger.roll import Pupil
from projections.answers import Header, PupilRef
from projections.current_register import current_register
from projections.particulars import lacking, particulars
from projections.penalty_questions import penalty_explain
from projections.penalty_records import last_act
from projections.pupil_entries import Held
from projections.views import Scope, View

t = current_register.c
Marks = dict[Session, Row[Any]]
_SHOWN = 6  # sessions named in one finding; the others are counted


class Finding(Frozen):
    """
    One thing that would be sent back.

    ``code`` is stable; ``what`` says it in a sentence, ``do`` what would put it right.
    """

    code: str
    what: str
    do: str
    sessions: tuple[Session, ...] = ()


class Preflight(Frozen):
    """The faults of a case about one pupil between two days, both in."""

    header: Header
    pupil: PupilRef
    first: dt.date
    last: dt.date
    findings: tuple[Finding, ...]


def preflight(
    view: View, pupil: Pupil, first: dt.date, last: dt.date, entries: Sequence[Held]
) -> Preflight:
    """
    What is missing from the case, in the order in which an officer would look.

    ``entries`` are the pupil's, as ``entries_about`` finds them.

    Reference: rules.md J (what authorities list as grounds for returning a referral).
    """
    marks = marks_of(view, pupil, first, last)
    found = [
        *_register(view, pupil, marks, (first, last)),
        *_particulars(entries),
        *_threshold(view, pupil, last),
        *_parents(pupil),
        *_letters(pupil, entries),
        *_leave(view, pupil, marks, entries),
        *_contacts(marks, entries),
    ]
    return Preflight(
        header=view.header("pack", [last]),
        pupil=PupilRef.of(pupil),
        first=first,
        last=last,
        findings=tuple(found),
    )


def marks_of(view: View, pupil: Pupil, first: dt.date, last: dt.date) -> Marks:
    """The pupil's rows of the current register between two days, both in."""
    scope = Scope(first, last, pupils=frozenset([pupil.id]))
    where = [t.school == view.urn, t.pupil == pupil.id]
    if scope.days is None:
        where.append(t.date.between(first, last))
    else:
        where += [t.date.in_(scope.days), t.half.in_(HALVES)]
    rows = view.rows(select(current_register).where(*where).order_by(t.date, t.half))
    return {Session(row.date, row.half): row for row in rows}


def missing(
    view: View,
    pupil: Pupil,
    marks: Marks,
    first: dt.date,
    last: dt.date,
) -> list[Session]:
    """Sessions of the school up to the day of the view's entry that have no entry."""
    act = next(view.ledger.acts(view.entry, view.entry))
    last = min(last, london(act.recorded_at).date())
    school = view.school
    return [
        session
        for session in (school.calendar.sessions(first, last) if first <= last else [])
        if (group := pupil.group_on(session.date)) is not None
        and school.closure_of(session, group) is None
        and (session not in marks or marks[session].entered is None)
    ]


def _register(
    view: View,
    pupil: Pupil,
    marks: Marks,
    days: tuple[dt.date, dt.date],
) -> Iterator[Finding]:
    gaps = missing(view, pupil, marks, *days)
    if gaps:
        what = f"{_count(gaps)} without any entry: {_named(gaps)}"
        yield Finding(code="no-entry", what=what, do="have them entered", sessions=tuple(gaps))
    left = [session for session, row in marks.items() if row.code == "N"]
    if left:
        what = f"{_count(left)} left at N: {_named(left)}"
        do = "establish the reason, or amend to O (SI 2024/208 reg. 10(7)-(9))"
        yield Finding(code="n-left", what=what, do=do, sessions=tuple(left))
    begins, ends = compulsory_school_age(pupil.born)
    outside = [
        session
        for session, row in marks.items()
        if row.unauthorised and not begins <= session.date <= ends
    ]
    if outside:
        what = f"{_count(outside)} unauthorised outside compulsory school age: {_named(outside)}"
        do = "leave them out of the case (Education Act 1996 s. 8)"
        yield Finding(code="not-of-age", what=what, do=do, sessions=tuple(outside))
    if not any(row.unauthorised for row in marks.values()):
        do = "ask for other days: only unauthorised absence is relied on"
        yield Finding(code="nothing-unauthorised", what="no unauthorised absence", do=do)


def _particulars(entries: Sequence[Held]) -> Iterator[Finding]:
    bare = [
        one.event.session
        for one in entries
        if isinstance(one.event, MarkAmended | AmendmentObserved | MarkVanished)
        and lacking(particulars(one.event))
    ]
    if bare:
        what = f"{len(bare)} amendments without all five particulars"
        do = "ask the other system for who amended, when and why (SI 2024/208 reg. 6(1))"
        yield Finding(code="particulars", what=what, do=do, sessions=tuple(dict.fromkeys(bare)))


def _threshold(view: View, pupil: Pupil, on: dt.date) -> Iterator[Finding]:
    acted = last_act(view)
    found = penalty_explain(view, pupil, on, as_on=max(on, acted) if acted else on)
    standing = found.standing
    if standing is None:
        return
    if not standing.met:
        what = f"{standing.counted} of {standing.needed} sessions on {on.isoformat()}"
        do = "the threshold is not met on the last day asked about: say why it is referred"
        yield Finding(code="threshold", what=what, do=do)
    for parent in standing.parents:
        for why in parent.in_the_way:
            do = "settle this before a notice or a referral"
            yield Finding(code="in-the-way", what=f"{parent.name}: {why}", do=do)


def _parents(pupil: Pupil) -> Iterator[Finding]:
    if not pupil.parents:
        do = "record the parents in the admission register (SI 2024/208 reg. 8)"
        yield Finding(code="no-parent", what="no parent is recorded", do=do)
    for parent in pupil.parents:
        if not parent.address:
            do = "add the address to the roll and import it: a notice is served there"
            yield Finding(code="no-address", what=f"no address of {parent.name}", do=do)
        if parent.lives_with is None:
            what = f"whether the pupil lives with {parent.name} is not known"
            yield Finding(code="lives-with", what=what, do="add it to the roll and import it")


def _letters(pupil: Pupil, entries: Sequence[Held]) -> Iterator[Finding]:
    sent = [one.event for one in entries if isinstance(one.event, LetterSent)]
    warned = {one.parent for one in sent if one.kind == "penalty-warning"}
    for parent in pupil.parents:
        if parent.id not in warned:
            what = f"no warning letter to {parent.name}"
            do = "attendance letter penalty-warning, and its sending"
            yield Finding(code="no-warning", what=what, do=do)


def _leave(
    view: View,
    pupil: Pupil,
    marks: Marks,
    entries: Sequence[Held],
) -> Iterator[Finding]:
    held = {int(e.recorded.stream.split("/")[1]) for e in entries if _of_leave(e)}
    told = {one.event.about for one in entries if isinstance(one.event, LetterSent)}
    for number in sorted(held):
        leave = view.context.leaves.requests[number]
        if leave.standing == "undecided":
            do = "grant or refuse it before the case is sent"
            yield Finding(code="leave-undecided", what=f"leave {number} is undecided", do=do)
        if leave.standing == "refused" and f"leave/{number}" not in told:
            what = f"no letter that refuses leave {number}"
            yield Finding(code="no-refusal", what=what, do="attendance letter leave-refused")
    holiday = [session for session, row in marks.items() if row.code == "G"]
    if holiday and not held:
        what = f"{_count(holiday)} marked G, and no request for leave is recorded"
        do = "say in the statement how the holiday is known"
        yield Finding(code="g-without-request", what=what, do=do, sessions=tuple(holiday))


def _of_leave(one: Held) -> bool:
    return one.recorded.stream.startswith("leave/")


def _contacts(
    marks: Marks,
    entries: Sequence[Held],
) -> Iterator[Finding]:
    bare = [session for session, row in marks.items() if row.code == "O"]
    tried = [e.event for e in entries if isinstance(e.event, ContactAttempted | AbsenceReported)]
    if bare and not tried:
        what = f"{_count(bare)} marked O, and no contact with a parent is recorded"
        do = "record the calls that were made (attendance record-contact)"
        yield Finding(code="no-contact", what=what, do=do, sessions=tuple(bare))


def _count(sessions: Sequence[Session]) -> str:
    return f"{len(sessions)} session{'' if len(sessions) == 1 else 's'}"


def _named(sessions: Sequence[Session]) -> str:
    more = len(sessions) - _SHOWN
    named = ", ".join(map(str, sessions[:_SHOWN]))
    return f"{named} and {more} more" if more > 0 else named
