"""A register as it is being taken: the class, what is entered already, and what may be."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from commands.marks import check_allowed, present_code
from commands.states import states_of
from commands.taking import Given
from commands.windows import Window
from delivery.importers.sheet import read_time
from delivery.registers import register_shown
from delivery.usage import Usage
from delivery.web.here import Here
from delivery.web.looks import Cell, Look, cells, look
from ledger.calendar import london, monday_of
from ledger.events.register import register_stream
from ledger.kinds import GroupId, PupilId, Session
from ledger.leave import Planned
from ledger.policy import CodeRow, PolicyDay
from ledger.refusals import CodeNotAllowed, UnknownGroup
from ledger.register import Sheet
from ledger.roll import Pupil

ARRIVED = "L"
"""With this code, words that are a time say when the pupil arrived."""
AFTER_CLOSING = "U"


class Stands(NamedTuple):
    """The entry that stands for a pupil: its look, and who made it when."""

    code: str
    look: Look
    by: str
    at: dt.datetime
    entry: int


class NoTime(Usage):
    """What was typed as a time of arrival and is none: of each pupil, all of them at once."""

    def __init__(self, said: Mapping[PupilId, str]) -> None:
        super().__init__("A time of arrival is written like 08:52.")
        self.said = said


@dataclass(frozen=True)
class Typed:
    """What somebody typed of one pupil: a code, and words or a time with it."""

    code: str = ""
    said: str = ""


@dataclass(frozen=True)
class Row:
    """
    One pupil on the sheet. ``options`` are the codes that may be entered now, none where the
    entry is made. ``differs``: what was typed is not what somebody else entered meanwhile.
    """

    pupil: Pupil
    stands: Stands | None
    planned: Planned | None
    options: Sequence[CodeRow]
    typed: Typed
    week: Sequence[Cell | None]

    @property
    def differs(self) -> bool:
        return bool(
            self.stands
            and self.typed.code
            and self.typed.code != self.stands.code
            and self.typed.code not in {one.code for one in self.options}
        )


@dataclass(frozen=True)
class Taken:
    """The whole sheet, as the page of a register being taken shows it."""

    group: GroupId
    session: Session
    rows: Sequence[Row]
    before: Sequence[Session]
    window: Window | None
    sheet: Sheet
    now: dt.datetime
    rules: PolicyDay
    present: str
    looks: Mapping[str, Look] = field(default_factory=dict)

    @property
    def choices(self) -> Sequence[CodeRow]:
        """Every code that may be entered for somebody, once."""
        return tuple({one.code: one for row in self.rows for one in row.options}.values())

    @property
    def left(self) -> int:
        return sum(row.stands is None for row in self.rows)

    @property
    def over(self) -> bool:
        """Whether the time of taking is over, so that whoever has no mark is entered as N."""
        return bool(self.sheet.closed_at or (self.window and self.now >= self.window.closes))

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes until the register closes; ``None`` where it is over or has no times."""
        if self.window is None or self.over:
            return None
        return int((self.window.closes - self.now).total_seconds()) // 60


def taken(
    here: Here, group: GroupId, session: Session, typed: Mapping[PupilId, Typed] | None = None
) -> Taken:
    """The sheet as it stands this moment. Raises ``UnknownGroup`` for a class there is not."""
    ledger, now = here.view.ledger, here.desk.clock()
    states = states_of(ledger)
    members = states.roll.in_group(group, session.date)
    if not members:
        known = ", ".join(states.roll.groups(session.date)) or "none on that day"
        raise UnknownGroup(group=group, known=known)
    sheet, _ = states.sheet(session, group)
    rules = states.school.rules_on(session.date)
    window = Window.of(states.school, session)
    over = bool(sheet.closed_at or (window and now >= window.closes))
    begun = now >= window.opens if window else london(now).date() >= session.date
    before, week = _week_before(here, group, session)
    stands = _standing(here, group, session, rules)
    rows = []
    for pupil in sorted(members, key=lambda one: (one.surname, one.forename)):
        planned = (*states.leaves.planned(pupil.id, session), None)[0]
        mine = stands.get(pupil.id)
        options = tuple(_options(rules, session, pupil, mine, over=over, begun=begun))
        said = (typed or {}).get(pupil.id) or _proposed(planned, mine, rules, fresh=typed is None)
        shown = tuple(week.get((pupil.id, one.date, one.half)) for one in before)
        rows.append(Row(pupil, mine, planned, options, said, shown))
    looks = {code: look(code, rules) for code in rules.codes}
    present = present_code(session)
    return Taken(group, session, rows, before, window, sheet, now, rules, present, looks)


