"""
The trust's ledger written year by year: the roll each September, then a night's marks at a time.

Marks go in as a night's import appends them, an act a day, commitments and Merkle log included; an
``N`` is amended the next school day. A school-year that is there already is passed over.
"""

import datetime as dt
import os
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from delivery import acts
from delivery.bootstrap import Desk
from delivery.bootstrap import desk as desk_at
from delivery.importers.trust import trust_file
from delivery.imports.pupils import import_pupils
from ledger.events import MarkAmended, MarkRecorded, PupilAdmitted
from ledger.kinds import Person
from ledger.store import Act, Ledger, PageDraft, Run
from scripts.bench.files import OFFICER
from scripts.bench.postgres import Server
from scripts.bench.workload import CODES, REASONS, Sheet
from scripts.scaling import served
from scripts.scaling.trust import (
    DAYS,
    FIRST_YEAR,
    KEPT_BACK,
    YEARS,
    Place,
    SchoolYear,
    trust,
    write_pupils,
    write_trust,
)

CLERK = Person(id=OFFICER, name="Invented Officer", position="Staff")
STAGES = (1, 3, 10, 30)
"""After so many schools the ledger is copied, so that its growth can be measured side by side."""
_N = CODES.index("N")


def build(folder: Path, places: Sequence[Place], years: int, days: int, workers: int) -> None:
    """Write what is missing of the trust, and note how long each school-year took."""
    folder.mkdir(parents=True, exist_ok=True)
    with served.running(folder) as at:
        if served.LEDGER not in served.databases(at):
            at.database(served.LEDGER)
        url = served.hurried(served.address(at))
        with desk_at(url, create=True) as desk:
            _open(desk, folder, places, days)
        took: list[dict[str, Any]] = served.noted(folder).get("build", [])
        first, *_ = places
        for year in range(years):  # of the first school alone, a copy after every year
            took += school_years(url, first, range(year, year + 1), years, days)
            _keep(at, folder, took, f"years-{year + 1}")
        done = 1
        for stage in STAGES:
            some = places[done:stage]
            jobs = [(url, place, range(years), years, days) for place in some]
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                for found in pool.map(_job, sorted(jobs, key=lambda job: -job[1].size)):
                    took += found
                    served.note(folder, "build", took)
            done = max(done, min(stage, len(places)))
            if 1 < done == stage < len(places):
                _keep(at, folder, took, f"schools-{stage}")


def _keep(at: Server, folder: Path, took: list[dict[str, Any]], name: str) -> None:
    served.note(folder, "build", took)
    if name not in served.databases(at):
        served.snapshot(at, name)


def _job(job: tuple[str, Place, range, int, int]) -> list[dict[str, Any]]:
    if os.getsid(0) != os.getpid():
        os.setsid()  # Linux shares the processor out by sessions: each worker counts for itself
    return school_years(*job)


def _open(desk: Desk, folder: Path, places: Sequence[Place], days: int) -> None:
    """Every school opened, if it is not yet."""
    there = set(desk.store.schools())
    missing = [place for place in places if place.urn not in there]
    if missing:
        desk.clock = lambda: dt.datetime(FIRST_YEAR, 9, 1, 7, tzinfo=dt.UTC)
        write_trust(folder / "trust.toml", missing, days)
        acts.init(desk, trust_file(folder / "trust.toml"), "head")


def school_years(
    url: str, place: Place, wanted: range, years: int, days: int = DAYS
) -> list[dict[str, Any]]:
    """Some years of one school, and its read models: what each took, less those that were there."""
    found = []
    with desk_at(url) as desk:
        ledger = desk.ledger(place.urn)
        for number in wanted:
            year = SchoolYear(place, FIRST_YEAR + number, days)
            upto = days - (KEPT_BACK if number == years - 1 else 0)
            if _has(desk, place.urn, f"marks/{year.dates[upto - 1]}"):
                continue
            began, spent = time.perf_counter(), time.process_time()
            _roll(desk, year)
            marks = append_year(ledger, year, upto)
            appended, spent_on = time.perf_counter(), time.process_time()
            desk.catch_up(ledger)
            found.append(
                {"school": place.urn, "pupils": place.size, "year": year.label, "marks": marks,
                 "append": round(appended - began, 2), "append_cpu": round(spent_on - spent, 2),
                 "read_models": round(time.perf_counter() - appended, 2),
                 "read_models_cpu": round(time.process_time() - spent_on, 2),
                 "load": round(os.getloadavg()[0], 1)}
            )  # fmt: skip
            print(found[-1], flush=True)
    return found


