"""
Question 1: who changed this mark, when and why, straight from the entries.

No read model and no SQLAlchemy: the answer is there before those would have been imported.
"""

from collections.abc import Iterator

from ledger.events import (
    AmendmentObserved,
    MarkAmended,
    MarkRecorded,
    MarkVanished,
    PupilAdmitted,
)
from ledger.kinds import PupilId, Session
from ledger.layers import covering, effective
from ledger.policy import Codes, Policy
from ledger.roll import Pupil, Roll
from ledger.school import School
from ledger.store import ActRow, Ledger, Page
from ledger.store.log import page_hashes
from ledger.store.rows import event_of
from projections.answers import PupilRef, header
from projections.beside_mark import beside
from projections.contradicting import contradicting, entered_twice
from projections.explain_answers import (
    EntrySource,
    ExplainedEntry,
    ExplainedMark,
    FiveParticulars,
    LayerSaid,
    What,
)
from projections.gone import gone_of
from projections.in_time import in_time
from projections.leave_of import leave_of
from projections.particulars import lacking, particulars
from projections.sentences import sentence

MarkEvent = MarkRecorded | MarkAmended | AmendmentObserved | MarkVanished
_WHAT: dict[type[MarkEvent], What] = {
    MarkRecorded: "recorded",
    MarkAmended: "amended",
    AmendmentObserved: "amendment observed",
    MarkVanished: "vanished",
}


def explain_mark(
    ledger: Ledger,
    pupil: Pupil,
    session: Session,
    asof: int | None = None,
    policy: Policy | None = None,
) -> ExplainedMark:
    """
    Every entry about a pupil's session in order, up to entry ``asof``, and what counts.

    ``policy``: by its days for an N, and not by those of the school's own.

    Codes mean what they mean in the code set of the session's day.
    """
    upto = ledger.size() if asof is None else asof
    school = School.fold(recorded.event for recorded in ledger.stream("school", upto))  # type: ignore[misc]
    school = school.under(policy) if policy else school
    codes = school.rules_on(session.date).codes
    found = list(entries_of(ledger, pupil.id, session, upto))
    told = tuple(_told(number, event, page, school) for number, event, page in found)
    group = found[-1][1].group if found else pupil.group_on(session.date)
    standing = told[-1].code if told else None
    over = covering(school.closures.values(), session, group) if group else []
    leaves = leave_of(ledger, pupil.id, upto)
    leave = leaves.planned(pupil.id, session)
    counted = effective(standing, over, pupil.on_roll(session.date), leave)
    steps, against = beside(
        ledger, pupil, session, standing, school=school, leaves=leaves, upto=upto
    )
    return ExplainedMark(
        header=header(ledger, school, "explain-mark", entry=upto, days=[session.date]),
        pupil=PupilRef.of(pupil),
        session=session,
        group=group,
        code=counted.code,
        meaning=_meaning(counted.code, codes) or "",
        counts_as=_counts_as(counted.code, codes),
        authorised=_authorised(counted.code, codes),
        layer=counted.layer,
        layers=tuple(LayerSaid(name=at.name, code=at.code, why=at.why) for at in counted.layers),
        entries=told,
        beside=steps,
        contradictions=(*contradicting(counted, codes), *against, *entered_twice(told)),
        gone=() if told else gone_of(ledger, session, group),
    )


def find_pupil(ledger: Ledger, written: str, asof: int | None = None) -> Pupil | None:
    """
    The pupil meant by a UPN or by the school's own number, without reading the whole roll.

    ``None`` where the school has no such pupil.
    """
    upto = ledger.size() if asof is None else asof
    streams = list(_streams_naming(ledger, written, upto))
    if written.isdecimal():
        streams.append(f"pupil/{int(written)}")
    for stream in streams:
        events = [recorded.event for recorded in ledger.stream(stream, upto)]
        roll = Roll.fold(events)  # type: ignore[arg-type]
        pupil = roll.find(written)
        if pupil is not None:
            return pupil
    return None


