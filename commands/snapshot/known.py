"""What the ledger knows of each session: what stands, and what the source last showed.

Both are rows of bytes over the pupils' numbers. They differ where the school also enters and
amends marks itself. ``source`` is, for each mark, the value a snapshot last showed; for one
entered here, the value standing when a later snapshot first spoke for its day.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from commands.snapshot.codebook import AGREED, GONE, NOTHING, UNSEEN, Codebook
from commands.snapshot.places import Places
from commands.snapshot_taken import Snapshot
from ledger.events.register import register_stream, sheet_of
from ledger.kinds import GroupId, PupilId, Session
from ledger.store import Ledger, Page, Run


@dataclass(slots=True)
class Known:
    """One session: the code that stands, the one the source showed, and the class's sheet."""

    current: bytearray
    source: bytearray
    homes: "array[int]"


@dataclass(slots=True)
class _Sheet:
    """A sheet being read: how many entries, those no snapshot has spoken about, and until when."""

    session: Session
    known: Known
    home: int
    version: int = 0
    heard: int = 0
    unseen: list[PupilId] = field(default_factory=list)


@dataclass
class KnownMarks:
    """What the ledger has of each session that was asked about."""

    book: Codebook
    places: Places
    snapshots: Sequence[Snapshot]
    sessions: dict[Session, Known] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    groups: list[GroupId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts = [taken.first_entry for taken in self.snapshots]
        self._numbers: dict[GroupId, int] = {}

    def read(self, ledger: Ledger, first: Session, last: Session) -> None:
        """Read the sheets from one session to another, both in, each from its first entry on."""
        stream, sheet = "", None
        low, high = register_stream(first, ""), register_stream(last, "\U0010ffff")
        for page in ledger.pages_between(low, high):
            if sheet is None or page.stream != stream:
                self._end(stream, sheet)
                stream, sheet = page.stream, self._begin(page.stream)
            self._page(sheet, page)
        self._end(stream, sheet)

    def _begin(self, stream: str) -> _Sheet:
        session, group = sheet_of(stream)
        known = self.sessions.get(session)
        if known is None:
            template = self.places.on(session.date).template
            homes = array("H", bytes(2 * len(template)))
            known = Known(bytearray(template), bytearray(template), homes)
            self.sessions[session] = known
        home = self._numbers.get(group)
        if home is None:
            home = self._numbers[group] = len(self.groups)
            self.groups.append(group)
        return _Sheet(session, known, home)

    def _page(self, sheet: _Sheet, page: Page) -> None:
        at = bisect_right(self._starts, page.first)
        imported = at > 0 and page.first <= self.snapshots[at - 1].last_entry
        self._hear(sheet, at - imported)
        for run in page.runs:
            _fold(sheet, run, self.book)
            if run.topic == "mark-recorded" and not imported:
                _unsee(sheet, run.column("pupil"))
        sheet.version = page.version + page.count - 1

    def _end(self, stream: str, sheet: _Sheet | None) -> None:
        if sheet is not None:
            self._hear(sheet, len(self.snapshots))
            self.versions[stream] = sheet.version

    def _hear(self, sheet: _Sheet, upto: int) -> None:
        """
        Let the snapshots taken in before an entry speak for what was entered before them: the
        source is then held to agree with what stood.
        """
        if sheet.unseen and any(
            taken.covers(sheet.session.date) for taken in self.snapshots[sheet.heard : upto]
        ):
            current, source = sheet.known.current, sheet.known.source
            for pupil in sheet.unseen:
                if source[pupil] == UNSEEN:
                    source[pupil] = current[pupil] | AGREED
            sheet.unseen.clear()
        sheet.heard = max(sheet.heard, upto)


def _fold(sheet: _Sheet, run: Run, book: Codebook) -> None:
    """One run of a sheet's entries into the rows of its session."""
    current, source, homes = sheet.known.current, sheet.known.source, sheet.known.homes
    number = book.number
    match run.topic:
        case "mark-recorded":
            for pupil, code in zip(run.column("pupil"), run.column("code"), strict=True):
                current[pupil] = source[pupil] = number(code)
                homes[pupil] = sheet.home
        case "mark-amended":
            for pupil, code in zip(run.column("pupil"), run.column("amended"), strict=True):
                current[pupil] = number(code)
        case "amendment-observed":
            for pupil, code in zip(run.column("pupil"), run.column("amended"), strict=True):
                current[pupil] = source[pupil] = number(code)
        case "mark-vanished":
            for pupil in run.column("pupil"):
                source[pupil] = GONE


def _unsee(sheet: _Sheet, pupils: Iterable[PupilId]) -> None:
    """Marks entered here: nothing is known yet of what the source shows for them."""
    for pupil in pupils:
        sheet.known.source[pupil] = UNSEEN
        sheet.unseen.append(pupil)


def shown_code(source: int) -> int:
    """The code the source showed, or ``NOTHING``."""
    return NOTHING if source in (GONE, UNSEEN) else source & ~AGREED
