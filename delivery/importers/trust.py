"""
The one file a ledger is set up from: ``attendance init TRUST.toml``.

A trust (or one school alone), its policy packs by date, and for each school its register
times, calendar, classes, staff and delegations. ``docs/reference/command-line.md`` shows one.
"""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from delivery.importers.source import open_bytes
from ledger.kinds import Frozen, GroupId, IsoDate, Said, StaffId
from ledger.refusals import FileUnreadable

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


def _clock_time(written: object) -> object:
    if isinstance(written, str):
        try:
            return dt.time.fromisoformat(written)
        except ValueError:
            raise ValueError(f"{written!r} is not a time written like 08:45:00") from None
    return written


def _without_seconds_zone(time: dt.time) -> dt.time:
    if time.tzinfo is not None:
        raise ValueError("a register time is a time on the school's clock, without an offset")
    return time


ClockTime = Annotated[dt.time, BeforeValidator(_clock_time), AfterValidator(_without_seconds_zone)]


class PackAdopted(Frozen):
    """A policy pack and the day from which the school works under it."""

    pack: Said
    starts: IsoDate


class RegisterTimes(Frozen):
    """When registers are taken, from a day on."""

    starts: IsoDate
    arrive_by: ClockTime | None = None
    am_opens: ClockTime
    am_closes: ClockTime
    pm_opens: ClockTime
    pm_closes: ClockTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.am_opens < self.am_closes <= self.pm_opens < self.pm_closes:
            raise ValueError("the registers must open and close in the order AM, then PM")
        return self


class HalfTerm(Frozen):
    """The unbroken days between two holidays, both ends in."""

    term: Said
    half: int = Field(ge=1, le=3)
    starts: IsoDate
    ends: IsoDate

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends < self.starts:
            raise ValueError(f"it ends on {self.ends}, before it starts on {self.starts}")
        return self


class Year(Frozen):
    """A school year's days: ``inset`` and ``closed`` lie inside its half-terms."""

    school_year: Said
    half_terms: tuple[HalfTerm, ...] = Field(min_length=1)
    inset: tuple[IsoDate, ...] = ()
    closed: tuple[IsoDate, ...] = ()

    @model_validator(mode="after")
    def _apart(self) -> Self:
        for before, after in zip(self.half_terms, self.half_terms[1:], strict=False):
            if after.starts <= before.ends:
                raise ValueError(
                    f"the half-term that starts on {after.starts} begins before the one before "
                    f"it ends ({before.ends})"
                )
        return self


class StaffMember(Frozen):
    """Somebody who acts in the register."""

    id: StaffId
    name: Said
    position: Said
    roles: tuple[Role, ...] = Field(min_length=1)
    classes: tuple[GroupId, ...] = ()
    starts: IsoDate
    ends: IsoDate | None = None


class Delegation(Frozen):
    """An act that somebody else may do, between two days, both in."""

    act: Said
    delegate: StaffId
    starts: IsoDate
    ends: IsoDate | None = None
    reason: Said | None = None


class SchoolFile(Frozen):
    """One school of the file."""

    urn: int = Field(ge=1, le=9_999_999)
    name: Said
    phase: Said
    local_authority: Said
    policy_packs: tuple[PackAdopted, ...] = ()
    register_times: tuple[RegisterTimes, ...] = ()
    classes: tuple[GroupId, ...] = ()
    calendar: tuple[Year, ...] = Field(min_length=1)
    staff: tuple[StaffMember, ...] = Field(min_length=1)
    delegations: tuple[Delegation, ...] = ()

    @model_validator(mode="after")
    def _knows_its_own(self) -> Self:
        ids = [member.id for member in self.staff]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"two members of staff have the id {twice[0]}")
        for member in self.staff:
            for group in member.classes:
                if self.classes and group not in self.classes:
                    raise ValueError(f"{member.id} is given class {group}, which is not listed")
        for delegation in self.delegations:
            if delegation.delegate not in ids:
                raise ValueError(
                    f"{delegation.act} is delegated to {delegation.delegate}, "
                    "who is not on the staff"
                )
        return self


class TrustFile(Frozen):
    """The whole file."""

    trust: Said | None = None
    policy_packs: tuple[PackAdopted, ...] = ()
    schools: tuple[SchoolFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        urns = [school.urn for school in self.schools]
        twice = sorted({urn for urn in urns if urns.count(urn) > 1})
        if twice:
            raise ValueError(f"two schools have the URN {twice[0]}")
        return self


def trust_file(path: Path) -> TrustFile:
    """Read a trust's file. Raises ``FileUnreadable`` that names every place at fault."""
    with open_bytes(path) as file:
        raw = file.read()
    try:
        fields = tomllib.loads(raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError:
        why = "it is not UTF-8 text; save it as UTF-8"
        raise FileUnreadable(file=path.name, why=why) from None
    except tomllib.TOMLDecodeError as problem:
        why = f"it is not TOML: {str(problem)[0].lower()}{str(problem)[1:]}"
        raise FileUnreadable(file=path.name, why=why) from None
    except (RecursionError, ValueError):
        why = "it nests too deep, or has a number of thousands of digits"
        raise FileUnreadable(file=path.name, why=why) from None
    try:
        return TrustFile.model_validate(fields)
    except ValidationError as problem:
        # A list of which an item is at fault is also told as too short, less that item.
        told = [one for one in problem.errors() if one["type"] != "too_short" or not one["input"]]
        faults = [_sentence(fault, fields) for fault in told]
        raise FileUnreadable(file=path.name, why="; ".join(faults)) from None


def _sentence(fault: Any, fields: dict[str, Any]) -> str:
    kind, where = fault["type"], _place(fault["loc"], fields)
    if kind == "missing":
        said = "is missing"
    elif kind == "extra_forbidden":
        said = "is not a name this file knows"
    elif kind == "value_error":
        said = str(fault["ctx"]["error"])
    elif kind == "literal_error":
        said = f"{fault['input']!r} is not one of {fault['ctx']['expected']}"
    elif kind == "too_short":
        said = "there is none"
    else:
        said = f"{fault['input']!r}: {fault['msg'][0].lower()}{fault['msg'][1:]}"
    return f"{where}: {said}" if where else said


def _place(loc: tuple[int | str, ...], fields: Any) -> str:
    """``schools, number 2 (Otterham), staff, number 1``: where in the file."""
    words: list[str] = []
    for step in loc:
        try:
            fields = fields[step]
        except (KeyError, IndexError, TypeError):
            fields = None
        if isinstance(step, int):
            called = fields.get("name") or fields.get("id") if isinstance(fields, dict) else None
            words.append(f"number {step + 1}" + (f" ({called})" if called else ""))
        else:
            words.append(step)
    return ", ".join(words)
