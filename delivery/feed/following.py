"""Going on from where a reader is: the next entries of one school, or of several in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from delivery.feed import positions
from delivery.feed.cloud import Telling, cloud_event, everything
from delivery.feed.source import entries_after
from delivery.usage import Usage
from ledger.store import Ledger


@dataclass(frozen=True)
class Source:
    """One school's ledger, and how its entries are told to whoever asks."""

    ledger: Ledger
    telling: Telling


class Follower:
    """
    A reader of the entries of one or ``several`` schools, who is somewhere in each.

    Schools come in the order of their URNs, the entries of each by their number. Where there is
    nothing new of one the next one's turn comes. A school that a position is of and that is not
    among the sources keeps its position.
    """

    def __init__(self, sources: Sequence[Source], at: Mapping[int, int], *, several: bool) -> None:
        """Raises ``Usage`` for a position beyond the end of a ledger: it is of another one."""
        self._sources, self._at, self._several = sources, dict(at), several
        for source in sources:
            school, size = source.ledger.school, source.ledger.size()
            if self._at.setdefault(school, 0) > size:
                raise Usage(
                    f"lastEventId: the ledger of {school} has {size:,} entries, and it names entry "
                    f"{self._at[school]:,}. It may be of another ledger, or of one that was "
                    "brought back from a back-up; begin again without it."
                )

    def more(self, most: int) -> list[dict[str, Any]]:
        """The next events, at most so many; whoever asks again gets those after them."""
        found: list[dict[str, Any]] = []
        for source in self._sources:
            school = source.ledger.school
            feed = "/api/feed" if self._several else f"/api/{school}/feed"
            for one in entries_after(source.ledger, self._at[school], most - len(found)):
                self._at[school] = one.number
                found.append(cloud_event(one, feed, self.position, source.telling))
            if len(found) >= most:
                break
        return found

    def still(self, sources: Sequence[Source]) -> bool:
        """Whether the same schools would be told in the same form, of the same ledgers."""
        return _forms(sources) == _forms(self._sources)

    @property
    def plainly(self) -> set[int]:
        """The schools whose entries are told with everything that is in them."""
        return {ledger.school for ledger, plainly in _forms(self._sources) if plainly}

    @property
    def position(self) -> str:
        """Where the reader is: what is given as ``lastEventId`` to go on from here."""
        if self._several:
            return positions.written(self._at)
        return str(self._at[self._sources[0].ledger.school])


def _forms(sources: Sequence[Source]) -> list[tuple[Ledger, bool]]:
    return [(one.ledger, one.telling is everything) for one in sources]
