"""
What a machine's keeper wants to know every night: the log, clocks, back-ups, holds, disk.

``projections/doctor.py`` looks at the entries and what was computed from them; here is what
only delivery can know, because it has the clock, the disk and the database's own settings.
"""

import datetime as dt
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from delivery import examining_keys
from delivery.bootstrap import Desk
from delivery.dashboards import remembered
from delivery.expired import exports
from ledger.calendar import london
from ledger.events import BackupRecorded, ReturnMade
from ledger.retention import retention_of
from ledger.retention.certified import standing
from ledger.returns import Returns
from ledger.returns.backups import backups
from ledger.school import SCHOOL_EVENTS, School
from ledger.store import Ledger
from ledger.store.moves import FENCE
from ledger.store.roles import TABLES
from ledger.store.schema import triggers
from ledger.store.verify import verify
from projections.doctor import Check, Finding

SEVERAL_WRITERS = (3, 51, 3)
"""SQLite before this can damage a file under several writers and checkpointers."""

CONFIRM_WITHIN = dt.timedelta(days=1)
FREE = 4
"""At least so many times the ledger's size has to be free: it is written anew on disposal."""

CLOCKS = dt.timedelta(minutes=5)
"""No further apart are this machine's clock and the database server's."""

_HELD = "SELECT hold, stream, pupil, first, last FROM held WHERE school = ?"
_TRIGGERS = (
    "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
)
_POSTGRES = {"fsync": "on", "full_page_writes": "on"}
Found = Iterator[tuple[str, str]]


def examine(desk: Desk, ledger: Ledger, keys: Path) -> tuple[Check, ...]:
    """The checks of one school's surroundings, ``keys`` its sealer's; nothing is repaired."""
    school = _school(ledger)
    return (
        _check("engine", *_engine(desk)),
        _check("guards", *_guards(desk)),
        _check("log", *_log(ledger)),
        _check("clock", *_clock(desk, ledger)),
        _check("back-ups", *_backups(desk, ledger, school)),
        _check("disposals and holds", *_keeping(desk, ledger)),
        _check("published", *_published(ledger)),
        _check("keys", *examining_keys.examine(desk, ledger, school, keys)),
        _check("disk", *_disk(desk)),
    )


def _check(name: str, looked_at: str, found: Found) -> Check:
    findings = (Finding(check=name, where=where, what=what) for where, what in found)
    return Check(check=name, looked_at=looked_at, findings=tuple(findings))


def _engine(desk: Desk) -> tuple[str, Found]:
    ask = desk.store.database.select
    if desk.url.startswith("sqlite"):
        said = f"SQLite {sqlite3.sqlite_version}"
        if sqlite3.sqlite_version_info < SEVERAL_WRITERS:
            said += ", one writing process at a time"
        mode = str(ask("PRAGMA journal_mode", ())[0][0])
        wrong = [("journal_mode", f"it is {mode} and has to be wal")] if mode != "wal" else []
        broken = str(ask("PRAGMA quick_check(1)", ())[0][0])
        wrong += [("file", broken)] if broken != "ok" else []
        return said, iter(wrong)
    version = str(ask("SHOW server_version", ())[0][0])
    held = {name: str(ask(f"SHOW {name}", ())[0][0]) for name in _POSTGRES}
    wrong = [
        (name, f"it is {value}: acknowledged entries can be lost")
        for name, value in held.items()
        if value != _POSTGRES[name]
    ]
    if str(ask("SHOW synchronous_commit", ())[0][0]) == "off":
        wrong.append(("synchronous_commit", "it is off: acknowledged entries can be lost"))
    return f"PostgreSQL {version.split(maxsplit=1)[0]}", iter(wrong)


def _guards(desk: Desk) -> tuple[str, Found]:
    """Whether the triggers that refuse every change are there, and stand."""
    sqlite = desk.url.startswith("sqlite")
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'" if sqlite else _TRIGGERS
    there = {str(row[0]) for row in desk.store.database.select(sql, ())}
    tables = {table: desk.store.database.has(table) for table in TABLES}
    wanted = {one for one, table in triggers(on_sqlite=sqlite).items() if tables[table]}
    if tables["moves"] and desk.store.database.select("SELECT 1 FROM moves LIMIT 1", ()):
        wanted.add(FENCE)
    gone = ((one, "it is gone: entries can be changed") for one in sorted(wanted - there))
    return f"{len(wanted)} triggers", gone


def _log(ledger: Ledger) -> tuple[str, Found]:
    verdict = verify(ledger)
    wrong = [(f"entry {verdict.first_bad}", str(verdict.fault))] if not verdict.sound else []
    return f"{verdict.entries} entries", iter(wrong)


