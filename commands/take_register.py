"""Take a register: one class, one session, by hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from commands.taking import Given, Mark, Taking
from commands.windows import Judged, Window
from ledger.events import Event, MarkAmended, MarkRecorded, RegisterClosed, RegisterOpened
from ledger.kinds import GroupId, Instant, PupilId, Session
from ledger.leave import Leaves
from ledger.refusals import (
    EntryAlreadyMade,
    Forbidden,
    NotASchoolDay,
    NotInClass,
    NotOnRoll,
    RegisterIsClosed,
    UnknownGroup,
    UnknownPupil,
)
from ledger.register import Sheet
from ledger.roll import Pupil, Roll
from ledger.school import School


class TakeRegister(Command):
    """
    Mark the pupils of a class for a session.

    ``rest_present`` marks everybody else in the class present. ``close`` ends the taking
    before its time; from closing time on it ends by itself. ``taken_at`` is when the marks
    were taken, where that was earlier than ``at``.
    """

    NAME: ClassVar[str] = "take-register"

    session: Session
    group: GroupId
    marks: tuple[Given, ...] = ()
    rest_present: bool = False
    close: bool = False
    taken_at: Instant | None = None

    @property
    def taken(self) -> Instant:
        return self.taken_at or self.at


def decide(
    command: TakeRegister, school: School, roll: Roll, sheet: Sheet, leaves: Leaves
) -> list[Event]:
    """
    Enter the marks of a class, close the register when its time has come, and enter as N
    whoever has no mark by then.

    Marks already made stay: the same again is nothing, another is refused. Where the rest are
    marked, as present or as N, whoever has leave is entered under its code.

    Reference: SI 2024/208 reg. 10.
    """
    members, given = _whom(command, roll)
    window = Window.of(school, command.session)
    inside = window is None or command.taken < window.closes
    ask = Ask(command.NAME, command.by, command.at, command.group, inside)
    by = permitted(school, ask)
    _check_day(command, school, [pupil for pupil, _ in given])

    rules = school.rules_on(command.session.date)
    taking = Taking(command.session, command.taken, sheet, window, rules)
    marks = taking.marks(given)
    if command.taken > command.at:
        raise Forbidden(why="A register cannot have been taken later than now")
    unmarked = [one.id for one in members if one.id not in marks and one.id not in sheet.entries]
    closes = taking.begun and not sheet.closed_at and (taking.ended or command.close)
    if command.rest_present or closes:
        marks |= taking.on_leave(unmarked, leaves)
        unmarked = [pupil for pupil in unmarked if pupil not in marks]
    if command.rest_present and unmarked:
        marks |= dict.fromkeys(unmarked, Mark(taking.present()))
        unmarked = []
    if closes:
        marks |= dict.fromkeys(unmarked, Mark(Judged("N")))
    _check_standing(command, sheet, members, marks)
    in_order = [(one.id, marks[one.id]) for one in members if one.id in marks]
    place = {"session": command.session, "group": command.group, **made(by, command.at)}
    taken_at = command.taken if command.taken != command.at else None
    recorded = list(_recorded(in_order, sheet, taken_at, place))
    events: list[Event] = []
    if taking.begun and not sheet.opened_at and (recorded or closes):
        events.append(RegisterOpened(taken_at=taken_at, **place))
    events += recorded
    if closes:
        events.append(RegisterClosed(taken_at=taken_at, **place))
    return [*events, *_amended(in_order, sheet, place)]


def _whom(command: TakeRegister, roll: Roll) -> tuple[list[Pupil], list[tuple[Pupil, Given]]]:
    """The pupils of the class that day, and those given with what is said of them."""
    day = command.session.date
    members = list(roll.in_group(command.group, day))
    if not members:
        known = ", ".join(roll.groups(day)) or "none on that day"
        raise UnknownGroup(group=command.group, known=known)
    given = []
    for one in command.marks:
        pupil = roll.find(one.pupil)
        if pupil is None:
            raise UnknownPupil(pupil=one.pupil)
        given.append((pupil, one))
    return members, given


def _check_day(command: TakeRegister, school: School, pupils: Sequence[Pupil]) -> None:
    day = command.session.date
    if not school.calendar.is_school_day(day):
        raise NotASchoolDay(date=in_words(day), why=school.calendar.why_not(day))
    closure = school.closure_of(command.session, command.group)
    if closure is not None:
        why = f"closure {closure.closure} ({closure.code}) stands: {closure.reason}"
        raise NotASchoolDay(date=in_words(day), why=why)
    for pupil in pupils:
        group = pupil.group_on(day)
        if group is None:
            raise NotOnRoll(pupil=pupil.name, date=in_words(day), why=pupil.why_off(day))
        if group != command.group:
            raise NotInClass(pupil=pupil.name, group=command.group, date=in_words(day))


def _check_standing(
    command: TakeRegister, sheet: Sheet, members: Sequence[Pupil], marks: Mapping[PupilId, Mark]
) -> None:
    """Nothing is overwritten: a mark that differs from the one made is refused."""
    for pupil in members:
        standing, mark = sheet.code_of(pupil.id), marks.get(pupil.id)
        if standing is None or mark is None:
            continue
        if standing == mark.judged.code or (mark.judged.then and standing == mark.judged.first):
            continue
        if sheet.closed_at:
            raise RegisterIsClosed(group=command.group, session=command.session)
        raise EntryAlreadyMade(pupil=pupil.name, original=standing, session=command.session)


_SAID = ("minutes_late", "nature", "comment")
Place = dict[str, Any]
"""The fields that every event of one taking shares."""


def _recorded(
    marks: Sequence[tuple[PupilId, Mark]], sheet: Sheet, taken_at: Instant | None, place: Place
) -> Iterator[Event]:
    """The first entries, in the order of the class."""
    new = [(pupil, mark) for pupil, mark in marks if pupil not in sheet.entries]
    if not new:
        return
    said: list[Place] = [
        {} if mark.judged.then else {"minutes_late": mark.judged.minutes_late, **mark.said}
        for _, mark in new
    ]
    pupil, mark = new[0]
    first = MarkRecorded(pupil=pupil, code=mark.judged.first, taken_at=taken_at, **place)
    yield from first.alike(
        pupil=[pupil for pupil, _ in new],
        code=[mark.judged.first for _, mark in new],
        **{name: [one.get(name) for one in said] for name in _SAID},
    )


def _amended(marks: Sequence[tuple[PupilId, Mark]], sheet: Sheet, place: Place) -> Iterator[Event]:
    """What came after the register closed: N, and now U."""
    for pupil, mark in marks:
        judged = mark.judged
        if judged.then and sheet.code_of(pupil) != judged.then:
            yield MarkAmended(
                pupil=pupil,
                original=judged.first,
                amended=judged.then,
                reason=judged.reason,
                minutes_late=judged.minutes_late,
                **place,
            )
