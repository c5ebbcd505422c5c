"""The shapes a policy value can have, so that a slip in a file is found when it is read.

A value is plain data (numbers, text, lists, dictionaries) once it has passed.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Strict, TypeAdapter

from ledger.kinds import Frozen, IsoDate, Said
from ledger.policy.benchmarks import Benchmarks
from ledger.policy.returned import Particular

Whole = Annotated[int, Strict(), Field(ge=0)]
Flag = Annotated[bool, Strict()]
Unit = Literal[
    "minutes", "days", "school days", "working days", "weeks", "school weeks", "months", "years"
]
Role = Literal[
    "teacher",
    "office",
    "attendance-officer",
    "champion",
    "head",
    "ceo",
    "board",
    "la",
    "auditor",
]
Scope = Literal["own class", "own class, inside window", "school"]


Codelist = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=2)]],
    AfterValidator(lambda codes: sorted(set(codes))),
]
"""Code lists are sets: one written order, so that equal lists are equal."""


class Duration(Frozen):
    """So many of a unit; which day is the first is said in the parameter's note."""

    length: Whole
    unit: Unit


class Threshold(Frozen):
    """So many sessions of threshold codes within so many school weeks, or sessions.

    ``not_before``: sessions before that day are not counted.
    """

    sessions: Whole
    within: Whole
    of: Literal["school weeks", "sessions"]
    not_before: IsoDate | None = None


class Payment(Frozen):
    """Pounds: ``early`` if paid within ``early_days``, else ``full`` within ``full_days``."""

    full: Whole
    full_days: Whole
    early: Whole | None = None
    early_days: Whole | None = None


class Amounts(Frozen):
    """What a notice asks for: the first, and one after a counted previous notice."""

    first: Payment
    second: Payment


class PublicPlace(Payment):
    """A notice for being in a public place in the first days of a suspension."""

    first_days: Whole
    counts: Flag


class Limit(Frozen):
    """At most ``notices`` in ``years``, for offence periods beginning from ``offences_from``."""

    notices: Whole
    years: Whole
    offences_from: IsoDate | None = None


class LastDays(Frozen):
    """Days after receipt: the last to pay early, the last to pay, the first to prosecute."""

    early: Whole
    full: Whole
    prosecute_from: Whole


class Issuing(Frozen):
    """What the school itself does, and what it does with the local authority."""

    school: Literal["issues", "refers"]
    check_with_local_authority: Flag
    copy_to_local_authority: Flag


class Ratio(Frozen):
    """An exact fraction of possible sessions."""

    numerator: Whole
    denominator: Annotated[Whole, Field(ge=1)]


class Times(Frozen):
    """When pupils must have arrived and each register opens and closes (Europe/London)."""

    arrive_by: dt.time | None = None
    am_opens: dt.time
    am_closes: dt.time
    pm_opens: dt.time
    pm_closes: dt.time


class Between(Frozen):
    """No less than ``least`` and no more than ``most``, both in."""

    least: Whole
    most: Whole
    unit: Unit


class Evidence(Frozen):
    """When medical evidence is asked for: in doubt, or after more than so many days of absence."""

    asked: Literal["will", "may"]
    in_doubt: Flag
    after_days: Whole | None = None
    unit: Unit | None = None


class TestWindow(Frozen):
    """When a statutory test is taken, both days in, and by which year groups."""

    test: Said
    year_groups: list[Said]
    first: dt.date
    last: dt.date


class SchoolAge(Frozen):
    """The age reached, and the days of the year (month-day) that it then waits for."""

    age: Whole
    on: list[Said]


SHAPES: Mapping[str, Any] = {
    "whole number": Whole,
    "yes or no": Flag,
    "text": Said,
    "list": list[Said],
    "codes": Codelist,
    "duration": Duration,
    "threshold": Threshold,
    "amounts": Amounts,
    "public place": PublicPlace,
    "limit": Limit,
    "last days": LastDays,
    "issuing": Issuing,
    "ratio": Ratio,
    "register times": dict[Said, Times],
    "minutes by school": dict[Said, Whole],
    "text by text": dict[Said, Said],
    "between": Between,
    "evidence": Evidence,
    "time of day": dt.time | Literal["start of the school day"],
    "permission": dict[Role, Scope],
    "school age": SchoolAge,
    "test windows": list[TestWindow],
    "benchmarks": Benchmarks,
    "particulars": list[Particular],
}


def shaped(value: Any, shape: str) -> Any:
    """``value`` as plain data once it has the shape. Raises pydantic's ``ValidationError``."""
    adapter = _adapter(shape)
    return adapter.dump_python(adapter.validate_python(value), exclude_none=True)


@cache
def _adapter(shape: str) -> TypeAdapter[Any]:
    return TypeAdapter(SHAPES[shape])


ORDERED = frozenset({"whole number", "list", "codes", "duration", "between", "particulars"})
"""The shapes of which one value can be more than another, so that packs may only raise it."""


def at_least(value: Any, bound: Any) -> bool:
    """Whether ``value`` is ``bound`` or more: a number, a list or a range that holds all of
    the other, a duration in the same unit. Values in different units are never comparable.
    """
    match value, bound:
        case int(), int():
            return value >= bound
        case list(), list():
            return set(value) >= set(bound)
        case {"length": length, "unit": unit}, {"length": least, "unit": other}:
            return bool(unit == other and length >= least)
        case {"least": low, "most": high, "unit": unit}, {"least": _, "most": _, "unit": other}:
            return bool(unit == other and low <= bound["least"] and high >= bound["most"])
    return False


_IN_WORDS = {
    frozenset(template.replace("}", "{").split("{")[1::2]): template
    for template in (
        "{length} {unit}",
        "{least} to {most} {unit}",
        "{numerator}/{denominator}",
        "{sessions} sessions within {within} {of}",
        "{sessions} sessions within {within} {of}, none before {not_before}",
        "£{early} within {early_days} days, £{full} within {full_days}",
        "£{full} within {full_days} days",
        "{notices} notices in {years} years",
        "{notices} notices in {years} years, for offences from {offences_from}",
        "{test}, {first} to {last} (year {year_groups})",
    )
}


def written(value: Any) -> str:
    """A value as a person would write it in a sentence."""
    match value:
        case bool():
            return "yes" if value else "no"
        case dict() if frozenset(value) in _IN_WORDS:
            words = {key: written(part) for key, part in value.items()}
            return _IN_WORDS[frozenset(value)].format(**words)
        case dict():
            parts = (f"{key.replace('_', ' ')} {written(part)}" for key, part in value.items())
            return "; ".join(parts)
        case list():
            return ", ".join(written(part) for part in value) or "nothing"
    return str(value)
