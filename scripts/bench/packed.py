"""The limit: hand-written SQL, one row per register, 90 bytes of marks, no proof."""

import sqlite3
import struct
from collections.abc import Iterable
from typing import ClassVar

from scripts.bench.grid import Grid
from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.peer import Peer
from scripts.bench.workload import CODES, Change, Sheet, Workload

SCHEMA = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS registers (
    session INTEGER, class INTEGER, marks BLOB, made_by TEXT, made_at TEXT,
    PRIMARY KEY (session, class)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS amendments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER, class INTEGER, pupil INTEGER,
    original TEXT, amended TEXT, reason TEXT, made_by TEXT, made_at TEXT);
CREATE INDEX IF NOT EXISTS amended ON amendments (session, class);
"""


def pack(sheet: Sheet) -> bytes:
    """Two bytes of pupil, one of code, for each mark."""
    flat = [part for pair in zip(sheet.pupils, sheet.codes, strict=True) for part in pair]
    return struct.pack("<" + "HB" * len(sheet.pupils), *flat)


def unpack(blob: bytes) -> Pupils:
    return {pupil: CODES[code] for pupil, code in struct.iter_unpack("<HB", blob)}


def connect(where: str) -> sqlite3.Connection:
    """A connection with full durability and transactions begun by hand."""
    db = sqlite3.connect(where, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    return db


class Packed(Peer):
    """One durable statement an act, a blob a register, a loop over bytes to rebuild."""

    title: ClassVar[str] = "packed raw sqlite3 (the limit)"

    def __init__(self, where: str, work: Workload, school: int = 0) -> None:
        super().__init__(where, work, school)
        self.numbers = {group: 1000 * school + n for n, group in enumerate(work.classes)}

    def open(self, *, create: bool) -> None:
        self.db = connect(self.where)
        if create:
            self.db.executescript(SCHEMA)

    def take(self, sheet: Sheet) -> None:
        self.db.execute("INSERT INTO registers VALUES (?,?,?,?,?)", self._row(sheet))

    def _row(self, sheet: Sheet) -> tuple[object, ...]:
        return sheet.session, self.numbers[sheet.group], pack(sheet), sheet.by, sheet.at

    def amend(self, change: Change) -> None:
        self.db.execute(
            "INSERT INTO amendments (session, class, pupil, original, amended, reason, made_by,"
            " made_at) VALUES (?,?,?,?,?,?,?,?)",
            (change.session, self.numbers[change.group], change.pupil, change.original,
             change.amended, change.reason, change.by, change.at),
        )  # fmt: skip

    def load(self, sheets: Iterable[Sheet]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        rows = map(self._row, sheets)
        self.db.executemany("INSERT INTO registers VALUES (?,?,?,?,?)", rows)
        self.db.execute("COMMIT")

    def cut(self) -> int:
        return int(self.db.execute("SELECT COALESCE(MAX(seq), 0) FROM amendments").fetchone()[0])

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        where = session, self.numbers[self.work.group_of[pupil]]
        blob, by = self.db.execute(
            "SELECT marks, made_by FROM registers WHERE session=? AND class=?", where
        ).fetchone()
        later = self.db.execute(
            "SELECT amended, reason, made_by FROM amendments"
            " WHERE session=? AND class=? AND pupil=? ORDER BY seq",
            (*where, pupil),
        )
        return [(unpack(blob)[pupil], "", by), *later]

    def register(self, session: int, group: str, cut: int) -> Pupils:
        where = session, self.numbers[group]
        found = self.db.execute(
            "SELECT marks FROM registers WHERE session=? AND class=?", where
        ).fetchone()
        marks = unpack(found[0])
        for pupil, code in self.db.execute(
            "SELECT pupil, amended FROM amendments WHERE session=? AND class=? AND seq<=?"
            " ORDER BY seq",
            (*where, cut),
        ):
            marks[pupil] = code
        return marks

    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]:
        halves: tuple[Pupils, Pupils] = ({}, {})
        for session, blob in self.db.execute(
            "SELECT session, marks FROM registers WHERE session BETWEEN ? AND ?",
            (morning, morning + 1),
        ):
            halves[session - morning].update(unpack(blob))
        for session, pupil, code in self.db.execute(
            "SELECT session, pupil, amended FROM amendments"
            " WHERE session BETWEEN ? AND ? AND seq<=? ORDER BY seq",
            (morning, morning + 1, cut),
        ):
            halves[session - morning][pupil] = code
        return halves

    def rebuild(self) -> Reckoned:
        grid = Grid(self.work)
        for session, blob in self.db.execute("SELECT session, marks FROM registers"):
            for pupil, code in struct.iter_unpack("<HB", blob):
                grid.rows[pupil][session] = code
        for session, pupil, code in self.db.execute(
            "SELECT session, pupil, amended FROM amendments ORDER BY seq"
        ):
            grid.rows[pupil][session] = CODES.index(code)
        return grid.reckoned()

    def close(self) -> None:
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()