def given(typed: Mapping[PupilId, Typed]) -> tuple[Given, ...]:
    """What was typed, as the act wants it. Raises ``NoTime`` for times that are none."""
    wrong = {pupil: one.said.strip() for pupil, one in typed.items() if _no_time(one)}
    if wrong:
        raise NoTime(wrong)
    return tuple(_given(pupil, one) for pupil, one in typed.items() if one.code)


def _no_time(one: Typed) -> bool:
    if one.code not in {ARRIVED, AFTER_CLOSING} or not one.said.strip():
        return False
    try:
        read_time(one.said.strip())
    except Usage:
        return True
    return False


def _given(pupil: PupilId, one: Typed) -> Given:
    said = one.said.strip()
    if said and one.code in {ARRIVED, AFTER_CLOSING}:
        return Given(pupil=str(pupil), arrived=read_time(said))
    if one.code == ARRIVED or not said:
        return Given(pupil=str(pupil), code=one.code)
    if len(said) > 500:
        raise Usage("The nature of an activity is said in 500 characters at most.")
    return Given(pupil=str(pupil), code=one.code, nature=said)


def _standing(
    here: Here, group: GroupId, session: Session, rules: PolicyDay
) -> dict[PupilId, Stands]:
    """The last entry of each pupil, from the sheet's own stream."""
    found: dict[PupilId, Stands] = {}
    for one in here.view.ledger.stream(register_stream(session, group)):
        event = one.event
        pupil = getattr(event, "pupil", None)
        code = getattr(event, "amended", None) or getattr(event, "code", None)
        if pupil is not None and code is not None:
            at = getattr(event, "taken_at", None) or event.made_at
            by = event.made_by.name
            found[pupil] = Stands(code, look(code, rules), by, at, one.entry)
    return found


def _options(
    rules: PolicyDay,
    session: Session,
    pupil: Pupil,
    stands: Stands | None,
    *,
    over: bool,
    begun: bool,
) -> Iterator[CodeRow]:
    """
    The codes that may be entered: all that are allowed; before the register opens, those of what
    is known in advance; over the N of a closed one, the late arrival alone.
    """
    if stands is not None and not (over and stands.code == "N"):
        return
    for row in rules.codes.values():
        if (row.code == AFTER_CLOSING and not over) or not (begun or row.pre_entered):
            continue
        if stands is not None and row.code != AFTER_CLOSING:
            continue
        try:
            check_allowed(row, session, pupil)
        except CodeNotAllowed:
            continue
        yield row


def _proposed(
    planned: Planned | None, stands: Stands | None, rules: PolicyDay, *, fresh: bool
) -> Typed:
    """Leave that was given is there already when the page is first shown."""
    if not fresh or planned is None or stands is not None:
        return Typed()
    return Typed(planned.code, planned.nature if rules.codes[planned.code].nature else "")


def _week_before(
    here: Here, group: GroupId, session: Session
) -> tuple[list[Session], Mapping[tuple[int, dt.date, str], Cell]]:
    """The sessions of that week before this one, and their marks."""
    monday = monday_of(session.date)
    calendar = here.view.school.calendar
    before = [one for one in calendar.sessions(monday, session.date) if one < session]
    if not before:
        return [], {}
    found = register_shown(here.view, monday, session.date, group=group)
    return before, cells(found.lines, cache(here.view.school.rules_on))


def clock(moment: dt.datetime) -> str:
    """``08:52`` on the wall of a school."""
    return f"{london(moment):%H:%M}"
