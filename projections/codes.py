"""Code sets: what each code meant and how it counted, between which days."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, Text

from ledger.events import PolicyAdopted, SchoolOpened
from ledger.policy import CodeRow, Policy
from ledger.store import Page
from projections.context import Context, counts_of
from projections.cutting import topics_of
from projections.schema import LAST_DAY, column, flag, key, school_key, table
from projections.steps import Rows, Step

code_sets = table(
    "code_sets",
    "The attendance and absence codes, each with the days between which a row holds.",
    school_key(),
    key("code", Text(), "The code, one or two characters."),
    key("begins", Date(), "The first day of the row."),
    column("ends", Date(), f"The last day of the row; {LAST_DAY} while it is in force."),
    column("meaning", Text(), "What the code means."),
    column("statistical", Text(), "How the Department for Education counts it."),
    flag("possible", "1 if a session under it is a possible attendance."),
    flag("attended", "1 if it counts as attending."),
    flag("authorised", "1 if it is authorised absence."),
    flag("unauthorised", "1 if it is unauthorised absence."),
    flag("late", "1 if it counts as late."),
    flag("legacy", "1 if no longer in force then, and taken in all the same."),
    flag("threshold", "1 if it counts towards the penalty-notice threshold."),
    column("reference", Text(), "The regulation."),
)

_DAY = dt.timedelta(days=1)
_SETTLES = {SchoolOpened.TOPIC, PolicyAdopted.TOPIC}


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """The codes of the school's rules, whenever it settles under which rules it works."""
    if not _SETTLES.isdisjoint(topics_of(pages, "school")):
        yield Rows(code_sets, list(_rows(context)))


def _rows(context: Context) -> Iterator[tuple[Any, ...]]:
    policy = context.opened.policy
    spans: dict[tuple[CodeRow, bool], tuple[dt.date, dt.date]] = {}
    for begins, following in zip(policy.turns, [*policy.turns[1:], None], strict=True):
        codes = policy.on(begins).codes
        ends = following - _DAY if following else dt.date.fromisoformat(LAST_DAY)
        for row in [*codes.values(), *codes.tolerated.values()]:
            # whose policy asks for the nature may change; how the code counts does not
            held = (row.model_copy(update={"nature": ""}), row.code not in codes)
            spans[held] = (spans[held][0] if held in spans else begins, ends)
    for (row, _), (begins, ends) in spans.items():
        counts = counts_of(row.code, policy.on(begins))
        span = (begins.isoformat(), ends.isoformat())
        said = (row.meaning, row.statistical, *counts, int(row.threshold), row.reference)
        yield context.urn, row.code, *span, *said


def counting(policy: Policy, *statistical: str) -> list[str]:
    """Every code that on any day of a policy counts in one of these ways, in order."""
    national = policy.stack[0].pack.codes  # no pack above changes how a code counts
    return sorted({row.code for row in national if row.statistical in statistical})
