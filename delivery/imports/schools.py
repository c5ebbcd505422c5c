"""What files of several schools share: whose line it is, and lines that are nobody's."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from delivery.bootstrap import Desk
from delivery.importers.source import Source
from ledger.refusals import readable


@dataclass(frozen=True)
class BadRow:
    """A line of a file that was not taken in, and why: one sentence."""

    line: int
    why: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "why", readable(self.why))


def held(desk: Desk, school: int | None) -> dict[str, int]:
    """The schools there are, by their URN as text. Raises as ``Desk.ledger`` does."""
    desk.ledgers(school)
    return {str(urn): urn for urn in desk.store.schools()}


def no_such_school(written: str, there_are: Iterable[str]) -> str:
    """Why a line of a school that the ledger does not hold is not taken in."""
    if not written:
        return "It names no school."
    return f"This ledger holds no school {written}; it holds {', '.join(there_are)}."


def shown(source: Source, seen_at: dt.datetime | None, at: dt.datetime) -> dict[str, Any]:
    """
    What every import says of its file. Without ``seen_at`` the file shows things as when it
    was last written, or now if that claims to be later.
    """
    seen = seen_at or min(source.modified, at)
    return {"file": source.name, "sha256": source.sha256, "seen_at": seen}


def keyed(said: dict[str, Any], urn: int) -> dict[str, Any]:
    """Who and when, with a key of its own for each school of one file."""
    return {**said, "key": f"{said['key']}-{urn}"}


def unreadable(spoilt: Sequence[tuple[int, str]]) -> list[BadRow]:
    """The lines that were no row, as sentences."""
    return [BadRow(line, f"{why[0].upper()}{why[1:]}.") for line, why in spoilt]
