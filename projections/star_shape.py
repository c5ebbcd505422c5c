"""
What each table of the star is, beyond its SQL: kinds, keys, what is joined to what, who may see.

From it follow the dictionary, the types of every export, the published file and the metadata
that stands beside them; so none of them can say anything else than the others.
"""

from functools import cache
from typing import Any, Literal

from sqlalchemy import Date, Text

from ledger.kinds import Frozen
from projections.dictionary import VIEW_COLUMNS
from projections.star import STAR

VERSION = 1
Kind = Literal["integer", "text", "date"]

NAMED = frozenset({"v1_dim_pupil_named"})
"""Tables that are given only to whoever may see names."""

WITHHELD = {"v1_fact_mark_history": frozenset({"reason", "position"})}
"""Columns that stay, but are empty, without names: free text, and what points to a person."""

_KEYS = {
    "v1_fact_mark_current": ("school", "date", "half", "pupil"),
    "v1_fact_mark_history": ("school", "entry"),
    "v1_fact_rate_daily": ("school", "date", "pupil", "class"),
    "v1_dim_date": ("school", "date"),
    "v1_dim_code": ("school", "code", "begins"),
    "v1_dim_pupil": ("school", "pupil"),
    "v1_dim_pupil_named": ("school", "pupil"),
    "v1_dim_enrolment": ("school", "pupil", "starts"),
    "v1_dim_school": ("school",),
}
_UNITS = {
    "v1_fact_mark_current": ("school", "date", "half", "pupil"),
    "v1_fact_mark_history": ("school", "date", "half", "pupil"),
    "v1_fact_rate_daily": ("school", "date", "pupil"),
}
_MAY_BE_EMPTY = {
    "v1_fact_mark_current": {"code"},
    "v1_fact_mark_history": {"original", "amended", "reason", "position", "lag"},
    "v1_dim_date": {"week", "half_term", "term", "year"},
    "v1_dim_school": {"trust"},
}
_MEANINGS = {
    ("v1_fact_mark_current", "layer"): "register; closure where one lies over the entry; 'not on "
    "roll' where nothing counts.",
    ("v1_fact_mark_history", "entry"): "The number of the entry.",
}
"""Where a column says something more exact than its name does elsewhere."""

_JOINS = (
    (("school", "date"), "v1_dim_date"),
    (("school", "pupil"), "v1_dim_pupil"),
    (("school",), "v1_dim_school"),
)


class Column(Frozen):
    """A column: ``integer`` (64 bits), ``text`` or ``date``; ``empty``: it may hold nothing."""

    name: str
    kind: Kind
    empty: bool
    meaning: str


class Join(Frozen):
    """Columns that stand in another table of the star too, and identify a row there."""

    columns: tuple[str, ...]
    to: str


class Shape(Frozen):
    """
    A table of the star.

    ``key`` identifies a row. ``unit`` are the columns by which a copy kept elsewhere is renewed:
    all rows of a changed unit are given together. It is empty for a dimension, given whole.
    """

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unit: tuple[str, ...]
    joins: tuple[Join, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def dated(self) -> bool:
        """Whether its rows are of a day each, so that a span of days can be asked for."""
        return "date" in self.names

    def pseudonymous(self) -> "Shape":
        """The same with pseudonyms for the pupils' numbers: text, of 32 digits."""
        columns = tuple(
            one.model_copy(update={"kind": "text", "meaning": _PSEUDONYM})
            if one.name == "pupil"
            else one
            for one in self.columns
        )
        return self.model_copy(update={"columns": columns})


_PSEUDONYM = "The pupil under a pseudonym of this recipient's and this school's own; no name."


@cache
def shape(name: str) -> Shape:
    """The table of that name. Raises ``KeyError`` where there is none."""
    comment, question = STAR[name]
    columns = tuple(_column(name, one) for one in question.selected_columns)
    names = {one.name for one in columns}
    joins = (
        Join(columns=by, to=to)
        for by, to in _JOINS
        if names.issuperset(by) and to != name and (name.startswith("v1_fact") or len(by) == 1)
    )
    return Shape(
        name=name,
        comment=comment,
        columns=columns,
        key=_KEYS[name],
        unit=_UNITS.get(name, ()),
        joins=tuple(joins),
    )


def tables(*, names: bool = True) -> tuple[Shape, ...]:
    """Every table of the star; without ``names``, those that whoever counts may have."""
    return tuple(shape(name) for name in STAR if names or name not in NAMED)


def _column(table: str, column: Any) -> Column:
    kind: Kind = "integer"
    if isinstance(column.type, Date):
        kind = "date"
    elif isinstance(column.type, Text):
        kind = "text"
    empty = column.name in _MAY_BE_EMPTY.get(table, ())
    meaning = _MEANINGS.get((table, column.name), VIEW_COLUMNS[column.name])
    return Column(name=column.name, kind=kind, empty=empty, meaning=meaning)


_BESIDE = """\
# The star, column by column

What `v1_…` holds, wherever it is read: as views in the ledger's database, in the file that
`attendance publish` makes, in Parquet, in CSV, and over HTTP. Names, order, kinds and keys are a
promise and do not change; a later version has names of its own. [How to use it](../dashboards.md) ·
[all other tables](read-models.md). This page is made from the code (`python scripts/reference.py`).

- **integer** is a whole number of 64 bits; **text** is UTF-8; **date** is a date, in SQLite, CSV
  and JSON the text `2024-09-03`.
- **may be empty** is `NULL`; in CSV nothing between the commas.
- **without names** the table `v1_dim_pupil_named` is not given, and columns marked *names* are
  there and empty.
- **under pseudonyms** (`--for RECIPIENT`) `pupil` is text: 32 hexadecimal digits, the recipient's
  own.
- **renewed by**: a copy kept elsewhere takes in what `--changed-since` gives by letting go of all
  its rows of each such unit and putting in those given.
"""


def markdown() -> str:
    """The dictionary of the star, as a page."""
    return "\n".join([_BESIDE, *(_markdown(one) for one in tables())])


def _markdown(one: Shape) -> str:
    said = [f"Key: {_listed(one.key)}."]
    if one.unit:
        said.append(f"Renewed by: {_listed(one.unit)}.")
    if one.joins:
        joined = (f"`{join.to}` by {_listed(join.columns)}" for join in one.joins)
        said.append(f"Joins: {'; '.join(joined)}.")
    rows = (
        f"| `{column.name}` | {column.kind} | {_notes(one, column)} | {column.meaning} |"
        for column in one.columns
    )
    head = ["| column | holds | | meaning |", "|---|---|---|---|"]
    return "\n".join(
        [f"## `{one.name}`", "", one.comment, "", " ".join(said), "", *head, *rows, ""]
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _notes(one: Shape, column: Column) -> str:
    notes = ["key"] if column.name in one.key else []
    notes += ["may be empty"] if column.empty else []
    if one.name in NAMED or column.name in WITHHELD.get(one.name, ()):
        notes.append("names")
    return ", ".join(notes)
