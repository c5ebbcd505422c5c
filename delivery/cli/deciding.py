"""Deciding on leave: grant what was asked or a part of it, or refuse."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import built, say

Request = Annotated[int, typer.Argument(metavar="REQUEST", help="The number of the request.")]
Evidence = Annotated[
    list[str] | None, typer.Option("--evidence", metavar="WHAT", help="May be given again.")
]
Purpose = Annotated[
    str | None,
    typer.Option("--purpose", metavar="WORDS", help="In the policy's words, or 'other'."),
]
Factors = Annotated[
    list[str] | None,
    typer.Option(
        "--factor",
        metavar="N: NOTE",
        help="A factor weighed: its number in the policy, or words; may be given again.",
    ),
]
Answered = Annotated[
    str | None,
    typer.Option("--answered", metavar="letter|e-mail|…", help="How the family was told."),
]


@verb(app, "grant-leave", ACT)
def grant_leave(
    call: Call,
    *,
    request: Request,
    dates: Annotated[
        list[str] | None,
        typer.Option(
            "--dates",
            metavar="FIRST..LAST",
            help="These only, such as '2024-10-07..2024-10-08 AM'; may be given again.",
        ),
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="Else as asked.")] = None,
    purpose: Purpose = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it is granted.")] = None,
    factors: Factors = None,
    evidence: Evidence = None,
    conditions: Annotated[
        list[str] | None, typer.Option("--condition", metavar="WORDS", help="May be given again.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option("--licence", help="For C1: the licence or exemption.")
    ] = None,
    examination: Annotated[
        str | None, typer.Option("--examination", help="For S: the public examination.")
    ] = None,
    agreed: Annotated[
        str | None, typer.Option("--agreed", help="For X: the times and dates agreed.")
    ] = None,
    answered: Answered = None,
) -> None:
    """Grant leave for what was asked, or certain dates.

    The code lies beneath the register: take-register enters it, and a mark already made stays.
    The pupil's attendance is shown, and kept with the decision.
    """
    spans = tuple(parse.span(one) for one in dates or ())

    def made(signed: dict[str, Any], figures: Any, facts: Any) -> Any:
        from commands.leave.grant_leave import GrantLeave
        from ledger.kinds import Session

        return GrantLeave(
            **signed,
            leave=request,
            figures=figures,
            spans=tuple((Session(*a), Session(*b)) for a, b in spans),  # type: ignore[arg-type]
            code=code,
            purpose=purpose,
            reason=reason,
            factors=tuple(map(facts.factor, factors or ())),
            evidence=tuple(evidence or ()),
            conditions=tuple(conditions or ()),
            licence=licence,
            examination=examination,
            agreed=agreed,
            answered=answered,  # type: ignore[arg-type]
        )

    _decide(call, "grant-leave", request, made)


@verb(app, "refuse-leave", ACT)
def refuse_leave(
    call: Call,
    *,
    request: Request,
    reason: Annotated[str, typer.Option("--reason", help="Why; the family is told it.")] = "",
    purpose: Purpose = None,
    factors: Factors = None,
    evidence: Evidence = None,
    penalty_notice: Annotated[
        bool,
        typer.Option("--penalty-notice", help="If it is taken, consider a penalty notice."),
    ] = False,
    answered: Answered = None,
) -> None:
    """Refuse a request for leave, with the reason.

    It is refused whole; to refuse a part, grant the other part.
    """

    def made(signed: dict[str, Any], figures: Any, facts: Any) -> Any:
        from commands.leave.refuse_leave import RefuseLeave

        return RefuseLeave(
            **signed,
            leave=request,
            figures=figures,
            reason=reason,
            purpose=purpose,
            factors=tuple(map(facts.factor, factors or ())),
            evidence=tuple(evidence or ()),
            penalty_notice=penalty_notice,
            answered=answered,  # type: ignore[arg-type]
        )

    _decide(call, "refuse-leave", request, made)


def _decide(call: Call, act: str, request: int, made: Any) -> None:
    """Decide a request, with the figures shown frozen into the decision."""
    from delivery.bootstrap import desk, signed
    from delivery.leave import decide

    with desk(call.db) as at:
        who = signed(at, call.person, call.key)

        def command(figures: Any, facts: Any) -> Any:
            return built(lambda said: made(said, figures, facts), who)

        done = decide(at, request, call.school, command, dry_run=call.dry_run)
        say(call, act, [done])
