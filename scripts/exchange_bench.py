"""How fast files are taken in and handed over: ``python scripts/exchange_bench.py --write FILE``.

The same marks as every format's file, each taken in by the real command line in a process of its
own into a ledger that has the roll and nothing else; then every export of the ledger so filled.
A format is one line of ``exchange_files.FORMATS`` or of ``EXPORTS``. Beside each: what share of
the processor's time is spent outside our own code, by the profiler, and where.

Rates are marks a second of processor time, user and system, starting Python included: other work
on the machine disturbs them less than the clock. The profiler slows our own lines most, so the
share outside is a lower bound.
"""

import argparse
import os
import pstats
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.bench import files, typed  # noqa: E402
from scripts.bench.exchange_files import FORMATS, Mark  # noqa: E402
from scripts.bench.machine import facts  # noqa: E402
from scripts.bench.workload import CODES, Size, Workload  # noqa: E402

SIZES = {
    "full": Size(groups=12, group_size=30, days=95),
    "quick": Size(groups=2, group_size=10, days=75),
}
SEEN = ("2025-07-31T18:00+01:00", "2025-08-01T18:00+01:00")
EXPORTS: dict[str, tuple[str, ...]] = {
    "marks, a line a mark": ("export", "marks", "-o", "out.csv"),
    "marks, a line a pupil": ("export", "marks", "--format", "wide", "-o", "out.csv"),
    "amendment record": ("export", "amendments", "-o", "out.csv"),
    "daily figures": ("export", "daily", "-o", "out.csv"),
    "school census, XML": ("export", "census", "2025-01-16", "--format", "xml",
                           "--dfe-number", "908/2101", "-o", "out.xml"),
    "Common Transfer File": ("export", "ctf", "--dfe-number", "908/2101", "-o", "out.xml"),
    "entries, JSON Lines": ("export", "events", "-o", "out.jsonl"),
    "star, marks, Parquet": ("export", "star", "v1_fact_mark_current", "-o", "out.parquet"),
    "star, marks, CSV": ("export", "star", "v1_fact_mark_current", "--format", "csv",
                         "-o", "out.csv"),
    "star, one SQLite file": ("publish", "out.star"),
    "ledger, to be carried": ("export-ledger", "out.jsonl"),
}  # fmt: skip
FEED = """
import sys
from pathlib import Path
from delivery.bootstrap import Desk
from delivery.feed.cloud import encoded, everything
from delivery.feed.following import Follower, Source
from delivery.feed.pseudonymous import pseudonymous
from delivery.pseudonyms import pseudonyms
from ledger.store import open_store
store = open_store("sqlite:///attendance.db")
telling = everything if sys.argv[1] == "whole" else pseudonymous(pseudonyms(Path("keys"), "bench"))
reader = Follower([Source(store.ledger(store.schools()[0]), telling)], {}, several=False)
with open("out.json", "wb") as out:
    while found := reader.more(5000):
        out.write(encoded(found))
"""
CALL = "import sys; from delivery.cli import main; sys.exit(main())"
PROFILED = """
import cProfile, sys
made, words = cProfile.Profile(), sys.argv[2:]
sys.argv = ["-c", *words]
code = compile(open("program.py").read(), "program.py", "exec")
try:
    made.runctx(code, {"__name__": "__main__"}, {})
except SystemExit as ended:
    if ended.code not in (0, None):
        raise
finally:
    made.dump_stats("profile")
"""


class Measured(NamedTuple):
    """One format: seconds of processor time, bytes of the file, share outside, and where."""

    name: str
    cpu: float
    size: int
    outside: float
    where: str


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", choices=SIZES, default="full")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--only", default="", help="names of formats, by commas")
    asked.add_argument("--write", type=Path, help="into the section of that Markdown file")
    said = asked.parse_args()
    only = {name.strip() for name in said.only.split(",") if name.strip()}
    with tempfile.TemporaryDirectory(prefix="exchange-") as folder:
        report = "\n".join(measured(Path(folder), said.size, said.rounds, only))
    if said.write:
        put(said.write, report)
    else:
        sys.stdout.write(report + "\n")


