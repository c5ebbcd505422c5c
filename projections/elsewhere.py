"""
What other schools' registers say of a pupil, beside ours: read from the entries, no read model.

None of it is counted in any rate, threshold or return of this school. Added up with our own it is
advice: whether a pupil who moved is absent persistently over the whole year.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from sqlalchemy import select

from ledger.calendar import london
from ledger.events import RecordTakenIn
from ledger.events.elsewhere import FromWhat
from ledger.kinds import Frozen, PupilId, Said, Session, Urn
from ledger.reckoning import NOTHING, Rates, percent, persistent, rates, severe
from ledger.roll import Pupil
from ledger.school import School
from ledger.store import Ledger
from projections.answers import Header, PupilRef
from projections.current_register import current_register
from projections.pupil_entries import from_elsewhere
from projections.views import View

t = current_register.c


class Counted(Frozen):
    """Exact counts of sessions; the percentage is text, ``None`` where nothing was possible."""

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    attendance: str | None
    persistent: bool
    severe: bool


class Checked(Frozen):
    """What the marks were proved against: the other school's log at its signed checkpoint."""

    origin: str
    size: int
    root: str
    entries: int
    signed_by: tuple[str, ...]
    key_known: bool


class RecordElsewhere(Frozen):
    """
    One record taken in, under its number, by the entry that holds it.

    ``counted`` is reckoned here from its marks, by the code set of each session's day; ``told`` is
    what its file says itself.
    """

    number: int
    entry: int
    taken_in_on: dt.date
    taken_in_by: str
    source: FromWhat
    school: Said
    urn: Urn | None
    establishment: Said | None
    file: Said
    sha256: Said
    line: int | None
    first: dt.date | None
    last: dt.date | None
    sessions: int
    refused: int
    counted: Counted
    told: Mapping[str, int]
    proof: Checked | None


class YearTogether(Frozen):
    """A school year: at other schools, at this one, and both together, which is advice alone."""

    year: str
    elsewhere: Counted
    here: Counted
    together: Counted


class Elsewhere(Frozen):
    """
    A pupil's records from other schools, and each school year's sums with and without them.

    Of a session that two records show, the one taken in last is counted; of one that the pupil
    had a mark for here, ours.
    """

    header: Header
    pupil: PupilRef
    records: tuple[RecordElsewhere, ...]
    years: tuple[YearTogether, ...]


def elsewhere(view: View, pupil: Pupil) -> Elsewhere:
    """Everything taken in about a pupil up to the view's entry, in the order it came."""
    held = records_of(view.ledger, pupil.id, view.entry)
    marks: dict[Session, str] = {}
    for _, one in held:
        marks |= {Session.parse(session): code for session, code in one.marks.items()}
    ours = _ours(view, pupil.id)
    theirs = {session: code for session, code in marks.items() if session not in ours}
    days = [session.date for session in (*theirs, *ours)]
    return Elsewhere(
        header=view.header("elsewhere", [max(days)] if days else []),
        pupil=PupilRef.of(pupil),
        records=tuple(_record(view.school, entry, one) for entry, one in held),
        years=tuple(_years(view.school, theirs, ours)),
    )


def records_of(ledger: Ledger, pupil: PupilId, upto: int) -> list[tuple[int, RecordTakenIn]]:
    """The records taken in about a pupil, each with its entry, in order."""
    found = from_elsewhere(ledger, pupil, upto)
    return [(one.entry, one.event) for one in found if isinstance(one.event, RecordTakenIn)]


def counted(school: School, marks: Mapping[Session, str]) -> Rates:
    """What marks come to, each by the code set that this school's policy has for its day."""
    found = NOTHING
    for day, codes in groupby(sorted(marks), key=lambda session: session.date):
        of_day = Counter(marks[session] for session in codes)
        found += rates(of_day, school.rules_on(day).codes)
    return found


def _ours(view: View, pupil: PupilId) -> dict[Session, str]:
    """The codes that count here, by session; a session that counts for nothing is none."""
    asked = select(t.date, t.half, t.code).where(t.school == view.urn, t.pupil == pupil)
    return {Session(row.date, row.half): row.code for row in view.rows(asked) if row.code}


def _years(
    school: School, theirs: Mapping[Session, str], ours: Mapping[Session, str]
) -> Iterable[YearTogether]:
    labels = sorted({_year(session) for session in theirs})
    for label in labels:
        there, here = (
            counted(school, {one: code for one, code in of.items() if _year(one) == label})
            for of in (theirs, ours)
        )
        yield YearTogether(
            year=label, elsewhere=_said(there), here=_said(here), together=_said(there + here)
        )


def _year(session: Session) -> str:
    """The school year by the calendar all schools share: it turns on 1 September."""
    begins = session.date.year - (session.date.month < 9)
    return f"{begins}/{(begins + 1) % 100:02}"


def _said(found: Rates) -> Counted:
    return Counted(
        possible=found.possible,
        attended=found.attended,
        authorised=found.authorised,
        unauthorised=found.unauthorised,
        late=found.late,
        attendance=percent(found.attendance),
        persistent=persistent(found),
        severe=severe(found),
    )


def _record(school: School, entry: int, one: RecordTakenIn) -> RecordElsewhere:
    marks = {Session.parse(session): code for session, code in one.marks.items()}
    same = ("number", "source", "school", "urn", "establishment", "file", "sha256", "line")
    return RecordElsewhere(
        entry=entry,
        taken_in_on=london(one.made_at).date(),
        taken_in_by=f"{one.made_by.name} ({one.made_by.position})",
        first=one.first,
        last=one.last,
        sessions=len(marks),
        refused=one.refused,
        counted=_said(counted(school, marks)),
        told=one.told,
        proof=_checked(one),
        **{name: getattr(one, name) for name in same},
    )


def _checked(one: RecordTakenIn) -> Checked | None:
    if one.proof is None:
        return None
    fields = one.proof.model_dump(exclude={"checkpoint"})
    return Checked(origin=one.proof.checkpoint.partition("\n")[0], **fields)
