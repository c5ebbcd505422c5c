"""``wrk`` against a served ledger: a class's register as JSON, and registers taken at once."""

import datetime as dt
import http.client
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.calendar import instant
from scripts.bench import files, served, six_years, walk
from scripts.bench.workload import Workload

ASKED = """
wrk.headers["Host"] = "localhost"
wrk.headers["Cookie"] = "attendance=%s"
wrk.headers["Sec-Fetch-Site"] = "same-origin"
wrk.headers["Accept-Encoding"] = "gzip"
"""
TOLD = """
done = function(summary, latency, requests)
    io.write(string.format("@%d %d %d %d %d %d\\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), summary.errors.status,
        summary.errors.read + summary.errors.connect + summary.errors.timeout))
end
"""
EACH = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local lines, at = {}, 0
for line in io.lines("%s") do lines[#lines + 1] = line end
request = function()
    at = at + 1
    return wrk.format(nil, nil, nil, lines[at] or lines[#lines])
end
"""
_DAYS = 180


def register(folder: Path, seconds: int) -> Iterator[dict[str, Any]]:
    """The register of a class for a week as JSON: whole, and to who has it; as each role."""
    path, moment = folder / "attendance.db", six_years.last_morning()
    cookies = walk.sessions(path, moment)
    group, _, _ = walk.somebody(path, moment.date())
    monday = moment.date() - dt.timedelta(days=moment.weekday())
    asked = f"/api/{files.URN}/register?class={group}&from={monday}&to={moment.date()}"
    with served.server(path, "", moment, plain=True) as (port, process):
        for role in ("teacher", "head"):
            tag, size = _tag(port, asked, cookies[role])
            for known in ("", tag):
                script = ASKED % cookies[role]
                if known:
                    script += f"wrk.headers['If-None-Match'] = {json.dumps(known)}\n"
                spent = processor(process)
                found = run(port, asked, script + TOLD, connections=64, seconds=seconds)
                spent = (processor(process) - spent) * 1000 / max(1, found["requests"])
                found["ms of the processor each"] = spent
                yield found | {"as": role, "what": "known" if known else f"{size:,} bytes"}


def rush(
    folder: Path, clients: Sequence[int], seconds: int, later: float = 0.0
) -> Iterator[dict[str, Any]]:
    """
    Registers of a class of thirty taken over HTTP by so many at once, each on a fresh copy.

    ``later``: so many milliseconds longer each flush to the disk takes than it does here.
    """
    moment = rush_moment()
    for count in clients:
        with copied(folder) as path:
            cookie = walk.sessions(path, moment)["officer"]
            first, *sent = map(json.dumps, registers())
            bodies = path.with_name("bodies")
            bodies.write_text("\n".join(sent) + "\n", encoding="utf-8")
            beneath = served.slower(path.parent, later)
            with served.server(path, "", moment, plain=True, with_=beneath) as (port, process):
                warm(port, cookie)
                take(port, cookie, first)
                spent = processor(process)
                script = ASKED % cookie + EACH % bodies + TOLD
                found = run(port, f"/api/{files.URN}/take-register", script, count, seconds)
                spent = (processor(process) - spent) * 1000 / max(1, found["requests"])
            if found["requests"] > len(sent):
                raise RuntimeError(
                    "Every register was taken before the time was over: fewer --seconds."
                )
            more = {"flush later by": f"{later:g} ms"} if later else {}
            yield found | {"ms of the processor each": spent, "clients": count} | more


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """The ledger and its accounts once more, for as long as it takes."""
    with TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "attendance.db"
        for name in ("attendance.db", "attendance.door.db"):
            shutil.copy(folder / name, Path(place) / name)
        os.sync()  # or the first flush of a server is of all that was copied
        yield path


def warm(port: int, cookie: str, school: int = files.URN) -> None:
    """The roll is read, and what acts are decided on: as in any server that is in use."""
    calling = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    who = {"Host": "localhost", "Cookie": f"attendance={cookie}", "Sec-Fetch-Site": "same-origin"}
    calling.request("GET", f"/{school}/registers", headers=who)
    calling.getresponse().read()
    take(port, cookie, json.dumps(next(registers()) | {"dry_run": True}), school)


def take(port: int, cookie: str, body: str, school: int = files.URN) -> None:
    """One register; for the first of a server, whoever appends reads the school."""
    calling = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    who = {"Host": "localhost", "Cookie": f"attendance={cookie}", "Sec-Fetch-Site": "same-origin"}
    asked = f"/api/{school}/take-register"
    calling.request("POST", asked, body, who | {"Content-Type": "application/json"})
    calling.getresponse().read()


def rush_moment() -> dt.datetime:
    """An afternoon in the year that has no marks yet, after its first weeks."""
    date, _ = Workload(six_years.PUPILS, six_years.FIRST_YEAR + six_years.YEARS).sessions[2 * _DAYS]
    return dt.datetime.fromisoformat(f"{date}T16:00:00+00:00")


def registers(work: Workload | None = None, sessions: int = 2 * _DAYS) -> Iterator[dict[str, Any]]:
    """What is sent for each class and session: three exceptions, the rest present."""
    work = work or Workload(six_years.PUPILS, six_years.FIRST_YEAR + six_years.YEARS)
    for session in range(sessions):
        for group in work.classes:
            sheet = work.sheet(session, group)
            away = [
                f"{files.upn(one)} {code}"
                for one, code in zip(sheet.pupils[:3], "IOM", strict=True)
            ]
            at = dt.time(8, 50) if sheet.half == "AM" else dt.time(13, 5)
            taken = instant(dt.date.fromisoformat(sheet.date), at)  # by London's clocks
            yield {
                "group": group, "session": sheet.half, "date": sheet.date, "rest_present": True,
                "lines": away, "taken_at": taken.isoformat(),
            }  # fmt: skip


def processor(process: int) -> float:
    """Seconds of the processor that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tag(port: int, asked: str, cookie: str) -> tuple[str, int]:
    calling = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    calling.request("GET", asked, headers={"Host": "localhost", "Cookie": f"attendance={cookie}"})
    answer = calling.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{asked}: {answer.status} {body[:500]!r}")
    return answer.getheader("ETag") or "", len(body)


_FOUND = re.compile(r"@(\d+) (\d+) (\d+) (\d+) (\d+) (\d+)")


def run(
    port: int, asked: str, script: str, connections: int, seconds: int, threads: int = 1
) -> dict[str, Any]:
    """One run of ``wrk``: how many, how fast, how late."""
    with TemporaryDirectory() as place:
        lua = Path(place) / "asked.lua"
        lua.write_text(script, encoding="utf-8")
        typed = [
            "wrk",
            f"-t{threads}",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "-s",
            str(lua),
        ]
        done = subprocess.run(
            [*typed, f"http://127.0.0.1:{port}{asked}"], capture_output=True, text=True, check=True
        )
    told = _FOUND.search(done.stdout)
    if told is None:
        raise RuntimeError(done.stdout + done.stderr)
    requests, spent, median, late, refused, broken = map(int, told.groups())
    return {
        "requests": requests, "a second": requests * 1e6 / spent, "median": median / 1000,
        "p99": late / 1000, "refused": refused, "broken": broken,
    }  # fmt: skip
