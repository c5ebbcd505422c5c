"""The states that acts are decided on, read from one ledger and kept up with it."""

import datetime as dt
import threading
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

from commands.gone import numbered
from commands.on_sheet import OnSheet
from commands.snapshot_taken import Snapshot
from ledger.events import Event, SnapshotImported
from ledger.events.register import register_stream, sheet_of
from ledger.kinds import Code, GroupId, PupilId, Session
from ledger.leave import LEAVE_EVENTS, Leaves
from ledger.leave import evolve as evolve_leave
from ledger.refusals import UnknownSchool
from ledger.register import SHEET_EVENTS, Sheet
from ledger.register import evolve as evolve_sheet
from ledger.roll import ROLL_EVENTS, Roll
from ledger.school import SCHOOL_EVENTS, School
from ledger.school import evolve as evolve_school
from ledger.store import Ledger, Page, Receipt

Decided = tuple[Sequence[Event], dict[str, int]]
"""The events of an act, and the version of each stream they were decided on."""


class Entered(NamedTuple):
    """A pupil's entry for a session as it stands: its class, code and last entry number."""

    session: Session
    group: GroupId
    code: Code
    entry: int


_CODE_IN = {"mark-recorded": "code", "mark-amended": "amended", "amendment-observed": "amended"}


class States:
    """School, roll and snapshots of one ledger, as of the last entry seen (``seen``)."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._reading = threading.Lock()
        self.roll = Roll()
        self.leaves = Leaves()
        self.snapshots: tuple[Snapshot, ...] = ()
        self.seen = 0
        self.turned = 0
        """The last entry that changed the school or the roll."""
        self.roll_source: Mapping[str, object] | None = None
        self._roll_entry = 0
        self._school: School | None = None
        self._versions: dict[str, int] = {}

    @property
    def school(self) -> School:
        """The school. Raises ``UnknownSchool`` where nothing has opened it."""
        if self._school is None:
            raise UnknownSchool(school=self.ledger.school, known="no school under that number")
        return self._school

    @property
    def school_if_open(self) -> School | None:
        return self._school

    def version(self, stream: str) -> int:
        """The version of a school's, pupil's or the imports' stream as it was read."""
        return self._versions.get(stream, 0)

    def refresh(self, size: int | None = None) -> None:
        """Read what was recorded since, up to ``size`` if it is known; threads may ask at once."""
        with self._reading:
            size = self.ledger.size() if size is None else size
            if size <= self.seen:
                return
            for pages in self._new_pages(size):
                self._fold_pages(pages)
            self.seen = size

    def follow(self, receipt: Receipt, events: Sequence[Event]) -> None:
        """Take in an act just recorded, where nothing came between, nor is being read just now."""
        with self._reading:
            if receipt.repeated or receipt.first != self.seen + 1:
                return
            if not isinstance(events, OnSheet):  # sheets are read when they are asked for
                for event in events:
                    self._versions[event.stream] = self.version(event.stream) + 1
                    self._turn(event.stream, receipt.last)
                self._fold(events)
            self.seen = receipt.last

    def sheet(self, session: Session, group: GroupId) -> tuple[Sheet, int]:
        """One sheet of the register, and the version it was read at."""
        sheet, version = Sheet(), 0
        for page in self.ledger.pages_of(register_stream(session, group)):
            for recorded in page.events():
                assert isinstance(recorded.event, SHEET_EVENTS)
                sheet = evolve_sheet(sheet, recorded.event, recorded.entry)
            version = page.version + page.count - 1  # of what is gone, too
        return sheet, version

    def under(self, prefix: str) -> dict[str, list[Event]]:
        """
        The events of each stream whose id begins with a prefix such as ``absence/7/``.

        A stream of which everything is gone is there, without any.
        """
        found: dict[str, list[Event]] = {}
        for page in self.ledger.pages_between(prefix, prefix + "\U0010ffff"):
            found.setdefault(page.stream, []).extend(one.event for one in page.events())
        return found

    def entries_of(self, pupil: PupilId, first: dt.date, last: dt.date) -> list[Entered]:
        """A pupil's entries for the sessions between two days, both in, in time order."""
        low, high = f"register/{first.isoformat()}", f"register/{last.isoformat()}0"
        found: dict[Session, Entered] = {}
        for stream, number, runs in self.ledger.columns(low, high):
            entry = number
            for run in runs:
                name = _CODE_IN.get(run.topic)
                if name and pupil in (pupils := run.column("pupil")):
                    session, group = sheet_of(stream)
                    for place, one in enumerate(pupils):
                        if one == pupil:
                            code = run.column(name)[place]
                            found[session] = Entered(session, group, code, entry + place)
                entry += run.count
        return [found[session] for session in sorted(found)]

    def group_holding(self, session: Session, pupil: PupilId) -> GroupId | None:
        """The class on whose sheet a pupil's entry stands, wherever the pupil is now."""
        prefix = register_stream(session, "")
        for page in self.ledger.pages_between(prefix, prefix + "\U0010ffff"):
            for run in page.runs:
                if run.topic == "mark-recorded" and pupil in run.column("pupil"):
                    return page.stream.removeprefix(prefix)
        return None

    def _new_pages(self, upto: int) -> tuple[Iterable[Page], ...]:
        """Cold, by stream, so that a long register is not read through; then by entry."""
        if self.seen:
            return tuple(
                self.ledger.pages(prefix, after=self.seen, upto=upto)
                for prefix in ("school", "pupil/", "imports", "leave/")
            )
        return (
            self.ledger.pages_of("school", upto),
            self.ledger.pages_between("pupil/", "pupil0", upto),
            self.ledger.pages_of("imports", upto),
            self.ledger.pages("leave/", upto=upto),  # by entry: leave given last lies on top
        )

    def roll_shown(self, entry: int, source: Mapping[str, object] | None) -> None:
        """Keep which file of pupils was last taken in: an older one must not undo it."""
        if source is not None and entry >= self._roll_entry:
            self._roll_entry, self.roll_source = entry, source

    def _fold_pages(self, pages: Iterable[Page]) -> None:
        read: list[Event] = []
        for page in pages:
            if page.act.command == "import-pupils":
                self.roll_shown(page.act.first, page.act.source)
            self._versions[page.stream] = page.version + page.count - 1
            self._turn(page.stream, page.first + page.count - 1)
            if page.gone:
                self._gone(page.stream)
            for recorded in page.events():
                read.append(recorded.event)
                if isinstance(recorded.event, SnapshotImported):
                    self._snapshot(recorded.event, page.act.first, page.act.last)
        self._fold(read)

    def _gone(self, stream: str) -> None:
        """Keep the number of a pupil or a request for leave whose entries are gone."""
        for kind, number in numbered([stream]).items():
            if kind == "pupil":
                self.roll = replace(self.roll, gone=max(self.roll.gone, number))
            elif kind == "leave":
                self.leaves = replace(self.leaves, gone=max(self.leaves.gone, number))

    def _turn(self, stream: str, entry: int) -> None:
        if stream == "school" or stream.startswith("pupil/"):
            self.turned = max(self.turned, entry)

    def _fold(self, events: Iterable[Event]) -> None:
        of_roll = []
        for event in events:
            if isinstance(event, SCHOOL_EVENTS):
                self._school = evolve_school(self._school, event)
            elif isinstance(event, ROLL_EVENTS):
                of_roll.append(event)
            elif isinstance(event, LEAVE_EVENTS):
                self.leaves = evolve_leave(self.leaves, event)
        if of_roll:
            self.roll = self.roll.following(of_roll)

    def _snapshot(self, event: SnapshotImported, first: int, last: int) -> None:
        taken = Snapshot(
            first_entry=first,
            last_entry=last,
            file=event.file,
            sha256=event.sha256,
            seen_at=event.seen_at,
            first=event.first,
            last=event.last,
            refused=event.refused,
            showed=event.showed,
            read_by=event.read_by,
            stretches=event.stretches,
        )
        self.snapshots = tuple(sorted(chain(self.snapshots, (taken,)), key=lambda s: s.first_entry))


_known: WeakKeyDictionary[Ledger, States] = WeakKeyDictionary()


def states_of(ledger: Ledger, size: int | None = None) -> States:
    """The states of a ledger, brought up to its last entry: ``size``, for whoever just asked."""
    if (states := _known.get(ledger)) is None:
        states = _known[ledger] = States(ledger)
    states.refresh(size)
    return states


def begin_with(ledger: Ledger, other: Ledger) -> None:
    """Begin with what was read of a school through another ledger of it, if anything was."""
    read = _known.get(other)
    if read is None or ledger in _known:
        return
    with read._reading:
        found = copy(read)
        found._versions = dict(read._versions)
    found.ledger, found._reading = ledger, threading.Lock()
    _known[ledger] = found


def at_hand(ledger: Ledger) -> bool:
    """Whether the states of a ledger were read before, and need only be brought up to date."""
    return ledger in _known


def forget(ledger: Ledger) -> None:
    """Read the states of a ledger anew when they are asked for next: something of it is gone."""
    _known.pop(ledger, None)
