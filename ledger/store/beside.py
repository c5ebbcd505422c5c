"""
What stands beside the entries: every checkpoint ever signed, and roots of larger subtrees.

Both have the guards of the entries: nothing is changed or removed. ``subtrees`` (``log.py``)
can be computed from the entries at any time; where it does not fit them it is passed by.
"""

from ledger.store import guards

COLUMNS = {
    "checkpoints": (
        ("school", "INTEGER NOT NULL"),
        ("number", "INTEGER NOT NULL"),
        ("size", "INTEGER NOT NULL"),
        ("signed_at", "BIGINT NOT NULL"),
        ("note", "TEXT NOT NULL"),
        ("PRIMARY", "KEY (school, number)"),
    ),
    "subtrees": (
        ("school", "INTEGER NOT NULL"),
        ("level", "INTEGER NOT NULL"),
        ("place", "INTEGER NOT NULL"),
        ("hash", "BLOB NOT NULL"),
        ("PRIMARY", "KEY (school, level, place)"),
    ),
}


def sqlite() -> list[str]:
    """The statements that set them up on SQLite."""
    return [
        *(_table(name) for name in COLUMNS),
        *(
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
            f"{when} BEGIN SELECT RAISE(ABORT, '{guards.REFUSAL}'); END"
            for table in COLUMNS
            for verb, when in (("UPDATE", ""), ("DELETE", guards.STAYS))
        ),
    ]


def postgres() -> list[str]:
    """The statements that set them up on PostgreSQL."""
    return [
        *(_table(name).replace("BLOB", "BYTEA") for name in COLUMNS),
        *(
            f"CREATE OR REPLACE TRIGGER {table}_never BEFORE UPDATE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in COLUMNS
        ),
    ]


def insert(table: str) -> str:
    """The statement that adds a row (parameters as ``?``); one that is there stays."""
    places = ", ".join("?" for name, _ in COLUMNS[table] if name != "PRIMARY")
    return f"INSERT INTO {table} VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608


def _table(name: str) -> str:
    columns = ", ".join(f"{column} {kind}" for column, kind in COLUMNS[name])
    return f"CREATE TABLE IF NOT EXISTS {name} ({columns})"
