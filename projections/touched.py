"""Which rows already there a batch of pages puts in doubt, beyond the marks it brings."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.events import (
    CalendarSet,
    ClosureDeclared,
    ClosureWithdrawn,
    ParticularsChanged,
    PolicyAdopted,
    PupilAdmitted,
    PupilLeft,
    RegisterTimesSet,
)
from ledger.store import Page

_ROLL = {PupilAdmitted.TOPIC, PupilLeft.TOPIC, ParticularsChanged.TOPIC}
_CLOSURES = {ClosureDeclared.TOPIC, ClosureWithdrawn.TOPIC}


@dataclass(frozen=True, slots=True)
class Touched:
    """
    What moved: the rules, the calendar, these closures, these pupils' place on the roll, the
    times of the registers.
    """

    policy: bool = False
    calendar: bool = False
    closures: frozenset[int] = field(default=frozenset())
    pupils: frozenset[int] = field(default=frozenset())
    times: bool = False


def touched(pages: Sequence[Page]) -> Touched:
    """What a batch of pages moved."""
    topics: set[str] = set()
    closures: set[int] = set()
    pupils: set[int] = set()
    for page in pages:
        if page.stream == "school":
            for run in page.runs:
                topics.add(run.topic)
                if run.topic in _CLOSURES:
                    closures.update(run.column("closure"))
        elif page.stream.startswith("pupil/") and any(run.topic in _ROLL for run in page.runs):
            pupils.add(int(page.stream.removeprefix("pupil/")))
    return Touched(
        PolicyAdopted.TOPIC in topics,
        CalendarSet.TOPIC in topics,
        frozenset(closures),
        frozenset(pupils),
        RegisterTimesSet.TOPIC in topics,
    )
