"""A line of a file of pupils, read strictly: what it says, or the sentence that refuses it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Protocol

from pydantic import BeforeValidator, ValidationError

from ledger.events import Parent
from ledger.events.pupil import Upn
from ledger.kinds import Frozen, GroupId, IsoDate, Said


class PupilRow(Protocol):
    """A line as the file has it: text without outer spaces, "" where a cell is empty."""

    @property
    def line(self) -> int: ...
    @property
    def upn(self) -> str: ...
    @property
    def surname(self) -> str: ...
    @property
    def forename(self) -> str: ...
    @property
    def born(self) -> str: ...
    @property
    def year_group(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def starts(self) -> str: ...
    @property
    def leaves(self) -> str: ...
    @property
    def parents(self) -> Sequence[Mapping[str, str]]: ...


def _empty_is_none(written: object) -> object:
    return None if written == "" else written


class Described(Frozen):
    """A pupil as a line describes them."""

    upn: Upn
    surname: Said
    forename: Said
    born: IsoDate
    year_group: Said
    group: GroupId
    starts: IsoDate
    leaves: Annotated[IsoDate | None, BeforeValidator(_empty_is_none)] = None
    parents: tuple[Parent, ...] = ()


_COLUMNS = {
    "upn": "UPN",
    "born": "date of birth",
    "year_group": "year group",
    "group": "class",
    "starts": "start date",
    "leaves": "leaving date",
}
_YES_NO = {"yes": True, "y": True, "true": True, "1": True}
_YES_NO |= {"no": False, "n": False, "false": False, "0": False}


def read_row(row: PupilRow) -> Described:
    """What a line says. Raises ``ValueError`` with the reason, to be told by line."""
    fields = {name: getattr(row, name) for name in Described.model_fields if name != "parents"}
    for name, written in fields.items():
        if written == "" and name != "leaves":
            raise ValueError(f"the {_COLUMNS.get(name, name)} is missing")
    try:
        parents = tuple(_parent(told) for told in row.parents)
        described = Described(**fields, parents=parents)
    except ValidationError as wrong:
        raise ValueError(_sentence(wrong)) from None
    return _in_order(described)


def _in_order(one: Described) -> Described:
    if one.leaves is not None and one.leaves < one.starts:
        raise ValueError(f"the leaving date {one.leaves} is before the start date {one.starts}")
    if one.born >= one.starts:
        raise ValueError(f"the date of birth {one.born} is not before the start date {one.starts}")
    return one


def _parent(told: Mapping[str, str]) -> Parent:
    number = told.get("number", "1")
    if "name" not in told:
        raise ValueError(f"parent {number} has no name")
    written = told.get("lives_with", "").lower()
    if written and written not in _YES_NO:
        raise ValueError(f"parent_{number}_lives_with says {written!r}, neither yes nor no")
    return Parent(
        id=f"parent-{number}",
        name=told["name"],
        lives_with=_YES_NO[written] if written else None,
        address=told.get("address"),
        telephone=told.get("telephone"),
    )


def _sentence(wrong: ValidationError) -> str:
    fault = wrong.errors()[0]
    column = _COLUMNS.get(str(fault["loc"][0]), str(fault["loc"][0]))
    if fault["loc"][0] == "upn":
        return f"the UPN {fault['input']!r} is not 4 to 16 capital letters and figures"
    if fault["type"] == "string_pattern_mismatch":
        return f"the {column} {fault['input']!r} holds letters or signs it cannot have"
    return f"the {column}: {str(fault['msg']).removeprefix('Value error, ')}"


def written_day(day: dt.date | None) -> str:
    """A day as a particular keeps it: ISO, "" for none."""
    return day.isoformat() if day else ""
