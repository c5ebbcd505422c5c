"""
The star as one SQLite file of its own: read-only, indexed, and never changed once it is there.

Beside the tables it says what it is: ``published`` has a row a school with the entry and the root
of its log, ``dictionary`` every column with its kind and meaning.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from delivery.dashboards.stands import Given, Wanted

if TYPE_CHECKING:
    from projections.star_shape import Shape

KNOWN_BY = 0x41545431
"""``PRAGMA application_id`` of a published file: "ATT1"."""

_KINDS = {"integer": "INTEGER", "text": "TEXT", "date": "TEXT"}
_INDEXES = {
    "v1_fact_mark_current": (("school", "pupil", "date"), ("school", "class", "date"), ("code",)),
    "v1_fact_mark_history": (("school", "date", "half", "pupil"), ("school", "pupil"), ("step",)),
    "v1_fact_rate_daily": (("school", "pupil", "date"), ("school", "class", "date")),
    "v1_dim_date": (("school", "year"),),
    "v1_dim_enrolment": (("school", "class"), ("school", "year_group")),
}
_PREPARE = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
"""
_BESIDE = (
    """CREATE TABLE published (
      school INTEGER PRIMARY KEY, name TEXT NOT NULL, entry INTEGER NOT NULL, recorded_at TEXT,
      root TEXT, star INTEGER NOT NULL, first TEXT, last TEXT, names INTEGER NOT NULL,
      pseudonyms_for TEXT
    ) WITHOUT ROWID""",
    """CREATE TABLE dictionary (
      "table" TEXT NOT NULL, number INTEGER NOT NULL, "column" TEXT NOT NULL, kind TEXT NOT NULL,
      may_be_empty INTEGER NOT NULL, meaning TEXT NOT NULL, PRIMARY KEY ("table", number)
    ) WITHOUT ROWID""",
)


def write(path: Path, wanted: Wanted) -> Given:
    """
    Write the file, for nobody to change; what is given in it.

    ``path`` must not be there yet. The same entries give the same bytes, with the same SQLite.
    """
    from projections.star_rows import question, read, standing

    who = wanted.who
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.executescript(_PREPARE)
        file.execute("BEGIN")
        with standing(wanted.desk.runner, wanted.ledgers) as (connection, entries):
            dialect = connection.dialect.name
            for table in who.shapes():
                file.execute(_table(table))
                insert = _insert(table.name, len(table.columns))
                for ledger in wanted.ledgers:
                    asked = question(_plain(table), ledger.school, wanted.window, dialect)
                    rows = read(connection, asked)
                    file.executemany(insert, who.rows(_plain(table), rows))
        told = wanted.at(entries)
        _say(file, told, who.shapes())
        file.execute("COMMIT")
        _finish(file, who.shapes())
    path.chmod(path.stat().st_mode & 0o444)
    return told


def _plain(table: "Shape") -> "Shape":
    from projections.star_shape import shape

    return shape(table.name)


def _table(table: "Shape") -> str:
    columns = [
        f'"{one.name}" {_KINDS[one.kind]}{"" if one.empty else " NOT NULL"}'
        for one in table.columns
    ]
    keys = [f"PRIMARY KEY ({_listed(table.key)})"]
    keys += [
        f"FOREIGN KEY ({_listed(one.columns)}) REFERENCES {one.to} ({_listed(one.columns)})"
        for one in table.joins
    ]
    return f"CREATE TABLE {table.name} ({', '.join(columns + keys)}) WITHOUT ROWID"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _insert(table: str, columns: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 (names of ours)


def _say(file: sqlite3.Connection, told: Given, tables: "Sequence[Shape]") -> None:
    for table in _BESIDE:
        file.execute(table)
    shared = (told.star, told.first, told.last, told.names, told.pseudonyms_for)
    schools = ((*one.model_dump().values(), *shared) for one in told.schools)
    file.executemany(_insert("published", 10), schools)
    file.executemany(_insert("dictionary", 6), _described(tables))


def _described(tables: "Sequence[Shape]") -> Iterator[tuple[Any, ...]]:
    for table in tables:
        for number, one in enumerate(table.columns, start=1):
            yield table.name, number, one.name, one.kind, int(one.empty), one.meaning


def _finish(file: sqlite3.Connection, tables: "Sequence[Shape]") -> None:
    """Indexes, statistics for whoever plans by them, and no page that is not full."""
    for table in tables:
        for columns in _INDEXES.get(table.name, ()):
            name = f"{table.name}_by_{'_'.join(columns)}"
            file.execute(f"CREATE INDEX {name} ON {table.name} ({_listed(columns)})")
    file.execute("ANALYZE")
    file.execute(f"PRAGMA application_id = {KNOWN_BY}")
    file.execute("PRAGMA user_version = 1")
    file.execute("VACUUM")


def published(path: Path) -> tuple[dict[int, int], bool] | None:
    """
    The entries at which the schools of a published file stand, and whether it has names.

    ``None`` for what is no such file.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as file:
            if file.execute("PRAGMA application_id").fetchone()[0] != KNOWN_BY:
                return None
            rows = file.execute("SELECT school, entry, names FROM published").fetchall()
            return {school: entry for school, entry, _ in rows}, any(row[2] for row in rows)
    except sqlite3.Error:
        return None
