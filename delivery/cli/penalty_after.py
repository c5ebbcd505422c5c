"""What becomes of a penalty notice: served, paid, withdrawn, prosecuted; and notices elsewhere."""

from typing import Annotated, Any

import typer

from delivery.cli import parse, words
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import do
from delivery.cli.penalty_acts import Notice, On, Parent, Pupil, Sessions

METHODS = ("by hand", "left at address", "first class post", "other post", "electronic")
GROUNDS = (
    "should not have been issued",
    "wrong person",
    "material errors",
    "unpaid, not prosecuted",
)
STAGES = ("begun", "convicted", "acquitted", "discontinued")


def _chosen(option: str, known: tuple[str, ...], help_text: str) -> Any:
    """An option that takes one of a few words."""
    listed = "|".join(map(words.slug, known))
    return typer.Option(option, parser=words.one_of(*known), metavar=listed, help=help_text)


@verb(app, "record-service", ACT)
def record_service(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    notice: Notice,
    method: Annotated[Any, _chosen("--method", METHODS, "How it went.")],
    sent_on: Annotated[
        Any, typer.Option("--sent-on", parser=parse.date, metavar="DATE", help="Else today.")
    ] = None,
    received_on: Annotated[
        Any,
        typer.Option(
            "--received-on", parser=parse.date, metavar="DATE", help="If proved, with --proof."
        ),
    ] = None,
    proof: Annotated[str | None, typer.Option("--proof", help="What proves that day.")] = None,
    consent: Annotated[
        str | None, typer.Option("--consent", help="The written consent to electronic service.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", help="Where it was left or sent.")
    ] = None,
) -> None:
    """Record how a notice was served, and when received.

    First class post counts as received on the second working day after posting, unless another
    day is proved.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.record_service import RecordService

        return RecordService(
            **said,
            pupil=pupil,
            parent=parent,
            notice=notice,
            method=method,
            sent_on=sent_on,
            received_on=received_on,
            proof=proof,
            consent=consent,
            address=address,
        )

    do(call, made)


@verb(app, "record-payment", ACT)
def record_payment(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    notice: Notice,
    amount: Annotated[
        int, typer.Option("--amount", metavar="POUNDS", help="Whole pounds, paid to the authority.")
    ],
    on: On = None,
) -> None:
    """Record what was paid for a penalty notice.

    Only all that is asked by that day pays it; part of it leaves it unpaid.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.record_payment import RecordPayment

        return RecordPayment(
            **said, pupil=pupil, parent=parent, notice=notice, amount=amount, on=on
        )

    do(call, made)


@verb(app, "withdraw-penalty-notice", ACT)
def withdraw_penalty_notice(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    notice: Notice,
    ground: Annotated[Any, _chosen("--ground", GROUNDS, "On which ground.")],
    reason: Annotated[str | None, typer.Option("--reason", help="In words.")] = None,
    on: On = None,
) -> None:
    """Record that the authority withdrew a notice.

    It no longer counts. After material errors its sessions may be named again.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.withdraw_penalty_notice import WithdrawPenaltyNotice

        return WithdrawPenaltyNotice(
            **said, pupil=pupil, parent=parent, notice=notice, ground=ground, reason=reason, on=on
        )

    do(call, made)


@verb(app, "record-prosecution", ACT)
def record_prosecution(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    notice: Notice,
    stage: Annotated[Any, _chosen("--stage", STAGES, "Begun first; then how it ended.")],
    detail: Annotated[str | None, typer.Option("--detail", help="Court, sentence.")] = None,
    on: On = None,
) -> None:
    """Record what the authority and the court did."""

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.record_prosecution import RecordProsecution

        return RecordProsecution(
            **said, pupil=pupil, parent=parent, notice=notice, stage=stage, detail=detail, on=on
        )

    do(call, made)


@verb(app, "disclose-earlier-notice", ACT)
def disclose_earlier_notice(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    issued_on: Annotated[
        Any, typer.Option("--issued-on", parser=parse.date, metavar="DATE", help="Its date.")
    ],
    offence_start: Annotated[
        Any, typer.Option("--from", parser=parse.date, metavar="DATE", help="Its first day.")
    ],
    offence_end: Annotated[
        Any, typer.Option("--to", parser=parse.date, metavar="DATE", help="Its last day.")
    ],
    issued_by: Annotated[str, typer.Option("--issued-by", help="Who issued it.")],
    told_by: Annotated[str, typer.Option("--told-by", help="Who told us.")],
    public_place: Annotated[
        bool, typer.Option("--public-place", help="For a public place: never counted.")
    ] = False,
    case: Annotated[
        int | None, typer.Option("--case", metavar="NUMBER", help="The case it came of.")
    ] = None,
    sessions: Sessions = None,
) -> None:
    """Record a notice issued elsewhere; it counts too.

    Also one that the school issued before it had this ledger. --from and --to are the offence
    period.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.disclose_earlier_notice import DiscloseEarlierNotice
        from ledger.kinds import Session

        return DiscloseEarlierNotice(
            **said,
            pupil=pupil,
            parent=parent,
            issued_on=issued_on,
            offence_start=offence_start,
            offence_end=offence_end,
            issued_by=issued_by,
            told_by=told_by,
            kind="public place" if public_place else "absence",
            case=case,
            sessions=tuple(Session(*one) for one in words.sessions(sessions)),  # type: ignore[arg-type]
        )

    do(call, made)
