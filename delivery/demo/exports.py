"""The nightly files of the schools' own systems: the last ten school days, as then shown."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from delivery.demo import habits, stories
from delivery.demo.marks import FIRST_NIGHT, LAST_NIGHT, SHOWN_DAYS, Book, blank
from delivery.demo.stories import Story
from delivery.demo.world import Trust, World
from ledger.kinds import HALVES

HEADER = "school_urn,upn,date,session,code,minutes_late,comment\n"


@dataclass(frozen=True)
class Night:
    """One night's export of one trust: where it lies, whose it is and how many rows it holds."""

    trust: str
    schools: tuple[int, ...]
    date: dt.date
    path: Path
    rows: int


@dataclass(frozen=True)
class Exports:
    """Every night's file, in order of date, and the stories to be found in them."""

    nights: tuple[Night, ...]
    stories: dict[str, Story]


def write(
    world: World,
    directory: Path,
    *,
    last: dt.date = LAST_NIGHT,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Exports:
    """
    Write ``directory/exports/TRUST/DATE.csv`` for each night to ``last`` on which a school met.

    ``progress`` is told how many of the files are written. Raises ``OSError`` as writing does.
    """
    told: dict[str, Story] = {}
    pages: list[tuple[dt.date, Trust, list[_Pages]]] = []
    for trust in world.trusts:
        books = []
        for school in trust.schools:
            book = blank(school, world.enrolments[school.urn])
            habits.live(book)
            told |= {story.name: story for story in stories.tell(book)}
            books.append(_Pages(book))
        (directory / "exports" / trust.id).mkdir(parents=True, exist_ok=True)
        open_days = {
            day for pages_ in books for day in pages_.book.days if FIRST_NIGHT <= day <= last
        }
        pages += [(night, trust, books) for night in open_days]
    pages.sort(key=lambda page: (page[0], world.trusts.index(page[1])))
    nights = []
    for done, (night, trust, books) in enumerate(pages, start=1):
        blocks = [block for book in books for block in book.shown(night)]
        path = directory / "exports" / trust.id / f"{night.isoformat()}.csv"
        path.write_bytes("".join((HEADER, *(text for text, _ in blocks))).encode())
        urns = tuple(school.urn for school in trust.schools)
        nights.append(Night(trust.id, urns, night, path, sum(rows for _, rows in blocks)))
        progress(done, len(pages))
    return Exports(tuple(nights), told)


class _Pages:
    """A school's marks as text, one block a session, rewritten only where a mark changed."""

    def __init__(self, book: Book) -> None:
        self.book = book
        urn = book.school.urn
        self.starts = [f"{urn},{enrolment.pupil.upn}," for enrolment in book.enrolments]
        self.cells = [[list(half) for half in day] for day in book.first]
        self.blocks: dict[tuple[int, int], tuple[str, int]] = {}
        self.changes: dict[int, list[tuple[int, int, int, str]]] = {}
        for (day, half, seat), steps in book.later.items():
            for night, said in steps:
                self.changes.setdefault(night, []).append((day, half, seat, said))
        self.night = -1

    def shown(self, night: dt.date) -> Iterator[tuple[str, int]]:
        """The blocks of the last ten school days up to a night; nights are asked for in order."""
        met = sum(day <= night for day in self.book.days)
        while self.night < met - 1:
            self.night += 1
            for day, half, seat, said in self.changes.pop(self.night, ()):
                self.cells[day][half][seat] = said
                self.blocks.pop((day, half), None)
        for day in range(max(0, met - SHOWN_DAYS), met):
            for half in range(len(HALVES)):
                if (day, half) not in self.blocks:
                    self.blocks[day, half] = self._block(day, half)
                yield self.blocks[day, half]

    def _block(self, day: int, half: int) -> tuple[str, int]:
        when = f"{self.book.days[day].isoformat()},{HALVES[half]},"
        lines = [
            f"{start}{when}{said}\n"
            for start, said in zip(self.starts, self.cells[day][half], strict=True)
            if said
        ]
        return "".join(lines), len(lines)
