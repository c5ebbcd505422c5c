"""Questions as at an entry, on a ledger of six school-years: a class, a day, rates, a threshold."""

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import func, select

from delivery.registers import register_shown
from ledger.store import Ledger, open_store
from projections.current_register import current_register
from projections.earlier import earlier
from projections.engines import engine
from projections.penalty_questions import penalty_list
from projections.rates import rates
from projections.runner import Runner
from projections.views import Scope, live
from scripts.bench import files
from scripts.bench.check import WrongAnswer
from scripts.bench.ours_years import append_years, pupil_ids
from scripts.bench.typed import set_up, years_of
from scripts.bench.workload import CODES, Workload

t = current_register.c
ROUNDS = 15
QUICK = ("class", "day", "pupil")


def asof(size: str, folder: Path) -> dict[str, Any]:
    """
    The median seconds of each question, at entries at the ends and in the middle, warm.

    Beside each, under ``<name>_worst``, the longest; ``<name>_cpu``, the processor's own time,
    which other work on the machine does not lengthen; and the load while it was measured.

    A class's day is held against the marks that were drawn; amendments came after them all.
    """
    years = years_of(size)
    set_up(folder, years)
    where = str(folder / "attendance.db")
    marks = append_years(where, years)
    with open_store(f"sqlite:///{where}") as store:
        ledger, runner = store.ledger(files.URN), Runner(engine(f"sqlite:///{where}"))
        began = time.perf_counter()
        runner.catch_up(ledger)
        found: dict[str, Any] = {"marks": marks, "filled": time.perf_counter() - began}
        took: dict[str, list[tuple[float, float]]] = {}
        loads = []
        for entry in _entries(ledger, marks):
            for name, ask in questions(runner, ledger, entry).items():
                for _ in range(ROUNDS if name in QUICK else 3):
                    began, spent = time.perf_counter(), time.process_time()
                    ask()
                    one = (time.perf_counter() - began, time.process_time() - spent)
                    took.setdefault(name, []).append(one)
            loads.append(os.getloadavg()[0])
        _check(runner, ledger, years[-1], pupil_ids(where))
        runner.engine.dispose()
    for name, times in took.items():
        found[name] = median(wall for wall, _ in times)
        found[f"{name}_worst"] = max(wall for wall, _ in times)
        found[f"{name}_cpu"] = median(spent for _, spent in times)
    return found | {"load": max(loads)}


def _entries(ledger: Ledger, marks: int) -> tuple[int, ...]:
    """Before the last amendments, and in the middle of what came in."""
    return ledger.size() - 50, ledger.size() - marks // 4, ledger.size() - marks // 2


def questions(runner: Runner, ledger: Ledger, entry: int) -> dict[str, Callable[[], object]]:
    """What is asked as at an entry, under a name each."""
    with_last = earlier(runner, ledger, entry)
    last = with_last.rows(select(func.max(t.date)).where(t.school == ledger.school))[0][0]
    year = with_last.school.calendar.period_of(last, "year")
    assert year is not None
    group = with_last.context.roll.groups(last)[0]
    with_last.close()

    def rate() -> None:
        view = earlier(runner, ledger, entry)
        rates([view], by="pupil", period="year", first=year.starts, last=last)
        view.close()

    def penalties() -> None:
        view = earlier(runner, ledger, entry)
        penalty_list(view, last)
        view.close()

    def a_class() -> None:
        register_shown(live(runner, ledger), last, last, group=group, asof=entry)

    def a_day() -> None:
        view = earlier(runner, ledger, entry, Scope(last, last))
        view.rows(select(current_register).where(t.school == ledger.school))
        view.close()

    def a_pupil() -> None:
        now = live(runner, ledger)
        theirs = next(iter(now.context.roll.pupils.values()))
        register_shown(now, year.starts, year.ends, pupil=theirs, asof=entry)

    return {"class": a_class, "day": a_day, "pupil": a_pupil, "rates": rate, "penalties": penalties}


def _check(runner: Runner, ledger: Ledger, year: Workload, named: dict[str, int]) -> None:
    """A class's session before any amendment, against the marks as they were drawn."""
    sheet = year.sheet(0, next(iter(year.classes)))
    day = dt.date.fromisoformat(sheet.date)
    view = earlier(runner, ledger, ledger.size() - 100, Scope(day, day, sheet.group))
    rows = view.rows(select(t.pupil, t.entered).where(t.half == sheet.half))
    drawn = {
        named[files.upn(pupil)]: CODES[code]
        for pupil, code in zip(sheet.pupils, sheet.codes, strict=True)
    }
    if {row.pupil: row.entered for row in rows} != drawn:
        raise WrongAnswer(f"as of: {sheet.group} on {sheet.date}")
    view.close()
