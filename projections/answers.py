"""
What every answer says of itself. No database is imported here: some answers come from entries.

Text, JSON, CSV, pages and documents are renderings of the same frozen objects.
"""

import datetime as dt
from collections.abc import Iterable

from ledger.kinds import Frozen, Instant, PupilId, Urn
from ledger.policy import Policy, PolicyDay
from ledger.roll import Pupil
from ledger.school import School
from ledger.store import Ledger

NOT_PROVIDED = "not provided by source"
"""How ``None`` reads where a school's other system was asked and did not say."""


class AsOf(Frozen):
    """The last entry an answer knows of, and when it was recorded (``None``: no entry yet)."""

    entry: int
    recorded_at: Instant | None


class Header(Frozen):
    """
    Where an answer comes from, so that it can be asked again and come out the same.

    ``policy`` names the packs in force on the day that decides, topmost first; ``code_sets``
    say from which day on each code set used is in force, with its regulations; ``head`` is
    the hash of the school's Merkle log, where it was asked for.
    """

    school: Urn
    school_name: str
    question: str
    asof: AsOf
    policy: str
    code_sets: tuple[str, ...]
    head: str | None = None


class PupilRef(Frozen):
    """A pupil in an answer."""

    id: PupilId
    upn: str
    name: str

    @classmethod
    def of(cls, pupil: Pupil) -> "PupilRef":
        return cls(id=pupil.id, upn=pupil.upn, name=pupil.name)


def header(
    ledger: Ledger,
    school: School,
    question: str,
    *,
    entry: int,
    days: Iterable[dt.date],
    policy: Policy | None = None,
) -> Header:
    """
    The header of an answer as at ``entry`` about ``days``, the last of which decides.

    ``policy`` is the one asked for, if not the school's own.
    """
    rules = [(policy or school.policy).on(day) for day in days]
    sets = dict.fromkeys(code_set(day) for day in rules)
    act = next(ledger.acts(entry, entry), None) if entry else None
    return Header(
        school=school.urn,
        school_name=school.name,
        question=question,
        asof=AsOf(entry=entry, recorded_at=act.recorded_at if act else None),
        policy=rules[-1].name if rules else "",
        code_sets=tuple(sets),
    )


def code_set(rules: PolicyDay) -> str:
    """A code set by the regulations it comes from and the day it began."""
    first = next(iter(rules.codes.values()), None)
    if first is None:
        return "none in force"
    return f"{first.reference.partition(' reg')[0]}, from {first.begins.isoformat()}"
