"""Ours, at the store: acts and pages, salted commitments and the Merkle log included."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Literal

import msgspec

from ledger.events import MarkAmended, MarkRecorded, RegisterOpened
from ledger.kinds import Person, Session
from ledger.reckoning import rates, runs
from ledger.store import Act, Ledger, Page, PageDraft, Run, Store, UnreadRun, open_store
from ledger.store.unread import values
from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.peer import Peer
from scripts.bench.workload import CODES, UNAUTHORISED, Change, Sheet, Workload

URN = 100000


class Ours(Peer):
    """The store's own calls: what an act hands over on the way in, columns on the way out."""

    title: ClassVar[str] = "ours, at the store"

    def __init__(self, where: str, work: Workload, school: int = 0) -> None:
        super().__init__(where, work, school)
        self.people = {who: Person(id=who, name=name_of(who), position=position_of(who))
                       for who in staff(work)}  # fmt: skip
        self.store: Store
        self.ledger: Ledger

    def open(self, *, create: bool) -> None:
        address = self.where if self.where.startswith("postgresql") else f"sqlite:///{self.where}"
        self.store = open_store(address, create=create)
        self.ledger = self.store.ledger(URN + self.school)

    def beside(self, first: Peer) -> None:
        """A process opens its store once, and its threads share it."""
        assert isinstance(first, Ours)
        self.store = first.store
        self.ledger = self.store.ledger(URN + self.school)

    def take(self, sheet: Sheet) -> None:
        """
        Thirty-one entries of one act on one stream, as ``take-register`` hands them over.

        That is as columns: the act makes no event of them. What the act does before, deciding
        who may and what stands, is in ``ours_acts``.
        """
        by, at = self.people[sheet.by], dt.datetime.fromisoformat(sheet.at)
        act = Act(f"{sheet.session}/{sheet.group}", "take-register", by, at)
        stream = self._stream(sheet.session, sheet.group)
        marks: dict[str, list[Any]] = {
            "pupil": list(sheet.pupils),
            "code": [CODES[code] for code in sheet.codes],
        }
        opened = Run.alike(RegisterOpened, {"taken_at": [None]})
        runs = [opened, Run.alike(MarkRecorded, marks)]
        self.ledger.append_pages(act, [PageDraft(stream, 0, runs)], {stream: 0})

    def amend(self, change: Change) -> None:
        """What stands is read first, as the act itself must: then one event is added."""
        by, at = self.people[change.by], dt.datetime.fromisoformat(change.at)
        amended = MarkAmended(
            session=Session.parse(f"{change.date} {change.half}"), group=change.group,
            pupil=change.pupil, original=change.original, amended=change.amended,
            reason=change.reason, made_by=by, made_at=at,
        )  # fmt: skip
        pages = self.ledger.pages_of(amended.stream)
        assert standing(pages)[change.pupil] == change.original
        version = pages[-1].version + pages[-1].count - 1
        act = Act(f"{amended.stream}/{version}", "amend-mark", by, at)
        self.ledger.append(act, [amended], {amended.stream: version})

    def load(self, sheets: Iterable[Sheet]) -> None:
        """One act, a page for each sheet, the columns straight in: as an import does."""
        by = self.people["officer-1"]
        act = Act("year", "import-marks", by, dt.datetime(2025, 7, 31, 18, tzinfo=dt.UTC),
                  {"file": "marks.csv"})  # fmt: skip
        self.ledger.append_pages(act, map(draft, sheets))

    def cut(self) -> int:
        return self.ledger.size()

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        found = []
        for page in self.ledger.pages_of(self._stream(session, self.work.group_of[pupil])):
            for run in page.runs:
                if run.topic == "register-opened":
                    continue
                for index, who in enumerate(run.column("pupil")):
                    if who == pupil:
                        found.append(said(run.at(index), page))
        return found

    def register(self, session: int, group: str, cut: int) -> Pupils:
        return standing(self.ledger.pages_of(self._stream(session, group), cut))

    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]:
        date = self.work.sessions[morning][0]
        halves: dict[str, Pupils] = {"AM": {}, "PM": {}}
        low = f"register/{date}/"
        for page in self.ledger.pages_between(low, low + "~", cut):
            marks = halves[page.stream.split("/")[2]]
            for run in page.runs:
                lay(run, marks)
        return halves["AM"], halves["PM"]

    def rebuild(self) -> Reckoned:
        """
        From every entry of the year, by the sums of ``ledger.reckoning``.

        The sheets of the same pupils lie on one another, and are turned together. What several
        sheets say in the same words, the pupils or all of the codes, is read once.
        """
        from ledger.policy import load

        number = {f"register/{date}/{half}": n for n, (date, half) in enumerate(self.work.sessions)}
        numbered = cache(numbers_of)
        stacks: dict[bytes, dict[int, bytes]] = defaultdict(dict)
        amended: list[tuple[int, int, str]] = []
        for stream, _, found in self.ledger.columns("register/", "register/~"):
            session = number[stream.rpartition("/")[0]]
            for run in found:
                if run.topic == "mark-recorded":
                    stacks[run.text("pupil")][session] = numbered(run.text("code"))
                else:
                    amended += [(pupil, session, code) for pupil, code in pairs(run)]
        years = {pupil: bytearray([255]) * len(number) for pupil in self.work.marks}
        for pupils, sheets in stacks.items():
            lay_down([years[pupil] for pupil in values(pupils)], sheets)
        for pupil, session, code in amended:
            years[pupil][session] = NUMBER[code]
        codes = load("england").on(dt.date.fromisoformat(self.work.sessions[0][0])).codes
        return {pupil: self._reckon(year, codes) for pupil, year in years.items()}

    def _reckon(self, year: bytearray, codes: Any) -> tuple[int, int, int, int | None]:
        found = rates({code: n for code, at in NUMBER.items() if (n := year.count(at))}, codes)
        places = []
        if found.unauthorised >= 10:
            bad = year.translate(COUNTS)
            places = [week for week, counts in zip(self.work.weeks, bad, strict=True) if counts]
        met = runs(places, needed=10, within=10)
        week = places[met[0].met] if met else None
        return found.attended, found.authorised, found.unauthorised, week

    def _stream(self, session: int, group: str) -> str:
        date, half = self.work.sessions[session]
        return f"register/{date}/{half}/{group}"

    def close(self) -> None:
        self.store.close()

    def size(self) -> int:
        from scripts.bench.library import fold_in

        fold_in(self.where)
        return super().size()


