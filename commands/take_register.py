"""Take a register: one class, one session, by hand."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from commands.base import Command, in_words, utc
from commands.on_sheet import OnSheet
from commands.permits import Ask, permitted
from commands.taking import Given, Mark, Taking
from commands.windows import Judged, Window, still_taken
from ledger.events import MarkAmended, MarkRecorded, RegisterClosed, RegisterOpened
from ledger.events.register import register_stream
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
from ledger.store import Act, Run


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
) -> OnSheet:
    """
    Enter the marks of a class, close the register when its time has come, and enter as N
    whoever has no mark by then.

    Marks already made stay: the same again is nothing, another is refused. Where the rest are
    marked, as present or as N, whoever has leave is entered under its code.

    Reference: SI 2024/208 reg. 10.
    """
    members, given = _whom(command, roll)
    window = Window.of(school, command.session)
    inside = still_taken(window, command.taken)
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
    taken_at = utc(command.taken) if command.taken != command.at else None
    recorded = _recorded(in_order, sheet, taken_at)
    opens = taking.begun and not sheet.opened_at and (recorded or closes)
    runs = [
        *([Run.alike(RegisterOpened, {"taken_at": [taken_at]})] if opens else ()),
        *recorded,
        *([Run.alike(RegisterClosed, {"taken_at": [taken_at]})] if closes else ()),
        *_amended(in_order, sheet),
    ]
    act = Act(command.key, command.NAME, by, command.at)
    return OnSheet(act, register_stream(command.session, command.group), runs)


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


_NOTHING_SAID = Mark(Judged("N"))
Marks = Sequence[tuple[PupilId, Mark]]


def _recorded(marks: Marks, sheet: Sheet, taken_at: str | None) -> list[Run]:
    """The first entries, in the order of the class."""
    new = [(pupil, mark) for pupil, mark in marks if pupil not in sheet.entries]
    if not new:
        return []
    # What is said of one who came after the register closed is said with the amendment.
    said = [_NOTHING_SAID if mark.judged.then else mark for _, mark in new]
    columns: dict[str, list[Any]] = {
        "pupil": [pupil for pupil, _ in new],
        "code": [mark.judged.first for _, mark in new],
        "minutes_late": [mark.judged.minutes_late for mark in said],
        "nature": [mark.nature for mark in said],
        "comment": [mark.comment for mark in said],
        "taken_at": [taken_at] * len(new),
    }
    return [Run.alike(MarkRecorded, columns)]


def _amended(marks: Marks, sheet: Sheet) -> list[Run]:
    """What came after the register closed: N, and now U."""
    late = [
        (pupil, mark.judged)
        for pupil, mark in marks
        if mark.judged.then and sheet.code_of(pupil) != mark.judged.then
    ]
    if not late:
        return []
    columns: dict[str, list[Any]] = {
        "pupil": [pupil for pupil, _ in late],
        "original": [judged.first for _, judged in late],
        "amended": [judged.then for _, judged in late],
        "reason": [judged.reason for _, judged in late],
        "minutes_late": [judged.minutes_late for _, judged in late],
    }
    return [Run.alike(MarkAmended, columns)]