def _clock(desk: Desk, ledger: Ledger) -> tuple[str, Found]:
    size, now = ledger.size(), desk.clock()
    last = next(iter(ledger.acts(size, size)), None)
    wrong = []
    if last is not None and last.recorded_at > now:
        what = f"it was recorded at {last.recorded_at:%Y-%m-%d %H:%M} UTC, which is to come"
        wrong.append((f"entry {last.last}", what))
    if not desk.url.startswith("sqlite"):
        theirs: dt.datetime = desk.store.database.select("SELECT clock_timestamp()", ())[0][0]
        if abs(theirs - now) > CLOCKS:
            wrong.append(("the server", f"its clock says {theirs:%Y-%m-%d %H:%M} {theirs:%Z}"))
    return f"{now:%Y-%m-%d %H:%M} UTC", iter(wrong)


def _backups(desk: Desk, ledger: Ledger, school: School | None) -> tuple[str, Found]:
    if school is None:
        return "no school yet", iter(())
    told = [one.event for page in ledger.pages("return/") for one in page.events()]
    returns = Returns.fold(one for one in told if isinstance(one, ReturnMade | BackupRecorded))
    today = london(desk.clock()).date()
    overdue = [
        (f"since {one.since}", f"none was recorded; one was due on {one.due} ({one.reference})")
        for one in backups(school, returns)
        if one.made_on is None and one.due is not None and one.due < today
    ]
    files = [one for one in returns.backups if one.sha256 and Path(one.kept_at).is_absolute()]
    last = max((one.backed_up_on for one in returns.backups), default="none")
    return f"{len(returns.backups)} receipts, the last of {last}", chain(
        overdue, _backup_files(files, today)
    )


def _backup_files(files: Sequence[BackupRecorded], today: dt.date) -> Found:
    """Of each file: there while it has to be, as it was made, and not there any longer."""
    for one in files:
        path, kept = Path(one.kept_at), one.keep_until is None or today <= one.keep_until
        if kept and path.parent.is_dir() and not path.is_file():
            yield one.kept_at, "the file is not there any more, and has to be kept"
        elif not kept and path.is_file():
            yield one.kept_at, f"its years ended on {one.keep_until}: a disposal removes it"
    if files and (path := Path(files[-1].kept_at)).is_file():
        with path.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != files[-1].sha256:
            yield files[-1].kept_at, "the file is not as it was made: make another"


def _keeping(desk: Desk, ledger: Ledger) -> tuple[str, Found]:
    retention, now = retention_of(ledger), desk.clock()
    holds = [one for one in retention.holds.values() if one.in_force]
    wrong = [
        (f"hold {one.placed.hold}", "nobody else has confirmed it yet")
        for one in holds
        if one.confirmed_by is None and now - one.placed.made_at > CONFIRM_WITHIN
    ]
    guarded = set[tuple[object, ...]]()
    if desk.store.database.has("held"):  # a ledger of an earlier version gets it with the first
        guarded = {tuple(row) for row in desk.store.database.select(_HELD, (ledger.school,))}
    missing = {row[0] for row in retention.held_rows() if tuple(row) not in guarded}
    wrong += [(f"hold {one}", "the database does not guard it") for one in sorted(missing)]
    left = standing(ledger)
    if left:
        what = f"{len(left)} entries a certificate says are gone are still there: run it again"
        wrong.append((f"entry {left[0]}", what))
    said = f"{len(holds)} holds, {len(retention.certificates)} certificates"
    return said, iter(wrong)


def _published(ledger: Ledger) -> tuple[str, Found]:
    """What was published for dashboards and may hold what was let go since."""
    folders = exports()
    said = ", ".join(map(str, folders)) or "ATTENDANCE_EXPORTS names no folder"
    return said, remembered.stale(folders, ledger.school, retention_of(ledger))


def _disk(desk: Desk) -> tuple[str, Found]:
    if not desk.url.startswith("sqlite"):
        return "the server's own", iter(())
    path = Path(desk.store.where)
    size, free = path.stat().st_size, shutil.disk_usage(path.parent).free
    wrong = [("disk", f"{free >> 20} MiB are free, fewer than {FREE} times the ledger")]
    return f"{size >> 20} MiB, {free >> 30} GiB free", iter(wrong if free < FREE * size else ())


def _school(ledger: Ledger) -> School | None:
    told = [one.event for one in ledger.stream("school")]
    return School.fold(one for one in told if isinstance(one, SCHOOL_EVENTS)) if told else None
