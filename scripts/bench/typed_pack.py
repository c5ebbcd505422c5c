"""An evidence pack of a pupil's year, made from outside and checked by the program in it."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from scripts.bench import files
from scripts.bench.check import WrongAnswer
from scripts.bench.typed import attendance, set_up
from scripts.bench.workload import SIZES, Workload

CHECKER = Path(__file__).parents[2] / "delivery" / "packs" / "checker" / "verify.py"


def pack(size: str, folder: Path, times: int = 5) -> dict[str, Any]:
    """One pupil of a school's year, as PDF, in a new process each time; every pack is checked."""
    from scripts.bench.ours_years import append_years

    work = Workload(SIZES[size])
    set_up(folder, [work])
    marks = append_years(str(folder / "attendance.db"), [work])
    attendance(folder, "rebuild")
    days = [day for day, _ in work.sessions]
    pupil = files.upn(work.changes()[0].pupil)
    asked = ["pack", pupil, "--from", days[0], "--to", days[-1], "--profile", "court"]
    took, cpu, memory, made = [], [], 0, folder / "pack.zip"
    for _ in range(times):
        done = attendance(folder, *asked, "-o", str(folder / "pack.pdf"))
        took.append(done["seconds"])
        cpu.append(done["cpu"])
        memory = max(memory, done["memory"])
    attendance(folder, *asked, "-o", str(made))
    call = [sys.executable, "-I", str(CHECKER), str(made)]
    ran = subprocess.run(call, capture_output=True, text=True, check=False)
    if ran.returncode or f"{len(days):,} possible" not in ran.stdout.replace(
        "possible,", "possible"
    ):
        raise WrongAnswer(f"pack: {ran.stdout[-500:]}{ran.stderr[-500:]}")
    return {
        "marks": marks, "sessions": len(days), "seconds": median(took), "memory": memory,
        "cpu": median(cpu),
        "bytes": (folder / "pack.pdf").stat().st_size,
    }  # fmt: skip
