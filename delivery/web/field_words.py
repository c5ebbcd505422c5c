"""What the fields of entries are called on a page, and their single values in words."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeGuard

from delivery.web.site import day, moment
from ledger.events import Event
from ledger.events.register import SheetEvent
from ledger.kinds import Session

_HALVES = {"AM": "morning", "PM": "afternoon"}
_LABELS = {
    "group": "Class",
    "groups": "Classes",
    "asked_by": "Asked for by",
    "made_on": "Made on",
    "taken_at": "Taken at",
    "taken_by_name": "Taken by",
    "taken_by_position": "Position",
    "seen_before": "Last shown otherwise",
    "seen_at": "First shown so",
    "source_reason": "Reason given there",
    "source_name": "Name given there",
    "source_position": "Position given there",
    "line": "Line of the file",
    "upn": "UPN",
    "urn": "URN",
    "born": "Date of birth",
    "position": "As at entry",
    "entry": "Entry",
    "on": "As on",
    "first": "First day",
    "last": "Last day",
    "starts": "From",
    "ends": "To",
    "lapses_on": "Lapses on",
    "original": "Original entry",
    "amended": "Amended entry",
    "leave": "Request for leave",
    "notice": "Penalty notice",
    "improvement": "Notice to improve",
    "lives_with": "Lives with the pupil",
    "aware": "Who became aware",
    "early": "If paid early",
    "full": "In full",
    "early_days": "Days for the early amount",
    "full_days": "Days to pay in full",
    "to": "To whom",
    "other": "Somebody else",
    "inset": "Training days",
    "closed": "Closed on",
    "am_opens": "Morning register opens",
    "am_closes": "Morning register closes",
    "pm_opens": "Afternoon register opens",
    "pm_closes": "Afternoon register closes",
    "staff": "Who",
    "delegate": "To whom",
    "ranges": "Entries",
}


def session_in_words(session: Session) -> str:
    """``Friday 18 October 2024, morning``."""
    return f"{day(session.date)}, {_HALVES[session.half]}"


def is_day(value: Any) -> TypeGuard[dt.date]:
    """Whether it is a day, and not a moment."""
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


_IN_WORDS: Sequence[tuple[type, Callable[[Any], str]]] = (
    (bool, lambda true: "yes" if true else "no"),
    (Session, session_in_words),
    (dt.datetime, moment),
    (dt.date, day),
    (dt.time, lambda at: f"{at:%H:%M}"),
)


def plainly(name: str, value: Any) -> str:
    """A single value in words, by what it is."""
    for kind, words in _IN_WORDS:
        if isinstance(value, kind):
            return words(value)
    if isinstance(value, int) and name not in {"urn", "line"}:
        return f"{value:,}"
    return str(value).replace("-", " ") if name in {"act", "kind"} else str(value)


@cache
def label(name: str) -> str:
    """What a page calls a field."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def title(event: Event) -> str:
    """What happened, with the codes where it is about a mark: ``Mark amended, N to I``."""
    name = event.TOPIC.replace("-", " ").capitalize()
    after = getattr(event, "amended", None)
    before = getattr(event, "original", None)
    if isinstance(event, SheetEvent) and isinstance(after, str):
        return f"{name}, {before or 'no entry'} to {after}"
    code = getattr(event, "code", None)
    return f"{name}: {code}" if isinstance(event, SheetEvent) and code else name


def happened(event: Event) -> str:
    """What its kind of event is, as its description begins; nothing where that names fields."""
    told = re.split(r"[.:;]", " ".join((type(event).__doc__ or "").split()), maxsplit=1)[0]
    return f"{told}." if told and "`" not in told else ""
