"""
How the systems that schools have name what they say of a mark.

One mapper for all: a record's fields go by any of the names below, which are those seen in
public (and their likely spellings); which system wrote a file does not matter. The half of the
day comes from a label alone, never from a time.
"""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from delivery.importers.formats.known import CodeTable, People
from delivery.importers.formats.records import ALSO, Record
from ledger.calendar.london import LONDON

UPN = ("upn", "studentupn", "pupilupn", "uniquepupilnumber", "personupn")
PERSON = (
    "studentid", "pupilid", "personid", "student", "pupil", "person", "g4sstuid", "studentmisid",
    "admissionnumber", "admissionno", "adno",
)  # fmt: skip
DATE = ("sessiondate", "attendancedate", "recorddate", "markdate", "date")
HALF = (
    "sessionname", "session", "ampm", "attendancerollcallshortname", "attendancerollcallname",
    "attendancerollcallcode", "attendancerollcall", "rollcall", "sessiontype", "period",
)  # fmt: skip
CODE = (
    "attendancemarkcode", "attendancecodecode", "attendancemark", "attendancecode", "mark",
    "sessionmark", "code",
)  # fmt: skip
CODE_ID = (
    "sessionaliasid", "attendancealiascodeid", "attendancecodeid", "attendancemarkid",
    "sessionmarkid",
)  # fmt: skip
SUBCODE = ("subcode", "attendancemarksubcode", "marksubcode", "subcodecode", "aliascode")
EXPORT = ("exportmark", "statutoryreturncode", "statutorycode")
SCHOOL = ("schoolurn", "urn")
EXTRAS = {
    "minutes_late": ("minuteslate", "minslate", "sessionminuteslate"),
    "comment": ("comment", "comments", "sessionnotes", "recordnote", "notes", "note"),
    "taken_at": ("takenat", "markedat"),
    "taken_by_name": ("takenbyname", "employeename", "takenby", "staffname"),
    "taken_by_position": ("takenbyposition", "employeeposition"),
    "reason": ("reason",),
}

_AM = re.compile(r"\b(am|morning)\b")
_PM = re.compile(r"\b(pm|afternoon)\b")
_DAY = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark as a file has it, in the words our rows use."""

    line: int
    school: str
    person: str
    day: str
    half: str
    code: str
    extras: dict[str, str] | None


def is_a_mark(record: Record) -> bool:
    """Whether a record says a date, and a mark or a code."""
    names = record.fields
    return any(name in names or f"{name}date" in names for name in DATE) and any(
        name in names for name in (*CODE, *CODE_ID, *SUBCODE, *EXPORT)
    )


def mark(record: Record, people: People, codes: CodeTable) -> Mark:
    """A record as a mark; what it does not say, or not so as to be read, the import refuses."""
    code, subcode = _code(record, codes)
    extras = {name: said for name, names in EXTRAS.items() if (said := record.first(*names))}
    if not extras.get("minutes_late", "").strip("0."):
        extras.pop("minutes_late", None)
    if subcode:
        words = (f"Sub-code {subcode} of the source.", extras.get("comment", ""))
        extras["comment"] = " ".join(words).strip()
    return Mark(
        line=record.line,
        school=record.first(*SCHOOL),
        person=people.upn(record.first(*UPN), record.first(*PERSON)),
        day=_day(record),
        half=half_of(record.first(*HALF)),
        code=code,
        extras=extras or None,
    )


def half_of(label: str) -> str:
    """``AM`` or ``PM`` from a session's label; one that says neither, or both, as it stands."""
    said = label.strip().lower().replace("_", " ")
    morning, afternoon = bool(_AM.search(said)), bool(_PM.search(said))
    if morning == afternoon or ALSO in label:
        return label
    return "AM" if morning else "PM"


def _code(record: Record, codes: CodeTable) -> tuple[str, str]:
    written = record.first(*CODE)
    number = record.first(*CODE_ID)
    if not written and number:
        return codes.of_number(number)
    return codes.of_code(written, record.first(*SUBCODE), record.first(*EXPORT))


def _day(record: Record) -> str:
    """
    The date in London, whether written as a date, a moment, or a moment and its zone.

    A summer day of London's written in UTC begins at 23:00 the day before.
    """
    for name in DATE:
        said = record.first(name, f"{name}date")
        if said:
            found = _DAY.fullmatch(said)
            return said if found is None else _in_london(found, record.first(f"{name}timezone"))
    return ""


def _in_london(found: re.Match[str], zone: str) -> str:
    day, time, offset = found.groups()
    if time is None or (not offset and not zone):
        return day
    try:
        moment = dt.datetime.fromisoformat(f"{day}T{time}{(offset or '').replace('Z', '+00:00')}")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(LONDON).date().isoformat()
    except (ZoneInfoNotFoundError, OSError, OverflowError, ValueError):
        return f"{found[0]} {zone}".strip()
