"""
The door's own small file, apart from the ledger: accounts, sessions, tokens, the reading log.

Nothing in it is an entry of a register, so nothing of it is in the log or in its proofs, and it
may be lost without a mark being lost. What opens a door is kept as a hash alone.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from delivery.directory.file import SCHEME, path_of

SETTING = "ATTENDANCE_ACCOUNTS"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    login TEXT PRIMARY KEY,
    staff TEXT,
    roles TEXT NOT NULL,
    schools TEXT,
    names INTEGER NOT NULL DEFAULT 0,
    password TEXT,
    must_change INTEGER NOT NULL DEFAULT 0,
    disabled_at INTEGER,
    made_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS named_pupils (
    login TEXT NOT NULL REFERENCES accounts,
    school INTEGER NOT NULL,
    pupil INTEGER NOT NULL,
    PRIMARY KEY (login, school, pupil)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identities (
    issuer TEXT NOT NULL,
    claim TEXT NOT NULL CHECK (claim IN ('subject', 'email')),
    value TEXT NOT NULL,
    login TEXT NOT NULL REFERENCES accounts,
    PRIMARY KEY (issuer, claim, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY,
    login TEXT NOT NULL REFERENCES accounts,
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL,
    login TEXT NOT NULL REFERENCES accounts,
    questions TEXT,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tries (what TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS tries_by_what ON tries (what, at);
CREATE TABLE IF NOT EXISTS known_browsers (
    hash BLOB NOT NULL,
    login TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (hash, login)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions_elsewhere (
    hash BLOB PRIMARY KEY,
    provider TEXT NOT NULL,
    id_token TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flows (
    state BLOB PRIMARY KEY,
    browser BLOB NOT NULL,
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    goes_to TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comings (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    login TEXT NOT NULL,
    what TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS readings (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    staff TEXT,
    school INTEGER NOT NULL,
    pupil INTEGER NOT NULL,
    what TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS readings_by_school ON readings (school, at);
CREATE TABLE IF NOT EXISTS readings_of_classes (
    number INTEGER PRIMARY KEY REFERENCES readings,
    class TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    pupils TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS readings_of_schools (
    number INTEGER PRIMARY KEY REFERENCES readings,
    first TEXT,
    last TEXT,
    from_entry INTEGER,
    to_entry INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS verifications (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    school INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    root TEXT NOT NULL,
    wrong INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS verifications_by_school ON verifications (school, number);
CREATE TRIGGER IF NOT EXISTS verifications_stay BEFORE UPDATE ON verifications
    BEGIN SELECT RAISE(ABORT, 'what was verified is only added to'); END;
CREATE TRIGGER IF NOT EXISTS verifications_are_kept BEFORE DELETE ON verifications
    BEGIN SELECT RAISE(ABORT, 'what was verified is only added to'); END;
CREATE TRIGGER IF NOT EXISTS readings_stay BEFORE UPDATE ON readings
    BEGIN SELECT RAISE(ABORT, 'the reading log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS readings_are_kept BEFORE DELETE ON readings
    BEGIN SELECT RAISE(ABORT, 'the reading log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS readings_of_classes_stay BEFORE UPDATE ON readings_of_classes
    BEGIN SELECT RAISE(ABORT, 'the reading log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS readings_of_classes_are_kept BEFORE DELETE ON readings_of_classes
    BEGIN SELECT RAISE(ABORT, 'the reading log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS readings_of_schools_stay BEFORE UPDATE ON readings_of_schools
    BEGIN SELECT RAISE(ABORT, 'the reading log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS readings_of_schools_are_kept BEFORE DELETE ON readings_of_schools
    BEGIN SELECT RAISE(ABORT, 'the reading log is only added to'); END;
"""


def place_of(url: str) -> Path:
    """The door's file: as ``ATTENDANCE_ACCOUNTS`` says, else beside a ledger or a directory."""
    said = os.environ.get(SETTING)
    if said:
        return Path(said)
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///")).with_suffix(".door.db")
    if url.startswith(SCHEME):
        return path_of(url).with_suffix(".door.db")
    return Path("attendance.door.db")


class Book:
    """
    The file, open: one writer at a time, and whoever reads does not wait for the disk with it.

    Times are whole seconds, UTC.
    """

    def __init__(self, file: Path) -> None:
        if not file.exists():  # nobody else may read even hashes
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._connection = _connected(file)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(_SCHEMA)
        self._reader = _connected(file)
        self._reader.execute("PRAGMA query_only = ON")

    def rows(self, question: str, *said: Any) -> list[sqlite3.Row]:
        with self._looking:
            return self._reader.execute(question, said).fetchall()

    def stands(self) -> int:
        """What differs once anything was written, by whoever: what was read before is as it was."""
        with self._looking:
            return int(self._reader.execute("PRAGMA data_version").fetchall()[0][0])

    def row(self, question: str, *said: Any) -> sqlite3.Row | None:
        found = self.rows(question, *said)
        return found[0] if found else None

    @contextmanager
    def writing(self, *, flushed: bool = True) -> Iterator[sqlite3.Connection]:
        """
        All that is said within it, or nothing; nobody else writes meanwhile.

        Not ``flushed``, a power cut may take it back: for what does no harm if it never was.
        """
        with self._lock:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if flushed else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._looking:
            self._reader.close()
        with self._lock:
            self._connection.close()


def _connected(file: Path) -> sqlite3.Connection:
    made = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=30)
    made.row_factory = sqlite3.Row
    return made
