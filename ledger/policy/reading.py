"""Reading a pack's TOML: every fault found at once, each with its line and parameter."""

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field, ValidationError

from ledger.kinds import Frozen, IsoDate, Said
from ledger.policy.codes import CodeRow, read_codes
from ledger.policy.packs import Clause, Layer, Pack, PacksMay, Parameter, Status, Value
from ledger.policy.sentences import did_you_mean, faults
from ledger.policy.shapes import ORDERED, SHAPES, shaped
from ledger.refusals import PackUnreadable


class Header(Frozen):
    """The ``[pack]`` table."""

    title: Said
    layer: Layer
    lies_over: Said | None = None
    adopted: IsoDate | None = None
    review_by: IsoDate | None = None
    confirmed: IsoDate | None = None
    source: Said | None = None
    codes: Said | None = None


class _RawValue(Frozen):
    value: Any
    reference: Said
    confirmed: IsoDate | None = None
    href: str = ""
    note: str = ""
    status: Status = ""
    applied: str = ""
    clauses: tuple[Clause, ...] = ()


class _RawParameter(Frozen):
    description: Said | None = None
    unit: str = ""
    shape: Said | None = None
    packs_may: PacksMay | None = None
    confirmed: IsoDate | None = None
    values: dict[IsoDate, _RawValue] = Field(default_factory=dict)


_KEYS = [*_RawParameter.model_fields, *_RawValue.model_fields]


