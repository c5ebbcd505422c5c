"""The questions about absence: what is unexplained, followed up, evidenced; who was last seen."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.asking import (
    day_and_moment,
    entry_of,
    moment_of,
    no_span,
    nothing,
    policy_of,
    pupil_in,
    span,
    tell,
    view,
)
from delivery.cli.calls import QUESTION, Call, verb
from delivery.usage import Usage

Pupil = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]
On = Annotated[
    Any, typer.Option("--on", parser=parse.date, metavar="DATE", help="As on that day; else today.")
]


@verb(app, "unexplained", QUESTION)
def unexplained(call: Call, *, on: On = None) -> None:
    """Every N that stands, the most pressing first.

    How long it may, the calls its days ask for, what to do; with --from, of the days from then on.
    Exit 3 if there is none.
    """
    from delivery.render.absence import Unexplained
    from projections.unexplained import unexplained as asked

    with view(call) as found:
        day, now = day_and_moment(call, found.ledger, on)
        answer = asked(found, day, now, since=call.first)
        tell(call, "unexplained", answer, Unexplained)
    if not answer.rows:
        raise nothing(f"No N stands on {day}.")


@verb(app, "absences", QUESTION)
def absences(
    call: Call,
    *,
    pupil: Annotated[str | None, typer.Option("--pupil", metavar="P", help="Of one pupil.")] = None,
) -> None:
    """Spells of absence, and what was done about each.

    Those that began between --from and --to; else in this school year. Exit 3 if there is none.
    """
    from delivery.render.absence import Absences
    from projections.absences import absences_followed

    with view(call) as found:
        theirs = pupil_in(found.context.roll, pupil).id if pupil else None
        last, _ = day_and_moment(call, found.ledger)
        year = found.school.calendar.period_of(last, "year")
        first = call.first or (year.starts if year else last)
        answer = absences_followed(found, first, last, pupil=theirs)
        tell(call, "absences", answer, Absences)
    if not answer.rows:
        raise nothing(f"No absence was followed up from {first} to {last}.")


@verb(app, "evidence", QUESTION)
def evidence(call: Call, *, on: On = None) -> None:
    """Evidence of illness to ask for, to judge, missing.

    With --from, of the days from then on. Exit 3 if there is none.
    """
    from delivery.render.absence import Evidence
    from projections.evidence import evidence_wanting

    with view(call) as found:
        day, _ = day_and_moment(call, found.ledger, on)
        answer = evidence_wanting(found, day, since=call.first)
        tell(call, "evidence", answer, Evidence)
    if not answer.rows:
        raise nothing(f"Nothing is wanting of the evidence of illness on {day}.")


@verb(app, "lateness", QUESTION)
def lateness(call: Call, *, on: On = None) -> None:
    """Pupils who are late persistently, and the meetings.

    By the figure of the policy, in the window that ends on a day. Exit 3 if there is none.
    """
    from delivery.render.lateness import Lateness
    from projections.lateness import persistent_lateness

    no_span(call, "the policy sets the window; say the day it ends with --on")
    with view(call) as found:
        day, _ = day_and_moment(call, found.ledger, on)
        answer = persistent_lateness(found, day)
        tell(call, "lateness", answer, Lateness)
    if not answer.rows:
        raise nothing(f"Nobody is late persistently on {day}.")


@verb(app, "patterns", QUESTION)
def patterns(
    call: Call,
    *,
    of_class: Annotated[
        str | None, typer.Option("--class", metavar="C", help="Of one class.")
    ] = None,
) -> None:
    """Absence by band, reason, half-day and week.

    How many pupils miss how much, under which codes, on which half-days of the week. Without
    --from and --to: the school year up to the last day with an entry.
    """
    from delivery.render.patterns import Patterns
    from projections.patterns import patterns as asked

    with view(call) as found:
        tell(call, "patterns", asked(found, *span(found, call), group=of_class), Patterns)


@verb(app, "last-seen", QUESTION)
def last_seen(call: Call, *, pupil: Pupil) -> None:
    """When a pupil was last seen in school, and by whom.

    With every mark and everything done since. Exit 3 if never.
    """
    from delivery.bootstrap import desk
    from delivery.render.last_seen import LastSeen
    from ledger.refusals import UnknownPupil
    from projections.explain import find_pupil
    from projections.last_seen import last_seen as asked

    if call.first or call.last:
        raise Usage("The last session there is is looked for: leave out --from and --to.")
    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        upto = entry_of(ledger, call.asof)
        theirs = find_pupil(ledger, pupil, upto)
        if theirs is None:
            raise UnknownPupil(pupil=pupil)
        answer = asked(ledger, theirs, moment_of(call, ledger), upto, policy_of(call))
        tell(call, "last-seen", answer, LastSeen)
    if answer.seen is None:
        raise nothing(f"{theirs.name} was never marked as seen in school.")
