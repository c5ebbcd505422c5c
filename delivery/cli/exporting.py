"""Files for somebody outside: marks for another system, returns, entries as they are."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import group
from delivery.cli.asking import nothing, pupil_in, view
from delivery.cli.calls import EXPORT, Call, verb
from delivery.cli.export_options import (
    RETURNS,
    Number,
    OfClass,
    OfPupil,
    hand_over,
    scope_of,
    whole,
)
from delivery.cli.questions import among, span_of
from delivery.cli.sealing import HERE, KEYS
from delivery.cli.star_options import Names, Recipient, Since, Table, star_file
from delivery.dashboards import FILES

export = group("export", "Write a file for somebody outside, the same bytes at the same entry.")


@verb(export, "marks", EXPORT)
def export_marks(
    call: Call,
    *,
    pupil: OfPupil = None,
    group: OfClass = None,
    layout: Annotated[
        str, typer.Option("--format", metavar="long|wide", help="A line a mark, or a pupil.")
    ] = "long",
) -> None:
    """The marks that stand, as 'import marks' reads them.

    Long: a line each, with the entry it stands on and what lies over it. Wide: a line a pupil, a
    column a session. Without --from and --to: every day. Exit 3 if there is no mark.
    """
    from delivery.exports.marks import across, marks

    among("--format", layout, ("long", "wide"))
    with view(call) as found:
        scope = scope_of(found, call, pupil, group)
        hand_over(call, (across if layout == "wide" else marks)(found, scope))


@verb(export, "amendments", EXPORT)
def export_amendments(call: Call, *, pupil: OfPupil = None, group: OfClass = None) -> None:
    """The amendment record, with the five particulars.

    Of sessions between --from and --to, else of all. Exit 3 if there is none.
    """
    from delivery.exports.amendments import amendments

    with view(call) as found:
        scope = scope_of(found, call, pupil, group)
        made = amendments(found, call.first, call.last, scope.pupils, scope.group)
        hand_over(call, made)


@verb(export, "certificate", EXPORT)
def export_certificate(
    call: Call,
    *,
    pupil: Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")],
) -> None:
    """A certificate of attendance, for the head to sign.

    With the register it certifies and every amendment, as a PDF; name a file for it with -o.
    Without --from and --to: the school year up to the last day with an entry. Exit 3 if there is
    no mark.
    """
    from delivery.exports.certificate import certificate

    with view(call) as found:
        theirs = pupil_in(found.context.roll, pupil)
        first, last = span_of(found, call, "year")
        made = certificate(found, theirs, first, last)
        if not made.records:
            raise nothing(f"There is no mark from {first} to {last}.")
        hand_over(call, made)


@verb(export, "daily", EXPORT)
def export_daily(
    call: Call,
    *,
    published: Annotated[
        bool, typer.Option("--dfe-published", help="As the Department for Education counts.")
    ] = False,
) -> None:
    """Each day's sessions, as the Department has them.

    Totals and each code of every day with a mark, in the columns of its published data. Without
    --from and --to: the school year up to the last day with an entry. Exit 3 if there is none.
    """
    from delivery.exports.daily import daily as made
    from projections.daily import daily

    with view(call) as found:
        hand_over(
            call, made(found, daily(found, *span_of(found, call, "year"), published=published))
        )


@verb(export, "return", EXPORT)
def export_return(
    call: Call,
    *,
    kind: Annotated[Any, typer.Argument(parser=str, metavar="KIND", help="|".join(RETURNS))],
    number: Annotated[
        int | None, typer.Option("--number", metavar="N", help="The one that was made.")
    ] = None,
    on: Annotated[
        Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="What is owed then.")
    ] = None,
) -> None:
    """A return to the local authority, as rows.

    The one made under that number, as it was made; else what is owed on a day, by default that of
    the last entry, and was not returned. Exit 3 if there is nothing.
    """
    from delivery.exports.ctf import written_on
    from delivery.exports.returns import returns
    from projections.returns_listed import returns_listed

    among("KIND", kind, RETURNS)
    whole(call, "a return is made of one day; say it with --on")
    with view(call) as found:
        day = on or written_on(found.header("export return", []))
        hand_over(call, returns(found, returns_listed(found, kind, day, number)))


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