class Draft:
    """A pack file while it is read. ``finish`` gives the pack, or every fault in one refusal."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.faults: list[str] = []
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as wrong:
            raise PackUnreadable(pack=name, why=_first_lower(str(wrong))) from wrong
        except (RecursionError, ValueError) as wrong:
            why = "it nests too deep, or has a number of thousands of digits"
            raise PackUnreadable(pack=name, why=why) from wrong
        try:
            self.header = Header.model_validate(self.tables.pop("pack", {}))
        except ValidationError as wrong:
            said = (f"[pack]: {fault}" for _, fault in faults(wrong, Header.model_fields))
            raise PackUnreadable(pack=name, why="; ".join(said)) from wrong

    def finish(self, declared: Mapping[str, Parameter] | None, codes_text: str = "") -> Pack:
        """The pack. ``declared`` holds the parameters of the pack it lies over, if any."""
        rows = self._codes(codes_text)
        raw = dict(self._raw_parameters())
        parameters = dict(declared) if declared is not None else dict(self._declared(raw))
        values: dict[str, tuple[Value, ...]] = {}
        for name, body in raw.items():
            if name in parameters:
                found = self._values(parameters[name], body)
                values[name] = tuple(sorted(found, key=lambda v: v.starts, reverse=True))
            elif declared is not None:
                self._fault(name, f"there is no such parameter{did_you_mean(name, parameters)}")
            if declared is not None:
                self._only_values(name, body)
        if rows and "register.codes" in parameters:
            values["register.codes"] = self._codes_as_values(rows)
        if self.faults:
            raise PackUnreadable(pack=self.name, why="; ".join(self.faults))
        return Pack(
            name=self.name,
            title=self.header.title,
            layer=self.header.layer,
            text=self.text,
            sha256=hashlib.sha256((self.text + codes_text).encode()).hexdigest(),
            lies_over=self.header.lies_over,
            adopted=self.header.adopted,
            review_by=self.header.review_by,
            parameters=parameters,
            values={name: found for name, found in values.items() if found},
            packs_may={name: body.packs_may for name, body in raw.items() if body.packs_may},
            codes=rows,
        )

    def _fault(self, path: str, said: str, name: str = "") -> None:
        line = line_of(self.text, path)
        named = f"{name or path}: {said}"
        self.faults.append(f"line {line}, {named}" if line else named)

    def _codes(self, text: str) -> tuple[CodeRow, ...]:
        if not self.header.codes:
            return ()
        if self.header.lies_over:
            self._fault("pack", "only a pack that lies over none brings codes: they are national")
            return ()
        if not self.header.confirmed:
            self._fault("pack", "confirmed is missing: the day somebody last checked the codes")
        return read_codes(text, f"{self.name}, {self.header.codes}")

    def _raw_parameters(self) -> Iterator[tuple[str, _RawParameter]]:
        for group, table in self.tables.items():
            for key, body in table.items() if isinstance(table, dict) else [("", table)]:
                name = f"{group}.{key}".rstrip(".")
                if not (key and isinstance(body, dict)):
                    self._fault(name, "this is not a parameter: write [group.name.values.DATE]")
                    continue
                try:
                    yield name, _RawParameter.model_validate(body)
                except ValidationError as wrong:
                    for at, fault in faults(wrong, _KEYS):
                        self._fault(f"{name}.{at}", fault, name)

    def _declared(self, raw: Mapping[str, _RawParameter]) -> Iterator[tuple[str, Parameter]]:
        """The parameters of a pack that lies over none: it must say what each is."""
        for name, body in raw.items():
            missing = [k for k in ("description", "shape", "packs_may") if not getattr(body, k)]
            if missing:
                self._fault(name, f"{' and '.join(missing)} missing")
            elif body.shape not in SHAPES:
                self._fault(name, f"shape must be one of {', '.join(SHAPES)}")
            elif body.packs_may in {"raise", "lower"} and body.shape not in ORDERED:
                self._fault(name, f"packs cannot {body.packs_may} a value of shape {body.shape}")
            else:
                given = body.model_dump(include={"description", "unit", "shape", "packs_may"})
                yield name, Parameter(name=name, **given)

    def _only_values(self, name: str, body: _RawParameter) -> None:
        """What a pack that lies over another may say of a parameter besides its values."""
        if body.description or body.shape or body.unit:
            self._fault(name, "description, unit and shape are said by the lowest pack alone")
        if body.packs_may not in {None, "not change"}:
            self._fault(name, "packs_may can only be 'not change' here: what is allowed is less")

    def _values(self, parameter: Parameter, body: _RawParameter) -> Iterator[Value]:
        for starts, raw in body.values.items():
            path = f"{parameter.name}.values.{starts}"
            confirmed = raw.confirmed or body.confirmed or self.header.confirmed
            if confirmed is None:
                self._fault(path, "confirmed is missing: the day somebody last checked it")
                continue
            try:
                value = shaped(raw.value, parameter.shape)
                clauses = tuple(_shaped(clause, parameter.shape) for clause in raw.clauses)
            except ValidationError as wrong:
                for _, fault in faults(wrong):
                    self._fault(path, f"value must be a {parameter.shape}: {fault}")
                continue
            applied = {clause.clause: clause.value for clause in clauses}
            if clauses and applied.get(raw.applied) != value:
                self._fault(path, "applied must name the clause whose value is applied")
            kept = raw.model_dump(include={"reference", "href", "note", "status", "applied"})
            yield Value(
                name=parameter.name,
                value=value,
                starts=starts,
                confirmed=confirmed,
                pack=self.name,
                unit=parameter.unit,
                clauses=clauses,
                **kept,
            )

    def _codes_as_values(self, rows: Iterable[CodeRow]) -> tuple[Value, ...]:
        """``register.codes`` from the code rows: never written twice."""
        rows = list(rows)
        ends = {row.ends + dt.timedelta(days=1) for row in rows if row.ends}
        return tuple(
            Value(
                name="register.codes",
                value=sorted(row.code for row in rows if row.in_force(day)),
                reference=f"{self.header.codes}: the national codes in force from {day}",
                starts=day,
                confirmed=self.header.confirmed or day,  # or: a fault, told already
                pack=self.name,
                unit="codes",
            )
            for day in sorted({row.begins for row in rows} | ends, reverse=True)
        )


def _shaped(clause: Clause, shape: str) -> Clause:
    if clause.value is None:
        return clause
    return clause.model_copy(update={"value": shaped(clause.value, shape)})


_TABLE = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")


def line_of(text: str, path: str) -> int | None:
    """The line on which the table ``path`` (or the nearest above it) begins, from 1."""
    tables: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            tables.setdefault(found[1].replace('"', "").replace(" ", ""), number)
    while path:
        below = [n for table, n in tables.items() if f"{table}.".startswith(f"{path}.")]
        if below:
            return min(below)
        path = path.rpartition(".")[0]
    return None


def _first_lower(said: str) -> str:
    return said[:1].lower() + said[1:]
