"""
How cost grows: the same questions of the same school on copies of the ledger, smaller and larger.

The copies were made while the trust was built: of the first school after each of its years, and of
the trust at three schools and at ten. Rounds go over all of them in turn, so that what else the
machine does falls on each alike.
"""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from commands.handle import handle
from commands.states import states_of
from commands.take_register import TakeRegister
from commands.taking import Given
from delivery.bootstrap import Desk
from delivery.bootstrap import desk as desk_at
from ledger.kinds import Session
from ledger.store import Ledger
from scripts.bench import asof, walk
from scripts.bench.postgres import Server
from scripts.scaling import served
from scripts.scaling.pages import answering
from scripts.scaling.peak import percentiles
from scripts.scaling.rebuild import alone
from scripts.scaling.sizes import sizes
from scripts.scaling.trust import FIRST_YEAR, KEPT_BACK, Place, SchoolYear, teacher

PAGES = ("today", "reports", "penalties")
"""Pages of the school: what everybody opens first, the year in charts, a list, one pupil."""


def copies(at: Server, years: int, schools: int) -> dict[str, tuple[int, int]]:
    """The databases there are, each with how many schools and years are in it."""
    there = served.databases(at)
    found = {f"years-{n}": (1, n) for n in range(1, years + 1)}
    found |= {f"schools-{n}": (n, years) for n in (3, 10)} | {served.LEDGER: (schools, years)}
    return {name: of for name, of in found.items() if name in there}


def grow(
    folder: Path, place: Place, years: int, schools: int, days: int, rounds: int, *, anew: bool
) -> list[dict[str, Any]]:
    """Takes, questions, pages, rebuild and bytes on each copy."""
    found: dict[str, dict[str, Any]] = {}
    took: dict[str, dict[str, list[Spent]]] = {}
    with served.running(folder) as at:
        held = copies(at, years, schools)
        for _ in range(rounds):
            for name, (_, of) in held.items():
                url = served.address(at, name)
                for what, times in _asked(url, place, of, years, days).items():
                    took.setdefault(name, {}).setdefault(what, []).append(times)
                for page, times in _pages(folder, url, place, of, years, days).items():
                    took[name].setdefault(page, []).append(times)
        for name, (many, of) in held.items():
            url = served.address(at, name)
            found[name] = {"name": name, "schools": many, "years": of, "size": sizes(url)}
            found[name]["rebuild"] = alone(url, place.urn) if anew else None
            found[name] |= {what: _told(times) for what, times in took[name].items()}
            found[name]["load"] = round(os.getloadavg()[0], 1)
            print(found[name], flush=True)
    return list(found.values())


Spent = tuple[list[float], float]
"""Seconds by the clock, one for each; and of the processor, ours and the server's, at the mean."""


def _told(rounds: list[Spent]) -> dict[str, float]:
    walls = sorted(wall for times, _ in rounds for wall in times)
    return percentiles("ms", walls) | {"cpu_ms": round(1000 * median(s for _, s in rounds), 1)}


def next_sessions(ledger: Ledger, place: Place, of: int, years: int, days: int) -> list[Session]:
    """Sessions with nothing entered: the days kept back, or the next year's first."""
    if of == years:
        dates = SchoolYear(place, FIRST_YEAR + of - 1, days).dates[-KEPT_BACK:][::-1]
    else:
        dates = SchoolYear(place, FIRST_YEAR + of, days).dates
    sessions = (Session(date, half) for date in dates for half in ("PM", "AM"))

    def free(session: Session) -> bool:
        low = f"register/{session.date}/{session.half}/"
        return not any(True for _ in ledger.pages_between(low, low + "~", ledger.size()))

    return list(islice(filter(free, sessions), 1))


def _asked(url: str, place: Place, of: int, years: int, days: int) -> dict[str, Spent]:
    """Each register of a session taken, and each question as at an earlier entry."""
    with desk_at(url) as desk:
        ledger = desk.ledger(place.urn)
        desk.follow(ledger)
        sessions = next_sessions(ledger, place, of, years, days)
        acts = [act for one in sessions for act in _registers(desk, ledger, one)]
        acts[0]()  # the states are read, and the connections are there
        found = {"take": _timed(acts[1:], url)}
        questions = asof.questions(desk.runner, ledger, ledger.size() // 2)
        for name in asof.QUICK:
            questions[name]()
            found[f"as of: {name}"] = _timed([questions[name]] * 5, url)
    return found


def _registers(desk: Desk, ledger: Ledger, session: Session) -> Iterator[Callable[[], object]]:
    """The registers of a session, class by class, three of each away."""
    opened = dt.time(7, 50) if session.half == "AM" else dt.time(12, 5)
    roll = states_of(ledger).roll
    for group in sorted(roll.groups(session.date)):
        members = sorted(one.id for one in roll.in_group(group, session.date))
        command = TakeRegister(
            by=teacher(group), at=dt.datetime.combine(session.date, opened, dt.UTC),
            key=f"{session}/{group}", session=session, group=group, rest_present=True,
            marks=tuple(Given(pupil=str(one), code=code)
                        for one, code in zip(members, "IOM", strict=False)),
        )  # fmt: skip

        def act(command: TakeRegister = command) -> None:
            handle(command, ledger)
            notes = desk.follow(ledger)
            assert not notes, notes

        yield act


def _timed(acts: Sequence[Callable[[], object]], url: str) -> Spent:
    times = []
    with served.metered(url) as spent:
        for act in acts:
            began = time.perf_counter()
            act()
            times.append(time.perf_counter() - began)
    return times, sum(spent) / len(times)


def _pages(
    folder: Path, url: str, place: Place, of: int, years: int, days: int
) -> dict[str, Spent]:
    """Some pages of the school, once warm; of the processor what the server of pages spends."""
    last = SchoolYear(place, FIRST_YEAR + of - 1, days).dates[-1 - KEPT_BACK * (of == years)]
    moment = dt.datetime.combine(last, dt.time(14), dt.UTC)
    found = {}
    with answering(folder, url, place, moment) as (port, cookies, asked):
        some = {
            f"{place.urn}/{page}": roles[-1:]
            for page, roles in asked.items()
            if page in PAGES or page.removeprefix("pupils/").isdigit()
        }
        for one in walk.each(port, some, cookies, 3):
            assert one.status == 200, f"{one.page}: {one.status}"
            page = one.page.partition("/")[2].partition("/")[0]
            found[f"page: {page}"] = [wall / 1000 for wall in one.wall], median(one.cpu) / 1000
    return found