def _streams_naming(ledger: Ledger, upn: str, upto: int) -> Iterator[str]:
    for stream, _, runs in ledger.columns("pupil/", "pupil0", upto):
        for run in runs:
            column = "upn" if run.topic == PupilAdmitted.TOPIC else "amended"
            if upn in run.column(column):
                yield stream
                break


def entries_of(
    ledger: Ledger, pupil: PupilId, session: Session, upto: int
) -> Iterator[tuple[int, MarkEvent, Page]]:
    """Entry number, event and page of each entry about one pupil's session, in order."""
    sheets = f"register/{session.date.isoformat()}/{session.half}"
    pages = sorted(
        ledger.pages_between(f"{sheets}/", f"{sheets}0", upto), key=lambda page: page.first
    )
    for page in pages:
        number = page.first
        for run in page.runs:
            for index, whose in enumerate(run.column("pupil")):
                if whose == pupil and number + index <= upto:
                    event = event_of(run, index, page.stream, page.act)
                    assert isinstance(event, MarkEvent)
                    yield number + index, event, page
            number += run.count


def _told(number: int, event: MarkEvent, page: Page, school: School) -> ExplainedEntry:
    act = page.act
    codes = school.rules_on(event.session.date).codes
    code, original = _codes_of(event)
    imported = "file" in (act.source or {})
    first = event if isinstance(event, MarkRecorded) else None
    five = _five(event)
    name: str | None = act.made_by.name
    position: str | None = act.made_by.position
    if first and imported:
        name, position = first.taken_by_name, first.taken_by_position
    elif five:
        name, position = five.name, five.position
    return ExplainedEntry(
        entry=number,
        recorded_at=act.recorded_at,
        made_at=act.made_at,
        taken_at=first.taken_at if first else None,
        what=_WHAT[type(event)],
        group=event.group,
        code=code,
        meaning=_meaning(code, codes) or "",
        counts_as=_counts_as(code, codes),
        authorised=_authorised(code, codes),
        original=original,
        original_meaning=_meaning(original, codes),
        reason=five.reason if five else None,
        nature=getattr(event, "nature", None),
        comment=getattr(event, "comment", None),
        minutes_late=getattr(event, "minutes_late", None),
        name=name,
        position=position,
        recorded_by=f"{act.made_by.name} ({act.made_by.position})",
        source=_source(event, act),
        five=five,
        in_time=in_time(event, school),
        leaf=page_hashes(page)[number - page.first].hex(),
        sentence=sentence(event, act, codes),
    )


def _codes_of(event: MarkEvent) -> tuple[str, str | None]:
    """The code an event leaves, and the one it found."""
    match event:
        case MarkRecorded():
            return event.code, None
        case MarkVanished():
            return event.original, event.original
        case _:
            return event.amended, event.original


def _five(event: MarkEvent) -> FiveParticulars | None:
    if isinstance(event, MarkRecorded):
        return None
    found = particulars(event)
    if not isinstance(event, MarkAmended):
        found |= {"seen_before": event.seen_before, "seen_at": event.seen_at}
    return FiveParticulars(**found, lacks=tuple(lacking(found)))


def _source(event: MarkEvent, act: ActRow) -> EntrySource:
    source = act.source or {}
    if "file" in source:
        line = getattr(event, "line", None)
        return EntrySource(kind="import", file=str(source["file"]), line=line)
    return EntrySource(kind="register" if act.command == "take-register" else "office")


def _meaning(code: str | None, codes: Codes) -> str | None:
    row = codes.known(code) if code else None
    return row.meaning if row else None


def _counts_as(code: str | None, codes: Codes) -> str:
    row = codes.known(code) if code else None
    return row.statistical if row else "not counted"


def _authorised(code: str | None, codes: Codes) -> bool | None:
    counts_as = _counts_as(code, codes)
    return counts_as == "authorised" if counts_as.endswith("authorised") else None
