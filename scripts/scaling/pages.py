"""The pages of one school, and of the trust, as a server of the trust's ledger gives them."""

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from delivery.bootstrap import desk as desk_at
from delivery.web.door.accounts import Accounts
from delivery.web.door.book import SETTING, Book
from delivery.web.door.sessions import Sessions
from scripts.bench import served as bench_served
from scripts.bench import walk
from scripts.bench.files import OFFICER
from scripts.scaling import served
from scripts.scaling.peak import free_sessions
from scripts.scaling.trust import Place, teacher


def pages(folder: Path, place: Place, years: int, days: int, rounds: int) -> dict[str, Any]:
    """Every page of the first school by every role it is for; and the schools side by side."""
    with served.running(folder) as at:
        url = served.address(at)
        moment = morning_of(url, place, years, days)
        with answering(folder, url, place, moment) as (port, cookies, asked):
            every = {f"{place.urn}/{page}": roles for page, roles in asked.items()}
            found = walk.each(port, every | {"trust": ("trust",)}, cookies, rounds)
    return {
        "moment": moment.isoformat(), "school": place.urn, "rounds": rounds,
        "load": round(os.getloadavg()[0], 1), "pages": [shown(one, place.urn) for one in found],
    }  # fmt: skip


def morning_of(url: str, place: Place, years: int, days: int) -> dt.datetime:
    """The first morning on which nothing is entered yet: registers are about to be taken."""
    date = next(free_sessions(url, place.urn, years, days)).date
    return dt.datetime.combine(date, dt.time(7, 50), dt.UTC)


@contextmanager
def answering(
    folder: Path, url: str, place: Place, moment: dt.datetime
) -> Iterator[tuple[int, dict[str, str], dict[str, tuple[str, ...]]]]:
    """A server on a ledger: its port, a session of each kind, and the pages of a school."""
    os.environ[SETTING] = str(folder / "attendance.door.db")
    group, pupil = _somebody(url, place, moment.date())
    cookies = _sessions(folder, place, group, moment)
    mark = f"{moment.date() - dt.timedelta(days=7)}/AM"
    with bench_served.server(url, "", moment) as (port, _):
        yield port, cookies, walk.pages(moment.date(), group, pupil, mark)


def shown(one: walk.Walked, urn: int) -> dict[str, Any]:
    return {
        "page": one.page.removeprefix(f"{urn}/"), "role": one.role, "status": one.status,
        "bytes": one.size, "first": round(one.first), "median": round(median(one.wall), 1),
        "longest": round(max(one.wall), 1), "cpu": round(median(one.cpu), 1),
    }  # fmt: skip


def _somebody(url: str, place: Place, day: dt.date) -> tuple[str, int]:
    from commands.states import states_of

    with desk_at(url) as desk:
        roll = states_of(desk.ledger(place.urn)).roll
        group = sorted(roll.groups(day))[0]
        return group, min(one.id for one in roll.in_group(group, day))


def _sessions(folder: Path, place: Place, group: str, moment: dt.datetime) -> dict[str, str]:
    """A session's secret for an account of each kind, made where there is none."""
    (folder / "attendance.door.db").unlink(missing_ok=True)
    book = Book(folder / "attendance.door.db")
    accounts = Accounts(book)
    here = frozenset({place.urn})
    kinds: Sequence[tuple[str, str | None, tuple[str, ...], frozenset[int] | None]] = (
        ("teacher", teacher(group), (), here), ("office", "office-1", (), here),
        ("officer", OFFICER, (), here), ("head", "head", (), here),
        ("auditor", None, ("auditor",), None), ("trust", None, ("trust",), None),
    )  # fmt: skip
    for login, staff, roles, schools in kinds:
        accounts.add(login, now=0, staff=staff, roles=roles, schools=schools, password=False)
    held = Sessions(accounts)
    found = {login: held.begin(login, int(moment.timestamp())) for login, *_ in kinds}
    book.close()
    return found
