"""The penalty-notice threshold: one pupil explained, or all who met it."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import group
from delivery.cli.asking import (
    day_of,
    no_span,
    nothing,
    others_of,
    pupil_in,
    tell,
    the_day,
    view,
    view_of,
)
from delivery.cli.calls import QUESTION, Call, verb

penalty = group("penalty", "The threshold for a penalty notice.")

On = Annotated[
    Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="As things stand that day.")
]

_WINDOW = "the threshold has its own window; say the day it ends with --on"


def latest(found: Any, call: Call) -> Any:
    """The day of a next notice where none is said: after the last mark, and the last act."""
    from projections.penalty_records import last_act

    return max(day for day in (day_of(found, call), last_act(found)) if day)


@verb(penalty, "explain", QUESTION)
def penalty_explain(
    call: Call,
    *,
    pupil: Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's number.")],
    on: On = None,
) -> None:
    """Where a pupil stands against the threshold, and why.

    The clause, the weeks, each session, each parent, and what is in the way. Without --on: on
    the last day with an entry.
    """
    from delivery.bootstrap import desk
    from delivery.render.penalties import Explained
    from projections.penalty_questions import penalty_explain as explain

    no_span(call, _WINDOW)
    with desk(call.db) as at:
        found = view_of(at, at.ledger(call.school), call)
        theirs = pupil_in(found.context.roll, pupil)
        asked = the_day(call, on)
        answer = explain(
            found,
            theirs,
            asked or day_of(found, call),
            others_of(at, found, call),
            as_on=asked or latest(found, call),
        )
        tell(call, "penalty explain", answer, Explained)


@verb(penalty, "list", QUESTION)
def penalty_list(call: Call, *, on: On = None) -> None:
    """All pupils at the threshold on a day.

    Without --on: on the last day with an entry. Exit 3 if nobody is.
    """
    from delivery.render.penalties import Listed
    from projections.penalty_questions import penalty_list as listed

    no_span(call, _WINDOW)
    with view(call) as found:
        asked = the_day(call, on)
        answer = listed(found, asked or day_of(found, call), as_on=asked or latest(found, call))
        tell(call, "penalty list", answer, Listed)
    if not answer.rows:
        raise nothing(f"Nobody is at the threshold on {answer.on}.")
