"""The current register: one row for each pupil and session, as it stands and as it counts."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Index,
    Integer,
    SmallInteger,
    Text,
    case,
    literal_column,
    text,
    update,
)
from sqlalchemy import bindparam as bind
from sqlalchemy.event import listens_for

from ledger.events import AmendmentObserved, MarkAmended, MarkRecorded, MarkVanished
from ledger.store import Page, Run
from projections.context import Context, Counts, SheetContext
from projections.schema import (
    column,
    date_key,
    flag,
    half_key,
    perhaps,
    pupil_key,
    school_key,
    table,
)
from projections.steps import Rows, Statement, Step

current_register = table(
    "current_register",
    "The register as it stands: one row for each pupil and session with an entry, or with leave.",
    school_key(),
    date_key(),
    half_key(),
    pupil_key(),
    column("class", Text(), "The class on whose sheet the entry was made, or will be."),
    perhaps("code", Text(), "The code that counts, layers taken into account; empty off roll."),
    column(
        "layer",
        Text(),
        "Where that code comes from: register, closure, leave where nothing is entered yet, or "
        "'not on roll' where nothing counts.",
    ),
    flag("possible", "1 if a possible attendance: attended, authorised or unauthorised."),
    flag("attended", "1 if present or attending a place other than the school."),
    flag("authorised", "1 if absent with authority."),
    flag("unauthorised", "1 if absent without authority; N counts here while it stands."),
    flag("late", "1 for L and U; counted again within attended or unauthorised."),
    flag("legacy", "1 for a code no longer in force that day (H, J), taken in all the same."),
    perhaps("entered", Text(), "The code that stands in the register; empty for leave planned."),
    perhaps("first_code", Text(), "The code first entered; empty for leave planned."),
    perhaps("first_entry", Integer(), "The number of the first entry; empty for leave planned."),
    column("entry", Integer(), "The last entry about the pupil's session, or the grant of leave."),
    column("amendments", SmallInteger(), "How many times the entry was amended."),
    flag("vanished", "1 if the source no longer shows the entry; the ledger keeps it."),
    flag(
        "taken_here",
        "1 if first entered by taking the register here; 0 if in another system, or planned.",
    ),
)
t = current_register.c

TAKEN_HERE = "take-register"
"""The act by which marks are entered here first."""

_FEW = {
    "unauthorised": (
        text("unauthorised = 1"),
        (t.school, t.pupil, t.date, t.half, t.unauthorised, t.code, t.entry, t.amendments),
    ),
    "absent": (text("attended = 0"), (t.school, t.code, t.date, t.attended)),
}
"""
Indexes of the few rows that most questions are about: which, and by what.

Each has all that its questions read, the column it is restricted by as well: SQLite, which counts
nothing, takes an index for that alone, and else reads a school's whole register for one pupil.
"""
_INDEXES = [
    (Index(f"current_register_{name}", *by, sqlite_where=which), which)
    for name, (which, by) in _FEW.items()
]


@listens_for(current_register, "before_create")
def _partial(_: Any, connection: Connection, **__: Any) -> None:
    """Of those rows alone on PostgreSQL too: said here, or SQLite would load its dialect."""
    if connection.dialect.name == "postgresql":
        for index, which in _INDEXES:
            index.dialect_options["postgresql"]["where"] = which


UNAUTHORISED = t.unauthorised == literal_column("1")
ABSENT = t.attended == literal_column("0")
"""Said in the statement, and not beside it, for the planner to see that these indexes will do."""

_ONE = (
    (t.school == bind("of_school"))
    & (t.date == bind("of_date"))
    & (t.half == bind("of_half"))
    & (t.pupil == bind("of_pupil"))
)
LAYERED = ("code", "layer", *Counts._fields)
"""The columns that a layer decides, in the order in which a sheet says them."""
_TO = [f"to_{name}" for name in LAYERED]
_LAYERED: dict[str, Any] = {name: bind(f"to_{name}") for name in LAYERED}
_AMEND = (
    update(current_register)
    .where(_ONE)
    .values(
        **_LAYERED,
        entered=bind("to_entered"),
        entry=bind("to_entry"),
        # one that came back under the code it had is no amendment
        amendments=t.amendments + case((t.entered != bind("to_entered"), 1), else_=0),
        vanished=0,
    )
)
_VANISH = update(current_register).where(_ONE).values(entry=bind("to_entry"), vanished=1)
RELAYER = update(current_register).where(_ONE).values(**_LAYERED)
"""Lay another layer over one row; parameters from ``keyed`` and ``layered``."""


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """What pages of sheets change."""
    for page in pages:
        yield from _page(page, context)


def _page(page: Page, context: Context) -> Iterator[Step]:
    sheet = context.sheet(page.stream)
    entry = page.first
    for run in page.runs:
        if run.topic == MarkRecorded.TOPIC:
            here = int(page.act.command == TAKEN_HERE)
            yield Rows(current_register, _recorded(run, entry, sheet, here))
        elif run.topic in (MarkAmended.TOPIC, AmendmentObserved.TOPIC):
            yield Statement(_AMEND, _amended(run, entry, sheet))
        elif run.topic == MarkVanished.TOPIC:
            yield Statement(_VANISH, _vanished(run, entry, sheet))
        entry += run.count


def _recorded(run: Run, entry: int, sheet: SheetContext, here: int) -> list[tuple[Any, ...]]:
    """
    The rows of first entries.

    A later first entry for the same pupil and session, on another class's sheet, takes the
    row's place: the last entry is the one that stands.
    """
    urn, only = sheet.context.urn, sheet.context.only
    day, half, group = sheet.session.date.isoformat(), sheet.session.half, sheet.group
    codes, pupils = run.column("code"), run.column("pupil")
    said = {code: sheet.says(code, True) for code in set(codes)}
    rows = [
        (urn, day, half, pupil, group, *said[code], code, code, number, number, 0, 0, here)
        for number, (pupil, code) in enumerate(zip(pupils, codes, strict=True), start=entry)
    ]
    on_roll = sheet.on_roll
    if not all(map(on_roll.__contains__, pupils)):
        rows = [
            row if row[3] in on_roll else (*row[:5], *sheet.says(row[13], False), *row[13:])
            for row in rows
        ]
    return rows if only is None else [row for row in rows if row[3] in only]


def _amended(run: Run, entry: int, sheet: SheetContext) -> list[dict[str, Any]]:
    found = []
    pairs = zip(run.column("pupil"), run.column("amended"), strict=True)
    for number, (pupil, code) in enumerate(pairs, start=entry):
        over = layered(sheet, pupil, code)
        found.append(keyed(sheet, pupil) | over | {"to_entered": code, "to_entry": number})
    return found


def _vanished(run: Run, entry: int, sheet: SheetContext) -> list[dict[str, Any]]:
    pupils = enumerate(run.column("pupil"), start=entry)
    return [keyed(sheet, pupil) | {"to_entry": number} for number, pupil in pupils]


def keyed(sheet: SheetContext, pupil: int) -> dict[str, Any]:
    """The parameters that name one row."""
    return {
        "of_school": sheet.context.urn,
        "of_date": sheet.session.date,
        "of_half": sheet.session.half,
        "of_pupil": pupil,
    }


def layered(sheet: SheetContext, pupil: int, entered: str) -> dict[str, Any]:
    """The parameters that say what counts for one row."""
    return dict(zip(_TO, sheet.says(entered, pupil in sheet.on_roll), strict=True))
