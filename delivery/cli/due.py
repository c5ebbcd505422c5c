"""What is due, and the acts that answer it: returns, back-ups, facts about pupils."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.asking import day_and_moment, no_span, nothing, tell, view
from delivery.cli.calls import ACT, QUESTION, Call, note, verb
from delivery.cli.doing import do
from delivery.cli.problems import Exit

KINDS = "new-pupil|deletion|attendance|sickness|plan-fall"
Pupil = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]


@verb(app, "due", QUESTION)
def due(
    call: Call,
    *,
    on: Annotated[
        Any,
        typer.Option("--on", parser=parse.date, metavar="DATE", help="As on that day; else today."),
    ] = None,
    done: Annotated[bool, typer.Option("--done", help="What was done, too.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 8 where anything is overdue.")
    ] = False,
) -> None:
    """What is due, what is overdue, and who does it.

    The first to do first: children nobody knows of, registers, marks, evidence, leave, notices,
    reviews, returns. Exit 3 if there is nothing.
    """
    from delivery.render.due import Due
    from projections.due import due as asked

    no_span(call, "what is due is due on one day; say it with --on")
    with view(call) as found:
        day, moment = day_and_moment(call, found.ledger, on)
        answer = asked(found, day, moment, done=done)
        tell(call, "due", answer, Due)
    if not answer.rows:
        raise nothing(f"Nothing is due on {day}.")
    if check and answer.overdue:
        note(f"{answer.overdue} overdue.")
        raise typer.Exit(Exit.FINDINGS)


@verb(app, "make-return", ACT)
def make_return(
    call: Call,
    *,
    kind: Annotated[Any, typer.Argument(parser=str, metavar="KIND", help=KINDS)],
    pupils: Annotated[list[str], typer.Argument(metavar="PUPIL…", help="UPN, or number.")],
    on: Annotated[
        Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="When; else today.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="Whom to; else the local authority.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="The school's own, where none is owed.")
    ] = None,
) -> None:
    """Record a return made to the local authority.

    It holds what the ledger says of each pupil. What is owed is in 'attendance due'.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.returns.make_return import MakeReturn

        return MakeReturn(**said, kind=kind, pupils=tuple(pupils), made_on=on, to=to, reason=reason)

    do(call, made)


@verb(app, "record-backup", ACT)
def record_backup(
    call: Call,
    *,
    kept_at: Annotated[str, typer.Argument(metavar="PLACE", help="Where it is kept.")],
    on: Annotated[
        Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="When; else today.")
    ] = None,
    sha256: Annotated[str | None, typer.Option("--hash", help="The hash of the file.")] = None,
) -> None:
    """Record a back-up of the registers.

    At least one a month; the entry says until when it is kept.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.returns.record_backup import RecordBackup

        return RecordBackup(**said, kept_at=kept_at, backed_up_on=on, sha256=sha256)

    do(call, made)


@verb(app, "record-pupil-fact", ACT)
def record_pupil_fact(
    call: Call,
    *,
    pupil: Pupil,
    fact: Annotated[
        Any, typer.Argument(parser=str, metavar="FACT", help="Such as 'EHC plan', 'boarder'.")
    ],
    starts: Annotated[
        Any, typer.Option("--starts", parser=parse.date, metavar="DATE", help="From.")
    ],
    ends: Annotated[
        Any, typer.Option("--ends", parser=parse.date, metavar="DATE", help="The last day.")
    ] = None,
) -> None:
    """Record a fact that a return or a referral turns on.

    EHC plan, SEN support, looked after, social worker, young carer, youth justice, boarder.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.returns.record_pupil_fact import RecordPupilFact

        return RecordPupilFact(**said, pupil=pupil, fact=fact, starts=starts, ends=ends)

    do(call, made)
