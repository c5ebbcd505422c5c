"""
The feed for those who count and compare: pupils under pseudonyms, no names, no free text.

What is shown is listed, field by field; an event that is not listed is told as ``withheld``, by its
number alone, so that numbers still follow each other. What is kept of a pupil beside the
register (evidence, leave, letters, support, penalty notices) is not listed, nor who did anything.
It remains personal data: small groups can be recognised by what they did.
"""

import re
from collections.abc import Iterable
from typing import Any

from delivery.feed.cloud import Telling, Told, fields_of, shape_of
from delivery.feed.source import Entry
from delivery.pseudonyms import Pseudonyms
from ledger.store.rows import DISPOSED

WITHHELD = "withheld"
"""The name under which an entry is told that is not shown."""

_SHEET = ("session", "group")
_SEEN = ("seen_before", "seen_at")
SHOWN: dict[str, tuple[str, ...]] = {
    "register-opened": (*_SHEET, "taken_at"),
    "register-closed": (*_SHEET, "taken_at"),
    "mark-recorded": (*_SHEET, "pupil", "code", "minutes_late", "taken_at"),
    "mark-amended": (*_SHEET, "pupil", "original", "amended", "minutes_late"),
    "amendment-observed": (*_SHEET, "pupil", "original", "amended", "minutes_late", *_SEEN),
    "mark-vanished": (*_SHEET, "pupil", "original", *_SEEN),
    "pupil-admitted": ("pupil", "year_group", "group", "starts"),
    "pupil-moved": ("pupil", "year_group", "group", "starts"),
    "pupil-left": ("pupil", "last_day"),
    "calendar-set": ("school_year", "half_terms", "inset", "closed"),
    "closure-declared": ("closure", "first", "last", "code", "groups"),
    "closure-withdrawn": ("closure",),
    "entries-disposed": ("entries", "ranges"),
}
"""The fields that are shown of each event; ``made_at`` is shown of all of these."""

_YEAR_GROUP = re.compile(r"[A-Za-z]{0,10} ?\d{0,2}")
"""A year group is typed by whoever admits; what does not look like one is not shown."""


def pseudonymous(pseudonyms: Pseudonyms) -> Telling:
    """How an entry is told to the recipient of these pseudonyms."""

    def told(one: Entry) -> Told:
        shown = SHOWN.get(one.run.topic)
        if one.run.topic == DISPOSED:
            return Told(DISPOSED)
        if shown is None:
            return Told(WITHHELD)
        data = dict(_shown(fields_of(one), shown))
        school, pupil = one.page.act.school, data.get("pupil")
        if pupil is not None:
            data["pupil"] = pseudonyms(school, pupil)
        data["made_at"] = one.page.act.made_at.isoformat()
        subject = _subject(one.page.stream, data)
        return Told(one.run.topic, subject, data, shape_shown(one.run.topic))

    return told


def shape_shown(topic: str) -> str:
    """The name of the schema of what is shown of an event."""
    return f"{shape_of(topic)}.pseudonymous"


def _shown(fields: dict[str, Any], names: Iterable[str]) -> Iterable[tuple[str, Any]]:
    for name in names:
        value = fields.get(name)
        if name == "year_group" and not _YEAR_GROUP.fullmatch(str(value)):
            value = None
        if value is not None:
            yield name, value


def _subject(stream: str, data: dict[str, Any]) -> str:
    return f"pupil/{data['pupil']}" if stream.startswith("pupil/") else stream
