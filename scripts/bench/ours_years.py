"""Whole years of ours: built at the store for a cold question, read back after an import."""

import datetime as dt
from collections.abc import Sequence

from ledger.events import MarkAmended, PupilAdmitted
from ledger.kinds import Person, Session
from ledger.store import Act, PageDraft, Run, open_store
from scripts.bench import files
from scripts.bench.ours import draft, pairs
from scripts.bench.workload import Change, Sheet, Workload


def pupil_ids(where: str) -> dict[str, int]:
    """The ledger's own number for each UPN, from the admissions."""
    found = {}
    with open_store(f"sqlite:///{where}") as store:
        for page in store.ledger(files.URN).pages("pupil/"):
            for recorded in page.events():
                if isinstance(recorded.event, PupilAdmitted):
                    found[recorded.event.upn] = recorded.event.pupil
    return found


def standing_year(where: str, work: Workload) -> dict[tuple[int, int], str]:
    """Every mark that stands, by the ledger's pupil number and the workload's session."""
    number = {at: n for n, at in enumerate(work.sessions)}
    found: dict[tuple[int, int], str] = {}
    with open_store(f"sqlite:///{where}") as store:
        for stream, _, runs in store.ledger(files.URN).columns("register/", "register/~"):
            _, date, half, _ = stream.split("/")
            for run in runs:
                for pupil, code in pairs(run):
                    found[pupil, number[date, half]] = code
    return found


def append_years(where: str, years: Sequence[Workload]) -> int:
    """Years of marks appended at the store, and a hundred amendments; how many marks."""
    by = Person(id=files.OFFICER, name="Invented Officer", position="Staff")
    named = pupil_ids(where)
    marks = 0
    with open_store(f"sqlite:///{where}") as store:
        ledger = store.ledger(files.URN)
        for year in years:
            at = dt.datetime(year.start_year + 1, 7, 31, 18, tzinfo=dt.UTC)
            act = Act(f"year/{year.start_year}", "import-marks", by, at, {"file": "year.csv"})
            ledger.append_pages(act, (sheet_draft(sheet, named) for sheet in year.sheets()))
            marks += sum(map(len, year.marks.values()))
        for number, change in enumerate(years[-1].changes()[:100]):
            event = _amended(change, named, by)
            act = Act(f"amend/{number}", "amend-mark", by, event.made_at)
            ledger.append(act, [event], {event.stream: ledger.version(event.stream)})
    return marks


def sheet_draft(sheet: Sheet, named: dict[str, int]) -> PageDraft:
    plain = draft(sheet)
    run = plain.runs[0]
    pupils = [named[files.upn(pupil)] for pupil in sheet.pupils]
    own = Run(run.topic, run.shape, run.count, run.same, {**run.each, "pupil": pupils})
    return PageDraft(plain.stream, 0, [own])


def _amended(change: Change, named: dict[str, int], by: Person) -> MarkAmended:
    return MarkAmended(
        session=Session.parse(f"{change.date} {change.half}"), group=change.group,
        pupil=named[files.upn(change.pupil)], original=change.original, amended=change.amended,
        reason=change.reason, made_by=by, made_at=dt.datetime.fromisoformat(change.at),
    )  # fmt: skip
