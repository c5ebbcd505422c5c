"""The national attendance and absence codes, each row with the days it is in force."""

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from ledger.kinds import Code, Frozen, IsoDate, Said
from ledger.policy.sentences import faults as faults_of
from ledger.refusals import PackUnreadable

Statistical = Literal[
    "present",
    "attending elsewhere",
    "authorised",
    "unauthorised",
    "not possible",
    "administrative",
]
"""How the Department counts a session: each code is in exactly one of these."""

State = Literal["present", "attending elsewhere", "absent", "unable to attend", ""]
"""The four states a register shows (SI 2006/1751 reg. 6(1), SI 2024/208 reg. 10); "" is none."""


def _yes_or_no(written: object) -> object:
    match written:
        case "yes":
            return True
        case "no":
            return False
        case bool():
            return written
    raise ValueError(f"{written!r} is neither yes nor no")


def _empty_is_none(written: object) -> object:
    return None if written == "" else written


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]


class CodeRow(Frozen):
    """One code under one set of regulations, between the days it is in force, both in.

    ``short`` is the meaning in few words, for a list of codes on a phone: at most 27 characters.
    ``late`` counts in the late figure; ``threshold`` counts towards a penalty notice;
    ``nature`` says whose rule asks for the nature of the activity or circumstances; ``age``
    bars the code for pupils of the other age; ``leave`` codes need leave to have been given;
    ``pre_entered`` codes may stand before the register is taken. ``after_end`` is
    ``"tolerated"`` for a code which importers still take, flagged, after its last day.
    """

    code: Code
    meaning: Said
    short: Annotated[Said, Field(max_length=27)]
    statistical: Statistical
    state: State
    session: Literal["AM", "PM", "both"]
    late: YesNo
    threshold: YesNo
    nature: Literal["law", "policy", ""]
    age: Literal["compulsory", "not compulsory", ""]
    leave: YesNo
    pre_entered: YesNo
    begins: IsoDate
    ends: Annotated[IsoDate | None, BeforeValidator(_empty_is_none)]
    after_end: Literal["tolerated", ""]
    reference: Said

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends is not None and self.ends < self.begins:
            raise ValueError(f"it ends on {self.ends}, before it begins on {self.begins}")
        return self

    @property
    def nature_of(self) -> Literal["activity", "circumstances"]:
        """What ``nature`` is the nature of."""
        return "circumstances" if self.state == "unable to attend" else "activity"

    def in_force(self, day: dt.date) -> bool:
        """Whether a session on ``day`` may carry this code."""
        return self.begins <= day and (self.ends is None or day <= self.ends)


class Codes(Mapping[str, CodeRow]):
    """The codes in force on a day, in the Regulations' order.

    ``tolerated`` holds codes no longer in force which some systems still send: they are
    taken in, counted as they counted on their last day, and flagged, never entered anew.
    """

    __slots__ = ("_in_force", "tolerated")

    def __init__(self, in_force: Iterable[CodeRow], tolerated: Iterable[CodeRow] = ()) -> None:
        self._in_force = {row.code: row for row in in_force}
        self.tolerated: Mapping[str, CodeRow] = {row.code: row for row in tolerated}

    @classmethod
    def on(cls, rows: Iterable[CodeRow], day: dt.date, asked_of: Collection[str] = ()) -> Self:
        """The codes among ``rows`` on ``day``.

        ``asked_of`` holds codes and states of which a policy asks the nature where the law
        does not: their ``nature`` becomes ``"policy"``.
        """
        rows = list(rows)
        in_force = [_asked(row, asked_of) for row in rows if row.in_force(day)]
        found = {row.code for row in in_force}
        ended = (r for r in rows if r.after_end and r.ends is not None and r.ends < day)
        return cls(in_force, (row for row in ended if row.code not in found))

    def known(self, code: str) -> CodeRow | None:
        """The row of a code in force or tolerated, or ``None``."""
        return self._in_force.get(code) or self.tolerated.get(code)

    def __getitem__(self, code: str) -> CodeRow:
        return self._in_force[code]

    def __contains__(self, code: object) -> bool:
        return code in self._in_force

    def __iter__(self) -> Iterator[str]:
        return iter(self._in_force)

    def __len__(self) -> int:
        return len(self._in_force)

    def __repr__(self) -> str:
        return f"Codes({' '.join(self)})"


def _asked(row: CodeRow, asked_of: Collection[str]) -> CodeRow:
    if row.nature == "" and (row.code in asked_of or row.state in asked_of):
        return row.model_copy(update={"nature": "policy"})
    return row


def read_codes(text: str, pack: str) -> tuple[CodeRow, ...]:
    """The rows of a ``codes.csv``. Raises ``PackUnreadable`` with every faulty line."""
    lines = csv.DictReader(io.StringIO(text, newline=""))
    columns = list(CodeRow.model_fields)
    if lines.fieldnames is None or set(lines.fieldnames) != set(columns):
        raise PackUnreadable(pack=pack, why=f"its columns must be {', '.join(columns)}")
    rows: list[CodeRow] = []
    faults: list[str] = []
    for line in lines:
        where = f"line {lines.line_num}"
        if None in line or None in line.values():
            faults.append(f"{where} does not have {len(columns)} columns")
            continue
        try:
            row = CodeRow.model_validate(line)
        except ValidationError as wrong:
            said = faults_of(wrong)
            faults += [f"{where}, code {line['code']}: {fault}" for _, fault in said]
            continue
        faults += [f"{where}: {fault}" for fault in _overlaps(row, rows)]
        rows.append(row)
    if faults:
        raise PackUnreadable(pack=pack, why="; ".join(faults))
    return tuple(rows)


def _overlaps(row: CodeRow, rows: Iterable[CodeRow]) -> Iterator[str]:
    """A code means one thing on one day."""
    for other in rows:
        meet = max(row.begins, other.begins)
        if other.code == row.code and row.in_force(meet) and other.in_force(meet):
            yield f"{row.code} already has a row in force on {meet}"
