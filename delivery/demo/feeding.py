"""Feeding the demonstration's files to the ledger, night after night, as a trust would."""

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from delivery import acts
from delivery.bootstrap import Desk
from delivery.demo import exports, trust_files
from delivery.demo.exports import Exports
from delivery.demo.marks import LAST_NIGHT
from delivery.demo.world import World
from delivery.importers.trust import trust_file
from delivery.imports.marks import MarksTakenIn, import_marks
from delivery.imports.pupils import import_pupils
from ledger.calendar.london import instant
from ledger.store import Ledger

PERSON = "data"
"""The trust data manager, on the staff of every school, by whom the nightly files are sent."""

EVENING = dt.time(18, 30)
SET_UP = dt.date(2024, 5, 31)

Watched = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""A progress bar: what is counted and to how many; told the count so far."""


@dataclass
class Fed:
    """
    What the files came to.

    ``before`` counts the files that an earlier run took in, the rest is about the others.
    ``recorded``, ``amended`` and ``vanished`` are marks that became entries; ``refused`` says
    file, line and why of each row not taken in, ``flagged`` of each strange one taken in.
    """

    before: int = 0
    files: int = 0
    rows: int = 0
    recorded: int = 0
    amended: int = 0
    vanished: int = 0
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    flagged: list[tuple[str, int, str]] = field(default_factory=list)


class _NotYet(Desk):
    """A desk that leaves the read models for the end: nothing is asked of them in between."""

    def catch_up(self, ledger: Ledger, told: Callable[[int], None] | None = None) -> int:
        return 0


@dataclass
class Files:
    """Everything the demonstration wrote, by what it is for."""

    trusts: dict[str, Path]
    rolls: dict[tuple[str, dt.date], Path]
    exports: Exports


def write(world: World, directory: Path, watched: Watched, last: dt.date = LAST_NIGHT) -> Files:
    """Write the trusts' files, the rolls and each night's export, to the ``last`` night."""
    trusts = trust_files.write_trusts(world, directory)
    rolls = trust_files.write_rolls(world, directory)
    with watched("Writing the nightly exports", 0) as told:
        written = exports.write(world, directory, last=last, progress=lambda n, _: told(n))
    rolls = {sent: path for sent, path in rolls.items() if sent[1] <= last}
    return Files(trusts, rolls, written)


def feed(at: Desk, files: Files, watched: Watched) -> Fed:
    """
    Do what the trusts would have typed, each act at the hour of its own evening.

    What was taken in by an earlier run is left alone, so that a second one records nothing.
    """
    fed = Fed()
    desk = _NotYet(at.url, at.store, clock=partial(instant, SET_UP, EVENING))
    for trust, path in files.trusts.items():
        acts.init(desk, trust_file(path), PERSON, key=f"demo/{trust}", home=path.parent)
    evenings = _evenings(files)
    fed.before = _taken_before(at, evenings)
    with watched("Taking in what the schools sent", len(evenings)) as told:
        for done, one in enumerate(evenings[fed.before :], start=fed.before + 1):
            moment = instant(one.date, EVENING)
            desk.clock = partial(_at, moment)
            if one.schools:
                taken = import_marks(desk, one.path, PERSON, seen_at=moment, key=one.key)
                _count(fed, taken)
            else:
                import_pupils(desk, one.path, PERSON, seen_at=moment, key=one.key)
            told(done)
    return fed


def _at(moment: dt.datetime) -> dt.datetime:
    return moment


def add_up(at: Desk, watched: Watched) -> None:
    """Bring every school's read models up to its ledger."""
    for urn in at.store.schools():
        ledger = at.store.ledger(urn)
        with watched(f"Adding up {at.name_of(urn)}", ledger.size()) as told:
            at.catch_up(ledger, told)


@dataclass(frozen=True)
class _Sent:
    """A file as a trust sent it; ``schools`` are those whose marks it holds, none for a roll."""

    date: dt.date
    trust: str
    path: Path
    schools: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        return f"demo/{self.trust}/{'marks' if self.schools else 'pupils'}/{self.date}"


def _evenings(files: Files) -> list[_Sent]:
    """Every file in the order in which it was sent; a changed roll before that night's marks."""
    trusts = list(files.trusts)
    sent = [_Sent(day, trust, path) for (trust, day), path in files.rolls.items()]
    nights = files.exports.nights
    sent += [_Sent(night.date, night.trust, night.path, night.schools) for night in nights]
    return sorted(sent, key=lambda one: (one.date, bool(one.schools), trusts.index(one.trust)))


def _taken_before(at: Desk, evenings: Sequence[_Sent]) -> int:
    """
    How many of the files an earlier run took in.

    An old roll must not be taken in again once a newer one was: it would move everybody back.
    """
    for count in range(len(evenings), 0, -1):
        one = evenings[count - 1]
        if one.schools and all(
            at.store.ledger(urn).receipt(f"{one.key}-{urn}") for urn in one.schools
        ):
            return count
    return 0


def _count(fed: Fed, taken: MarksTakenIn) -> None:
    """Add what one file came to."""
    fed.files += 1
    for one in taken.schools:
        came = one.outcome.came
        fed.rows += came.rows
        fed.recorded += came.recorded
        fed.amended += came.amended
        fed.vanished += came.vanished
        fed.refused += [(came.file, row.line, row.why) for row in came.refusals]
        fed.flagged += [(came.file, flag.line, flag.what) for flag in came.flagged]
