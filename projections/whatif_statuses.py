"""The statuses that a policy gives to pupils, aspect by aspect, each with its explanation."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from ledger.calendar import instant
from ledger.kinds import PupilId
from ledger.reckoning import HALF, TENTH, Rates, Threshold, percent, threshold
from projections.current_register import current_register
from projections.evidence import evidence_wanting
from projections.penalties import marked, sparse
from projections.rates import rates
from projections.unexplained import unexplained
from projections.views import View
from projections.whatif_answers import Aspect

t = current_register.c


class Status(NamedTuple):
    """What a policy makes of something, in a few words, and why; ``holds`` if it is reached."""

    said: str
    why: str
    holds: bool = True


Found = Mapping[tuple[PupilId, str], Status]
"""By the pupil and what of theirs it is about."""

NOTHING = Status("nothing", "the policy asks for nothing", holds=False)


class Reads(NamedTuple):
    """How an aspect is judged, and the parameters that it goes by: names, or first words."""

    judge: Callable[[View, dt.date, dt.date], Found]
    parameters: tuple[str, ...]


def _at_threshold(view: View, since: dt.date, on: dt.date) -> Found:
    rule = view.policy.on(on).values.get("penalty.threshold")
    found = {}
    rows = view.rows(sparse(view.urn).where(t.date <= on))
    for number, theirs in groupby(rows, lambda row: int(row.pupil)):
        pupil = view.context.roll.pupils[number]
        if rule is None:
            found[number, ""] = Status("not met", f"no threshold is in force on {on}", holds=False)
            continue
        reckoned = threshold(
            marked(theirs), view.school.meeting, rule.value, view.policy, born=pupil.born, on=on
        )
        found[number, ""] = _met(reckoned, on)
    return found


def _met(found: Threshold, on: dt.date) -> Status:
    if not found.met:
        why = f"{found.total} of the {found.needed} needed are counted in the window ending on {on}"
        return Status("not met", why, holds=False)
    window = found.windows[-1]
    count = len(window.sessions) + len(window.further)
    ends = f"lapses on {window.lapses_on}" if window.lapses_on else "stands to the calendar's end"
    why = f"{count} sessions count, {found.rule}: met on {window.met_on}, {ends}"
    return Status("met", why)


def _absent(name: str, default: Mapping[str, int], word: str) -> Callable[..., Found]:
    def judge(view: View, since: dt.date, on: dt.date) -> Found:
        value = view.policy.on(on).values.get(name)
        rule = value.value if value is not None else default
        found = {}
        for row in rates([view], by="pupil", period="year", first=since, last=on).rows:
            pupil = view.context.roll.by_upn(row.group)
            assert pupil is not None
            missed, part = row.authorised + row.unauthorised, f"{rule['numerator']}"
            holds = (
                row.possible > 0
                and missed * rule["denominator"] >= rule["numerator"] * row.possible
            )
            rate = percent(_rates(row.possible, row.attended, missed).absence)
            why = f"{missed} of {row.possible} sessions missed ({rate}%)"
            why += f", against {part} in {rule['denominator']}"
            found[pupil.id, row.label] = Status(word if holds else f"not {word}", why, holds)
        return found

    return judge


def _rates(possible: int, attended: int, missed: int) -> Rates:
    return Rates(possible=possible, attended=attended, authorised=missed)


def _unexplained(view: View, since: dt.date, on: dt.date) -> Found:
    found = {}
    for row in unexplained(view, on, instant(on, dt.time(23, 59)), since=since).rows:
        by = f"to resolve by {row.resolve_by}" if row.resolve_by else "no day to resolve it by"
        becomes = f", then {row.becomes}" if row.becomes else ""
        steps = "".join(f"; {step}" for step in row.next_steps)
        said = f"{by}{becomes}; call {row.call}, {row.call_state}{steps}"
        clauses = dict.fromkeys((row.resolve_clause, row.call_clause, *row.next_clauses))
        about = f"N of {row.day} {' and '.join(row.halves)}"
        found[row.pupil.id, about] = Status(said, "; ".join(filter(None, clauses)))
    return found


def _evidence(view: View, since: dt.date, on: dt.date) -> Found:
    return {
        (row.pupil.id, f"absence of {row.day}, {row.kind}"): Status(
            row.kind, "; ".join(filter(None, (row.why, row.clause)))
        )
        for row in evidence_wanting(view, on, since=since).rows
    }


ASPECTS: Mapping[Aspect, Reads] = {
    "threshold": Reads(_at_threshold, ("penalty.threshold",)),
    "persistent absence": Reads(
        _absent("absence.persistent", TENTH, "persistently absent"), ("absence.persistent",)
    ),
    "severe absence": Reads(
        _absent("absence.severe", HALF, "severely absent"), ("absence.severe",)
    ),
    "unexplained": Reads(_unexplained, ("unexplained.", "absence.return_day_suffices")),
    "evidence": Reads(_evidence, ("evidence.",)),
}


def named(names: Iterator[str], of: Reads) -> list[str]:
    """The parameters among ``names`` that an aspect goes by."""
    return sorted(name for name in names if name.startswith(of.parameters))
