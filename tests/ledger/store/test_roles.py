"""Who may do what with which table: every table, every verb, every role, every other school."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ledger.kinds import Session
from ledger.store import open_store
from ledger.store.roles import DISPOSER, MAY, ROLES, TABLES, statements
from ledger.store.schema import sqlite
from ledger.store.verify import verify
from tests.ledger.store.entries import MONDAY_AM, taken, taking

MONDAY_PM = Session(MONDAY_AM.date, "PM")
OURS, OTHERS = 100001, 100002
VERBS = {
    "SELECT": "SELECT count(*) FROM {0}",
    "INSERT": "INSERT INTO {0} SELECT * FROM {0} WHERE false",
    "UPDATE": "UPDATE {0} SET school = school WHERE false",
    "DELETE": "DELETE FROM {0} WHERE false",
    "TRUNCATE": "TRUNCATE {0}",
    "DROP": "DROP TABLE {0}",
    "ALTER": "ALTER TABLE {0} DISABLE TRIGGER ALL",
}


@pytest.fixture
def server(postgres_url: str) -> Any:
    import psycopg

    with open_store(postgres_url, create=True) as store:
        for school in (OURS, OTHERS):
            store.ledger(school).append(taking("am"), taken("/ N / L I /"))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for statement in statements():
            connection.execute(statement.encode())
        yield connection


def as_role(server: Any, role: str, school: object) -> None:
    server.execute(f"SET LOCAL ROLE {role}")
    server.execute(f"SET LOCAL attendance.school = '{school}'")


def test_every_table_every_verb_every_role(server: Any) -> None:
    """What is granted works, and what is not is refused by the database."""
    from psycopg import errors

    found = {}
    for role, may in MAY.items():
        for table in TABLES:
            for verb, statement in VERBS.items():
                try:
                    with server.transaction(force_rollback=True):
                        as_role(server, role, OURS)
                        server.execute(statement.format(table))
                    found[role, table, verb] = True
                except errors.InsufficientPrivilege:
                    found[role, table, verb] = False
                wanted = verb in may[table]
                if verb in ("INSERT", "UPDATE", "DELETE") and "SELECT" not in may[table]:
                    wanted = False
                assert found[role, table, verb] == wanted, (role, table, verb)
    assert len(found) == 4 * len(TABLES) * len(VERBS)


def test_a_school_sees_and_adds_to_its_own_alone(server: Any) -> None:
    from psycopg import errors

    for role, may in MAY.items():
        for table in ("heads", "acts", "pages"):
            if "SELECT" not in may[table]:
                continue
            seen = {}
            for said in (OURS, OTHERS, "all", ""):
                with server.transaction(force_rollback=True):
                    as_role(server, role, said)
                    rows = server.execute(f"SELECT DISTINCT school FROM {table}").fetchall()
                    seen[said] = sorted(row[0] for row in rows)
            assert seen == {OURS: [OURS], OTHERS: [OTHERS], "all": [OURS, OTHERS], "": []}
    with server.transaction(force_rollback=True):
        as_role(server, "attendance_writer", OURS)
        with pytest.raises(errors.InsufficientPrivilege):
            server.execute("INSERT INTO heads VALUES (999999, 1, 1, '')")


def test_the_disposer_changes_nothing_but_through_the_door(server: Any) -> None:
    from psycopg import errors

    for table in ("acts", "pages"):
        with server.transaction(force_rollback=True):
            as_role(server, DISPOSER, OURS)
            with pytest.raises(errors.RaiseException, match="never changed or removed"):
                server.execute(f"UPDATE {table} SET first = first")


def test_a_login_that_is_a_writer_appends_and_can_do_no_more(
    server: Any, postgres_url: str
) -> None:
    from psycopg import errors

    server.execute("CREATE ROLE clerk LOGIN IN ROLE attendance_writer")
    server.execute("ALTER ROLE clerk SET attendance.school = 'all'")
    try:
        with open_store(postgres_url.replace("//postgres:", "//clerk:")) as store:
            ledger = store.ledger(OURS)
            ledger.append(taking("pm"), taken("/ N / L I /", MONDAY_PM))
            assert verify(ledger).sound
            with store.database.writing() as transaction:
                connection = transaction._connection  # type: ignore[attr-defined]
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute("UPDATE pages SET body = body")
    finally:
        server.execute("DROP ROLE clerk")


def test_no_role_may_log_in_or_pass_the_policies(server: Any) -> None:
    rows = server.execute(
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'attendance_%' ORDER BY 1"
    ).fetchall()

    assert rows == [(role, False, False, False) for role in sorted(ROLES)]


def test_a_new_table_without_guards_or_policy_fails_here(server: Any, tmp_path: Path) -> None:
    """The catalogue is read: what the store makes is what the guards and the roles know."""
    rows = server.execute(
        "SELECT c.relname, c.relrowsecurity, count(p.polname) FROM pg_class c"
        " LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1, 2"
    ).fetchall()
    assert set(rows) == {(table, True, 1) for table in TABLES}
    triggers = server.execute(
        "SELECT DISTINCT event_object_table FROM information_schema.triggers"
    ).fetchall()
    assert {row[0] for row in triggers} == set(TABLES) - {"held"}

    with sqlite3.connect(tmp_path / "x.db") as connection:
        for statement in sqlite():
            connection.execute(statement)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert {row[0] for row in tables} == set(TABLES)
        guarded = connection.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        assert {row[0] for row in guarded} == set(TABLES) - {"held"}


ON_SQLITE = {
    **{
        f"{verb} {table}": (verb, table)
        for verb in ("INSERT", "UPDATE", "DELETE")
        for table in TABLES
    },
    "ATTACH": ("ATTACH ':memory:' AS x", ""),
    "DROP TABLE": ("DROP TABLE acts", ""),
    "DROP TRIGGER": ("DROP TRIGGER acts_no_update", ""),
    "ALTER": ("ALTER TABLE acts ADD COLUMN x", ""),
    "PRAGMA": ("PRAGMA writable_schema = ON", ""),
    "CREATE": ("CREATE TABLE x (y)", ""),
}
ALLOWED = {"INSERT heads", "INSERT acts", "INSERT pages", "UPDATE heads"}


@pytest.mark.parametrize("named", ON_SQLITE)
def test_the_connection_that_appends_may_only_append(tmp_path: Path, named: str) -> None:
    verb, table = ON_SQLITE[named]
    statement = VERBS[verb].format(table) if table else verb
    url = f"sqlite:///{tmp_path / 'x.db'}"
    for create in (True, False):
        with open_store(url, create=create) as store:
            store.ledger(OURS).append(taking("am"), taken("/ N / L I /"))
            with store.database.writing() as transaction:
                connection = transaction._connection  # type: ignore[attr-defined]
                if named in ALLOWED:
                    connection.execute(statement)
                    continue
                with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
                    connection.execute(statement)


@pytest.mark.parametrize("named", ON_SQLITE)
def test_a_connection_that_reads_changes_nothing(tmp_path: Path, named: str) -> None:
    verb, table = ON_SQLITE[named]
    if named in ("ATTACH", "PRAGMA"):
        return  # they change nothing here: the file itself is opened to read
    statement = VERBS[verb].format(table) if table else verb
    with open_store(f"sqlite:///{tmp_path / 'x.db'}", create=True) as store:
        store.ledger(OURS).append(taking("am"), taken("/ N / L I /"))
        connection = store.database._reader.connection  # type: ignore[attr-defined]
        connection.execute("PRAGMA query_only = OFF")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute(statement)
