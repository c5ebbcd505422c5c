"""On which pages of the registers a pupil is, kept week by week for whoever asks again."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from ledger.kinds import PupilId
from ledger.store import Page
from projections.by_week import LONG
from projections.views import View


def sheets_of(view: View, pupil: PupilId, first: dt.date, last: dt.date) -> list[Page] | None:
    """
    The pages of those days' registers with an entry about a pupil; ``None`` where it is not kept.

    To find them every page of the days is opened, of every class: an entry may stand on the
    sheet of any.
    """
    if view.weeks is None or last - first > LONG:
        return None
    ledger = view.ledger

    def asked(begins: dt.date, ends: dt.date) -> Iterator[tuple[Any, tuple[int, ...]]]:
        found: dict[PupilId, list[int]] = {}
        span = f"register/{begins.isoformat()}", f"register/{ends.isoformat()}0"
        for _, number, runs in ledger.columns(*span):
            for one in {whose for run in runs for whose in run.column("pupil")}:
                found.setdefault(one, []).append(number)
        return ((whose, tuple(numbers)) for whose, numbers in found.items())

    weeks = view.weeks.each(view, "sheets", (first, last), asked)
    numbers = [number for week in weeks for number in week.get(pupil, ())]
    return [page for page in map(ledger.page_at, numbers) if page.first <= view.entry]