def measured(folder: Path, size: str, rounds: int, only: set[str]) -> list[str]:
    """The report, as Markdown."""
    work = Workload(SIZES[size])
    start = folder / "start"
    start.mkdir()
    typed.set_up(start, [work])
    marks = marks_of(work)
    taken = [
        one_import(folder, start, name, marks, rounds)
        for name in FORMATS
        if not only or name in only
    ]
    filled = folder / "filled"
    shutil.copytree(start, filled)
    files.write_marks(filled / "first.csv", [work])
    files.write_marks(filled / "second.csv", [work], changed=len(work.marks) // 2)
    for file, seen in zip(("first.csv", "second.csv"), SEEN, strict=True):
        typed.attendance(filled, "import", "marks", str(filled / file), "--seen-at", seen)
    programs = {name: (CALL, words) for name, words in EXPORTS.items()}
    programs |= {f"feed, {form}": (FEED, (form,)) for form in ("whole", "pseudonymised")}
    given = [
        one_export(filled, name, program, words, rounds)
        for name, (program, words) in programs.items()
        if not only or name in only
    ]
    return told(size, len(marks), rounds, taken, given)


def marks_of(work: Workload) -> list[Mark]:
    """Every mark of the workload, oldest first."""
    return [
        Mark(files.upn(pupil), pupil, sheet.date, sheet.half, CODES[number])
        for sheet in work.sheets()
        for pupil, number in zip(sheet.pupils, sheet.codes, strict=True)
    ]


def one_import(
    folder: Path, start: Path, name: str, marks: Sequence[Mark], rounds: int
) -> Measured:
    """One format taken in, each time into a ledger without marks; then once more, profiled."""
    place = folder / f"in-{name}"
    place.mkdir()
    file = FORMATS[name](marks, place)
    words = ("import", "marks", str(file.path), *file.options, "--seen-at", SEEN[0], "--json")
    took = []
    for _ in range(rounds):
        fresh(start, place)
        done = typed.attendance(place, *words)
        took.append(done["cpu"])
        assert f'"recorded": {len(marks)}' in done["answer"], (name, done["answer"][:600])
    fresh(start, place)
    outside, where = profiled(place, CALL, words)
    return Measured(name, median(took), file.path.stat().st_size, outside, where)


def one_export(place: Path, name: str, program: str, words: Sequence[str], rounds: int) -> Measured:
    took = []
    for _ in range(rounds):
        clear(place)
        took.append(ran(place, program, words))
    size = sum(one.stat().st_size for one in place.rglob("*") if _is_out(place, one))
    clear(place)
    outside, where = profiled(place, program, words)
    return Measured(name, median(took), size, outside, where)


def fresh(start: Path, place: Path) -> None:
    """The ledger with the roll and without marks, in a folder."""
    for old in place.glob("attendance.db*"):
        old.unlink()
    for one in start.glob("attendance.db*"):
        shutil.copy(one, place / one.name)


def clear(place: Path) -> None:
    for one in place.glob("out.*"):
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def _is_out(place: Path, one: Path) -> bool:
    return one.is_file() and one.relative_to(place).parts[0].startswith("out.")


def settings(place: Path) -> dict[str, str]:
    where = {"ATTENDANCE_DB": f"sqlite:///{place}/attendance.db", "PYTHONPATH": str(ROOT)}
    return os.environ | where | {"ATTENDANCE_AS": files.OFFICER, "ATTENDANCE_SCHOOL": ""}


def ran(place: Path, program: str, words: Sequence[str]) -> float:
    """Seconds of processor time that a program took in a process of its own."""
    command = [sys.executable, "-c", program, *words]
    with subprocess.Popen(
        command, cwd=place, env=settings(place), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 8):
        raise SystemExit(f"{' '.join(words)}: {said.decode()[-800:]}")
    return usage.ru_utime + usage.ru_stime


def profiled(place: Path, program: str, words: Sequence[str]) -> tuple[float, str]:
    """The share of the time outside our own code, and the three that take most of it."""
    (place / "program.py").write_text(program, encoding="utf-8")
    ran(place, PROFILED, ("", *words))
    spent: Counter[str] = Counter()
    for (file, _, function), (_, _, own, _, _) in pstats.Stats(
        str(place / "profile")
    ).stats.items():  # type: ignore[attr-defined]
        spent[owner(file, function)] += own
    total = sum(spent.values())
    ours = spent.pop("ours", 0.0)
    most = ", ".join(f"{name} {100 * own / total:.0f} %" for name, own in spent.most_common(3))
    return 1 - ours / total, most


def owner(file: str, function: str) -> str:
    """Whose a line of a profile is: ours, a package's, the standard library's, or of C."""
    if file == "~":
        named = re.search(r"(?:of '|method )([A-Za-z_]\w*)\.", function)
        return named[1].lstrip("_") if named and named[1] != "builtins" else "Python's builtins"
    path = Path(file)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return "ours"
    parts = path.parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    return "import" if "importlib" in file else path.stem if path.suffix else "Python's builtins"


def told(
    size: str, marks: int, rounds: int, taken: Sequence[Measured], given: Sequence[Measured]
) -> list[str]:
    on = facts(ROOT)
    work = SIZES[size]
    often = "once each" if rounds == 1 else f"the median of {rounds}"
    lines = [
        f"{work.groups * work.group_size} pupils, {work.days} days, {marks:,} marks. By "
        f"`scripts/exchange_bench.py --size {size} --rounds {rounds}`: {often}, "
        f"SQLite, load {on['load_at_start']} at the end, commit {on['commit']}, Python "
        f"{on['python']}, {on['processor']}.",
    ]
    for heading, rows in (("Taken in", taken), ("Handed over", given)):
        if rows:
            lines += ["", f"| {heading} | seconds of processor time | marks a second | file, MB "
                          "| outside our code | most of that |",
                      "|---|--:|--:|--:|--:|---|"]  # fmt: skip
        lines += [
            f"| {one.name} | {one.cpu:.2f} | {marks / one.cpu:,.0f} | {one.size / 1e6:.1f} "
            f"| {100 * one.outside:.0f} % | {one.where} |"
            for one in rows
        ]
    return lines


BEGINS, ENDS = "<!-- exchange: written by scripts/exchange_bench.py -->", "<!-- exchange ends -->"


def put(page: Path, report: str) -> None:
    """The report into its section of a page."""
    text = page.read_text(encoding="utf-8")
    head, begins, rest = text.partition(BEGINS)
    _, ends, tail = rest.partition(ENDS)
    if not begins or not ends:
        raise SystemExit(f"{page} has no section between {BEGINS} and {ENDS}")
    page.write_text(f"{head}{BEGINS}\n\n{report}\n\n{ENDS}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
