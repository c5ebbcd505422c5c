"""
Who read a pupil's record: asked of the reading log, which is kept apart from the ledger.

It holds what was shown over HTTP, with who it was shown to: pages and answers about one pupil,
registers of a class, and what was given of a whole school as a file, an answer or a feed.
What is typed on the command line, by somebody who has the database itself, is not in it.
"""

import datetime as dt
from collections.abc import Sequence

from delivery.web.door.readings import Reading
from ledger.calendar.london import instant
from ledger.kinds import Frozen, Instant
from projections.answers import Header, PupilRef
from projections.views import View


class ReadingRow(Frozen):
    """
    One record shown: to which account, for whom on the staff, on which page or as an answer.

    The register of a class has no ``pupil``: ``group`` and the days say which it was, ``shown``
    how many pupils' marks were in it. Of what was given of the ``whole`` school the days or the
    entries are said where only some were asked for; whose they are is not.
    """

    number: int
    at: Instant
    who: str
    staff: str | None
    name: str | None
    position: str | None
    pupil: PupilRef | None
    what: str
    group: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    shown: int | None = 1
    whole: bool = False
    from_entry: int | None = None
    to_entry: int | None = None


class ReadingsFound(Frozen):
    """The records shown of a school, the newest first, between two days, both in."""

    header: Header
    first: dt.date
    last: dt.date
    readers: int
    pupils: int
    rows: tuple[ReadingRow, ...]


def seconds(first: dt.date, last: dt.date, upto: dt.datetime | None) -> tuple[int, int]:
    """Two days as seconds, both in; not after the moment asked about."""
    begins = int(instant(first, dt.time()).timestamp())
    ends = int(instant(last + dt.timedelta(days=1), dt.time()).timestamp()) - 1
    return begins, min(ends, int(upto.timestamp())) if upto else ends


def readings_found(
    view: View, readings: Sequence[Reading], first: dt.date, last: dt.date
) -> ReadingsFound:
    """The answer: readings with the names of those concerned, as the ledger has them now."""
    rows = tuple(_row(view, one) for one in reversed(readings))
    return ReadingsFound(
        header=view.header("audit reading", []),
        first=first,
        last=last,
        readers=len({(row.who, row.staff) for row in rows}),
        pupils=len(
            {one for each in readings for one in (each.pupil, *each.pupils) if one is not None}
        ),
        rows=rows,
    )


def _row(view: View, one: Reading) -> ReadingRow:
    pupil = view.context.roll.pupils.get(one.pupil) if one.pupil is not None else None
    person = view.school.person_on(one.staff, one.at.date()) if one.staff else None
    days, entries = one.shown or one.whole, one.whole
    return ReadingRow(
        number=one.number,
        at=one.at,
        who=one.who,
        staff=one.staff,
        name=person.name if person else None,
        position=person.position if person else None,
        pupil=PupilRef.of(pupil) if pupil else None,
        what=one.what,
        group=one.shown.group if one.shown else None,
        first=days.first if days else None,
        last=days.last if days else None,
        shown=len(one.pupils) if one.shown else None if one.whole else 1,
        whole=one.whole is not None,
        from_entry=entries.from_entry if entries else None,
        to_entry=entries.to_entry if entries else None,
    )
