"""Entries in plain English, one sentence each. No database."""

import datetime as dt

from ledger.calendar import london
from ledger.events import AmendmentObserved, MarkAmended, MarkRecorded, MarkVanished
from ledger.policy import Codes
from ledger.store import ActRow

MarkEvent = MarkRecorded | MarkAmended | AmendmentObserved | MarkVanished


def sentence(event: MarkEvent, act: ActRow, codes: Codes) -> str:
    """Who did what when, and why, as one would tell it to a parent."""
    match event:
        case MarkRecorded():
            return _recorded(event, act, codes)
        case MarkAmended():
            who = f"{event.made_by.name} ({event.made_by.position})"
            changed = _change(event.original, event.amended, codes)
            return f"{_when(event.made_at)}: {who} amended {changed}. Reason: {event.reason}"
        case AmendmentObserved():
            changed = _change(event.original, event.amended, codes)
            who = _somebody(event.source_name, event.source_position)
            why = (
                f"Reason: {event.source_reason}"
                if event.source_reason
                else "The reason was not provided by source"
            )
            return f"{_between(event.seen_before, event.seen_at)}: {who} amended {changed}. {why}"
        case MarkVanished():
            return (
                f"{_between(event.seen_before, event.seen_at)}: the school's other system let go "
                f"of {_code(event.original, codes)}. The ledger keeps the entry"
            )


def _recorded(event: MarkRecorded, act: ActRow, codes: Codes) -> str:
    code = _code(event.code, codes)
    late = f", {event.minutes_late} minutes late" if event.minutes_late is not None else ""
    if "file" not in (act.source or {}):
        who = f"{event.made_by.name} ({event.made_by.position})"
        return f"{_when(event.taken_at or event.made_at)}: {who} entered {code}{late}"
    taken = f"{_when(event.taken_at)}: " if event.taken_at else ""
    who = _somebody(event.taken_by_name, event.taken_by_position)
    learned = _when(act.recorded_at)
    return f"{taken}{who} entered {code}{late} in the school's other system, taken in {learned}"


def _change(original: str | None, amended: str, codes: Codes) -> str:
    after = _code(amended, codes)
    return f"{_code(original, codes)} to {after}" if original else f"an entry let go of to {after}"


def _code(code: str, codes: Codes) -> str:
    row = codes.known(code)
    return f"{code} ({row.meaning})" if row else code


def _somebody(name: str | None, position: str | None) -> str:
    if name is None:
        return "somebody whom the source does not name"
    return f"{name} ({position})" if position else name


def _between(before: dt.datetime | None, after: dt.datetime) -> str:
    if before is None:
        return f"before {_when(after)}"
    return f"between {_when(before)} and {_when(after)}"


def _when(moment: dt.datetime) -> str:
    local = london(moment)
    return f"{local.day} {local:%B %Y} {local:%H:%M}"
