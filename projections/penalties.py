"""
Penalty notices: each time a pupil reached the threshold, with how.

No clock decides here: a row says on which day the threshold was met and on which it lapses,
and whoever asks compares those with their own day.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, Text, delete, select
from sqlalchemy import bindparam as bind

from ledger.events import AmendmentObserved, MarkAmended, MarkRecorded
from ledger.kinds import Session
from ledger.policy import Policy, Value
from ledger.reckoning import Marked, threshold
from ledger.store import Page
from projections.codes import counting
from projections.context import Context
from projections.current_register import UNAUTHORISED, current_register
from projections.penalty_answers import explanation
from projections.schema import column, key, perhaps, pupil_key, school_key, table
from projections.steps import Reread, Rows, Statement, Step
from projections.touched import touched

penalty_thresholds = table(
    "penalty_thresholds",
    "Each time a pupil reached the threshold for considering a penalty notice at one school.",
    school_key(),
    pupil_key(),
    key("met_on", Date(), "The day of the session that brought the count to the number needed."),
    perhaps(
        "lapses_on",
        Date(),
        "The first day on which it no longer stands, at latest that on which another rule came; "
        "empty if after the calendar as set.",
    ),
    column("rule", Text(), "The rule, such as 10 sessions within 10 consecutive school weeks."),
    column("clause", Text(), "The regulation or the clause of the policy it comes from."),
    column("pack", Text(), "The policy pack the rule comes from."),
    column("needed", Integer(), "The number of sessions needed."),
    column("counted", Integer(), "The sessions counted while it stood."),
    column("explanation", Text(), "The weeks and the sessions counted, as JSON."),
)

t = current_register.c
_FORGET = delete(penalty_thresholds).where(
    penalty_thresholds.c.school == bind("of_school"),
    penalty_thresholds.c.pupil == bind("of_pupil"),
)
_FORGET_ALL = delete(penalty_thresholds).where(penalty_thresholds.c.school == bind("of_school"))
_DAY = dt.timedelta(days=1)


def sparse(urn: int) -> Select[Any]:
    """The unauthorised sessions of a school's pupils, pupil by pupil: few, and indexed."""
    columns = (t.pupil, t.date, t.half, t.code, t.entry, t.amendments)
    return select(*columns).where(t.school == urn, UNAUTHORISED).order_by(t.pupil, t.date, t.half)


def marked(rows: Iterable[Row[Any]]) -> list[Marked]:
    """Rows of ``sparse`` as the reckoning takes them."""
    return [Marked(Session(row.date, row.half), row.code, row.entry) for row in rows]


def settle(pages: Sequence[Page], context: Context) -> Iterator[Reread]:
    """Reckon again for the pupils whose unauthorised sessions, or whose rules, a batch moves."""
    moved = touched(pages)
    if moved.policy or moved.calendar or moved.closures:
        yield Reread(sparse(context.urn), lambda rows: reckoned_anew(rows, context))
        return
    pupils = moved.pupils | _marked_unauthorised(pages, context)
    if pupils:
        theirs = sparse(context.urn).where(t.pupil.in_(pupils))
        yield Reread(theirs, lambda rows: _some(rows, pupils, context))


def _marked_unauthorised(pages: Sequence[Page], context: Context) -> set[int]:
    """
    Pupils with an entry that was or becomes one of the few codes that count.

    What a code counts as depends on its day, but an unauthorised code was one in every set.
    """
    codes = set(counting(context.opened.policy, "unauthorised"))
    pupils: set[int] = set()
    for page in pages:
        if not page.stream.startswith("register/"):
            continue
        for run in page.runs:
            for name in _CODES.get(run.topic, ()):
                column_ = run.column(name)
                if not codes.isdisjoint(column_):
                    pairs = zip(run.column("pupil"), column_, strict=True)
                    pupils.update(pupil for pupil, code in pairs if code in codes)
    return pupils if context.only is None else pupils & context.only


_CODES = {
    MarkRecorded.TOPIC: ("code",),
    MarkAmended.TOPIC: ("original", "amended"),
    AmendmentObserved.TOPIC: ("original", "amended"),
}


def reckoned_anew(rows: Sequence[Row[Any]], context: Context) -> Iterator[Step]:
    """Every row of the table anew, from the rows of ``sparse``."""
    yield Statement(_FORGET_ALL, [{"of_school": context.urn}])
    yield Rows(penalty_thresholds, list(_reckoned(rows, context)))


def _some(rows: Sequence[Row[Any]], pupils: Iterable[int], context: Context) -> Iterator[Step]:
    of = [{"of_school": context.urn, "of_pupil": pupil} for pupil in sorted(pupils)]
    yield Statement(_FORGET, of)
    yield Rows(penalty_thresholds, list(_reckoned(rows, context)))


def _reckoned(rows: Sequence[Row[Any]], context: Context) -> Iterator[tuple[Any, ...]]:
    rules = list(rules_over_time(context.opened.policy))
    least = min((value.value["sessions"] for _, _, value in rules), default=0)
    for pupil, theirs in groupby(rows, lambda row: int(row.pupil)):
        marks = marked(theirs)
        if len(marks) >= least:
            for starts, ends, value in rules:
                yield from _times_met(pupil, marks, context, (starts, ends), value)


def _times_met(
    pupil: int,
    marks: list[Marked],
    context: Context,
    span: tuple[dt.date, dt.date | None],
    value: Value,
) -> Iterator[tuple[Any, ...]]:
    """
    The rows of one pupil under one rule, for the days on which that rule was in force.

    A count that stood when the rule ended stood no longer; where it still stands under the rule
    that followed, that rule's row takes its place.
    """
    school = context.opened
    known = context.roll.pupils.get(pupil)
    until = span[1]
    found = threshold(
        [mark for mark in marks if until is None or mark.session.date <= until],
        school.meeting,
        value.value,
        school.policy,
        born=known.born if known else None,
    )
    ended = until + _DAY if until else None
    for window in found.windows:
        lapses_on = min(filter(None, (window.lapses_on, ended)), default=None)
        if lapses_on is None or lapses_on > span[0]:
            yield (
                *(context.urn, pupil, window.met_on.isoformat()),
                lapses_on.isoformat() if lapses_on else None,
                *(str(found.rule), value.reference, value.pack, found.needed),
                len(window.sessions) + len(window.further),
                explanation(window),
            )


def rules_over_time(policy: Policy) -> Iterator[tuple[dt.date, dt.date | None, Value]]:
    """Each value of the threshold with the first and last day on which it was in force."""
    held: list[tuple[dt.date, Value | None]] = []
    for turn in policy.turns:
        value = policy.on(turn).values.get("penalty.threshold")
        if not held or held[-1][1] != value:
            held.append((turn, value))
    for (starts, said), following in zip(held, [*held[1:], None], strict=True):
        if said is not None:
            yield starts, following[0] - _DAY if following else None, said
