"""Every page of a school as each fitting role: the median server time, and its compressed size."""

import datetime as dt
import http.client
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book, place_of
from delivery.web.door.sessions import Sessions
from scripts.bench import files, served, six_years

_DURATION = re.compile(r"(app|cpu);dur=([\d.]+)")


@dataclass
class Walked:
    """
    One page as one role saw it: milliseconds of each time, and compressed bytes.

    ``first`` is the first time, to warm, which is in no median.
    """

    role: str
    page: str
    status: int = 0
    size: int = 0
    first: float = 0.0
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def pages(day: dt.date, group: str, pupil: int, mark: str) -> dict[str, tuple[str, ...]]:
    """The addresses of a school's pages, and which roles they are for."""
    half = f"{day}/AM"
    of_pupil = f"pupils/{pupil}"
    every = ("teacher", "office", "head")
    school = ("office", "head", "auditor")
    return {
        "today": ("office", "head"),
        f"registers?on={day}": every,
        f"registers/{group}": every,
        f"registers/{group}/{half}": ("teacher", "office"),
        "pupils": every,
        of_pupil: every,
        f"{of_pupil}/history": school,
        f"{of_pupil}/penalty": school,
        f"{of_pupil}/compare": school,
        f"{of_pupil}/marks/{mark}": every,
        "leave": school,
        "absences": school,
        "penalties": school,
        "letters": school,
        "reports": school,
        f"reports?class={group}": ("head",),
        "audit": ("head", "auditor"),
        "amendments": school,
        "data": school,
        "settings": school,
        "ask": school,
        "ask/registers-not-taken": ("head",),
        "ask/unexplained": ("office",),
        "ask/due": ("office",),
        "do": ("office",),
        "do/grant-leave": ("head",),
    }


def walk(folder: Path, rounds: int, only: str = "") -> list[Walked]:
    """Each page by each role, once to warm and then so many times."""
    path = folder / "attendance.db"
    moment = six_years.last_morning()
    cookies = sessions(path, moment)
    asked = pages(moment.date(), *somebody(path, moment.date()))
    chosen = {f"{files.URN}/{page}": roles for page, roles in asked.items() if only in page}
    with served.server(path, "", moment) as (port, _):
        return each(port, chosen, cookies, rounds)


def each(
    port: int, asked: Mapping[str, Sequence[str]], cookies: dict[str, str], rounds: int
) -> list[Walked]:
    """Each address by each role, of a server that says how long it took."""
    found = []
    calling = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    for page, roles in asked.items():
        for role in roles:
            one = Walked(role, page)
            for _ in range(rounds + 1):
                _ask(calling, one, cookies[role])
            one.first, one.wall, one.cpu = one.wall[0], one.wall[1:], one.cpu[1:]
            found.append(one)
    calling.close()
    return found


def table(found: list[Walked]) -> str:
    """The figures, as Markdown."""
    lines = ["| page | as | server time | longest | of the processor | compressed |",
             "| --- | --- | --: | --: | --: | --: |"]  # fmt: skip
    for one in found:
        page = one.page.removeprefix(f"{files.URN}/")
        role = one.role if one.status == 200 else f"{one.role} ({one.status})"
        lines.append(
            f"| `{page}` | {role} | {median(one.wall):.0f} ms | {max(one.wall):.0f} ms "
            f"| {median(one.cpu):.0f} ms | {one.size / 1000:.1f} KB |"
        )
    return "\n".join(lines)


def sessions(path: Path, moment: dt.datetime) -> dict[str, str]:
    """A session's secret for each account of the bench."""
    book = Book(place_of(f"sqlite:///{path}"))
    held = Sessions(Accounts(book))
    now = int(moment.timestamp())
    found = {login: held.begin(login, now) for login in (*six_years.STAFF, "auditor")}
    book.close()
    return found


def _ask(calling: http.client.HTTPConnection, one: Walked, secret: str) -> None:
    calling.request("GET", f"/{one.page}", headers={
        "Host": "localhost", "Cookie": f"attendance={secret}", "Accept-Encoding": "gzip, zstd",
    })  # fmt: skip
    answer = calling.getresponse()
    body = answer.read()
    took = dict(_DURATION.findall(answer.getheader("Server-Timing") or ""))
    one.status, one.size = answer.status, len(body)
    one.wall.append(float(took["app"]))
    one.cpu.append(float(took["cpu"]))


def somebody(path: Path, day: dt.date) -> tuple[str, int, str]:
    """The class of the teacher who signs in, a pupil of it, and a session with a mark of theirs."""
    from commands.states import states_of
    from ledger.store import open_store

    with open_store(f"sqlite:///{path}") as store:
        roll = states_of(store.ledger(files.URN)).roll
        group = roll.groups(day)[0]
        pupil = min(roll.in_group(group, day), key=lambda one: one.id)
    return group, pupil.id, f"{day - dt.timedelta(days=7)}/AM"
