"""Files for somebody outside: marks for another system, returns, entries as they are."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import group
from delivery.cli.asking import nothing, pupil_in, view
from delivery.cli.calls import EXPORT, Call, verb
from delivery.cli.questions import among, check_group
from delivery.cli.sealing import HERE, KEYS
from delivery.cli.star_options import Names, Recipient, Since, Table, star_file
from delivery.dashboards import FILES
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.exports import Export
    from projections.views import Scope, View

export = group("export", "Write a file for somebody outside, the same bytes at the same entry.")

OfPupil = Annotated[str | None, typer.Option("--pupil", metavar="P", help="Of one pupil alone.")]
Number = Annotated[
    str | None,
    typer.Option("--dfe-number", metavar="NUMBER", help="The school's: 908/2101."),
]
OfClass = Annotated[str | None, typer.Option("--class", metavar="C", help="Of one class alone.")]


@verb(export, "marks", EXPORT)
def export_marks(call: Call, *, pupil: OfPupil = None, group: OfClass = None) -> None:
    """The marks that stand, as 'import marks' reads them.

    A line each, with the entry it stands on and what lies over it. Without --from and --to: every
    day. Exit 3 if there is no mark.
    """
    from delivery.exports.marks import marks

    with view(call) as found:
        hand_over(call, marks(found, scope_of(found, call, pupil, group)))


@verb(export, "events", EXPORT)
def export_events(
    call: Call,
    *,
    after: Annotated[
        int, typer.Option("--after", metavar="ENTRY", min=0, help="Only what came after it.")
    ] = 0,
) -> None:
    """Every entry as JSON Lines, with its leaf in the log.

    The first line has the root that the leaves lead to. Exit 3 if there is none.
    """
    from delivery.exports.events import events

    whole(call, "an entry is written with everything in it")
    with view(call) as found:
        hand_over(call, events(found, after))


@verb(export, "census", EXPORT)
def export_census(
    call: Call,
    *,
    day: Annotated[Any, typer.Argument(parser=parse.date, metavar="DAY", help="The census day.")],
    layout: Annotated[str, typer.Option("--format", metavar="csv|xml", help="How.")] = "csv",
    number: Number = None,
) -> None:
    """The attendance a school census collects.

    Of the term before its day; in autumn of both halves of the summer term. Ages, boarders and
    what is counted go by that day. What is left out or missing is said on stderr. Exit 3 if
    nobody is in it.
    """
    from delivery.exports import census as made
    from delivery.exports.numbered import number_of
    from projections.census import census

    among("--format", layout, ("csv", "xml"))
    whole(call, f"the census of {day} collects its own days")
    with view(call) as found:
        held = census(found, day)
        if layout == "xml":
            hand_over(call, made.xml(found, held, number_of(found, day, number)))
        else:
            hand_over(call, made.rows(found, held))


@verb(export, "ctf", EXPORT)
def export_ctf(
    call: Call,
    *,
    pupil: OfPupil = None,
    group: OfClass = None,
    number: Number = None,
    to: Annotated[
        str | None, typer.Option("--for", metavar="NUMBER", help="The next school's DfE number.")
    ] = None,
    marks: Annotated[
        str | None,
        typer.Option("--marks", metavar="characters|commas", help="Else as the day has it."),
    ] = None,
) -> None:
    """Attendance as a Common Transfer File.

    For the school they go to: each year's totals and marks of a pupil, a class or everybody. Exit
    3 if there is no mark.
    """
    from delivery.exports.ctf import CHARACTERS, COMMAS, ctf, written_on
    from delivery.exports.numbered import dfe_number, number_of
    from projections.transfer import transferred

    if marks is not None:
        among("--marks", marks, (CHARACTERS, COMMAS))
    with view(call) as found:
        held = transferred(found, scope_of(found, call, pupil, group))
        if not held.rows:
            raise nothing("There is no mark to send.")
        there = None if to is None else dfe_number(to)
        mine = number_of(found, written_on(held.header), number)
        hand_over(call, ctf(found, held, mine, to=there, marks=marks))


@verb(export, "star", EXPORT)
def export_star(
    call: Call,
    *,
    table: Table,
    form: Annotated[
        str, typer.Option("--format", metavar="|".join(FILES), help="Of the file.")
    ] = "parquet",
    since: Since = None,
    names: Names = False,
    recipient: Recipient = None,
    keys: KEYS = HERE,
) -> None:
    """A table of the star, as Parquet or CSV.

    What 'star' says, with its options, for a million rows. Needs the extra dashboards.
    """
    from delivery.dashboards.who import reader

    among("--format", form, FILES)
    star_file(call, reader(names, recipient, keys), table, form, since)


def hand_over(call: Call, made: "Export") -> None:
    """Hand over what was made; exit 3 where there is nothing in it."""
    call.hand_over(made)
    if not made.records:
        raise nothing(f"There is nothing to write in {made.name}.")


def scope_of(view: "View", call: Call, pupil: str | None, group: str | None) -> "Scope":
    """The sessions, pupils and class of a call. Raises ``UnknownPupil``, ``UnknownGroup``."""
    from projections.views import Scope

    if pupil is not None and group is not None:
        raise Usage("Say --pupil or --class, not both.")
    theirs = None if pupil is None else frozenset({pupil_in(view.context.roll, pupil).id})
    last = call.last or dt.date.max
    if group is not None:
        check_group(view, group, last)
    return Scope(call.first or dt.date.min, last, group, theirs)


def whole(call: Call, why: str) -> None:
    """Refuse ``--from`` and ``--to`` where they could only be passed over."""
    if call.first is not None or call.last is not None:
        raise Usage(f"--from and --to decide nothing here: {why}.")
