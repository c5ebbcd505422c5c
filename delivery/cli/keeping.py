"""How long entries are kept: the plan, disposals by two approvers, holds, redactions."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app, group
from delivery.cli.asking import day_and_moment, no_span, tell, view
from delivery.cli.calls import ACT, QUESTION, Call, verb
from delivery.cli.doing import Made, built, say
from delivery.cli.problems import Exit

retention = group("retention", "How long entries are kept, and what may go.")
hold = group("hold", "Legal holds: what they cover is kept.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The disposal's number.")]
Hold = Annotated[int, typer.Argument(metavar="NUMBER", help="The hold's number.")]
On = Annotated[
    Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="As on that day; else today.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why.")]


@verb(retention, "plan", QUESTION)
def plan(call: Call, *, on: On = None) -> None:
    """What may be disposed of on a day, and what is kept.

    By class, with the rule, what holds keep, and the next day anything is due.
    """
    from delivery.render.retention import Plan
    from projections.retention import planned

    no_span(call, "what may go may go on one day; say it with --on")
    with view(call) as found:
        day, _ = day_and_moment(call, found.ledger, on)
        tell(call, "retention plan", planned(found, day), Plan)


@verb(retention, "prove", QUESTION)
def prove(call: Call) -> None:
    """What went, by which certificate; is the log whole?

    Exit 4 if something is gone without one, or stands in spite of one.
    """
    from delivery.render.retention import Proof
    from projections.retention import proved

    no_span(call, "every certificate is held to the log")
    with view(call) as found:
        answer = proved(found)
        tell(call, "retention prove", answer, Proof)
    if not answer.sound:
        raise typer.Exit(Exit.INTEGRITY)


@verb(app, "request-disposal", ACT)
def request_disposal(call: Call, *, on: On = None) -> None:
    """Ask that all that may go be disposed of.

    The list is that of 'attendance retention plan'. Others approve it.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.retention.request_disposal import RequestDisposal

        return RequestDisposal(**said, on=on)

    _do(call, made)


@verb(app, "approve-disposal", ACT)
def approve_disposal(call: Call, *, disposal: Number) -> None:
    """Approve a disposal that somebody else asked for."""

    def made(said: dict[str, Any]) -> Any:
        from commands.retention.approve_disposal import ApproveDisposal

        return ApproveDisposal(**said, disposal=disposal)

    _do(call, made)


def dispose(call: Call, *, disposal: Number) -> None:
    """Carry out a disposal that enough have approved.

    Values, salts, read models and their bytes go; the certificate and the leaf hashes stay.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.retention.dispose_of_entries import DisposeOfEntries

        return DisposeOfEntries(**said, disposal=disposal)

    _do(call, made)


verb(app, "dispose-of-entries", ACT)(dispose)
verb(retention, "run", ACT)(dispose)


def place(
    call: Call,
    *,
    case: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="The case it is for.")
    ] = None,
    reason: Reason = None,
    pupils: Annotated[
        list[str] | None, typer.Option("--pupil", metavar="P", help="About this pupil alone.")
    ] = None,
    streams: Annotated[
        list[str] | None, typer.Option("--stream", metavar="ID", help="On this stream alone.")
    ] = None,
    starts: Annotated[
        Any, typer.Option("--starts", parser=parse.date, metavar="DATE", help="Sessions from.")
    ] = None,
    ends: Annotated[
        Any, typer.Option("--ends", parser=parse.date, metavar="DATE", help="Sessions to.")
    ] = None,
    confirm: Annotated[
        int | None, typer.Option("--confirm", metavar="NUMBER", help="Confirm another's hold.")
    ] = None,
) -> None:
    """Place a legal hold, or confirm another's.

    What it covers is not disposed of, whatever policy says. It is in force at once.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.retention.place_hold import PlaceHold

        return PlaceHold(
            **said,
            case=case,
            reason=reason,
            pupils=tuple(pupils or ()),
            streams=tuple(streams or ()),
            starts=starts,
            ends=ends,
            confirm=confirm,
        )

    _do(call, made)


verb(app, "place-hold", ACT)(place)
verb(hold, "place", ACT)(place)


def release(call: Call, *, number: Hold, reason: Reason = None) -> None:
    """Ask that a hold be released, or release it.

    The first person asks, the second releases; until then it is in force.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.retention.release_hold import ReleaseHold

        return ReleaseHold(**said, hold=number, reason=reason)

    _do(call, made)


verb(app, "release-hold", ACT)(release)
verb(hold, "release", ACT)(release)


@verb(app, "redact", ACT)
def redact(
    call: Call,
    *,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="The entry's number.")],
    instead: Annotated[
        str | None, typer.Option("--instead", help="The reason as it should have been put.")
    ] = None,
    why: Annotated[str | None, typer.Option("--why", help="Why it must not stand.")] = None,
) -> None:
    """Ask that words be struck out, or strike them out.

    The first person asks, the second does it. The entry, its mark and the log stay as they are;
    the words and their bytes go.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.retention.redact import Redact

        return Redact(**said, entry=entry, instead=instead, why=why)

    _do(call, made)


@verb(app, "request-erasure", ACT)
def request_erasure(
    call: Call,
    *,
    pupil: Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or number.")],
    asked_by: Annotated[str, typer.Option("--asked-by", help="Who asks.")],
    on: On = None,
) -> None:
    """Record a request for erasure, and its refusal.

    The law wants the entries kept; the refusal says how many and until when.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.retention.request_erasure import RequestErasure

        return RequestErasure(**said, pupil=pupil, asked_by=asked_by, asked_on=on)

    _do(call, made)


def _do(call: Call, made: Made) -> None:
    """Do an act whose removal, or whose guard in the database, goes with it."""
    from delivery import acts, keeping
    from delivery.bootstrap import desk

    with desk(call.db) as at:
        command = built(made, acts.signed(at, call.person, call.key))
        outcome = keeping.do(at, command, call.school, dry_run=call.dry_run)
        say(call, command.NAME, [outcome])
