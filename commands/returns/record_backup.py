"""Record a back-up of the registers: when it was made, and where it is kept."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import BackupRecorded, Event
from ledger.kinds import Said
from ledger.refusals import Forbidden
from ledger.returns import Returns
from ledger.returns.backups import keep_until
from ledger.school import School


class RecordBackup(Command):
    """Record a back-up made on ``backed_up_on`` (else today); ``sha256`` is the file's hash."""

    NAME: ClassVar[str] = "record-backup"

    kept_at: Said
    backed_up_on: dt.date | None = None
    sha256: Said | None = None


def decide(command: RecordBackup, school: School, returns: Returns) -> list[Event]:
    """
    Record it with the last day on which it must be kept. The same one again is nothing.

    Reference: SI 2024/208 regs 5(3) and 7(b).
    """
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    day = command.backed_up_on or command.day
    if day > command.day:
        raise Forbidden(why=f"A back-up of {in_words(day)} has not been made yet")
    said = (day, command.kept_at, command.sha256)
    if any((one.backed_up_on, one.kept_at, one.sha256) == said for one in returns.backups):
        return []
    backup = BackupRecorded(
        number=returns.next_number("backup"),
        backed_up_on=day,
        kept_at=command.kept_at,
        sha256=command.sha256,
        keep_until=keep_until(school, day),
        **made(by, command.at),
    )
    return [backup]
