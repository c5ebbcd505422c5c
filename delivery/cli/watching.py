"""What somebody has to look after: amendments complete, registers taken."""

import datetime as dt
from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app, group
from delivery.cli.asking import (
    day_and_moment,
    no_span,
    nothing,
    others_of,
    pupil_in,
    span,
    tell,
    view,
    view_of,
)
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


@verb(audit, "amendments", QUESTION)
def audit_amendments(call: Call) -> None:
    """Amendments by code, lag and person; what stands out.

    Absences made attendance after the day are compared between people, months, classes and the
    schools of the ledger. Without --from and --to: the school year up to the last day with an
    entry.
    """
    from delivery.bootstrap import desk
    from delivery.render import amendment_audit
    from projections.amendment_audit import audit_amendments as asked

    with desk(call.db) as at:
        found = view_of(at, at.ledger(call.school), call)
        first, last = span(found, call)
        beside = others_of(at, found, call)
        tell(call, "audit amendments", asked(found, first, last, beside), amendment_audit)


@verb(audit, "roll", QUESTION)
def audit_roll(call: Call) -> None:
    """Who joined, who left, and who is long away.

    Each with its day and the day it was put down; many sessions under codes by which a pupil
    is away and no rate says so; marks of nobody on roll. Without --from and --to: the school year
    up to the last day with an entry.
    """
    from delivery.render import roll_audit
    from projections.roll_audit import audit_roll as asked

    with view(call) as found:
        tell(call, "audit roll", asked(found, *span(found, call)), roll_audit)


@verb(audit, "reading", QUESTION)
def audit_reading(
    call: Call,
    *,
    pupil: Annotated[
        str | None, typer.Option("--pupil", metavar="P", help="Of one pupil alone.")
    ] = None,
) -> None:
    """Who was shown which pupil's record over HTTP.

    Kept apart from the ledger; what is typed is not in it. Without --from and --to: the last
    twenty-eight days. Exit 3 if there is none.
    """
    from delivery.reading_log import readings_found, seconds
    from delivery.render import readings as render
    from delivery.web.door.book import place_of
    from delivery.web.door.readings import readings_at

    with view(call) as found:
        whose = pupil_in(found.context.roll, pupil).id if pupil else None
        day, moment = day_and_moment(call, found.ledger)
        first = call.first or day - dt.timedelta(days=28)
        between = seconds(first, day, moment if call.asof is not None else None)
        read = readings_at(place_of(call.db), found.urn, *between, pupil=whose)
        answer = readings_found(found, read, first, day)
        tell(call, "audit reading", answer, render)
    if not answer.rows:
        raise nothing("No pupil's record was read.")


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
    from delivery.render import missing
    from projections.registers_not_taken import registers_not_taken as asked

    if on is not None:
        no_span(call, f"--on {on} says the day")
    with view(call) as found:
        last, _ = day_and_moment(call, found.ledger, on)
        first = on or call.first or last
        tell(call, "registers-not-taken", asked(found, first, last, group=of_class), missing)
