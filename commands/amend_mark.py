"""Amend a mark: another code in place of an entry, which stays beside it."""

from typing import ClassVar

from commands.base import Command, in_words
from commands.marks import check_allowed, check_nature, row_in_force
from commands.permits import Ask, permitted
from commands.windows import Window, still_amended
from ledger.events import Event, MarkAmended
from ledger.kinds import Code, GroupId, Said, Session
from ledger.refusals import (
    NoEntryToAmend,
    NotASchoolDay,
    NotOnRoll,
    ReasonMissing,
    UnknownPupil,
)
from ledger.register import Sheet
from ledger.roll import Pupil, Roll
from ledger.school import School


class AmendMark(Command):
    """
    Put another code in place of the entry of a pupil for a session, and say why.

    ``pupil`` is a UPN or the school's own number. ``nature`` is the nature of the activity or
    circumstances where the code wants it; ``minutes_late`` goes with L and U.
    """

    NAME: ClassVar[str] = "amend-mark"

    pupil: str
    session: Session
    code: Code
    reason: str = ""
    nature: Said | None = None
    minutes_late: int | None = None


def decide(
    command: AmendMark, school: School, roll: Roll, group: GroupId | None, sheet: Sheet
) -> list[Event]:
    """
    Put a new code in place of an entry, and keep the entry it replaces.

    ``group`` is the class whose sheet holds the entry. The code must be one in force on the
    day of the session, not of the amendment: a session in 2023 is amended with the codes of
    2023.

    Reference: SI 2024/208 regs 6 and 10.
    """
    pupil = roll.find(command.pupil)
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    inside = still_amended(Window.of(school, command.session), command.at)
    by = permitted(school, Ask(command.NAME, command.by, command.at, group, inside))

    original = sheet.code_of(pupil.id)
    if original is None:
        _check_day(command, school, pupil)
    if original == command.code:
        return []  # Asked twice, recorded once.
    _check_code(command, school, pupil)
    if original is None or group is None:
        raise NoEntryToAmend(pupil=pupil.name, session=command.session)
    amended = MarkAmended(
        pupil=pupil.id,
        session=command.session,
        group=group,
        original=original,
        amended=command.code,
        reason=command.reason,
        nature=command.nature,
        minutes_late=command.minutes_late,
        made_by=by,
        made_at=command.at,
    )
    return [amended]


def _check_code(command: AmendMark, school: School, pupil: Pupil) -> None:
    rules = school.rules_on(command.session.date)
    row = row_in_force(rules, command.code, command.session.date)
    check_allowed(row, command.session, pupil)
    if not command.reason.strip():
        raise ReasonMissing()
    check_nature(rules, row, command.nature)


def _check_day(command: AmendMark, school: School, pupil: Pupil) -> None:
    """Why there is no entry, where the calendar or the roll says it. An entry once made is
    always open to amendment, whatever became of calendar and roll since.
    """
    day = command.session.date
    if not school.calendar.is_school_day(day):
        raise NotASchoolDay(date=in_words(day), why=school.calendar.why_not(day))
    if not pupil.on_roll(day):
        raise NotOnRoll(pupil=pupil.name, date=in_words(day), why=pupil.why_off(day))
