"""Deciding leave: the facts shown, the decision done, what the policy says beside it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from commands.base import Command
from delivery.acts import Done, do
from delivery.bootstrap import Desk
from delivery.render.leave import missed_tests
from ledger.calendar import london
from ledger.events.leave import FiguresShown, Weighed
from ledger.leave import Leave
from ledger.policy import PolicyDay
from ledger.reckoning import Rates, percent
from ledger.refusals import UnknownLeave
from projections.leave_figures import figures_for
from projections.leave_told import policy_says, tests_of
from projections.views import View, live

Made = Callable[[FiguresShown, "Facts"], Command]


class Facts:
    """What is shown to whoever decides a request, as at the last entry."""

    def __init__(self, view: View, number: int) -> None:
        leaves = view.context.leaves
        if number not in leaves.requests:
            known = ", ".join(map(str, sorted(leaves.requests))) or "none"
            raise UnknownLeave(leave=number, known=known)
        self.view = view
        self.leave: Leave = leaves.requests[number]
        self.rules: PolicyDay = view.school.rules_on(self.leave.first.date)

    def factor(self, said: str) -> Weighed:
        """A factor as typed, ``3: two days only``: a number means the policy's own list."""
        what, _, note = (part.strip() for part in said.partition(":"))
        named = self.rules.values.get("leave.factors")
        if what.isdecimal() and named and 1 <= int(what) <= len(named.value):
            what = named.value[int(what) - 1]
        return Weighed(factor=what, note=note or None)


def decide(
    desk: Desk, number: int, school: int | None, made: Made, *, dry_run: bool = False
) -> Done:
    """
    Do a decision on a request with the figures shown to whoever decides frozen into it.

    Raises ``UnknownLeave``, and as the act itself does.
    """
    ledger = desk.ledger(school)
    facts = Facts(live(desk.at(ledger).runner, ledger), number)
    today = london(desk.clock()).date()
    shown = figures_for(facts.view, facts.leave, today)
    done = do(desk, made(shown, facts), ledger.school, dry_run=dry_run)
    return replace(done, notes=(*_notes(facts, shown), *done.notes))


def _notes(facts: Facts, shown: FiguresShown) -> Iterator[str]:
    """What the decider is shown beside the decision; none of it is a bar."""
    years = (("this school year", shown.current), ("last year", shown.last_year))
    told = [f"{_rate(counted)} {year}" for year, counted in years if counted is not None]
    if told:
        yield f"Attendance shown, as at entry {shown.entry:,}: {', '.join(told)}."
    missed = missed_tests(tests_of(shown))
    if missed:
        yield f"Statutory tests missed: {missed}."
    exceptional = facts.leave.code == "C"
    for listed in policy_says(facts.rules):
        if exceptional and listed.what == "not exceptional":
            items = "; ".join(listed.items)
            yield f"The policy names as not exceptional ({listed.reference}): {items}."


def _rate(counted: Any) -> str:
    counts = counted.model_dump(exclude={"first", "last"})
    rate = percent(Rates(**counts).attendance)
    said = f"{counted.attended} of {counted.possible} sessions"
    return f"{rate}% ({said})" if rate else said
