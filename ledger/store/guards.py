"""
The guards against change, and the one door through which values leave.

Triggers refuse every change of an act or a page. One is let through: the rewriting of the
pages of an act of which an entry is ``going``. A row of ``going`` names the entry, the sheet
or other stream, the pupil and the day of its session, and the certificate (an entry of
``dispose-of-entries`` or ``redact``) it goes by. The database itself refuses the row where a
legal hold (``held``) covers it or where there is no such certificate; and refuses a rewriting
that moves, renumbers or re-hashes anything. Rows of ``going`` live within one transaction.

``held`` mirrors the holds of the stream ``retention``: it gains a row before a hold is
recorded and loses it after a release is, so that it never covers less than they do. The door
writes it anew from the entries before it opens.

Triggers guard against accidents and slips; against whoever owns the database the Merkle log
is the control.
"""

import sqlite3

COLUMNS = {
    "held": (
        ("school", "INTEGER NOT NULL"),
        ("hold", "INTEGER NOT NULL"),
        ("stream", "TEXT"),
        ("pupil", "INTEGER"),
        ("first", "TEXT NOT NULL"),
        ("last", "TEXT NOT NULL"),
    ),
    "going": (
        ("school", "INTEGER NOT NULL"),
        ("entry", "INTEGER NOT NULL"),
        ("act", "INTEGER NOT NULL"),
        ("stream", "TEXT NOT NULL"),
        ("pupil", "INTEGER"),
        ("day", "TEXT NOT NULL"),
        ("certificate", "INTEGER NOT NULL"),
    ),
}
INDEXES = ("CREATE INDEX IF NOT EXISTS going_by_act ON going (school, act)",)

REFUSAL = "entries of a register are never changed or removed"
HELD = "a legal hold covers the entry"
UNCERTIFIED = "there is no certificate for it"

LEFT_BEHIND = (
    "EXISTS (SELECT 1 FROM moving g WHERE g.school = OLD.school AND (SELECT m.what FROM moves m"
    " WHERE m.school = g.school ORDER BY m.number DESC LIMIT 1) IN ('left', 'withdrawn'))"
)
STAYS = f" WHEN NOT {LEFT_BEHIND}"
"""Nothing is deleted but a copy whose school has moved, by whoever moves it (``moves.py``)."""

_STAYS = {
    "pages": ("school", "first", "act", "stream", "version", "count", "checks"),
    "acts": ("school", "first", "count", "recorded_at", "command"),
}
_ACT = {"pages": "act", "acts": "first"}
_COVERED = (
    "EXISTS (SELECT 1 FROM held h WHERE h.school = NEW.school"
    " AND (h.stream IS NULL OR h.stream = NEW.stream)"
    " AND (h.pupil IS NULL OR h.pupil = NEW.pupil)"
    " AND NEW.day >= h.first AND NEW.day <= h.last)"
)
_CERTIFIED = (
    "EXISTS (SELECT 1 FROM acts a WHERE a.school = NEW.school AND a.first <= NEW.certificate"
    " AND a.first + a.count > NEW.certificate AND a.command IN ('dispose-of-entries', 'redact'))"
)


_READING = frozenset(
    {
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }
)
_APPENDING = {
    sqlite3.SQLITE_INSERT: frozenset({"acts", "pages", "heads", "append_page"}),
    sqlite3.SQLITE_UPDATE: frozenset({"heads"}),
}


def appending(action: int, table: str | None, *_: object) -> int:
    """
    What the connection that appends may do on SQLite: read, add, move the head; no more.

    Asked when a statement is prepared, not when it runs: an append pays nothing for it.
    """
    allowed = action in _READING or table in _APPENDING.get(action, ())
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _through(table: str) -> str:
    same = " AND ".join(f"NEW.{name} = OLD.{name}" for name in _STAYS[table])
    going = (
        "EXISTS (SELECT 1 FROM going g WHERE g.school = OLD.school"  # noqa: S608
        f" AND g.act = OLD.{_ACT[table]})"
    )
    return f"({same} AND {going})"


def sqlite_tables() -> list[str]:
    """What is kept beside acts and pages, on SQLite."""
    return [*(_table(name) for name in COLUMNS), *INDEXES]


def sqlite(*, anew: bool = False) -> list[str]:
    """The guards on SQLite; ``anew``, within a transaction, where an older version left others."""
    made = {
        f"{table}_no_{verb.lower()}": f"BEFORE {verb} ON {table}{when}"
        for table in ("acts", "pages")
        for verb, when in (("DELETE", STAYS), ("UPDATE", f" WHEN NOT {_through(table)}"))
    }
    refused = {name: (when, REFUSAL) for name, when in made.items()}
    refused["going_not_held"] = (f"BEFORE INSERT ON going WHEN {_COVERED}", HELD)
    refused["going_certified"] = (f"BEFORE INSERT ON going WHEN NOT {_CERTIFIED}", UNCERTIFIED)
    refused["going_no_update"] = ("BEFORE UPDATE ON going", REFUSAL)
    statements = []
    for name, (when, why) in refused.items():
        if anew:
            statements.append(f"DROP TRIGGER IF EXISTS {name}")
        body = f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        statements.append(f"CREATE TRIGGER IF NOT EXISTS {name} {when} {body}")
    return statements


def postgres_tables() -> list[str]:
    """What is kept beside acts and pages, on PostgreSQL."""
    return [*(_table(name) for name in COLUMNS), *INDEXES]


def postgres() -> list[str]:
    """The guards on PostgreSQL, made anew where an older version left others."""
    statements = [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE OR REPLACE FUNCTION only_certified() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {_COVERED} THEN RAISE EXCEPTION '{HELD}'; END IF;"
        f" IF NOT {_CERTIFIED} THEN RAISE EXCEPTION '{UNCERTIFIED}'; END IF; RETURN NEW; END $$",
        "CREATE OR REPLACE TRIGGER going_certified BEFORE INSERT ON going"
        " FOR EACH ROW EXECUTE FUNCTION only_certified()",
        "CREATE OR REPLACE TRIGGER going_never BEFORE UPDATE ON going"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]
    for table in ("acts", "pages"):
        statements += [
            f"CREATE OR REPLACE FUNCTION {table}_through_the_door() RETURNS trigger"
            f" LANGUAGE plpgsql AS $$ BEGIN IF NOT {_through(table)} THEN"
            f" RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$",
            f"CREATE OR REPLACE TRIGGER {table}_never BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
            f"CREATE OR REPLACE TRIGGER {table}_door BEFORE UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_through_the_door()",
        ]
    return statements


def _table(name: str) -> str:
    columns = ", ".join(f"{column} {kind}" for column, kind in COLUMNS[name])
    return f"CREATE TABLE IF NOT EXISTS {name} ({columns})"
