"""The questions about leave: one request explained, the list, and what contradicts it."""

from typing import Annotated, Any

import typer

from delivery.cli.app import app, group
from delivery.cli.asking import day_and_moment, no_span, nothing, pupil_in, tell, view
from delivery.cli.calls import QUESTION, Call, verb

leave = group("leave", "Requests for leave of absence.")


@verb(app, "explain-leave", QUESTION)
def explain_leave(
    call: Call,
    *,
    request: Annotated[int, typer.Argument(metavar="REQUEST", help="The number of the request.")],
) -> None:
    """A request, the facts shown, the decision, the marks.

    For one still undecided: what the policy lists, and the pupil's attendance as it stands.
    """
    from delivery.render.leave import Explained
    from projections.leave_questions import explain_leave as explain

    no_span(call, "a request is shown whole")
    with view(call) as found:
        day, _ = day_and_moment(call, found.ledger)
        answer = explain(found, request, day)
        tell(call, "explain-leave", answer, Explained)


@verb(leave, "list", QUESTION)
def leave_list(
    call: Call,
    *,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Only those nobody has decided.")
    ] = False,
    pupil: Annotated[
        str | None, typer.Option("--pupil", metavar="P", help="Only this pupil's.")
    ] = None,
) -> None:
    """Requests for leave, and part-time timetables.

    --from and --to go by the days of absence. Exit 3 if there is none.
    """
    from delivery.render.leaves import Listed
    from projections.leave_questions import leave_list as listed

    with view(call) as found:
        whose = pupil_in(found.context.roll, pupil).id if pupil else None
        standing = "undecided" if undecided else None
        answer = listed(found, pupil=whose, standing=standing, first=call.first, last=call.last)
        tell(call, "leave list", answer, Listed)
    if not answer.rows:
        raise nothing("There is no such request for leave.")


@verb(app, "contradictions", QUESTION)
def contradictions(call: Call) -> None:
    """Marks that do not agree with leave or the roll.

    Against leave given, under leave withdrawn, off the admission register. Nothing is put right
    by itself. Exit 3 if there is none.
    """
    from delivery.render.leaves import Contradicting
    from projections.contradiction_questions import listed

    with view(call) as found:
        answer: Any = listed(found, call.first, call.last)
        tell(call, "contradictions", answer, Contradicting)
    if not answer.rows:
        raise nothing("No mark contradicts leave or the admission register.")
