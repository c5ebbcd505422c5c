"""Each parent of a pupil in text: notices, a next one, the next lawful step, what runs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from delivery.render.table import Cell, table


def parents_shown(parents: Sequence[Any]) -> Iterator[str]:
    """What there is to say of each parent, a table each thing."""
    rows: list[Sequence[Cell]] = [
        (p.name, p.lives_with, p.notices, next_notice(p.next), p.next and p.next.from_when)
        for p in parents
    ]
    headings = ("Parent", "Lives with", "Notices in 3 years", "A next one", "From")
    yield f"Parents\n{table(headings, rows)}"
    held = [(p.name, *_held(notice)) for p in parents for notice in p.held]
    if held:
        notices = ("Parent", "No", "Issued on", "By", "For", "Asks", "State", "Counts", "Why")
        yield f"Notices\n{table(notices, held)}"
    running = [
        (p.name, c.due, "overdue" if c.overdue else "", c.about, c.what, c.owner, c.clause)
        for p in parents
        for c in p.clocks
    ]
    if running:
        clocks = ("Parent", "By", "", "Of", "What", "Who", "Clause")
        yield f"Clocks\n{table(clocks, running)}"
    steps = [(p.name, p.next_step, p.next_act, p.next_clause) for p in parents]
    yield f"Next lawful step\n{table(('Parent', 'Step', 'With', 'Clause'), steps)}"


def by_parent(parents: Sequence[Any], what: Callable[[Any], object]) -> str:
    """The same of every parent once; else parent by parent."""
    told = [(parent.name, str(what(parent))) for parent in parents]
    if len({said for _, said in told}) <= 1:
        return told[0][1] if told else ""
    return "; ".join(f"{name}: {said}" for name, said in told)


def _held(notice: Any) -> tuple[Cell, ...]:
    asks = f"£{notice.early} or £{notice.full}" if notice.early else f"£{notice.full}"
    period = f"{notice.offence_start} to {notice.offence_end}"
    kind = period if notice.kind == "absence" else f"{period}, public place"
    until = f"until {notice.falls_out}" if notice.falls_out else "no"
    return (
        notice.notice,
        notice.issued_on,
        notice.issued_by,
        kind,
        asks,
        notice.state,
        until if notice.counts else "no",
        notice.why,
    )


def next_notice(upcoming: Any) -> str:
    """What a next notice would ask, in a few words."""
    if upcoming is None:
        return ""
    if upcoming.full is None:
        return str(upcoming.which)
    early = f"£{upcoming.early} within {upcoming.early_days} days, else " if upcoming.early else ""
    days = f" within {upcoming.full_days} days" if upcoming.full_days else ""
    return f"{upcoming.which}: {early}£{upcoming.full}{days}"
