"""Returns to the local authority as a list: those made, or those owed on a day."""

import datetime as dt
from collections.abc import Iterator, Mapping

from ledger.events.returns import ReturnKind
from ledger.kinds import Frozen, PupilId
from projections.answers import Header
from projections.returns import irregular_now, owed, returns_of
from projections.views import View


class ReturnLine(Frozen):
    """
    A pupil in a return of a kind: in one made, by its number, or in one that is owed.

    ``facts`` are what the ledger says of it. ``held`` is what a return made held of the pupil,
    word for word; ``None`` where none was made. ``proposed``: nothing is owed, and the school may
    judge that something is.
    """

    kind: ReturnKind
    number: int | None
    made_on: dt.date | None
    made_to: str | None
    clause: str
    reason: str | None
    pupil: PupilId
    since: dt.date
    due: dt.date | None
    facts: Mapping[str, str]
    held: Mapping[str, str] | None
    proposed: bool


class ReturnsListed(Frozen):
    """The lines of a return, by pupil and day."""

    header: Header
    kind: ReturnKind
    day: dt.date
    rows: tuple[ReturnLine, ...]


def returns_listed(
    view: View, kind: ReturnKind, day: dt.date, number: int | None = None
) -> ReturnsListed:
    """
    The return of that number; without one, what is owed on the day and was not returned.

    Reference: SI 2024/208 reg. 13.
    """
    found = _owed(view, kind, day) if number is None else _made(view, kind, number)
    rows = sorted(found, key=lambda one: (one.pupil, one.since))
    return ReturnsListed(
        header=view.header("export return", [day]), kind=kind, day=day, rows=tuple(rows)
    )


def _made(view: View, kind: ReturnKind, number: int) -> Iterator[ReturnLine]:
    for made in returns_of(view).made:
        if made.kind == kind and made.number == number:
            for one in made.pupils:
                yield ReturnLine(
                    kind=kind,
                    number=number,
                    made_on=made.made_on,
                    made_to=made.to,
                    clause=made.clause,
                    reason=made.reason,
                    pupil=one.pupil,
                    since=one.since,
                    due=one.due,
                    facts={},
                    held=one.held,
                    proposed=False,
                )


def _owed(view: View, kind: ReturnKind, day: dt.date) -> Iterator[ReturnLine]:
    returns = returns_of(view)
    certain = ((one, False) for one in owed(view, returns, day))
    perhaps = ((one, True) for one in irregular_now(view, returns, day))
    for one, proposed in (*certain, *perhaps):
        if one.kind == kind and returns.of(kind, one.pupil, one.since) is None:
            yield ReturnLine(
                kind=kind,
                number=None,
                made_on=None,
                made_to=None,
                clause=one.reference,
                reason=None,
                pupil=one.pupil,
                since=one.since,
                due=one.due,
                facts=one.facts,
                held=None,
                proposed=proposed,
            )