def _has(desk: Desk, urn: int, key: str) -> bool:
    return bool(
        desk.store.database.select("SELECT 1 FROM acts WHERE school = ? AND key = ?", (urn, key))
    )


def _roll(desk: Desk, year: SchoolYear) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / "pupils.csv"
        write_pupils(path, year)
        desk.clock = lambda: dt.datetime(year.start_year, 9, 1, 8, tzinfo=dt.UTC)
        import_pupils(
            desk, path, OFFICER, school=year.place.urn, seen_at=desk.clock(),
            key=f"roll/{year.start_year}",
        )  # fmt: skip


def pupil_ids(ledger: Ledger) -> dict[str, int]:
    """The ledger's own number for each UPN, from the admissions."""
    return {
        recorded.event.upn: recorded.event.pupil
        for page in ledger.pages("pupil/")
        for recorded in page.events()
        if isinstance(recorded.event, PupilAdmitted)
    }


def append_year(ledger: Ledger, year: SchoolYear, upto: int) -> int:
    """The days of a year, an act each: the day's sheets, and what was found out since yesterday."""
    named = pupil_ids(ledger)
    ids = {pupil: named[year.place.upn(pupil)] for pupil in year.marks}
    dice = random.Random(f"{year.place.urn}/{year.start_year}")
    yesterday: list[Sheet] = []
    marks = 0
    for day in range(upto):
        today = list(year.of_day(day))
        at = dt.datetime.combine(year.dates[day], dt.time(17), dt.UTC)
        act = Act(f"marks/{year.dates[day]}", "import-marks", CLERK, at,
                  {"file": f"{year.dates[day]}.csv"})  # fmt: skip
        drafts = [_entered(sheet, ids) for sheet in today]
        ledger.append_pages(act, [*drafts, *_amended(yesterday, ids, dice)])
        marks += sum(len(sheet.pupils) for sheet in today)
        yesterday = today
    return marks


def _entered(sheet: Sheet, ids: dict[int, int]) -> PageDraft:
    same = {"taken_at": sheet.at, "taken_by_name": sheet.by}
    each: dict[str, list[Any]] = {
        "pupil": [ids[one] for one in sheet.pupils],
        "code": [CODES[code] for code in sheet.codes],
    }
    run = Run(MarkRecorded.TOPIC, MarkRecorded.VERSION, len(sheet.pupils), same, each)
    return PageDraft(stream_of(sheet), 0, [run])


def _amended(
    sheets: Sequence[Sheet], ids: dict[int, int], dice: random.Random
) -> Iterator[PageDraft]:
    """Each ``N`` of the sheets, with the reason that was found for it: one mark in a hundred."""
    for sheet in sheets:
        pupils = [
            ids[one] for one, code in zip(sheet.pupils, sheet.codes, strict=True) if code == _N
        ]
        if pupils:
            columns: dict[str, list[Any]] = {
                "pupil": pupils,
                "original": ["N"] * len(pupils),
                "amended": dice.choices("IOMGU", (60, 20, 12, 5, 3), k=len(pupils)),
                "reason": [dice.choice(REASONS) for _ in pupils],
            }
            yield PageDraft(stream_of(sheet), None, [Run.alike(MarkAmended, columns)])


def stream_of(sheet: Sheet) -> str:
    return f"register/{sheet.date}/{sheet.half}/{sheet.group}"


def chosen(schools: int) -> list[Place]:
    """The first so many schools of the trust."""
    return trust()[:schools]


__all__ = ["YEARS", "build", "chosen", "pupil_ids", "school_years"]
