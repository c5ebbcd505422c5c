"""The most memory a process held, from the kernel's own high-water mark."""

import os
import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def forget_peak() -> None:
    """Begin a new high-water mark (Linux; elsewhere the mark covers the whole process)."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def peak_memory() -> int:
    """
    The most bytes this process held since the mark was last reset.

    ``ru_maxrss`` is inherited over fork and exec and would show the parent's size, so it
    serves only where there is no ``/proc``.
    """
    if STATUS.exists():
        line = next(row for row in STATUS.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if os.uname().sysname == "Darwin" else peak * 1024
