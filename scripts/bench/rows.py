"""Hand-written SQL, a row per mark, updated in place beside a table of amendments."""

from collections.abc import Iterable
from typing import ClassVar

from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.packed import connect
from scripts.bench.peer import Peer
from scripts.bench.workload import ATTENDED, AUTHORISED, CODES, UNAUTHORISED, Change, Sheet

SCHEMA = """
CREATE TABLE sessions (session INTEGER PRIMARY KEY, date TEXT, half TEXT, week INTEGER);
CREATE TABLE codes (code TEXT PRIMARY KEY, attended INTEGER, authorised INTEGER,
    unauthorised INTEGER) WITHOUT ROWID;
CREATE TABLE marks (session INTEGER, class TEXT, pupil INTEGER, code TEXT, made_by TEXT,
    made_at TEXT, PRIMARY KEY (session, class, pupil)) WITHOUT ROWID;
CREATE TABLE amendments (seq INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER, class TEXT,
    pupil INTEGER, original TEXT, amended TEXT, reason TEXT, made_by TEXT, made_at TEXT);
CREATE INDEX amended ON amendments (session, class, pupil);
"""

WINDOW = """
WITH each AS (
  SELECT pupil, week, attended, authorised, unauthorised,
         SUM(unauthorised) OVER (PARTITION BY pupil ORDER BY week
                                 RANGE BETWEEN 9 PRECEDING AND CURRENT ROW) AS ten
  FROM {marks} JOIN {sessions} ON {join} JOIN codes USING (code))
SELECT pupil, SUM(attended), SUM(authorised), SUM(unauthorised),
       MIN(CASE WHEN ten >= 10 THEN week END)
FROM each GROUP BY pupil
"""
"""The two sums as one window query over the current table."""

BY_WEEK = """
WITH weekly AS (
  SELECT pupil, week, SUM(attended) AS attended, SUM(authorised) AS authorised,
         SUM(unauthorised) AS unauthorised
  FROM {marks} JOIN {sessions} ON {join} JOIN codes USING (code) GROUP BY pupil, week),
each AS (
  SELECT *, SUM(unauthorised) OVER (PARTITION BY pupil ORDER BY week
                                    RANGE BETWEEN 9 PRECEDING AND CURRENT ROW) AS ten
  FROM weekly)
SELECT pupil, SUM(attended), SUM(authorised), SUM(unauthorised),
       MIN(CASE WHEN ten >= 10 THEN week END)
FROM each GROUP BY pupil
"""
"""The same, tuned: grouped by week first, so that the window slides over 39 rows a pupil."""

CODE_ROWS = [
    (code, int(code in ATTENDED), int(code in AUTHORISED), int(code in UNAUTHORISED))
    for code in CODES
]


class Rows(Peer):
    """A current table and its amendments, written and read by SQL alone."""

    title: ClassVar[str] = "raw rows, executemany"
    query: ClassVar[str] = WINDOW

    def open(self, *, create: bool) -> None:
        self.db = connect(self.where)
        if create:
            self.db.executescript(SCHEMA)
            self.db.execute("BEGIN")
            rows = [(n, *at, self.work.weeks[n]) for n, at in enumerate(self.work.sessions)]
            self.db.executemany("INSERT INTO sessions VALUES (?,?,?,?)", rows)
            self.db.executemany("INSERT INTO codes VALUES (?,?,?,?)", CODE_ROWS)
            self.db.execute("COMMIT")

    def take(self, sheet: Sheet) -> None:
        self.load([sheet])

    def load(self, sheets: Iterable[Sheet]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        rows = (
            (sheet.session, sheet.group, pupil, CODES[code], sheet.by, sheet.at)
            for sheet in sheets
            for pupil, code in zip(sheet.pupils, sheet.codes, strict=True)
        )
        self.db.executemany("INSERT INTO marks VALUES (?,?,?,?,?,?)", rows)
        self.db.execute("COMMIT")

    def amend(self, change: Change) -> None:
        key = change.session, change.group, change.pupil
        self.db.execute("BEGIN IMMEDIATE")
        done = self.db.execute(
            "UPDATE marks SET code=? WHERE session=? AND class=? AND pupil=? AND code=?",
            (change.amended, *key, change.original),
        )
        assert done.rowcount == 1
        self.db.execute(
            "INSERT INTO amendments (session, class, pupil, original, amended, reason, made_by,"
            " made_at) VALUES (?,?,?,?,?,?,?,?)",
            (*key, change.original, change.amended, change.reason, change.by, change.at),
        )
        self.db.execute("COMMIT")

    def cut(self) -> int:
        return int(self.db.execute("SELECT COALESCE(MAX(seq), 0) FROM amendments").fetchone()[0])

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        key = session, self.work.group_of[pupil], pupil
        code, by = self.db.execute(
            "SELECT code, made_by FROM marks WHERE session=? AND class=? AND pupil=?", key
        ).fetchone()
        later = self.db.execute(
            "SELECT original, amended, reason, made_by FROM amendments"
            " WHERE session=? AND class=? AND pupil=? ORDER BY seq",
            key,
        ).fetchall()
        first = later[0][0] if later else code
        return [(first, "", by), *(row[1:] for row in later)]

    def register(self, session: int, group: str, cut: int) -> Pupils:
        rows = self.db.execute(AS_OF + "m.session=? AND m.class=?", (cut, session, group))
        return {pupil: code for _, pupil, code in rows}

    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]:
        halves: tuple[Pupils, Pupils] = ({}, {})
        for session, pupil, code in self.db.execute(
            AS_OF + "m.session BETWEEN ? AND ?", (cut, morning, morning + 1)
        ):
            halves[session - morning][pupil] = code
        return halves

    def rebuild(self) -> Reckoned:
        filled = self.query.format(
            marks="marks", sessions="sessions", join="marks.session=sessions.session"
        )
        return {row[0]: row[1:] for row in self.db.execute(filled)}

    def close(self) -> None:
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()


AS_OF = """
SELECT m.session, m.pupil, COALESCE((
    SELECT original FROM amendments a
    WHERE a.session=m.session AND a.class=m.class AND a.pupil=m.pupil AND a.seq>?
    ORDER BY a.seq LIMIT 1), m.code)
FROM marks m WHERE """
"""The mark before the first amendment made after the cut."""


class TunedRows(Rows):
    """The same rows, with the rebuild as a good database programmer would write it."""

    title: ClassVar[str] = "raw rows, window over weekly sums"
    only: ClassVar[tuple[str, ...]] = ("rebuild",)
    query: ClassVar[str] = BY_WEEK
