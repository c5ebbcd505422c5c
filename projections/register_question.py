"""Question 2: what the register said on the day, beside what it says now."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, Select, select

from ledger.events import AmendmentObserved, MarkAmended, MarkRecorded, MarkVanished
from ledger.events.register import register_stream
from ledger.kinds import Code, Frozen, GroupId, Instant, PupilId, Session
from ledger.reckoning import Rates, percent
from ledger.roll import Pupil
from ledger.store import ActRow, Ledger, Page
from projections.answers import Header, PupilRef
from projections.current_register import current_register
from projections.particulars import particulars
from projections.views import Scope, View, asof

t = current_register.c
MarkEvent = MarkRecorded | MarkAmended | AmendmentObserved | MarkVanished


class Totals(Frozen):
    """Sessions added up; ``attendance`` is a percentage, ``None`` where nothing was possible."""

    possible: int = 0
    attended: int = 0
    authorised: int = 0
    unauthorised: int = 0
    late: int = 0
    attendance: str | None = None


class KnownMark(Frozen):
    """A mark at one point of the ledger; ``code`` is ``None`` where nothing counted then."""

    code: Code | None
    layer: str
    entry: int


class RegisterLine(Frozen):
    """One pupil's session as known then and as known now."""

    pupil: PupilId
    session: Session
    group: GroupId
    then: KnownMark | None
    now: KnownMark | None
    changed: bool


class LaterChange(Frozen):
    """What came after: who entered or amended what, and when the ledger learned of it."""

    entry: int
    recorded_at: Instant
    pupil: PupilId
    session: Session
    original: Code | None
    code: Code | None
    reason: str | None
    name: str | None
    position: str | None


class PupilTotals(Frozen):
    """One pupil's sessions, both ways."""

    pupil: PupilRef
    then: Totals
    now: Totals


class RegisterAnswer(Frozen):
    """Question 2: the register of a pupil or a class, as at an entry and as at the last one."""

    header: Header
    first: dt.date
    last: dt.date
    now: int
    lines: tuple[RegisterLine, ...]
    later: tuple[LaterChange, ...]
    pupils: tuple[PupilTotals, ...]
    then_totals: Totals
    now_totals: Totals


def register(
    ledger: Ledger,
    *,
    first: dt.date,
    last: dt.date,
    pupil: Pupil | None = None,
    group: GroupId | None = None,
    asof_entry: int | None = None,
    at: Callable[[int, Scope], View] | None = None,
) -> RegisterAnswer:
    """
    The register between two days, both in, as known at an entry beside as known now.

    ``pupil`` or ``group`` narrows it. ``at`` gives the read models as at an entry; without it
    both sides come from the entries, through the same handlers that keep the live ones.
    """
    pupils = frozenset({pupil.id}) if pupil else None
    scope = Scope(first, last, group, pupils)
    at = at or partial(asof, ledger)
    now = at(ledger.size(), scope)
    then = now if asof_entry is None else at(asof_entry, scope)
    before, after = _known(then, scope), _known(now, scope)
    keys = sorted(before.keys() | after.keys())
    lines = tuple(_line(key, before.get(key), after.get(key)) for key in keys)
    return RegisterAnswer(
        header=then.header("register", [first, last]),
        first=first,
        last=last,
        now=now.entry,
        lines=lines,
        later=tuple(_later(_pages(now, scope, then.entry, after), scope, then.entry)),
        pupils=tuple(_pupil_totals(now, before, after)),
        then_totals=_totals(before.values()),
        now_totals=_totals(after.values()),
    )


Key = tuple[Session, PupilId]
_SUMS = ("possible", "attended", "authorised", "unauthorised", "late")
_COUNTED = attrgetter(*_SUMS)


