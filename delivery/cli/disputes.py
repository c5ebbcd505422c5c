"""Why a figure moved between two entries, and what another policy would make of the marks."""

import datetime as dt
from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app, group
from delivery.cli.asking import day_of, entry_of, nothing, policy_of, tell, the_day, view_of
from delivery.cli.calls import OUTPUT, WHEN, WHERE, Call, verb
from delivery.cli.questions import among, span_of
from delivery.usage import Usage

diff = group("diff", "Two states of the ledger, and what came between.")
_BY = ("pupil", "class", "school")
_MEASURES = ("attendance", "absence", "authorised", "unauthorised")
_BUT_ASOF = tuple(one for one in WHEN if one[0] != "asof")
_ASOF = tuple(one for one in WHEN if one[0] != "policy")
_ENDS = "ENTRY|INSTANT ENTRY|INSTANT"


@verb(diff, "rates", (*WHERE, *_BUT_ASOF, *OUTPUT))
def diff_rates(
    call: Call,
    *,
    between: Annotated[
        tuple[str, str],
        typer.Option("--between", metavar=_ENDS, help="From the one to the other."),
    ],
    by: Annotated[
        str, typer.Option("--by", metavar="|".join(_BY), help="A figure for each.")
    ] = "school",
    measure: Annotated[
        str, typer.Option("--measure", metavar="|".join(_MEASURES), help="Of what.")
    ] = "attendance",
) -> None:
    """Why a rate moved, entry by entry.

    Both figures with their counts, and each mark, enrolment, closure or policy between them with
    its exact share. Exit 3 if no figure moved.
    """
    among("--by", by, _BY)
    among("--measure", measure, _MEASURES)
    from delivery.bootstrap import desk
    from delivery.render.diff import Diff
    from projections.diff_rates import diff_rates as asked
    from projections.earlier import earlier

    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        ends = [entry_of(ledger, parse.asof(end)) or 0 for end in between]
        if ends[1] < ends[0]:
            raise Usage(f"--between {between[0]} {between[1]}: the later comes first.")
        policy = policy_of(call)
        runner = at.at(ledger).runner
        before, after = (earlier(runner, ledger, entry, policy=policy) for entry in ends)
        first, last = span_of(after, call, "year")
        answer = asked(before, after, first=first, last=last, by=by, measure=measure)  # type: ignore[arg-type]
        tell(call, "diff rates", answer, Diff)
    if not answer.rows:
        raise nothing(f"No figure moved between entries {ends[0]:,} and {ends[1]:,}.")


@verb(app, "whatif", (*WHERE, *_ASOF, *OUTPUT))
def whatif(
    call: Call,
    *,
    policies: Annotated[
        list[str],
        typer.Option("--policy", metavar="PACK", help="A pack, or a draft: a.toml. Twice."),
    ],
    on: Annotated[
        Any,
        typer.Option("--on", parser=parse.date, metavar="DATE", help="As things stand that day."),
    ] = None,
) -> None:
    """Who would be where under another policy.

    The same marks under two packs, by name or a draft file; whose status differs, and by which
    parameter. Nothing is recorded. Without --school: every school. Exit 3 if nobody's does.
    """
    if len(policies) != 2:
        raise Usage("Say two policies: --policy A --policy B.")
    from delivery.bootstrap import desk
    from delivery.render.whatif import WhatIf
    from ledger.policy import load
    from projections.whatif import whatif as asked

    first, second = (load(pack) for pack in policies)
    with desk(call.db) as at:
        views = [view_of(at, ledger, call) for ledger in at.ledgers(call.school)]
        day: dt.date = the_day(call, on) or max(day_of(view, call) for view in views)
        year = views[0].school.calendar.period_of(day, "year")
        since = call.first or (year.starts if year else day)
        answer = asked(views, first, second, since=since, on=day)
        tell(call, "whatif", answer, WhatIf)
    if not answer.rows:
        raise nothing(f"Nobody's status differs on {day} between these policies.")
