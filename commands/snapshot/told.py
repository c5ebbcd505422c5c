"""What a row tells beside its code, each combination kept once."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.calendar.london import LONDON

_WORDS = ("comment", "taken_by_name", "taken_by_position", "reason")
_FIELDS = ("minutes_late", "taken_at", *_WORDS)
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Told:
    """
    Minutes late, comment, when and by whom it was taken, and why it was changed.

    ``taken_at`` is ISO text in UTC, as entries keep it. ``None`` where the row says nothing.
    """

    minutes_late: int | None = None
    comment: str | None = None
    taken_at: str | None = None
    taken_by_name: str | None = None
    taken_by_position: str | None = None
    reason: str | None = None


class Tales:
    """Every combination told so far, by number; number 0 tells nothing."""

    def __init__(self) -> None:
        self.all: list[Told] = [Told()]
        self._numbers: dict[tuple[str | None, ...], int] = {}

    def number(self, extras: Mapping[str, str]) -> int:
        """The number of what a row tells. Raises ``ValueError`` with the reason if it cannot be."""
        written = tuple(map(extras.get, _FIELDS))
        known = self._numbers.get(written)
        if known is None:
            told = _read(extras)
            known = len(self.all) if told != self.all[0] else 0
            if known:
                self.all.append(told)
            self._numbers[written] = known
        return known


def _read(extras: Mapping[str, str]) -> Told:
    return Told(
        minutes_late=_minutes(extras.get("minutes_late")),
        taken_at=_moment(extras.get("taken_at")),
        **{name: _said(name, extras.get(name)) for name in _WORDS},
    )


def _minutes(written: str | None) -> int | None:
    if not written:
        return None
    if not (re.fullmatch("[0-9]{1,6}", written) and int(written) <= 600):
        raise ValueError(f"minutes_late says {written!r}, which is no number of minutes")
    return int(written)


def _said(column: str, written: str | None) -> str | None:
    said = (written or "").strip()
    if len(said) > _LONGEST:
        raise ValueError(f"{column} is longer than {_LONGEST} characters")
    return said or None


def _moment(written: str | None) -> str | None:
    """An instant in UTC; one without an offset is meant as London's clocks showed it."""
    if not written:
        return None
    try:
        moment = dt.datetime.fromisoformat(written)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=LONDON)
        return moment.astimezone(dt.UTC).isoformat()
    except (OverflowError, ValueError):
        raise ValueError(f"taken_at says {written!r}, not 2024-09-03T08:50") from None