NUMBER = {code: n for n, code in enumerate(CODES)}
# Told what codes there are, the reader hands out the same string for each and makes no new one.
_codes = msgspec.json.Decoder(list[Literal[CODES]]).decode  # type: ignore[valid-type]
COUNTS = bytes(n < len(CODES) and CODES[n] in UNAUTHORISED for n in range(256))


def draft(sheet: Sheet) -> PageDraft:
    """One sheet as an import hands it over: two columns, and who took it when, once."""
    taken = {"taken_at": sheet.at, "taken_by_name": sheet.by}
    marks: dict[str, list[Any]] = {
        "pupil": list(sheet.pupils),
        "code": [CODES[code] for code in sheet.codes],
    }
    run = Run(MarkRecorded.TOPIC, MarkRecorded.VERSION, len(sheet.pupils), taken, marks)
    return PageDraft(f"register/{sheet.date}/{sheet.half}/{sheet.group}", 0, [run])


def pairs(run: Run | UnreadRun) -> Iterable[tuple[int, str]]:
    """Each pupil with the code that stands after the run."""
    if run.topic == "mark-recorded":
        return zip(run.column("pupil"), run.column("code"), strict=True)
    if run.topic in ("mark-amended", "amendment-observed"):
        return zip(run.column("pupil"), run.column("amended"), strict=True)
    return ()


def numbers_of(codes: bytes) -> bytes:
    """A sheet's codes, from the text of their column, each as its number."""
    return bytes(map(NUMBER.__getitem__, _codes(codes)))


def lay_down(years: Sequence[bytearray], sheets: Mapping[int, bytes]) -> None:
    """The sheets of the same pupils into the year of each, every mark at its session."""
    marks, pupils = b"".join(sheets.values()), len(years)
    assert all(len(sheet) == pupils for sheet in sheets.values())
    first, last = min(sheets), max(sheets)
    running = list(sheets) == list(range(first, last + 1))
    for place, year in enumerate(years):
        theirs = marks[place::pupils]
        if running:
            year[first : last + 1] = theirs
        else:
            for session, mark in zip(sheets, theirs, strict=True):
                year[session] = mark


def lay(run: Run, marks: Pupils) -> None:
    marks.update(pairs(run))


def standing(pages: Iterable[Page]) -> Pupils:
    marks: Pupils = {}
    for page in pages:
        for run in page.runs:
            lay(run, marks)
    return marks


def said(fields: dict[str, Any], page: Page) -> tuple[str, str, str]:
    """Code, reason and person of one entry."""
    by = fields.get("taken_by_name") or page.act.made_by.id
    return fields.get("amended") or fields["code"], fields.get("reason", ""), by


def staff(work: Workload) -> list[str]:
    teachers = [f"teacher-{n}" for n in range(1, len(work.classes) + 1)]
    return teachers + [f"officer-{n}" for n in range(1, 7)]


def name_of(who: str) -> str:
    return f"Invented {who.replace('-', ' ').title()}"


def position_of(who: str) -> str:
    return "Class teacher" if who.startswith("teacher") else "Attendance officer"
