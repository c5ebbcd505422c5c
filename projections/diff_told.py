"""An entry in a sentence, for whoever asks what moved a figure."""

from typing import Any, NamedTuple

from ledger.events import (
    AmendmentObserved,
    CalendarSet,
    ClosureDeclared,
    ClosureWithdrawn,
    MarkAmended,
    MarkRecorded,
    MarkVanished,
    ParticularsChanged,
    PolicyAdopted,
    PupilAdmitted,
    PupilLeft,
    PupilMoved,
)
from ledger.kinds import PupilId, Session
from projections.answers import NOT_PROVIDED
from projections.counted_marks import CountedMarks
from projections.particulars import particulars


class Told(NamedTuple):
    """What kind of entry, in words, of which pupil and session, and who made it if elsewhere."""

    kind: str
    what: str
    pupil: PupilId | None = None
    session: Session | None = None
    name: str | None = None
    position: str = ""


def told(event: Any, marks: CountedMarks) -> Told | None:
    """The entry told; ``None`` for one that no rate could hang on."""
    if isinstance(event, MarkRecorded | MarkAmended | AmendmentObserved | MarkVanished):
        return _mark(event, marks)
    if isinstance(event, PupilAdmitted | PupilLeft | PupilMoved | ParticularsChanged):
        return Told("enrolment", _enrolment(event, marks), event.pupil)
    found = _rule(event)
    return Told(*found) if found else None


def _rule(event: Any) -> tuple[str, str] | None:
    match event:
        case ClosureDeclared():
            classes = f" of {', '.join(event.groups)}" if event.groups else ""
            span = f"{event.first} to {event.last}"
            return "closure", f"closure {event.closure}{classes} declared, {span}: {event.reason}"
        case ClosureWithdrawn():
            return "closure", f"closure {event.closure} withdrawn: {event.reason}"
        case PolicyAdopted():
            return "policy", f"{event.pack} adopted from {event.starts}"
        case CalendarSet():
            return "calendar", f"the calendar of {event.school_year} set"
        case _:
            return None


def _mark(event: Any, marks: CountedMarks) -> Told:
    where = f"{named(event.pupil, marks)}, {event.session}"
    of = (event.pupil, event.session)
    if isinstance(event, MarkRecorded):
        by = (event.taken_by_name, event.taken_by_position or "")
        return Told("mark", f"{where}: {event.code} entered", *of, *by)
    if isinstance(event, MarkVanished):
        return Told("mark", f"{where}: {event.original} no longer shown by the source", *of)
    five = particulars(event)
    why = f": {five['reason']}" if five["reason"] else ""
    seen = ", as observed" if isinstance(event, AmendmentObserved) else ""
    was = event.original or "an entry let go of"
    by = (five["name"] or NOT_PROVIDED, five["position"] or "")
    what = f"{where}: {was} amended to {event.amended}{seen}{why}"
    return Told("amendment", what, *of, *by)


def _enrolment(event: Any, marks: CountedMarks) -> str:
    who = named(event.pupil, marks)
    match event:
        case PupilAdmitted():
            return f"{event.forename} {event.surname} admitted from {event.starts}"
        case PupilLeft():
            return f"{who} left, last day {event.last_day}"
        case PupilMoved():
            return f"{who} moved to {event.group} from {event.starts}"
        case _:
            return f"{who}: {event.particular} put right to {event.amended}"


def named(pupil: PupilId, marks: CountedMarks) -> str:
    """The pupil's name as the roll has it by then."""
    known = marks.context.roll.pupils.get(pupil)
    return known.name if known else f"pupil {pupil}"
