"""What somebody has to look after: amendments complete, registers taken."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app, group
from delivery.cli.asking import tell, view
from delivery.cli.calls import QUESTION, Call, verb

audit = group("audit", "What an auditor asks.")


@verb(audit, "completeness", QUESTION)
def audit_completeness(
    call: Call,
    *,
    lacking: Annotated[
        bool, typer.Option("--lacking", help="Only those that lack a particular.")
    ] = False,
) -> None:
    """Every amendment with its five particulars.

    Those that lack one are listed; only ones observed in another system ever do.
    """
    from delivery.render import amendments
    from projections.completeness import audit_completeness as asked

    with view(call) as found:
        answer = asked(found, call.first, call.last, lacking_only=lacking)
        tell(call, "audit completeness", answer, amendments)


@verb(app, "registers-not-taken", QUESTION)
def registers_not_taken(
    call: Call,
    *,
    on: Annotated[
        Any,
        typer.Option("--on", parser=parse.date, metavar="DATE", help="That day; else today."),
    ] = None,
    of_class: Annotated[
        str | None, typer.Option("--class", metavar="C", help="Of one class.")
    ] = None,
) -> None:
    """Registers not taken, or not for everybody.

    On a day (today), or between --from and --to.
    """
    from delivery.bootstrap import now
    from delivery.render import missing
    from ledger.calendar.london import london
    from projections.registers_not_taken import registers_not_taken as asked

    last = on or call.last or london(now()).date()
    first = on or call.first or last
    with view(call) as found:
        tell(call, "registers-not-taken", asked(found, first, last, group=of_class), missing)
