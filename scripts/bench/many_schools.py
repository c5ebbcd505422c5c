"""Registers taken over HTTP at schools of a trust on PostgreSQL: a client a school, at once."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from delivery import acts
from delivery.bootstrap import desk as desk_at
from delivery.importers.trust import trust_file
from delivery.imports.pupils import import_pupils
from delivery.web.door.accounts import Accounts
from delivery.web.door.book import SETTING, Book
from delivery.web.door.sessions import Sessions
from scripts.bench import files, postgres, served, wrk
from scripts.bench.workload import Size, Workload

SCHOOLS = 16
WORK = Workload(Size(groups=30, group_size=30, days=100), 2025)

EACH = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local number = 0
function setup(thread)
    thread:set("school", number)
    number = number + 1
end
function init(args)
    lines, at = {}, 0
    for line in io.lines("%s" .. school) do lines[#lines + 1] = line end
end
request = function()
    at = at + 1
    return wrk.format(nil, "/api/" .. (%d + school) .. "/take-register", nil, lines[at] or "{}")
end
"""


def rush(folder: Path, clients: Sequence[int], seconds: int) -> Iterator[dict[str, Any]]:
    """So many clients at once, each at its own school; a fresh database for each run."""
    moment = dt.datetime.fromisoformat(f"{WORK.sessions[-1][0]}T16:00:00+00:00")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as place, postgres.server(Path(place) / "pg") as running:
        for turn, count in enumerate(clients):
            url = running.database(f"rush_{turn}")
            here = Path(place) / f"run {turn}".replace(" ", "-")
            here.mkdir()
            _schools(url, here)
            door = here / "attendance.door.db"
            cookie = _account(door, int(moment.timestamp()))
            with served.server(url, "", moment, plain=True, with_={SETTING: str(door)}) as (
                port,
                process,
            ):
                for number in range(SCHOOLS):
                    wrk.warm(port, cookie, files.URN + number)
                spent = wrk.processor(process)
                script = wrk.ASKED % cookie + EACH % (here / "bodies-", files.URN) + wrk.TOLD
                found = wrk.run(port, "/", script, count, seconds, threads=count)
                spent = (wrk.processor(process) - spent) * 1000 / max(1, found["requests"])
            yield found | {"ms of the server's processor each": spent, "clients": count}


def _schools(url: str, here: Path) -> None:
    """Sixteen schools alike, each with its roll and a year to take registers in."""
    files.write_trust(here / "trust.toml", [WORK])
    files.write_pupils(here / "pupils.csv", WORK)
    texts = [(here / name).read_text(encoding="utf-8") for name in ("trust.toml", "pupils.csv")]
    with desk_at(url, create=True) as at:
        at.clock = lambda: dt.datetime(2025, 9, 2, 7, tzinfo=dt.UTC)
        for number in range(SCHOOLS):
            for name, text in zip(("trust.toml", "pupils.csv"), texts, strict=True):
                mine = text.replace(str(files.URN), str(files.URN + number))
                (here / name).write_text(mine, encoding="utf-8")
            acts.init(at, trust_file(here / "trust.toml"), "head")
            import_pupils(at, here / "pupils.csv", files.OFFICER)
            at.catch_up(at.ledger(files.URN + number))
            _bodies(here / f"bodies-{number}")


def _bodies(path: Path) -> None:
    sent = map(json.dumps, wrk.registers(WORK, len(WORK.sessions) - 2))
    path.write_text("\n".join(sent) + "\n", encoding="utf-8")


def _account(door: Path, now: int) -> str:
    book = Book(door)
    accounts = Accounts(book)
    urns = frozenset(range(files.URN, files.URN + SCHOOLS))
    accounts.add("officer", now=0, staff=files.OFFICER, roles=(), schools=urns, password=False)
    cookie = Sessions(accounts).begin("officer", now)
    book.close()
    return cookie