def _known(view: View, scope: Scope) -> dict[Key, Row[Any]]:
    question: Select[Any] = select(current_register).where(t.school == view.urn)
    if scope.days is None:
        question = question.where(t.date.between(scope.first, scope.last))
    else:
        question = question.where(t.date.in_(scope.days), t.half.in_(("AM", "PM")))
    if scope.group is not None:
        question = question.where(t["class"] == scope.group)
    if scope.pupils is not None:
        question = question.where(t.pupil.in_(scope.pupils))
    rows = view.rows(question)
    return {(Session(row.date, row.half), int(row.pupil)): row for row in rows}


def _line(key: Key, then: Row[Any] | None, now: Row[Any] | None) -> RegisterLine:
    row = now if now is not None else then
    assert row is not None
    before, after = _mark(then), _mark(now)
    return RegisterLine(
        pupil=key[1],
        session=key[0],
        group=str(row._mapping["class"]),
        then=before,
        now=after,
        changed=(before and before.code) != (after and after.code),
    )


def _mark(row: Row[Any] | None) -> KnownMark | None:
    return None if row is None else KnownMark(code=row.code, layer=row.layer, entry=row.entry)


def _pupil_totals(
    view: View, before: Mapping[Key, Row[Any]], after: Mapping[Key, Row[Any]]
) -> Iterable[PupilTotals]:
    then, now = _by_pupil(before), _by_pupil(after)
    for number in sorted(then.keys() | now.keys()):
        known = view.context.roll.pupils.get(number)
        if known is not None:
            yield PupilTotals(
                pupil=PupilRef.of(known),
                then=_totals(then.get(number, ())),
                now=_totals(now.get(number, ())),
            )


def _by_pupil(rows: Mapping[Key, Row[Any]]) -> dict[PupilId, list[Row[Any]]]:
    found: dict[PupilId, list[Row[Any]]] = {}
    for (_, pupil), row in rows.items():
        found.setdefault(pupil, []).append(row)
    return found


def _totals(rows: Iterable[Row[Any]]) -> Totals:
    columns = zip(*map(_COUNTED, rows), strict=True)
    sums = dict(zip(_SUMS, map(sum, columns), strict=False)) or dict.fromkeys(_SUMS, 0)
    return Totals(**sums, attendance=percent(Rates(**sums).attendance))


def _pages(now: View, scope: Scope, entry: int, rows: Mapping[Key, Row[Any]]) -> Iterable[Page]:
    """
    The pages of these sheets with a later entry, in order.

    Of a pupil, whose rows say at which sessions there is one: on the sheet of the row's class,
    or of any class the pupil was ever placed in.
    """
    if scope.pupils is None:
        return scope.pages(now.ledger, now.ledger.size(), after=entry)
    found: dict[int, Page] = {}
    for (session, pupil), row in rows.items():
        if row.entry > entry:
            known = now.context.roll.pupils.get(pupil)
            groups = {place.group for place in known.places} if known else set()
            for group in groups | {str(row._mapping["class"])}:
                pages = now.ledger.pages_of(register_stream(session, group))
                found |= {page.first: page for page in pages}
    return [page for _, page in sorted(found.items()) if page.first + page.count > entry]


def _later(pages: Iterable[Page], scope: Scope, entry: int) -> Iterable[LaterChange]:
    """What was entered about these sheets after an entry, in order."""
    for page in pages:
        for recorded in page.events():
            event = recorded.event
            if recorded.entry <= entry or not isinstance(event, MarkEvent):
                continue
            if scope.pupils is None or event.pupil in scope.pupils:
                yield _change(recorded.entry, event, page.act)


def _change(number: int, event: MarkEvent, act: ActRow) -> LaterChange:
    said: dict[str, Any] = {"original": None, "reason": None}
    if isinstance(event, MarkRecorded):
        imported = "file" in (act.source or {})
        said["name"] = event.taken_by_name if imported else act.made_by.name
        said["position"] = event.taken_by_position if imported else act.made_by.position
        said["code"] = event.code
    else:
        five = particulars(event)
        said |= {name: five[name] for name in ("original", "reason", "name", "position")}
        said["code"] = five["amended"]
    return LaterChange(
        entry=number,
        recorded_at=act.recorded_at,
        pupil=event.pupil,
        session=event.session,
        **said,
    )
