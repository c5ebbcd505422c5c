"""
The tables of the store, the same on both engines, and the guards against change.

``heads``: one row a school, the lock that orders its appends: how many entries, when the last
was recorded (microseconds since 1970, UTC), and the frontier of its Merkle log.
``acts``: one row an act. ``pages``: one row for each stream an act touches; its ``checks`` are
the first three bytes of each entry's leaf hash: no proof, but they let ``verify`` name the entry.
Triggers refuse UPDATE, DELETE and TRUNCATE: they guard against accidents and slips; against
whoever owns the database the Merkle log is the control.
"""

import re

from ledger.store import beside, guards, moves

COLUMNS = {
    "heads": (
        ("school", "INTEGER NOT NULL PRIMARY KEY"),
        ("size", "INTEGER NOT NULL"),
        ("recorded_at", "BIGINT NOT NULL"),
        ("frontier", "BLOB NOT NULL"),
    ),
    "acts": (
        ("school", "INTEGER NOT NULL"),
        ("first", "INTEGER NOT NULL"),
        ("count", "INTEGER NOT NULL"),
        ("recorded_at", "BIGINT NOT NULL"),
        ("made_at", "BIGINT"),
        ("key", "TEXT NOT NULL"),
        ("command", "TEXT NOT NULL"),
        ("made_by", "TEXT NOT NULL"),
        ("source", "TEXT"),
        ("salt", "BLOB NOT NULL"),
    ),
    "pages": (
        ("school", "INTEGER NOT NULL"),
        ("first", "INTEGER NOT NULL"),
        ("act", "INTEGER NOT NULL"),
        ("stream", "TEXT NOT NULL"),
        ("version", "INTEGER NOT NULL"),
        ("count", "INTEGER NOT NULL"),
        ("checks", "BLOB NOT NULL"),
        ("body", "BLOB NOT NULL"),
    ),
}

_INDEXES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS acts_by_key ON acts (school, key)",
    "CREATE UNIQUE INDEX IF NOT EXISTS pages_by_stream ON pages (school, stream, version)",
)
# By entry, SQLite keeps the rows themselves in order: each index beside a table is a page more
# to write in every commit (docs/decisions/0031). A ledger made before that has the indexes.
_BY_ENTRY = ", PRIMARY KEY (school, first)) WITHOUT ROWID"
_INDEXES_BY_ENTRY = (
    "CREATE UNIQUE INDEX IF NOT EXISTS acts_by_entry ON acts (school, first)",
    "CREATE UNIQUE INDEX IF NOT EXISTS pages_by_entry ON pages (school, first)",
)

_REFUSAL = guards.REFUSAL
_TRIGGER = re.compile(r"CREATE (?:OR REPLACE )?TRIGGER (?:IF NOT EXISTS )?(\w+) .*? ON (\w+)")


def sqlite() -> list[str]:
    """The statements that set up a SQLite database."""
    body = {name: _columns(name) for name in COLUMNS}
    tables = [
        f"CREATE TABLE IF NOT EXISTS heads ({body['heads']})",
        f"CREATE TABLE IF NOT EXISTS acts ({body['acts']}{_BY_ENTRY}",
        f"CREATE TABLE IF NOT EXISTS pages ({body['pages']}{_BY_ENTRY}",
        *_INDEXES,
        *guards.sqlite_tables(),
    ]
    head_guards = [
        f"CREATE TRIGGER IF NOT EXISTS heads_no_delete BEFORE DELETE ON heads{guards.STAYS}"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        "CREATE TRIGGER IF NOT EXISTS heads_only_forward BEFORE UPDATE ON heads"
        " WHEN NEW.school <> OLD.school OR NEW.size <= OLD.size"
        " OR NEW.recorded_at < OLD.recorded_at"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    ]
    return [*tables, *guards.sqlite(), *head_guards, *beside.sqlite(), *moves.sqlite()]


def sqlite_anew() -> list[str]:
    """The same for a database of an older version, within a transaction: every guard anew."""
    made: list[str] = []
    for one in sqlite():
        if found := _TRIGGER.match(one):
            made.append(f"DROP TRIGGER IF EXISTS {found[1]}")
        made.append(one)
    return made


def postgres() -> list[str]:
    """The statements that set up a PostgreSQL database."""
    body = {name: _columns(name).replace("BLOB", "BYTEA") for name in COLUMNS}
    # Streams sort by code point, as they do on SQLite.
    pages = body["pages"].replace("stream TEXT", 'stream TEXT COLLATE "C"')
    tables = [
        f"CREATE TABLE IF NOT EXISTS heads ({body['heads']})",
        f"CREATE TABLE IF NOT EXISTS acts ({body['acts']})",
        f"CREATE TABLE IF NOT EXISTS pages ({pages})",
        *_INDEXES_BY_ENTRY,
        *_INDEXES,
        *guards.postgres_tables(),
    ]
    head_guards = [
        "CREATE OR REPLACE TRIGGER heads_never BEFORE TRUNCATE ON heads"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE TRIGGER heads_only_forward BEFORE UPDATE ON heads"
        " FOR EACH ROW WHEN (NEW.school <> OLD.school OR NEW.size <= OLD.size"
        " OR NEW.recorded_at < OLD.recorded_at) EXECUTE FUNCTION refuse_change()",
    ]
    return [*tables, *guards.postgres(), *head_guards, *beside.postgres(), *moves.postgres()]


def triggers(*, on_sqlite: bool) -> dict[str, str]:
    """
    The triggers that guard a database, as the statements above make them, by their table.

    Those that came with ``moves`` are by that table: an older ledger has neither.
    """
    made = sqlite() if on_sqlite else postgres()
    table_of = {found[1]: found[2] for one in made if (found := _TRIGGER.match(one))}
    later = (*moves.FENCES, *(f"{table}_stays" for table in moves.STAY))
    return table_of | {name: "moves" for name in later if name in table_of}


def _columns(table: str) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in COLUMNS[table])
