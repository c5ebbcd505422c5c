"""Evidence of illness, as typed: asked for, received, judged, required; illness refused."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.absence import At, Channel, Date, Parent, Pupil, Reason, Said, To, words
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import do


@verb(app, "request-evidence", ACT)
def request_evidence(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    why: Annotated[
        str,
        typer.Option(
            "--why",
            metavar="GROUND",
            help="in-doubt, long-absence, standing-requirement, refused-leave.",
        ),
    ],
    reason: Reason,
    parent: Parent = None,
    channel: Channel = "phone",
) -> None:
    """Record that evidence of illness was asked for."""

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.request_evidence import RequestEvidence

        return RequestEvidence(
            **said,
            pupil=pupil,
            date=date,
            why=words(why),  # type: ignore[arg-type]
            reason=reason,
            parent=parent,
            channel=words(channel),  # type: ignore[arg-type]
        )

    do(call, made)


@verb(app, "record-evidence", ACT)
def record_evidence(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="As the policy names it: 'appointment card'.")
    ],
    about: Annotated[str | None, typer.Option("--note", help="What it is.")] = None,
    parent: Parent = None,
    at: At = None,
) -> None:
    """Record that evidence of an illness was received."""

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.record_evidence import RecordEvidence

        return RecordEvidence(
            **said, pupil=pupil, date=date, kind=kind, note=about, parent=parent, received_at=at
        )

    do(call, made)


@verb(app, "judge-evidence", ACT)
def judge_evidence(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    reason: Reason,
    satisfied: Annotated[
        bool, typer.Option("--satisfied/--not-satisfied", help="Whether it is enough.")
    ],
) -> None:
    """Say whether the evidence of an illness is enough."""

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.judge_evidence import JudgeEvidence

        return JudgeEvidence(**said, pupil=pupil, date=date, satisfied=satisfied, reason=reason)

    do(call, made)


@verb(app, "notify-parent", ACT)
def notify_parent(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    parent: Annotated[str, typer.Option("--parent", metavar="ID", help="Such as parent-1.")],
    to: To = None,
    channel: Channel = "letter",
    said: Said = None,
    at: At = None,
) -> None:
    """Record that a parent was told in advance.

    Told that an illness will be recorded as unauthorised: for the days from DATE to --to,
    else for the whole spell.
    """

    def made(signed: dict[str, Any]) -> Any:
        from commands.absence.notify_parent import NotifyParent

        return NotifyParent(
            **signed,
            pupil=pupil,
            date=date,
            parent=parent,
            to=to,
            channel=words(channel),  # type: ignore[arg-type]
            said=said,
            notified_at=at,
        )

    do(call, made)


@verb(app, "refuse-illness", ACT)
def refuse_illness(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    reason: Reason = "",
    code: Annotated[str, typer.Option("--code", help="What I becomes.")] = "O",
    sessions: Annotated[
        list[str] | None,
        typer.Option("--session", metavar="SESSION", help="'2024-09-09 AM'; only this one."),
    ] = None,
) -> None:
    """Record an illness as unauthorised, after notice.

    Where policy asks for it, a parent must have been told before. The decision and the
    amendments from I are one act.
    """
    named = [parse.session_or_day(one, "AM") for one in sessions or ()]

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.refuse_illness import RefuseIllness
        from ledger.kinds import Session

        return RefuseIllness(
            **said,
            pupil=pupil,
            date=date,
            reason=reason,
            code=code,
            sessions=tuple(Session(*one) for one in named),  # type: ignore[arg-type]
        )

    do(call, made)


@verb(app, "require-evidence", ACT)
def require_evidence(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    reason: Reason,
    letter: Annotated[str | None, typer.Option("--letter", help="Which letter it was.")] = None,
    sent_on: Annotated[
        Any, typer.Option("--sent-on", parser=parse.date, metavar="DATE", help="Else today.")
    ] = None,
) -> None:
    """Require evidence of each further illness, by letter.

    Of one pupil, from DATE on, where the policy lets a letter ask for it.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.require_evidence import RequireEvidence

        return RequireEvidence(
            **said, pupil=pupil, date=date, reason=reason, letter=letter, sent_on=sent_on
        )

    do(call, made)


@verb(app, "lift-evidence-requirement", ACT)
def lift_evidence_requirement(call: Call, *, pupil: Pupil, date: Date, reason: Reason) -> None:
    """Lift a standing requirement of evidence.

    DATE is the last day on which it holds.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.require_evidence import LiftEvidenceRequirement

        return LiftEvidenceRequirement(**said, pupil=pupil, date=date, reason=reason)

    do(call, made)


@verb(app, "record-lateness-meeting", ACT)
def record_lateness_meeting(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="asked, held, not-attended.")],
    parents: Annotated[
        list[str] | None, typer.Option("--parent", metavar="ID", help="Such as parent-1.")
    ] = None,
    agreed: Annotated[str | None, typer.Option("--agreed", help="What was agreed.")] = None,
) -> None:
    """Record a meeting with parents about lateness.

    With the late sessions of the policy's window as they stand that day.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.absence.record_lateness_meeting import RecordLatenessMeeting

        return RecordLatenessMeeting(
            **said,
            pupil=pupil,
            date=date,
            stage=words(stage),  # type: ignore[arg-type]
            parents=tuple(parents or ()),
            agreed=agreed,
        )

    do(call, made)
