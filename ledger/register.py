"""One sheet of the register as it stands: a class, a session, and an entry for each pupil."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from ledger.events import (
    AmendmentObserved,
    MarkAmended,
    MarkRecorded,
    MarkVanished,
    RegisterClosed,
    RegisterOpened,
)
from ledger.kinds import Code, Instant, PupilId

SheetEvents = (
    RegisterOpened | RegisterClosed | MarkRecorded | MarkAmended | AmendmentObserved | MarkVanished
)
SHEET_EVENTS = (
    RegisterOpened,
    RegisterClosed,
    MarkRecorded,
    MarkAmended,
    AmendmentObserved,
    MarkVanished,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """
    The entry of one pupil, and what became of it.

    ``code`` is the one that stands, ``original`` the one first entered. ``numbers`` are the
    entry numbers, the first entry's first. ``vanished``: the source shows it no longer; the
    ledger keeps it all the same.
    """

    code: Code
    original: Code
    amendments: int = 0
    numbers: tuple[int, ...] = ()
    vanished: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The entries as they now stand. How they came to is in the events."""

    opened_at: Instant | None = None
    closed_at: Instant | None = None
    entries: Mapping[PupilId, Entry] = field(default_factory=dict)

    @classmethod
    def fold(cls, events: Iterable[SheetEvents]) -> "Sheet":
        sheet = cls()
        for event in events:
            sheet = evolve(sheet, event)
        return sheet

    def code_of(self, pupil: PupilId) -> Code | None:
        """The code that stands for a pupil, or ``None`` where nothing was entered."""
        entry = self.entries.get(pupil)
        return entry.code if entry else None


def evolve(sheet: Sheet, event: SheetEvents, number: int | None = None) -> Sheet:
    """
    Fold one event, with its entry number where that is known, into the sheet.

    It takes events in the ledger's order, never the clock's, and refuses nothing.
    """
    match event:
        case RegisterOpened():
            return replace(sheet, opened_at=event.taken_at or event.made_at)
        case RegisterClosed():
            return replace(sheet, closed_at=event.taken_at or event.made_at)
        case MarkRecorded():
            entry = Entry(event.code, event.code, numbers=_numbers((), number))
            return _with(sheet, event.pupil, entry)
        case MarkAmended() | AmendmentObserved():
            before = sheet.entries[event.pupil]
            if isinstance(event, MarkAmended):
                assert before.code == event.original  # decide() read it here
            return _with(sheet, event.pupil, _amended(before, event.amended, number))
        case MarkVanished():
            before = sheet.entries[event.pupil]
            gone = replace(before, vanished=True, numbers=_numbers(before.numbers, number))
            return _with(sheet, event.pupil, gone)
        case _:
            assert_never(event)


def _amended(before: Entry, code: Code, number: int | None) -> Entry:
    """The entry under another code, or back in the source under the one it had."""
    return replace(
        before,
        code=code,
        amendments=before.amendments + (code != before.code),
        numbers=_numbers(before.numbers, number),
        vanished=False,
    )


def _with(sheet: Sheet, pupil: PupilId, entry: Entry) -> Sheet:
    return replace(sheet, entries={**sheet.entries, pupil: entry})


def _numbers(before: tuple[int, ...], number: int | None) -> tuple[int, ...]:
    return before if number is None else (*before, number)
