"""A pupil who came from another school: what its register says, beside ours."""

from typing import Annotated

import typer

from delivery.cli.app import app
from delivery.cli.asking import no_span, nothing, pupil_in, tell, view
from delivery.cli.calls import QUESTION, Call, verb


@verb(app, "elsewhere", QUESTION)
def elsewhere(
    call: Call,
    *,
    pupil: Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's number.")],
) -> None:
    """Other schools' records of a pupil, beside ours.

    What each says and what proves it; each school year with and without our own, as advice. Exit 3
    if none has been taken in.
    """
    from delivery.render.elsewhere import Elsewhere
    from projections.elsewhere import elsewhere as asked

    no_span(call, "every record is shown whole")
    with view(call) as found:
        answer = asked(found, pupil_in(found.context.roll, pupil))
        tell(call, "elsewhere", answer, Elsewhere)
    if not answer.records:
        raise nothing("No other school's record has been taken in.")
