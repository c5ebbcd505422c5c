"""What a user types, measured from outside: the real command line in processes of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from scripts.bench import files
from scripts.bench.check import WrongAnswer
from scripts.bench.workload import CODES, SIZES, Workload

MEASURE = """
import json, os, sys, time
out = open(os.environ["BENCH_OUT"], "wb")
began = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
_, status, usage = os.wait4(child, 0)
scale = 1 if sys.platform == "darwin" else 1024
print(json.dumps({"seconds": time.perf_counter() - began, "memory": usage.ru_maxrss * scale,
                  "cpu": usage.ru_utime + usage.ru_stime,
                  "code": os.waitstatus_to_exitcode(status)}))
"""
"""A few lines in a small interpreter: the child's peak is read over fork, so the parent is tiny."""

UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
"""Where it is set, as it may be for whoever builds, every call compiles the whole program anew."""


class NotYet(Exception):
    """The command line does not do this yet."""


def attendance(folder: Path, *words: str, ok: Sequence[int] = (0,)) -> dict[str, Any]:
    """One call of ``attendance``: seconds, peak memory in bytes, and its answer on stdout."""
    console = Path(sys.executable).with_name("attendance")
    start = "import sys; from delivery.cli import main; sys.exit(main())"
    command = [str(console)] if console.exists() else [sys.executable, "-c", start]
    said = folder / "stdout"
    settings = {
        "ATTENDANCE_DB": f"sqlite:///{folder / 'attendance.db'}", "ATTENDANCE_AS": files.OFFICER,
        "ATTENDANCE_SCHOOL": "",
        "BENCH_OUT": str(said),
    }  # fmt: skip
    around = {name: said for name, said in os.environ.items() if name != UNCOMPILED}
    done = subprocess.run(
        [sys.executable, "-S", "-c", MEASURE, *command, *words],
        capture_output=True, text=True, env=around | settings, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    if found["code"] not in ok:
        raise NotYet(
            f"attendance {' '.join(words[:2])}: exit {found['code']}: {done.stderr[-800:]}"
        )
    return found | {"answer": said.read_text(encoding="utf-8")}


def set_up(folder: Path, years: Sequence[Workload]) -> None:
    """A ledger with its school and its roll, by the calls a user would type."""
    files.write_trust(folder / "trust.toml", years)
    files.write_pupils(folder / "pupils.csv", years[-1])
    attendance(folder, "init", str(folder / "trust.toml"), "--as", "head")
    attendance(folder, "import", "pupils", str(folder / "pupils.csv"))


def import_marks(size: str, folder: Path) -> dict[str, Any]:
    """A year's file, then the same with 50 changes, then that once more: each end to end."""
    work = Workload(SIZES[size])
    set_up(folder, [work])
    first, second = folder / "marks.csv", folder / "changed.csv"
    lines = files.write_marks(first, [work])
    files.write_marks(second, [work], changed=50)
    found = {
        "first": _imported(folder, first, "2025-07-31T18:00+01:00"),
        "changed": _imported(folder, second, "2025-08-01T18:00+01:00"),
        "again": _imported(folder, second, "2025-08-01T18:00+01:00"),
    }
    _same_as(folder, work, files.changes(work, 50))
    found["rebuild"] = attendance(folder, "rebuild")
    size_now = sum(p.stat().st_size for p in folder.glob("attendance.db*"))
    return found | {"lines": lines, "file": first.stat().st_size, "bytes": size_now / lines}


def _imported(folder: Path, path: Path, seen_at: str) -> dict[str, Any]:
    done = attendance(folder, "import", "marks", str(path), "--seen-at", seen_at, "--json")
    return {name: done[name] for name in ("seconds", "cpu", "memory")}


def _same_as(folder: Path, work: Workload, changed: dict[tuple[int, int], str]) -> None:
    """The ledger's marks, read back from its entries, are those of the last file."""
    from scripts.bench.ours_years import pupil_ids, standing_year

    where = str(folder / "attendance.db")
    named = pupil_ids(where)
    found = standing_year(where, work)
    for pupil, year in work.marks.items():
        for session, number in enumerate(year):
            at = named[files.upn(pupil)], session
            code = changed.get((pupil, session), CODES[number])
            if found[at] != code:
                raise WrongAnswer(f"import marks: {pupil}, {work.sessions[session]}: {found[at]}")


def stream(size: str, folder: Path) -> dict[str, Any]:
    """Six years in one file of over 200 MB, with who took each mark and when."""
    years = years_of(size)
    set_up(folder, years)
    path = folder / "six-years.csv"
    lines = files.write_wide_rows(path, years)
    done = _imported(folder, path, "2025-07-31T18:00+01:00")
    return done | {"lines": lines, "file": path.stat().st_size}


def years_of(size: str) -> list[Workload]:
    count = SIZES[size].years
    return [Workload(SIZES[size], start_year=2025 - count + n) for n in range(count)]


def explain(size: str, folder: Path, times: int = 5) -> dict[str, Any]:
    """``explain-mark`` in a new process each time, on a ledger of two million marks."""
    from scripts.bench.ours_years import append_years

    years = years_of(size)
    set_up(folder, years)
    where = str(folder / "attendance.db")
    marks = append_years(where, years)
    change = years[-1].changes()[0]
    asked = ["explain-mark", files.upn(change.pupil), change.date, change.half, "--json"]
    after_import = attendance(folder, *asked)
    took, memory = [], 0
    for _ in range(times):
        forget_file(Path(where))
        done = attendance(folder, *asked)
        took.append(done["seconds"])
        memory = max(memory, done["memory"])
        if change.amended not in done["answer"]:
            raise WrongAnswer(f"explain-mark: {done['answer'][:500]}")
    warm = median(attendance(folder, *asked)["seconds"] for _ in range(times))
    return {
        "marks": marks, "first": after_import["seconds"], "seconds": median(took), "warm": warm,
        "memory": memory, "bytes": Path(where).stat().st_size / marks,
    }  # fmt: skip


def forget_file(path: Path) -> None:
    """Ask the kernel to drop a file from its cache, so that the next reader meets the disk."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
