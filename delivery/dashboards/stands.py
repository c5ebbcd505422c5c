"""Where what is given stands: schools, entries, roots; beside every export in the same words."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from delivery.dashboards.who import For
from delivery.foot import foot
from delivery.render.envelope import moment
from ledger.kinds import Frozen
from ledger.store import Ledger

if TYPE_CHECKING:
    from delivery.bootstrap import Desk
    from projections.star_rows import Window


class Stands(Frozen):
    """
    One school in what is given: the entry it stands at, when that was recorded (UTC, ISO 8601),
    and the root of the school's log there (base64, as a checkpoint has it).

    Whoever holds it can ask the ledger: ``attendance verify --root ENTRY:ROOT``.
    """

    school: int
    name: str
    entry: int
    recorded_at: str | None
    root: str | None


class Given(Frozen):
    """
    What is given to whom: which star, of which schools at which entries, which sessions.

    No clock is in it, so that the same is given whenever it is asked at the same entries.
    """

    star: int
    schools: tuple[Stands, ...]
    first: str | None
    last: str | None
    names: bool
    pseudonyms_for: str | None

    @property
    def text(self) -> str:
        """As JSON, on one line."""
        return self.model_dump_json()


@dataclass(frozen=True)
class Wanted:
    """What is to be given: of which schools, which sessions, to whom."""

    desk: "Desk"
    ledgers: "Sequence[Ledger]"
    window: "Window"
    who: For

    def at(self, entries: Mapping[int, int]) -> Given:
        """What is given where each school stands at its entry."""
        from projections.star_shape import VERSION

        said = {"first": self.window.first, "last": self.window.last}
        ends = (dt.date.min, dt.date.max)
        days: dict[str, Any] = {
            name: None if day in ends else day.isoformat() for name, day in said.items()
        }
        schools = (_stands(self.desk, one, entries[one.school]) for one in self.ledgers)
        return Given(
            star=VERSION,
            schools=tuple(schools),
            names=self.who.names,
            pseudonyms_for=self.who.recipient,
            **days,
        )


def _stands(desk: "Desk", ledger: Ledger, entry: int) -> Stands:
    act = next(ledger.acts(entry, entry), None) if entry else None
    return Stands(
        school=ledger.school,
        name=desk.name_of(ledger.school),
        entry=entry,
        recorded_at=moment(act.recorded_at) if act else None,
        root=foot(ledger, entry).root if entry else None,
    )
