"""Who does what on a school day: teachers, the office, the head, the night's file, a stranger."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from commands.amend_mark import AmendMark
from commands.base import Command
from commands.declare_closure import DeclareClosure
from commands.import_marks import ImportMarks
from commands.leave.grant_leave import GrantLeave
from commands.leave.request_leave import RequestLeave
from commands.take_register import TakeRegister
from commands.taking import Given
from commands.withdraw_closure import WithdrawClosure
from ledger.calendar import instant
from ledger.events.leave import FiguresShown
from ledger.kinds import HALVES, Session
from scripts.simulation.truth import Truth
from scripts.simulation.world import TIMES, SchoolAt, World

CHANGE = dt.date(2024, 8, 19)
ABSENT = "IIIIMOG"
NIGHT_SHOWS = 5  # school days

Make = Callable[[], "tuple[Command, list[Any] | None] | None"]


class Due(NamedTuple):
    """Something somebody does at a moment; made only then, from what they know then."""

    at: dt.datetime
    school: SchoolAt
    make: Make


@dataclass
class People:
    """Everybody, with the register of the school that keeps its marks in another system."""

    world: World
    dice: Random
    truths: dict[int, Truth]
    shown: dict[tuple[dt.date, str, int], str] = field(default_factory=dict)
    days: list[dt.date] = field(default_factory=list)
    count: int = 0

    def key(self) -> str:
        """A command id that no other act has."""
        self.count += 1
        return f"act-{self.count}"

    def of_day(self, day: dt.date) -> list[Due]:
        """What is going to happen on a school day, in order."""
        self.days.append(day)
        here, there = self.world.schools
        due = [*self._registers(here, day), *self._office(here, day), *self._others(there, day)]
        return sorted(due, key=lambda one: one.at)

    def _said(self, who: str) -> dict[str, Any]:
        return {"by": who, "at": self.world.clock.read(), "key": self.key()}

    # --- the school that takes its registers here -------------------------------------------

    def _registers(self, school: SchoolAt, day: dt.date) -> Iterator[Due]:
        opens = {"AM": TIMES[0], "PM": TIMES[2]}
        for half in HALVES:
            for group in school.groups:
                luck = self.dice.randrange(100)
                if luck < 4:
                    continue  # forgotten
                late = dt.timedelta(hours=self.dice.randrange(1, 3)) if luck < 8 else dt.timedelta()
                minutes = dt.timedelta(minutes=self.dice.randrange(2, 18))
                moment = instant(day, opens[half]) + minutes + late
                whole = luck < 90
                yield Due(moment, school, self._taking(school, Session(day, half), group, whole))
                if not whole:
                    later = moment + dt.timedelta(minutes=6)
                    yield Due(later, school, self._taking(school, Session(day, half), group, True))

    def _taking(self, school: SchoolAt, session: Session, group: str, whole: bool) -> Make:
        def make() -> tuple[Command, None]:
            truth = self.truths[school.urn]
            known = {p for (_, h, p) in truth.days.get(str(session.date), ()) if h == session.half}
            marks = tuple(
                Given(pupil=school.upn(number), code=self.dice.choice(ABSENT))
                for number in self._of(school, group)
                if number not in known and self.dice.randrange(12) == 0
            )
            teacher = school.staff(f"t{group}")
            late = self.world.clock.now > instant(
                session.date, TIMES[1 if session.half == "AM" else 3]
            )
            command = TakeRegister(
                **self._said(school.staff("office") if late else teacher),
                session=session,
                group=group,
                marks=marks,
                rest_present=whole,
            )
            return command, None

        return make

    def _of(self, school: SchoolAt, group: str) -> list[int]:
        place = school.groups.index(group)
        return [
            number
            for number in range(1, school.pupils * len(school.groups) + 1)
            if number % len(school.groups) == place
        ]

    def _office(self, school: SchoolAt, day: dt.date) -> Iterator[Due]:
        def at(hour: int) -> dt.datetime:
            return instant(day, dt.time(hour, self.dice.randrange(60)))

        for _ in range(self.dice.randrange(4)):
            yield Due(at(self.dice.randrange(10, 17)), school, lambda: self.amend(school))
        if self.dice.randrange(25) == 0:
            yield Due(at(7), school, lambda: self._close(school, day))
        if self.dice.randrange(12) == 0:
            yield Due(at(16), school, lambda: self._reopen(school))
        if self.dice.randrange(8) == 0:
            first = Session(day + dt.timedelta(days=7), "AM")
            yield Due(at(11), school, lambda: self._ask_leave(school, first))
            yield Due(at(15), school, lambda: self._grant(school))
        if self.dice.randrange(4) == 0:
            yield Due(at(12), school, lambda: self._stranger(school))

    def amend(self, school: SchoolAt) -> tuple[Command, None] | None:
        """One of the last marks becomes another; now and then somebody forgets to say why."""
        found = self.truths[school.urn].recent(self.dice)
        if found is None:
            return None
        session, pupil, _ = found
        present = "/" if session.half == "AM" else "\\"
        command = AmendMark(
            **self._said(school.staff(self.dice.choice(["office", "head"]))),
            pupil=school.upn(pupil),
            session=session,
            code=self.dice.choice([*ABSENT, present, present]),
            reason="" if self.dice.randrange(12) == 0 else "The parent rang",
        )
        return command, None

    def _close(self, school: SchoolAt, day: dt.date) -> tuple[Command, None]:
        command = DeclareClosure(
            **self._said(school.staff("head")),
            first=Session(day, "AM"),
            last=Session(day, self.dice.choice(HALVES)),
            code="Y" if day < CHANGE else "Y4",
            reason="The boiler failed",
        )
        return command, None

    def _reopen(self, school: SchoolAt) -> tuple[Command, None]:
        number = self.dice.randrange(1, 5)
        said = self._said(school.staff("head"))
        return WithdrawClosure(**said, closure=number, reason="It was open after all"), None

    def _ask_leave(self, school: SchoolAt, first: Session) -> tuple[Command, None]:
        pupil = self.dice.randrange(1, school.pupils * len(school.groups) + 1)
        command = RequestLeave(
            **self._said(school.staff("office")),
            pupil=school.upn(pupil),
            asked_by="parent-1",
            first=first,
            back=Session(first.date + dt.timedelta(days=2), "AM"),
            reason="A funeral",
        )
        return command, None

    def _grant(self, school: SchoolAt) -> tuple[Command, None]:
        asked = sum(one.startswith("leave/") for one in self.truths[school.urn].versions)
        command = GrantLeave(
            **self._said(school.staff("head")),
            leave=self.dice.choice([asked, asked, asked + 1]),
            figures=FiguresShown(entry=self.truths[school.urn].size),
            reason="Exceptional: a bereavement",
        )
        return command, None

    def _stranger(self, school: SchoolAt) -> tuple[Command, None] | None:
        """Somebody of the other school, or a teacher of another class, tries to amend a mark."""
        made = self.amend(school)
        if made is None:
            return None
        other = next(one for one in self.world.schools if one is not school)
        return made[0].model_copy(update={"by": other.staff("head")}), None

    # --- the school whose marks come by night -----------------------------------------------

    def _others(self, school: SchoolAt, day: dt.date) -> Iterator[Due]:
        self._mark_elsewhere(school, day)
        yield Due(instant(day, dt.time(18, self.dice.randrange(60))), school, self.night(school))

    def _mark_elsewhere(self, school: SchoolAt, day: dt.date) -> None:
        """Their own system: today's marks, and corrections of the last days without a trace."""
        pupils = range(1, school.pupils * len(school.groups) + 1)
        for session in self.world.sessions([day]):
            present = "/" if session.half == "AM" else "\\"
            for pupil in pupils:
                code = self.dice.choice(ABSENT) if self.dice.randrange(12) == 0 else present
                self.shown[day, session.half, pupil] = code
        for place in [one for one in self.shown if one[0] in self.days[-NIGHT_SHOWS:]]:
            luck = self.dice.randrange(400)
            if luck < 4:
                self.shown[place] = self.dice.choice(ABSENT)
            elif luck == 4:
                del self.shown[place]

    def night(self, school: SchoolAt) -> Make:
        """The file that their system writes every night."""

        def make() -> tuple[Command, list[Any]]:
            first = self.days[-NIGHT_SHOWS:][0]
            rows = [
                (line, school.upn(pupil), str(day), half, code, None)
                for line, ((day, half, pupil), code) in enumerate(self.shown.items(), 2)
                if day >= first
            ]
            said = self._said(school.staff("office"))
            digest = hashlib.sha256(repr(rows).encode()).hexdigest()
            name = f"night-{self.days[-1]}.csv"
            return ImportMarks(**said, file=name, sha256=digest, seen_at=said["at"]), rows

        return make
