"""Notices to improve: issued, watched, concluded."""

from typing import Annotated, Any

import typer

from delivery.cli import parse, words
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import do
from delivery.cli.penalty_acts import Parent, Pupil

OUTCOMES = ("improved", "not improved", "ended early")
Number = Annotated[
    int | None, typer.Option("--number", metavar="NUMBER", help="Which; else the last.")
]


@verb(app, "issue-notice-to-improve", ACT)
def issue_notice_to_improve(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    weeks: Annotated[int, typer.Option("--weeks", metavar="N", help="How long it runs.")],
    target: Annotated[str, typer.Option("--target", help="What sufficient improvement is.")],
    contents: Annotated[
        list[str] | None,
        typer.Option(
            "--content",
            metavar="N:TEXT",
            help="What it says, by the policy's numbers; 1 and 6 come from the register.",
        ),
    ] = None,
    starts: Annotated[
        Any, typer.Option("--starts", parser=parse.date, metavar="DATE", help="Else today.")
    ] = None,
) -> None:
    """Issue a notice to improve to one parent.

    With all its contents, for as many weeks as the policy lets it run. What is left out is named
    in the refusal.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.issue_notice_to_improve import IssueNoticeToImprove

        return IssueNoticeToImprove(
            **said,
            pupil=pupil,
            parent=parent,
            weeks=weeks,
            target=target,
            contents=words.numbered(contents),
            starts=starts,
        )

    do(call, made)


@verb(app, "record-improvement", ACT)
def record_improvement(
    call: Call,
    *,
    pupil: Pupil,
    parent: Parent,
    note: Annotated[str | None, typer.Option("--note", help="In words.")] = None,
    number: Number = None,
) -> None:
    """Record how attendance goes under one.

    The figures from the start of its period until today come from the register.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.record_improvement import RecordImprovement

        return RecordImprovement(**said, pupil=pupil, parent=parent, number=number, note=note)

    do(call, made)


@verb(app, "conclude-notice-to-improve", ACT)
def conclude_notice_to_improve(
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
            help="What came of it.",
        ),
    ],
    reason: Annotated[
        str | None, typer.Option("--reason", help="If ended early: which of its grounds.")
    ] = None,
    number: Number = None,
) -> None:
    """Conclude a notice to improve.

    Before the end of its period only as ended early, on a ground that it gives.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.penalty.conclude_notice_to_improve import ConcludeNoticeToImprove

        return ConcludeNoticeToImprove(
            **said, pupil=pupil, parent=parent, outcome=outcome, number=number, reason=reason
        )

    do(call, made)
