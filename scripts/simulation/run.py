"""One simulation from its seed: what is drawn, done, refused, lost, and held to the truth."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any
from unittest.mock import patch

from commands.base import Command
from commands.handle import handle, handle_pupils
from commands.handle_marks import handle_marks
from commands.import_marks import ImportMarks
from commands.import_pupils import ImportPupils
from delivery.bootstrap import Desk
from ledger.calendar import instant
from ledger.refusals import Conflict, Refused
from ledger.store import Ledger, Receipt, Store, open_store
from ledger.store.verify import verify
from projections import runner
from projections.doctor import doctor
from projections.engines import writing
from scripts.simulation.faults import Lost, Luck, Shaky, shaky_writing
from scripts.simulation.forgetting import dispose
from scripts.simulation.people import Due, People
from scripts.simulation.truth import Truth, must
from scripts.simulation.world import SchoolAt, World

TRIES = 50


@dataclass
class Report:
    """What happened in one simulation."""

    seed: int
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    marks: int = 0
    entries: int = 0
    disposed: int = 0


@dataclass
class Simulation:
    """A world, its people, and two machines that work on one database."""

    seed: int
    url: str
    days: int = 30
    pupils: int = 8

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self.world = World(self.dice, self.pupils, self.days)
        self.truths = {one.urn: Truth(one.urn, one.letter) for one in self.world.schools}
        self.people = People(self.world, self.dice, self.truths)
        self.luck = Luck(self.dice, meanwhile=self._meanwhile)
        self.report = Report(self.seed, faults=self.luck.made)
        self.doing: Due | None = None
        self.machines = [self._machine(create=True), self._machine()]

    def run(self) -> Report:
        """Every day, then the years after it. Raises ``Broken`` where anything is not true."""
        try:
            with patch.object(runner, "writing", shaky_writing(writing, self.luck)):
                self._open()
                for day in self.world.school_days():
                    for due in self.people.of_day(day):
                        self.world.clock.on(due.at)
                        self.step(due)
                    self._evening()
                self._end()
                with self._careful():
                    self.report.disposed = dispose(self)
        finally:
            for machine in self.machines:
                machine.close()
        self.report.marks = sum(one.recorded for one in self.truths.values())
        self.report.entries = sum(one.size for one in self.truths.values())
        return self.report

    def step(self, due: Due) -> None:
        """One person does one thing, and everything that must be true is looked at."""
        self.doing = due
        made = due.make()
        if made is None:
            return
        desk = self._any_machine()
        self.attempt(desk, due.school, *made)
        truth, ledger = self.truths[due.school.urn], desk.store.ledger(due.school.urn)
        truth.look(desk, ledger, str(self.world.clock.now.date()))

    def attempt(
        self, desk: Desk, school: SchoolAt, command: Command, rows: list[Any] | None = None
    ) -> None:
        """Ask until there is an answer; now and then give up, or ask once more than needed."""
        truth, ledger = self.truths[school.urn], desk.store.ledger(school.urn)
        truth.issued.add(command.key)
        for _ in range(TRIES):
            before = self.luck.committed
            try:
                receipt = self._do(ledger, command, rows)
            except Lost:
                truth.read(ledger)
                there = command.key in truth.acts
                must(there == (self.luck.committed > before), f"{command.key}: half a commit")
                if self.dice.randrange(10) == 0:
                    self.report.acts["given up"] += 1
                    return
                continue
            except Conflict:
                self.report.refused["conflict, asked again"] += 1
                truth.read(ledger)
                continue
            except Refused as refusal:
                self.report.refused[refusal.code] += 1
                truth.read(ledger)
                must(command.key not in truth.acts, f"{command.key}: refused and recorded")
                return
            truth.read(ledger)
            self._told(truth, command, receipt)
            if self.dice.randrange(12) == 0:
                self._told(truth, command, self._twice(ledger, command, rows, receipt))
            return
        raise AssertionError(f"{command.key} had no answer in {TRIES} tries")

    def _do(self, ledger: Ledger, command: Command, rows: list[Any] | None) -> Receipt | None:
        if isinstance(command, ImportPupils):
            return handle_pupils(command, rows or [], ledger).receipt
        if isinstance(command, ImportMarks):
            return handle_marks(command, rows or [], ledger).receipt
        return handle(command, ledger).receipt

    def _twice(
        self, ledger: Ledger, command: Command, rows: list[Any] | None, first: Receipt | None
    ) -> Receipt | None:
        """The same request delivered again: what was recorded is told again, nothing is added."""
        with self._careful():
            if first is None:
                return None
            self.report.acts["delivered twice"] += 1
            size = ledger.size()
            again = self._do(ledger, command, rows)
            must(again is not None and again.repeated, f"{command.key} was not known again")
            must(ledger.size() == size, f"{command.key} was recorded twice")
            return again

    def _told(self, truth: Truth, command: Command, receipt: Receipt | None) -> None:
        if receipt is None:
            self.report.acts[f"{command.NAME}, nothing new"] += 1
            return
        self.report.acts[command.NAME] += 1
        truth.acknowledge(command.key, receipt.first, receipt.last)

    # --- machines ---------------------------------------------------------------------------

    def _machine(self, *, create: bool = False) -> Desk:
        opened = open_store(self.url, create=create)
        store = Store(Shaky(opened.database, self.luck))
        keys = (f"machine-{n}" for n in count())
        return Desk(self.url, store, self.world.clock.read, lambda: next(keys))

    def _any_machine(self) -> Desk:
        """One of the two; now and then it has just been started again."""
        at = self.dice.randrange(2)
        if self.dice.randrange(60) == 0:
            self.machines[at].close()
            self.machines[at] = self._machine()
            self.report.faults["restarted"] += 1
        return self.machines[at]

    def _meanwhile(self) -> None:
        """While one is about to commit, another does something at the same school."""
        if self.doing is None:
            return
        school = self.doing.school
        same = self.dice.randrange(2) == 0  # two who do the same thing at once
        made = self.doing.make() if same else self.people.amend(school)
        if made is not None and (same or school is self.world.schools[0]):
            self.attempt(self.machines[self.dice.randrange(2)], school, *made)

    @contextmanager
    def _careful(self) -> Iterator[None]:
        """Within it nothing goes wrong."""
        before, self.luck.quiet = self.luck.quiet, True
        try:
            yield
        finally:
            self.luck.quiet = before

    # --- the days around --------------------------------------------------------------------

    def _open(self) -> None:
        for school in self.world.schools:
            desk = self._any_machine()
            self._insist(desk, school, self.world.opening(school, self.people.key()))
            self._insist(desk, school, *self.world.roll(school, self.people.key()))

    def _insist(
        self, desk: Desk, school: SchoolAt, command: Command, rows: list[Any] | None = None
    ) -> None:
        with self._careful():
            self.attempt(desk, school, command, rows)

    def _evening(self) -> None:
        for school in self.world.schools:
            desk = self._any_machine()
            truth, ledger = self.truths[school.urn], desk.store.ledger(school.urn)
            truth.seal(ledger, self.dice)
            if self.dice.randrange(5) == 0:
                truth.remember()
            if self.dice.randrange(10) == 0:
                with self._careful():  # in memory, where nothing is cut off
                    truth.recall(ledger, self.dice)

    def _end(self) -> None:
        """All of it once more: views, rebuild, log, nobody told of what is not there."""
        with self._careful():
            for school in self.world.schools:
                desk = self._any_machine()
                truth, ledger = self.truths[school.urn], desk.store.ledger(school.urn)
                truth.read(ledger)
                must(truth.look(desk, ledger), "the read models do not come up to date")
                truth.alone(desk)
                for _ in range(3):
                    truth.recall(ledger, self.dice)
                truth.seal(ledger, self.dice)
                must(set(truth.told) <= set(truth.acts), "an acknowledged act is not there")
                self.sound(desk, ledger)
            self._as_elsewhere()

    def sound(self, desk: Desk, ledger: Ledger) -> None:
        """The log is what was recorded, and the read models are what a rebuild makes."""
        verdict = verify(ledger)
        must(verdict.sound, f"entry {verdict.first_bad}: {verdict.fault}")
        findings = doctor(desk.runner, ledger).findings
        must(not findings, f"{findings[:2]}")

    def _as_elsewhere(self) -> None:
        """The last days of the school with another system stand as that system shows them."""
        school = self.world.schools[1]
        if (last := self.people.night(school)()) is not None:
            self.attempt(self._any_machine(), school, *last)
        marks = self.truths[school.urn].marks
        days = {str(day) for day in self.people.days[-5:]}
        here = {k: v.code for k, v in marks.items() if k[0] in days and not v.vanished}
        there = {(str(d), h, p): c for (d, h, p), c in self.people.shown.items() if str(d) in days}
        must(here == there, "the register is not what the other system shows")

    def later(self, years: int) -> None:
        """Go on by so many years."""
        self.world.clock.on(self.world.clock.now + dt.timedelta(days=366 * years))
        self.world.clock.on(instant(self.world.clock.now.date(), dt.time(10)))
