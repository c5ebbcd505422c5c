"""Everything held on one pupil, to be handed over."""

from typing import Annotated

import typer

from delivery.cli.app import app
from delivery.cli.asking import answered, pupil_in, tell, view
from delivery.cli.calls import QUESTION, Call, note, verb
from delivery.usage import Usage


@verb(app, "disclose", QUESTION)
def disclose(
    call: Call,
    *,
    pupil: Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's number.")],
    to: Annotated[
        str | None,
        typer.Option("--to-parent", metavar="PARENT", help="The id of the parent it goes to."),
    ] = None,
) -> None:
    """Everything held on one pupil, nobody else's data.

    With -o into a new folder, as text, JSON, rows, register and letters; else the entries in
    words. Another parent's address never stands in it.
    """
    from delivery.disclosing import write
    from delivery.render import disclosure
    from projections.disclosure import disclose as asked

    if call.first or call.last:
        raise Usage("Everything is disclosed: leave out --from and --to, or ask 'register'.")
    with view(call) as found:
        theirs = pupil_in(found.context.roll, pupil)
        if to is not None and to not in {one.id for one in theirs.parents}:
            known = ", ".join(one.id for one in theirs.parents) or "nobody"
            raise Usage(f"{to} is no parent of {theirs.name}; there is {known}.")
        answer = asked(found, theirs, to)
        if call.output is None:
            tell(call, "disclose", answer, disclosure)
            return
        written = write(call.output, found, theirs, answer, answered("disclose", answer))
    note(disclosure.summary(answer))
    note(f"Written: {len(written)} files in {call.output}.")
    note("Read the free text before you hand it over.")
