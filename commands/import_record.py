"""Take in what another school's register says of pupils: kept beside ours, and never in it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import ClassVar

from commands.base import Command, made
from commands.permits import Ask, permitted
from commands.states import Decided, States
from ledger.events import Event, RecordTakenIn
from ledger.events.elsewhere import FromWhat, Proof
from ledger.kinds import Frozen, PupilId, Said, Urn
from ledger.refusals import Forbidden, UnknownPupil
from ledger.roll import Roll
from ledger.school import School


class OneRecord(Frozen):
    """
    What a file says of one pupil at one other school: the code of each session, as it counted.

    ``marks`` are by session (``2024-09-03 AM``), checked by whoever read the file, ``refused`` how
    many it left out; ``told`` are the file's own sums, ``line`` where in the file it stands.
    """

    upn: Said
    school: Said
    urn: Urn | None = None
    establishment: Said | None = None
    marks: dict[str, str]
    told: dict[str, int]
    refused: int = 0
    line: int | None = None
    proof: Proof | None = None


class ImportRecord(Command):
    """Take in a file of one or several pupils' records, each of a pupil on our roll."""

    NAME: ClassVar[str] = "import-record"

    source: FromWhat
    file: Said
    sha256: Said
    records: tuple[OneRecord, ...]


def decide(
    command: ImportRecord, school: School, roll: Roll, known: Mapping[PupilId, list[RecordTakenIn]]
) -> list[Event]:
    """
    Record each under the pupil's next number. The same file again is nothing.

    ``known`` are the records taken in before, by pupil. Raises ``UnknownPupil`` for a UPN that
    was never on roll, ``Forbidden`` for a record of this very school.
    """
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    found: list[Event] = []
    for one in command.records:
        pupil = roll.by_upn(one.upn)
        if pupil is None:
            raise UnknownPupil(pupil=one.upn)
        if one.urn == school.urn or one.school.casefold() == school.name.casefold():
            raise Forbidden(why=f"The record of {one.upn} is of {school.name} itself")
        before = [*known.get(pupil.id, ()), *_of(found, pupil.id)]
        if any((each.sha256, each.line) == (command.sha256, one.line) for each in before):
            continue
        days = sorted(session[:10] for session in one.marks)
        found.append(
            RecordTakenIn(
                pupil=pupil.id,
                number=max((each.number for each in before), default=0) + 1,
                source=command.source,
                first=dt.date.fromisoformat(days[0]) if days else None,
                last=dt.date.fromisoformat(days[-1]) if days else None,
                file=command.file,
                sha256=command.sha256,
                **{name: getattr(one, name) for name in OneRecord.model_fields if name != "upn"},
                **made(by, command.at),
            )
        )
    return found


def way(command: ImportRecord, states: States) -> Decided:
    """From the records known of these pupils; each new one's stream is its own."""
    known: dict[PupilId, list[RecordTakenIn]] = {}
    for one in command.records:
        pupil = states.roll.by_upn(one.upn)
        if pupil is not None and pupil.id not in known:
            streams = states.under(f"elsewhere/{pupil.id}/").values()
            known[pupil.id] = list(_of((event for of in streams for event in of), pupil.id))
    events = decide(command, states.school, states.roll, known)
    return events, {event.stream: 0 for event in events}


def _of(events: Iterable[Event], pupil: PupilId) -> Iterable[RecordTakenIn]:
    return [one for one in events if isinstance(one, RecordTakenIn) and one.pupil == pupil]
