"""Leave of absence: ask, consult, grant, refuse, withdraw; part-time timetables."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import do

Pupil = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]
Request = Annotated[int, typer.Argument(metavar="REQUEST", help="The number of the request.")]
Evidence = Annotated[
    list[str] | None, typer.Option("--evidence", metavar="WHAT", help="May be given again.")
]
Purpose = Annotated[
    str | None,
    typer.Option("--purpose", metavar="WORDS", help="In the policy's words, or 'other'."),
]


@verb(app, "request-leave", ACT)
def request_leave(
    call: Call,
    *,
    pupil: Pupil,
    asked_by: Annotated[
        str, typer.Option("--asked-by", metavar="PARENT", help="A parent's id, or 'pupil'.")
    ],
    first: Annotated[
        str, typer.Option("--first", metavar="SESSION", help="First of the absence, or its day.")
    ],
    back: Annotated[
        str, typer.Option("--back", metavar="SESSION", help="First back at school, or its day.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="As the form gives it.")],
    code: Annotated[str, typer.Option("--code", help="The ground: C, M, J1, S, C1, X or D.")] = "C",
    purpose: Purpose = None,
    days: Annotated[
        Any,
        typer.Option(
            "--days", parser=parse.half_days, metavar="DAYS", help="Missed, as the form states."
        ),
    ] = None,
    leaves_home: Annotated[
        Any, typer.Option("--leaves-home", parser=parse.date, metavar="DATE", help="If before.")
    ] = None,
    evidence: Evidence = None,
    channel: Annotated[
        str,
        typer.Option(
            "--channel", metavar="form|letter|e-mail|phone call|in person|other", help="How."
        ),
    ] = "form",
    signed: Annotated[
        Any, typer.Option("--signed", parser=parse.date, metavar="DATE", help="On the form.")
    ] = None,
    received: Annotated[
        Any,
        typer.Option("--received", parser=parse.moment, metavar="INSTANT", help="Else now."),
    ] = None,
) -> None:
    """Enter a request for leave as it was received.

    Whoever it is from. Days and notice are reckoned on the day of receipt, and kept.
    """
    span = parse.session_or_day(first, "AM"), parse.session_or_day(back, "AM")

    def made(said: dict[str, Any]) -> Any:
        from commands.leave.request_leave import RequestLeave
        from ledger.kinds import Session

        return RequestLeave(
            **said,
            pupil=pupil,
            asked_by=asked_by,
            first=Session(*span[0]),  # type: ignore[arg-type]
            back=Session(*span[1]),  # type: ignore[arg-type]
            reason=reason,
            code=code,
            purpose=purpose,
            half_days_stated=days,
            leaves_home_on=leaves_home,
            evidence=tuple(evidence or ()),
            channel=channel,  # type: ignore[arg-type]
            signed_on=signed,
            received_at=received,
        )

    do(call, made)


@verb(app, "consult-on-leave", ACT)
def consult_on_leave(
    call: Call,
    *,
    request: Request,
    consulted: Annotated[str, typer.Argument(metavar="STAFF_ID", help="Who was consulted.")],
    said: Annotated[str, typer.Option("--said", help="What they said.")],
    on: Annotated[
        Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="Else today.")
    ] = None,
) -> None:
    """Record who was consulted before a decision on leave."""

    def made(signed: dict[str, Any]) -> Any:
        from commands.leave.consult_on_leave import ConsultOnLeave

        return ConsultOnLeave(**signed, leave=request, consulted=consulted, said=said, on=on)

    do(call, made)


@verb(app, "withdraw-leave", ACT)
def withdraw_leave(
    call: Call,
    *,
    request: Request,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    starts: Annotated[
        Any,
        typer.Option("--from", parser=parse.date, metavar="DATE", help="From that day on only."),
    ] = None,
) -> None:
    """Take back leave or a part-time timetable.

    Only its own layer goes: entries already made stay as they are.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.leave.withdraw_leave import WithdrawLeave

        return WithdrawLeave(**said, leave=request, reason=reason, starts=starts)

    do(call, made)


@verb(app, "agree-part-time-timetable", ACT)
def agree_part_time_timetable(
    call: Call,
    *,
    pupil: Pupil,
    parent: Annotated[
        str, typer.Option("--parent", metavar="PARENT", help="A parent the pupil lives with.")
    ],
    starts: Annotated[
        Any, typer.Option("--starts", parser=parse.date, metavar="DATE", help="Its first day.")
    ],
    ends: Annotated[
        Any, typer.Option("--ends", parser=parse.date, metavar="DATE", help="Its last day.")
    ] = None,
    review: Annotated[
        Any, typer.Option("--review", parser=parse.date, metavar="DATE", help="Looked at then.")
    ] = None,
    attends: Annotated[
        list[str] | None,
        typer.Option(
            "--attends",
            metavar="'Mon AM 09:00-12:00'",
            help="A half-day attended each week, with times if agreed; may be given again.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="The exceptional circumstances.")] = "",
    agreed_on: Annotated[
        Any, typer.Option("--agreed-on", parser=parse.date, metavar="DATE", help="Else today.")
    ] = None,
) -> None:
    """Agree a temporary part-time timetable with a parent.

    It is leave under C2 for the sessions that the pupil does not attend.
    """
    halves = tuple(parse.half_day_of_week(one) for one in attends or ())

    def made(said: dict[str, Any]) -> Any:
        from commands.leave.agree_part_time_timetable import AgreePartTimeTimetable

        return AgreePartTimeTimetable(
            **said,
            pupil=pupil,
            parent=parent,
            starts=starts,
            ends=ends,
            review_on=review,
            attends=halves,  # type: ignore[arg-type]
            reason=reason,
            agreed_on=agreed_on,
        )

    do(call, made)
