"""Letters to parents: written, sent, shown again, listed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app, group
from delivery.cli.asking import nothing, pupil_in, tell, view
from delivery.cli.calls import OUTPUT, QUESTION, WHERE, Call, note, verb
from delivery.cli.writing import Letter, letter
from delivery.usage import Usage

letters = group("letter", "Write a letter to a parent, or make one again.")

Reason = Annotated[str | None, typer.Option("--reason", help="Why, in words for the parent.")]
From = Annotated[Any, typer.Option("--from", parser=parse.date, metavar="DATE", help="First day.")]
To = Annotated[Any, typer.Option("--to", parser=parse.date, metavar="DATE", help="Last day.")]


@letter(letters, "leave-refused")
def leave_refused(
    call: Call,
    said: Letter,
    *,
    leave: Annotated[
        int | None, typer.Option("--leave", metavar="N", help="The request that was refused.")
    ] = None,
    first: From = None,
    last: To = None,
    reason: Reason = None,
) -> None:
    """Leave of absence is refused.

    Of the request --leave, or of the days given. The terms of a penalty notice are those of the
    first day of absence.
    """
    said.send(call, leave=leave, reason=reason, **_days(first, last))


@letter(letters, "concern")
def concern(
    call: Call,
    said: Letter,
    *,
    first: From = None,
    last: To = None,
    national: Annotated[
        str | None, typer.Option("--national", metavar="PERCENT", help="A published rate.")
    ] = None,
    national_source: Annotated[
        str | None, typer.Option("--national-source", help="Where it was published.")
    ] = None,
    national_published: Annotated[
        Any, typer.Option("--national-published", parser=parse.date, metavar="DATE", help="When.")
    ] = None,
    without_evidence: Annotated[
        bool, typer.Option("--without-evidence", help="Require no evidence of illness.")
    ] = False,
) -> None:
    """Concern about a pupil's attendance.

    The figures of the school year so far, or of the days given; what evidence is needed, where
    the policy lets a letter require it: that counts as require-evidence; and the threshold
    clause in force. A national figure is printed only with its source and date.
    """
    said.send(
        call,
        national=_national(national, national_published, national_source),
        without_evidence=without_evidence,
        **_days(first, last),
    )


@letter(letters, "general", pupil_needed=False)
def general(call: Call, said: Letter) -> None:
    """Attendance and leave in general.

    Without PUPIL to every parent: nothing is recorded then.
    """
    said.send(call)


@letter(letters, "notice-to-parents", pupil_needed=False)
def notice_to_parents(call: Call, said: Letter) -> None:
    """The notice about leave, and the request form.

    Filled in with what the school knows of PUPIL; without PUPIL blank, and nothing is recorded.
    """
    said.send(call)


@letter(letters, "notice-to-improve")
def notice_to_improve(call: Call, said: Letter) -> None:
    """The notice to improve that was issued last.

    To one parent, with its seven contents, as it was decided.
    """
    said.send(call)


@letter(letters, "illness-notice")
def illness_notice(
    call: Call,
    said: Letter,
    *,
    first: From = None,
    last: To = None,
    reason: Reason = None,
    reply_by: Annotated[
        Any, typer.Option("--reply-by", parser=parse.date, metavar="DATE", help="Answer by.")
    ] = None,
) -> None:
    """Before illness is recorded as unauthorised.

    Names the sessions recorded as illness on the days given, and asks for evidence. It counts
    as notify-parent, from when it has arrived.
    """
    said.send(call, reason=reason, reply_by=reply_by, **_days(first, last))


@letter(letters, "penalty-warning")
def penalty_warning(
    call: Call,
    said: Letter,
    *,
    on: Annotated[
        Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="Counted on; else date.")
    ] = None,
) -> None:
    """A penalty notice may be considered.

    To one parent, with the sessions counted and the clause in force.
    """
    said.send(call, on=on)


@verb(letters, "show", (*WHERE, OUTPUT[2]))
def show(call: Call, *, number: Annotated[int, typer.Argument(metavar="NUMBER")]) -> None:
    """Make a letter again, as it was sent.

    From what its entry holds, whatever was amended since: the same bytes.
    """
    from delivery.bootstrap import desk
    from delivery.cli.writing import write_to
    from delivery.documents.again import again

    with desk(call.db) as at:
        found = again(at.ledger(call.school), number)
    if found is None:
        raise nothing(f"There is no letter {number}.")
    if not found.same:
        note(
            f"Words and figures are those sent; the bytes are not: it was made with "
            f"{found.sent.made_with}."
        )
    write_to(call.output or Path(f"letter-{number}.pdf"), found.pdf)


@verb(app, "letters", QUESTION)
def letters_sent(
    call: Call,
    *,
    pupil: Annotated[
        str | None, typer.Argument(metavar="[PUPIL]", help="UPN, or the school's number.")
    ] = None,
) -> None:
    """The letters sent, oldest first.

    About one pupil, or all. --from and --to are the dates on the letters. Exit 3 if there is
    none.
    """
    from delivery.render import letters as render
    from projections.letter_questions import letters_sent as asked

    with view(call) as found:
        theirs = pupil_in(found.context.roll, pupil) if pupil else None
        answer = asked(found, theirs, call.first, call.last)
        tell(call, "letters", answer, render)
    if not answer.rows:
        raise nothing("No letter was sent.")


def _days(first: Any, last: Any) -> dict[str, Any]:
    from ledger.kinds import Session

    if first and last and last < first:
        raise Usage(f"--to {last} is before --from {first}.")
    return {
        "first": Session(first, "AM") if first else None,
        "last": Session(last, "PM") if last else None,
    }


def _national(percent: str | None, published: Any, source: str | None) -> Any:
    """A national figure, with where and when it was published or not at all."""
    if percent is None and source is None and published is None:
        return None
    if percent is None or source is None or published is None:
        raise Usage("A national figure needs --national, --national-source and its date.")
    from delivery.documents.asked import National

    return National(percent.removesuffix("%"), published, source)
