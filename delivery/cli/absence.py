"""Following up an absence, as typed: told, called, escalated, decided, resolved."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import do

Pupil = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]
Date = Annotated[
    Any, typer.Argument(parser=parse.date, metavar="DATE", help="A day of the absence.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the ledger.")]
Parent = Annotated[
    str | None, typer.Option("--parent", metavar="ID", help="A parent's id, such as parent-1.")
]
Other = Annotated[
    str | None, typer.Option("--other", metavar="WHO", help="Who else, such as grandmother.")
]
Channel = Annotated[
    str,
    typer.Option(
        "--channel", metavar="HOW", help="phone, text message, email, app, letter, in person."
    ),
]
Said = Annotated[str | None, typer.Option("--said", help="What was said.")]
To = Annotated[
    Any, typer.Option("--to", parser=parse.date, metavar="DATE", help="The last day of it.")
]
At = Annotated[
    Any, typer.Option("--at", parser=parse.moment, metavar="INSTANT", help="If it was earlier.")
]


def words(typed: str) -> str:
    """``home-visit`` as it is kept: ``home visit``."""
    return "MASH" if typed.lower() == "mash" else typed.lower().replace("-", " ")


@verb(app, "report-absence", ACT)
def report_absence(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    reason: Reason,
    parent: Parent = None,
    other: Other = None,
    illness: Annotated[bool, typer.Option("--illness", help="Said to be ill.")] = False,
    to: To = None,
    back_on: Annotated[
        Any,
        typer.Option("--back-on", parser=parse.date, metavar="DATE", help="Expected back then."),
    ] = None,
    channel: Channel = "phone",
    at: At = None,
) -> None:
    """Record what a parent said of an absence.

    It speaks for that day, up to --to, or up to the day before --back-on.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.report_absence import ReportAbsence

        return ReportAbsence(
            **said,
            pupil=pupil,
            date=date,
            reason=reason,
            parent=parent,
            other=other,
            illness=illness,
            to=to,
            back_on=back_on,
            channel=words(channel),  # type: ignore[arg-type]
            received_at=at,
        )

    do(call, made)


@verb(app, "record-contact", ACT)
def record_contact(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    outcome: Annotated[
        str,
        typer.Argument(
            metavar="OUTCOME", help="reached, no-answer, message-left, engaged, wrong-number."
        ),
    ],
    parent: Parent = None,
    other: Other = None,
    number: Annotated[
        str | None, typer.Option("--number", metavar="LABEL", help="Which, such as mobile.")
    ] = None,
    channel: Channel = "phone",
    said: Said = None,
    at: At = None,
) -> None:
    """Record an attempt to reach a contact.

    Every attempt is an entry of its own: who was tried, and what came of it.
    """

    def made(signed: dict[str, Any]) -> Any:
        from commands.absence.record_contact import RecordContact

        return RecordContact(
            **signed,
            pupil=pupil,
            date=date,
            outcome=words(outcome),  # type: ignore[arg-type]
            contact=parent,
            other=other,
            number=number,
            channel=words(channel),  # type: ignore[arg-type]
            said=said,
            tried_at=at,
        )

    do(call, made)


@verb(app, "escalate-absence", ACT)
def escalate_absence(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="home-visit, mash, police, education-welfare-officer, youth-offending-team, "
            "wider-partner, support, legal-action.",
        ),
    ],
    reason: Reason,
    to: Annotated[
        str | None, typer.Option("--to", metavar="WHOM", help="The office or team.")
    ] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="What came of it.")] = None,
    ground: Annotated[
        str | None,
        typer.Option(
            "--ground",
            metavar="GROUND",
            help="For legal action: not-appropriate, not-successful, not-engaged-with.",
        ),
    ] = None,
    their_reference: Annotated[
        str | None, typer.Option("--their-reference", metavar="REF", help="Theirs for it.")
    ] = None,
    at: At = None,
) -> None:
    """Record a home visit, a call for help, a referral.

    No step is refused for coming too soon: a child's safety comes first.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.escalate_absence import EscalateAbsence

        return EscalateAbsence(
            **said,
            pupil=pupil,
            date=date,
            kind=words(kind),  # type: ignore[arg-type]
            reason=reason,
            to=to,
            outcome=outcome,
            ground=words(ground) if ground else None,  # type: ignore[arg-type]
            their_reference=their_reference,
            done_at=at,
        )

    do(call, made)


@verb(app, "decide-absence", ACT)
def decide_absence(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code of the reason.")],
    reason: Reason = "",
    to: To = None,
    nature: Annotated[
        str | None, typer.Option("--nature", help="Of the activity or the circumstances.")
    ] = None,
) -> None:
    """Record why a pupil was absent, under which code.

    Each N of the days from DATE to --to becomes that code in the same act.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.decide_absence import DecideAbsence

        return DecideAbsence(
            **said, pupil=pupil, date=date, code=code, reason=reason, to=to, nature=nature
        )

    do(call, made)


@verb(app, "resolve-unexplained", ACT)
def resolve_unexplained(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    half: Annotated[Any, typer.Argument(parser=parse.half, metavar="AM|PM")],
) -> None:
    """Amend an N whose reason was not found in time.

    From the last day of its clock on; the rule is the reason of the amendment.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.resolve_unexplained import ResolveUnexplained
        from ledger.kinds import Session

        return ResolveUnexplained(**said, pupil=pupil, session=Session(date, half))

    do(call, made)
