"""Support: contracts, plans, meetings, goals and logs; and what came of them."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.asking import day_of, no_span, nothing, pupil_in, tell, view
from delivery.cli.calls import ACT, QUESTION, Call, verb
from delivery.cli.doing import do

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Its number.")]
On = Annotated[
    Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="When; else today.")
]
Review = Annotated[
    Any, typer.Option("--review", parser=parse.date, metavar="DATE", help="To be reviewed by.")
]


@verb(app, "support", QUESTION)
def support(
    call: Call,
    *,
    pupil: Annotated[
        str | None, typer.Argument(metavar="[PUPIL]", help="UPN, or number; else everybody.")
    ] = None,
) -> None:
    """Support given, with attendance before and after it.

    In exact counts, as the register stood then. Exit 3 if there is none.
    """
    from delivery.render.support import Support
    from projections.returns import support as asked

    no_span(call, "support is shown as it stands on one day; say it with --to")
    with view(call) as found:
        theirs = pupil_in(found.context.roll, pupil).id if pupil else None
        answer = asked(found, call.last or day_of(found, call), theirs)
        tell(call, "support", answer, Support)
    if not answer.rows:
        raise nothing("No support has been recorded.")


@verb(app, "open-support", ACT)
def open_support(
    call: Call,
    *,
    kind: Annotated[
        Any, typer.Argument(parser=str, metavar="KIND", help="Such as 'attendance contract'.")
    ],
    about: Annotated[str, typer.Option("--about", help="What it is about.")],
    pupil: Annotated[
        str | None, typer.Option("--pupil", metavar="P", help="UPN, or number.")
    ] = None,
    on: On = None,
    parents: Annotated[
        list[str] | None, typer.Option("--parent", metavar="ID", help="A parent, by id.")
    ] = None,
    others: Annotated[
        list[str] | None, typer.Option("--with", metavar="WHO", help="Somebody else.")
    ] = None,
    agenda: Annotated[
        list[str] | None, typer.Option("--agenda", metavar="POINT", help="A point of it.")
    ] = None,
    review: Review = None,
    since: Annotated[
        Any,
        typer.Option(
            "--measured-from", parser=parse.date, metavar="DATE", help="First day of the figures."
        ),
    ] = None,
) -> None:
    """Begin a contract, plan, meeting or goal; or log one.

    Of a pupil: attendance contract, intervention plan, reintegration plan, SEND approach, support
    offered. Else: meeting, safeguarding considered, evidence shared, disclosure, reward, goal,
    action plan, equality review, report, expectations told, training, practice shared, concern.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.support.open_support import OpenSupport

        return OpenSupport(
            **said,
            kind=kind,
            about=about,
            pupil=pupil,
            opened_on=on,
            parents=tuple(parents or ()),
            others=tuple(others or ()),
            agenda=tuple(agenda or ()),
            review_on=review,
            measured_from=since,
        )

    do(call, made)


@verb(app, "note-support", ACT)
def note_support(
    call: Call,
    *,
    number: Number,
    note: Annotated[str, typer.Option("--note", help="What was said or done.")],
    outcome: Annotated[str | None, typer.Option("--outcome", help="What came of it.")] = None,
    on: On = None,
    review: Review = None,
) -> None:
    """Note how support goes, and when it is reviewed next."""

    def made(said: dict[str, Any]) -> Any:
        from commands.support.note_support import NoteSupport

        return NoteSupport(
            **said, support=number, note=note, outcome=outcome, noted_on=on, review_on=review
        )

    do(call, made)


@verb(app, "close-support", ACT)
def close_support(
    call: Call,
    *,
    number: Number,
    outcome: Annotated[str, typer.Option("--outcome", help="What came of it.")],
    on: On = None,
) -> None:
    """Close support, with the figures since it began."""

    def made(said: dict[str, Any]) -> Any:
        from commands.support.close_support import CloseSupport

        return CloseSupport(**said, support=number, outcome=outcome, closed_on=on)

    do(call, made)
