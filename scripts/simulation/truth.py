"""What must be true after every step, held against plain lists kept beside the ledger."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Engine, select

from delivery.bootstrap import Desk
from ledger.events.register import sheet_of
from ledger.kinds import Session
from ledger.proof.proving import extends
from ledger.store import Ledger, Page
from ledger.store.log import Log
from ledger.store.rows import DISPOSED
from projections.current_register import current_register
from projections.pupils import pupils
from projections.views import asof

t = current_register.c
_ROWS = select(
    t.date,
    t.half,
    t.pupil,
    t.entered,
    t.first_code,
    t.first_entry,
    t.entry,
    t.amendments,
    t.vanished,
).where(t.entered.is_not(None))


class Broken(AssertionError):
    """Something that must always be true is not."""


class Standing(NamedTuple):
    """One mark as it stands, as a row of the read model says it."""

    code: str
    first_code: str
    first_entry: int
    entry: int
    amendments: int = 0
    vanished: int = 0


Place = tuple[str, str, int]  # day, half, pupil


def must(true: bool, why: str) -> None:
    """Raise ``Broken`` with what is not true."""
    if not true:
        raise Broken(why)


@dataclass
class Truth:
    """
    One school as whoever was told of its acts knows it.

    ``told`` are the acts somebody has had a receipt of, ``issued`` all that were asked for.
    """

    urn: int
    letter: str
    size: int = 0
    days: dict[str, dict[Place, Standing]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    acts: dict[str, tuple[int, int]] = field(default_factory=dict)
    told: dict[str, tuple[int, int]] = field(default_factory=dict)
    issued: set[str] = field(default_factory=set)
    roots: list[tuple[int, bytes]] = field(default_factory=list)
    earlier: list[tuple[int, dict[Place, Standing]]] = field(default_factory=list)
    position: int = 0
    recorded: int = 0
    recorded_at: Any = None

    @property
    def marks(self) -> dict[Place, Standing]:
        """Every mark as it stands."""
        return {place: one for of_day in self.days.values() for place, one in of_day.items()}

    def read(self, ledger: Ledger) -> None:
        """Take in what was recorded since, and hold each page to what must be true of it."""
        for page in ledger.pages(after=self.size):
            must(page.first == self.size + 1, f"entry {self.size + 1} is missing")
            self._act(page)
            version = self.versions.get(page.stream, 0) + 1
            must(
                page.version == version, f"{page.stream} goes from {version - 1} to {page.version}"
            )
            self.versions[page.stream] = page.version + page.count - 1
            self._fold(page)
            self.size = page.first + page.count - 1
        must(ledger.size() == self.size, "the head says another size than there are entries")

    def _act(self, page: Page) -> None:
        act = page.act
        must(act.key in self.issued, f"nobody asked for the act {act.key}")
        must(act.made_by.id.startswith(self.letter + "-"), f"{act.made_by.id} is of another school")
        must(bool(act.made_by.name and act.made_by.position), "somebody without name or position")
        must(self.recorded_at is None or act.recorded_at >= self.recorded_at, "time went back")
        self.recorded_at = act.recorded_at
        span = (act.first, act.last)
        must(self.acts.setdefault(act.key, span) == span, f"the act {act.key} is there twice")

    def _fold(self, page: Page) -> None:
        if not page.stream.startswith("register/"):
            return
        session, _ = sheet_of(page.stream)
        entry = page.first
        for run in page.runs:
            must(run.topic != DISPOSED, f"entry {entry} is blank before anything was disposed of")
            if "pupil" in run.each or "pupil" in run.same:
                for at, pupil in enumerate(run.column("pupil")):
                    place = (str(session.date), session.half, pupil)
                    self._mark(run.topic, run.at(at), place, entry + at)
            entry += run.count

    def _mark(self, topic: str, said: Mapping[str, Any], place: Place, entry: int) -> None:
        marks = self.days.setdefault(place[0], {})
        was = marks.get(place)
        if topic == "mark-recorded":
            must(was is None, f"{place} was marked twice")
            self.recorded += 1
            marks[place] = Standing(said["code"], said["code"], entry, entry)
            return
        must(was is not None, f"{place} was amended before it was marked")
        assert was is not None
        original = said.get("original")
        must(
            original == (None if was.vanished else was.code),
            f"{place}: {original} is said to be replaced where {was.code} stood",
        )
        if topic == "mark-vanished":
            marks[place] = was._replace(vanished=1, entry=entry)
            return
        must(topic != "mark-amended" or bool(said["reason"].strip()), f"{place}: no reason")
        marks[place] = was._replace(
            code=said["amended"], entry=entry, amendments=was.amendments + 1, vanished=0
        )

    def acknowledge(self, key: str, first: int, last: int) -> None:
        """Somebody was told that their act is recorded: it is, once, and so it stays."""
        must(self.told.setdefault(key, (first, last)) == (first, last), f"{key} has two receipts")
        must(self.acts.get(key) == (first, last), f"{key} was acknowledged and is not there")

    def look(self, desk: Desk, ledger: Ledger, day: str = "") -> bool:
        """
        The read model of a day, or of all days, is what the entries add up to.

        ``False`` where it could not be brought up to date just now, and the desk says so.
        """
        position = -1
        while position < self.size:  # what somebody adds meanwhile is the next call's
            stood = self.size
            if desk.follow(ledger):
                return False
            position = desk.runner.position(ledger)
            must(position >= stood, "what stood when catching up began was not taken in")
            must(position >= self.position, "the position of the read models went back")
            self.position = position
        found = self._rows(desk.runner.engine, day)
        meant = self.days.get(day, {}) if day else self.marks
        must(found == meant, f"{day or 'a day'}: {_differences(found, meant)}")
        return True

    def _rows(self, engine: Engine, day: str = "") -> dict[Place, Standing]:
        asked = _ROWS.where(t.school == self.urn)
        if day:
            asked = asked.where(t.date == dt.date.fromisoformat(day))
        with engine.connect() as connection:
            rows = connection.execute(asked).all()
        return {(str(r[0]), r[1], r[2]): Standing(*r[3:]) for r in rows}

    def alone(self, desk: Desk) -> None:
        """No row of this school's is another's."""
        with desk.runner.engine.connect() as connection:
            mine = select(pupils.c.surname).where(pupils.c.school == self.urn)
            names = connection.execute(mine).scalars().all()
        must(all(one.startswith(self.letter) for one in names), "another school's pupils are seen")

    def seal(self, ledger: Ledger, dice: Random) -> None:
        """Remember the log as it is now; all that was remembered is a beginning of it."""
        log = Log(ledger)
        for size, root in dice.sample(self.roots, min(4, len(self.roots))):
            path = log.consistency(size)
            must(extends(size, root, log.size, log.root, path), f"the log of {size} was another")
        self.roots.append((log.size, log.root))

    def remember(self) -> None:
        """Keep the register as it stands, to be asked for later as at this entry."""
        self.earlier.append((self.size, self.marks))

    def recall(self, ledger: Ledger, dice: Random) -> None:
        """What the register was at an earlier entry is what it was then."""
        if not self.earlier:
            return
        entry, meant = dice.choice(self.earlier)
        view = asof(ledger, entry)
        found = self._rows(view.engine)
        view.engine.dispose()
        must(found == meant, f"as at entry {entry}: {_differences(found, meant)}")

    def recent(self, dice: Random) -> tuple[Session, int, str] | None:
        """One of the last marks made, and the code that stands there."""
        if not self.days:
            return None
        of_day = self.days[dice.choice(list(self.days)[-5:])]
        place = dice.choice(list(of_day))
        day, half, pupil = place
        return Session.parse(f"{day} {half}"), pupil, of_day[place].code


def _differences(found: Mapping[Place, Standing], meant: Mapping[Place, Standing]) -> str:
    def told() -> Iterator[str]:
        for place in sorted({*found, *meant}):
            if found.get(place) != meant.get(place):
                yield json.dumps([place, found.get(place), meant.get(place)])

    return "; ".join(list(told())[:3])
