"""A return to the local authority as rows: one made, as it was made, or what is owed."""

from collections.abc import Iterator, Mapping

from commands.returns.make_return import held_of
from delivery.exports.made import Export, table
from delivery.render.table import Cell, count_of
from projections.returns_listed import ReturnLine, ReturnsListed
from projections.views import View

_PARENTS = tuple(
    f"parent {number}{more}" for number in (1, 2, 3) for more in ("", " address", " telephone")
)
_FACTS = {
    "attendance": ("first day", "last day", "school days", "unauthorised sessions", "within"),
    "sickness": (
        *("first day", "last day", "half-days in the school year", "school days expected"),
    ),
    "new-pupil": ("starting day", "entered"),
    "deletion": ("last day", "deleted"),
    "plan-fall": ("half-term before", "this half-term"),
}
_SAID = ("name", "born", "UPN")
_HEAD = ("kind", "number", "standing", "made_on", "made_to", "clause", "reason", "since", "due")


def returns(view: View, found: ReturnsListed) -> Export:
    """A line a pupil; what has no column of its own stands in ``other``."""
    names = (*_SAID, *_PARENTS, *_FACTS[found.kind])
    headings = (*_HEAD, *(name.replace(" ", "_").replace("-", "_") for name in names), "other")
    lines = (_line(view, one, names) for one in found.rows)
    return table(f"return-{found.kind}", view, headings, lines, _notes(found))


def _line(view: View, one: ReturnLine, names: tuple[str, ...]) -> tuple[Cell, ...]:
    pupil = view.context.roll.pupils[one.pupil]
    held: Mapping[str, str] = one.held if one.held is not None else held_of(pupil, one.facts)
    standing = "made" if one.number else "to be judged" if one.proposed else "owed"
    other = "; ".join(f"{name}: {said}" for name, said in held.items() if name not in names)
    head = (one.kind, one.number, standing, one.made_on, one.made_to, one.clause, one.reason)
    return (*head, one.since, one.due, *(held.get(name) for name in names), other or None)


def _notes(found: ReturnsListed) -> Iterator[str]:
    perhaps = sum(one.proposed for one in found.rows)
    if perhaps:
        yield (
            f"{count_of(perhaps, 'line')} that the school has to judge: nothing is owed by the "
            "entries alone."
        )
    if any(one.number is None for one in found.rows):
        yield "Owed, and not made: 'attendance make-return' records that it was sent."
