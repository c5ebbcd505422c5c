"""
A morning of the whole trust: every class's register within ten minutes, by several processes.

Arrivals are open-loop: when a register is sent was drawn beforehand, and does not wait for the one
before it. What a register took is counted from when it was to be sent, so that waiting in a line
is in it. Each is the whole act, as a server does it: decided, recorded, flushed, and the read
models brought up to it. Commits wait for the disk.
"""

import datetime as dt
import os
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from commands.handle import handle
from commands.take_register import TakeRegister
from commands.taking import Given
from delivery.bootstrap import Desk
from delivery.bootstrap import desk as desk_at
from ledger.kinds import Session
from scripts.bench.ours_acts import NATURES
from scripts.bench.workload import CODES
from scripts.scaling import served
from scripts.scaling.build import pupil_ids
from scripts.scaling.trust import FIRST_YEAR, KEPT_BACK, Place, SchoolYear, teacher

WINDOW = 600
"""Seconds in which a trust's registers come in."""
OPENS = {"AM": dt.time(7, 46), "PM": dt.time(12, 1)}
"""UTC, in July; the registers close a quarter of an hour later, London time."""


@dataclass(frozen=True)
class Job:
    """One process's part of a morning: its schools, and how much faster than life it comes."""

    url: str
    places: tuple[Place, ...]
    session: Session
    years: int
    days: int
    faster: float
    begins: float


def morning(
    folder: Path, places: Sequence[Place], years: int, days: int, faster: float, workers: int
) -> dict[str, Any]:
    """Take every register of the next session on which nothing is entered; what that took."""
    with served.running(folder) as at:
        url = served.address(at)
        session = next(free_sessions(url, places[0].urn, years, days))
        begins = time.time() + 20 + 2 * len(places) / workers
        jobs = [
            Job(url, tuple(places[n::workers]), session, years, days, faster, begins)
            for n in range(min(workers, len(places)))
        ]
        with ProcessPoolExecutor(len(jobs), mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(take, jobs))
    took = sorted(one for part in parts for one in part["took"])
    return {
        "session": str(session), "registers": len(took), "marks": sum(p["marks"] for p in parts),
        "window": WINDOW / faster, "a_second": len(took) * faster / WINDOW, "workers": len(jobs),
        **percentiles("answered", took),
        **percentiles("recorded", sorted(one for part in parts for one in part["recorded"])),
        "late_start_max": max(part["late"] for part in parts),
        "cpu": sum(part["cpu"] for part in parts) / len(took),
        "server_cpu": sum(part["server_cpu"] for part in parts) / len(took),
        "warm": max(part["warm"] for part in parts), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def percentiles(name: str, took: Sequence[float]) -> dict[str, float]:
    """Median, 99th of 100 and longest, in milliseconds."""
    at = {"p50": median(took), "p99": took[int(0.99 * (len(took) - 1))], "max": took[-1]}
    return {f"{name}_{which}": round(1000 * value, 1) for which, value in at.items()}


def free_sessions(url: str, urn: int, years: int, days: int) -> Iterator[Session]:
    """The sessions of the days kept back on which no class of the school has an entry yet."""
    year = SchoolYear(Place(urn, "", "", (), 0, 0), FIRST_YEAR + years - 1, days)
    with desk_at(url) as desk:
        ledger = desk.ledger(urn)
        for date in year.dates[-KEPT_BACK:]:
            for half in ("AM", "PM"):
                low = f"register/{date}/{half}/"
                if not any(True for _ in ledger.pages_between(low, low + "~", ledger.size())):
                    yield Session.parse(f"{date} {half}")


def take(job: Job) -> dict[str, Any]:
    """Be ready, wait for the moment, and take each register when its time has come."""
    if os.getsid(0) != os.getpid():
        os.setsid()  # Linux shares the processor out by sessions: each worker counts for itself
    me = f"peak-{os.getpid()}"
    with desk_at(f"{job.url}&application_name={me}") as desk:
        began = time.perf_counter()
        registers = sorted(
            ((at, one) for place in job.places for at, one in arrivals(desk, place, job)),
            key=lambda each: each[0],
        )
        warm = time.perf_counter() - began
        time.sleep(max(0.0, job.begins - time.time()))
        took, recorded, late, marks = [], [], 0.0, 0
        with served.metered(job.url, me) as spent:
            begins = time.perf_counter()
            for at, command in registers:
                due = begins + at / job.faster
                time.sleep(max(0.0, due - time.perf_counter()))
                late = max(late, time.perf_counter() - due)
                ledger = desk.ledger(int(command.key.split("/")[0]))
                outcome = handle(command, ledger)
                recorded.append(time.perf_counter() - due)
                notes = desk.follow(ledger)
                took.append(time.perf_counter() - due)
                assert not notes, notes
                marks += outcome.receipt.count - 1 if outcome.receipt else 0
        return {
            "took": took, "recorded": recorded, "late": round(late, 3), "marks": marks,
            "cpu": spent[0], "server_cpu": spent[1], "warm": warm,
        }  # fmt: skip


def arrivals(desk: Desk, place: Place, job: Job) -> Iterator[tuple[float, TakeRegister]]:
    """Each class's register, and the second of the window at which it is sent."""
    dice = random.Random(f"{place.urn}/{job.session}")
    year = SchoolYear(place, FIRST_YEAR + job.years - 1, job.days)
    ledger = desk.ledger(place.urn)
    named = pupil_ids(ledger)
    desk.follow(ledger)  # whoever shows the morning's page has read the school already
    number = year.dates.index(job.session.date)
    opens = dt.datetime.combine(job.session.date, OPENS[job.session.half], dt.UTC)
    for sheet in year.of_day(number):
        if sheet.half == job.session.half:
            sent = dice.uniform(0, WINDOW)
            yield (
                sent,
                TakeRegister(
                    by=teacher(sheet.group), at=opens + dt.timedelta(seconds=sent),
                    key=f"{place.urn}/{job.session}/{sheet.group}", session=job.session,
                    group=sheet.group, rest_present=True,
                    marks=given(zip((named[place.upn(one)] for one in sheet.pupils), sheet.codes,
                                    strict=True)),
                ),
            )  # fmt: skip


def given(marks: Iterator[tuple[int, int]]) -> tuple[Given, ...]:
    """What a teacher says: who is not present; ``rest_present`` says the rest."""
    return tuple(
        Given(pupil=str(pupil), code=CODES[code], nature=NATURES.get(CODES[code]))
        for pupil, code in marks
        if CODES[code] not in "/\\"
    )
