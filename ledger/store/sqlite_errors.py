"""What an error of SQLite means to the person who met it."""

import sqlite3
from pathlib import Path

from ledger.refusals import LedgerBusy, LedgerUnreachable, LedgerUnwritable
from ledger.store.engine import AnswerLost, Fenced
from ledger.store.moves import FENCED

_NOT_CONFIRMED = ("SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC")
"""Written, perhaps: it may be found again, or not."""
_LOG_INDEX = 32_768  # bytes of the least file that SQLite shares its log by


def refusal_of(
    where: str, error: sqlite3.Error, seconds: float, *, sends: bool = False
) -> Exception:
    """What a database error means to the person who met it; ``sends``: who adds an act."""
    said = str(error)
    name = getattr(error, "sqlite_errorname", None) or ""  # none where SQLite was not reached
    if sends and name in _NOT_CONFIRMED:
        return AnswerLost(f"the disk did not confirm that it has it ({said})")
    if name.startswith("SQLITE_IOERR") and _no_room(where):
        return LedgerUnwritable(where=where, why="the disk is full")
    if "locked" in said or "busy" in said:
        return LedgerBusy(where=where, seconds=int(seconds))
    if "not a database" in said:
        return LedgerUnreachable(where=where, why="the file is not a ledger")
    whys = {
        "full": "the disk is full",
        "readonly": "the file may only be read",
        "unable to open": "the folder is missing or may not be written to",
    }
    for part, why in whys.items():
        if part in said:
            return LedgerUnwritable(where=where, why=why)
    odd = Fenced() if said == FENCED else error
    return LedgerUnwritable(where=where, why=said) if "disk" in said else odd


def _no_room(where: str) -> bool:
    """On a full disk SQLite cannot make the file it shares its log by, and names no cause."""
    import shutil  # with its packers, two milliseconds of every start

    try:
        return shutil.disk_usage(Path(where).absolute().parent).free < _LOG_INDEX
    except OSError:
        return False
