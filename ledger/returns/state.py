"""The returns that were made, and what one that is owed looks like."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ledger.calendar import Calendar
from ledger.events.returns import BackupRecorded, ReturnKind, ReturnMade
from ledger.kinds import PupilId
from ledger.penalty.days import add_months, years_after
from ledger.policy import Value


@dataclass(frozen=True, slots=True)
class Owed:
    """
    A pupil whom a return must name, and until when.

    ``since`` is the day that what is returned began; with kind and pupil it says which return
    this is. ``due`` is ``None`` where the calendar as set ends first. ``note`` is what to look
    at beside it.
    """

    kind: ReturnKind
    pupil: PupilId
    since: dt.date
    due: dt.date | None
    reference: str
    facts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returns:
    """What was returned, and the back-ups, each in order."""

    made: tuple[ReturnMade, ...] = ()
    backups: tuple[BackupRecorded, ...] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    """The highest number of each kind that is gone: no number is given twice."""

    @classmethod
    def fold(cls, events: Iterable[ReturnMade | BackupRecorded]) -> "Returns":
        """The returns that events in their order make; refuses nothing."""
        returns = cls()
        for event in events:
            if isinstance(event, BackupRecorded):
                returns = replace(returns, backups=(*returns.backups, event))
            else:
                returns = replace(returns, made=(*returns.made, event))
        return returns

    def next_number(self, kind: str) -> int:
        """The number of the next return of a kind, or of the next ``backup``."""
        if kind == "backup":
            numbers = [one.number for one in self.backups]
        else:
            numbers = [one.number for one in self.made if one.kind == kind]
        return max(self.gone.get(kind, 0), *numbers, 0) + 1

    def of(self, kind: ReturnKind, pupil: PupilId, since: dt.date) -> ReturnMade | None:
        """The return in which this was said."""
        for one in self.made:
            named = ((each.pupil, each.since) for each in one.pupils)
            if one.kind == kind and (pupil, since) in named:
                return one
        return None

    def last(self, kind: ReturnKind, pupil: PupilId | None = None) -> dt.date | None:
        """The day of the last return of a kind, or of the last that named a pupil."""
        days = [
            one.made_on
            for one in self.made
            if one.kind == kind
            and (pupil is None or any(each.pupil == pupil for each in one.pupils))
        ]
        return max(days, default=None)


def deadline(calendar: Calendar, day: dt.date, length: Value) -> dt.date | None:
    """
    The last day of a clock that starts on ``day``, in whatever unit policy gives it.

    ``None`` where the calendar as set ends first.
    """
    count, unit = int(length.value["length"]), length.value["unit"]
    if unit == "months":
        return add_months(day, count)
    if unit == "years":
        return years_after(day, count)
    return calendar.deadline(day, count, unit)
