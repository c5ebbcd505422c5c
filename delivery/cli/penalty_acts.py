"""The acts that lead to a decision about a penalty notice; nothing is issued by itself."""

from typing import Annotated, Any

import typer

from delivery.cli import parse, words
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import do

Pupil = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]
Parent = Annotated[
    str, typer.Argument(metavar="PARENT", help="The parent's id or number, or the name.")
]
Notice = Annotated[int, typer.Argument(metavar="NOTICE", help="The number of the notice.")]
On = Annotated[Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="Else today.")]
Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="[N:]TEXT",
        help="To the policy's questions, in their order or by number; once for each.",
    ),
]
Sessions = Annotated[
    list[str] | None,
    typer.Option("--session", metavar="SESSION", help="'2024-09-09 AM', or a day; once for each."),
]
OUTCOMES = ("no discretion", "not issued", "referred")


@verb(app, "record-awareness", ACT)
def record_awareness(
    call: Call,
    *,
    pupil: Pupil,
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="PARENT", help="Only this one; else each.")
    ] = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="STAFF_ID", help="Whose it is; else yours.")
    ] = None,
    on: On = None,
) -> None:
    """Record that somebody knows of a threshold reached.

    A case opens for each parent, with the weeks and sessions as the register stands. It is that
    of somebody who may decide on a notice; others may record it.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.record_awareness import RecordAwareness

        return RecordAwareness(**said, pupil=pupil, parent=parent, who=who, on=on)

    do(call, made)


@verb(app, "consider-penalty-notice", ACT)
def consider_penalty_notice(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    outcome: Annotated[
        Any,
        typer.Option(
            "--outcome",
            parser=words.one_of(*OUTCOMES),
            metavar="|".join(map(words.slug, OUTCOMES)),
            help="What was decided.",
        ),
    ],
    answers: Answers = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")] = "",
    instead: Annotated[
        str | None, typer.Option("--instead", help="What is done in its place.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="To whom it is referred; else the authority.")
    ] = None,
) -> None:
    """Decide not to issue, or to refer, or that one cannot.

    Ends the open case. Issuing is an act of its own: issue-penalty-notice.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.consider_penalty_notice import ConsiderPenaltyNotice

        return ConsiderPenaltyNotice(
            **said,
            pupil=pupil,
            parent=parent,
            outcome=outcome,
            answers=words.numbered(answers),
            reason=reason,
            instead=instead,
            to=to,
        )

    do(call, made)


@verb(app, "record-authority-check", ACT)
def record_authority_check(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    answer: Annotated[str, typer.Option("--answer", help="What the authority answered.")],
    against: Annotated[
        bool, typer.Option("--against", help="It said something against a notice.")
    ] = False,
    authority: Annotated[
        str | None, typer.Option("--authority", help="Which; else the school's own.")
    ] = None,
    on: On = None,
) -> None:
    """Record what the authority answered before a notice."""

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.record_authority_check import RecordAuthorityCheck

        return RecordAuthorityCheck(
            **said,
            pupil=pupil,
            parent=parent,
            answer=answer,
            clear=not against,
            authority=authority,
            on=on,
        )

    do(call, made)


@verb(app, "issue-penalty-notice", ACT)
def issue_penalty_notice(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    sessions: Sessions = None,
    answers: Answers = None,
    below_threshold: Annotated[
        str | None,
        typer.Option("--below-threshold", metavar="REASON", help="Without a case; say why."),
    ] = None,
    public_place: Annotated[
        bool, typer.Option("--public-place", help="For a public place while suspended.")
    ] = False,
    suspended_on: Annotated[
        Any,
        typer.Option("--suspended-on", parser=parse.date, metavar="DATE", help="When that began."),
    ] = None,
    told_parents_on: Annotated[
        Any,
        typer.Option(
            "--told-parents-on",
            parser=parse.date,
            metavar="DATE",
            help="When the parents were told of their duty.",
        ),
    ] = None,
) -> None:
    """Issue a penalty notice to one parent.

    For the sessions of the open case, or those named. Only the headteacher may, and deputy and
    assistant heads whom the headteacher authorised with delegate.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
        from ledger.kinds import Session

        return IssuePenaltyNotice(
            **said,
            pupil=pupil,
            parent=parent,
            kind="public place" if public_place else "absence",
            sessions=tuple(Session(*one) for one in words.sessions(sessions)),  # type: ignore[arg-type]
            answers=words.numbered(answers),
            below_threshold=below_threshold,
            suspended_on=suspended_on,
            told_parents_on=told_parents_on,
        )

    do(call, made)


@verb(app, "record-copy-to-authority", ACT)
def record_copy_to_authority(
    call: Call, *, pupil: Pupil, parent: Parent, notice: Notice, on: On = None
) -> None:
    """Record that the authority has a copy of a notice."""

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.record_copy_to_authority import RecordCopyToAuthority

        return RecordCopyToAuthority(**said, pupil=pupil, parent=parent, notice=notice, on=on)

    do(call, made)
