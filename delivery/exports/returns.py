"""A return to the local authority as rows: one made, as it was made, or what is owed."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from delivery.exports.made import Export, table
from delivery.render.table import Cell, count_of
from ledger.returns import held_of, particulars
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
_SAID = ("name", "address", "born", "UPN")
_HEAD = ("kind", "number", "standing", "made_on", "made_to", "clause", "reason", "since", "due")


def returns(view: View, found: ReturnsListed) -> Export:
    """A line a pupil; what has no column of its own stands in ``other``."""
    names = (*_SAID, *_PARENTS, *_FACTS[found.kind])
    headings = (*_HEAD, *(name.replace(" ", "_").replace("-", "_") for name in names), "other")
    says = particulars(view.school.rules_on(found.day), found.kind)
    held = [_held(view, one, says) for one in found.rows]
    lines = (_line(*both, names) for both in zip(found.rows, held, strict=True))
    return table(f"return-{found.kind}", view, headings, lines, _notes(found, held))


def _held(view: View, one: ReturnLine, says: Collection[str]) -> Mapping[str, str]:
    """What the return said of the pupil; of one that is owed, what it would say."""
    if one.held is not None:
        return one.held
    return held_of(view.context.roll.pupils[one.pupil], says, one.facts)


def _line(one: ReturnLine, held: Mapping[str, str], names: tuple[str, ...]) -> tuple[Cell, ...]:
    standing = "made" if one.number else "to be judged" if one.proposed else "owed"
    other = "; ".join(f"{name}: {said}" for name, said in held.items() if name not in names)
    head = (one.kind, one.number, standing, one.made_on, one.made_to, one.clause, one.reason)
    return (*head, one.since, one.due, *(held.get(name) for name in names), other or None)


def _notes(found: ReturnsListed, held: Sequence[Mapping[str, str]]) -> Iterator[str]:
    perhaps = sum(one.proposed for one in found.rows)
    if perhaps:
        yield (
            f"{count_of(perhaps, 'line')} that the school has to judge: nothing is owed by the "
            "entries alone."
        )
    if any(one.number is None for one in found.rows):
        yield "Owed, and not made: 'attendance make-return' records that it was sent."
    nowhere = sum(not any("address" in name for name in one) for one in held)
    if nowhere:
        lines = count_of(nowhere, "line")
        yield f"{lines} without an address: the ledger has none, and the regulation asks for it."
