"""Who may do what with which table: every table, every verb, every role, every other school."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ledger.kinds import Session
from ledger.refusals import DatabaseForbids
from ledger.store import moves, open_store
from ledger.store.roles import DISPOSER, EVERY_SCHOOL, MAY, ROLES, TABLES, statements
from ledger.store.schema import sqlite
from ledger.store.verify import verify
from projections.engines import engine
from projections.guarding import computed
from projections.runner import set_up
from projections.schema import metadata
from tests.ledger.store.entries import MONDAY_AM, taken, taking
from tests.ledger.store.tampering import signed

MONDAY_PM = Session(MONDAY_AM.date, "PM")
TUESDAY_AM = Session(MONDAY_AM.date.replace(day=10), "AM")
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
def server(postgres_url: str) -> Iterator[Any]:
    """Two schools with rows in every table, and the roles."""
    import psycopg

    with open_store(postgres_url, create=True) as store:
        store.database.fence()
        for school in (OURS, OTHERS):
            ledger = store.ledger(school)
            ledger.append(taking("am"), taken("/ N / L I /"))
            note = f"{signed(ledger).text()}\n— a AAAAAAAAAAA=\n"
            ledger.keep_checkpoint(6, note, taking().made_at)
            store.database.keep("subtrees", [(school, 5, 0, b"x" * 32)])
            with store.database.door(school) as run:
                run("INSERT INTO held VALUES (?, 1, NULL, NULL, '0001-01-01', '9999')", (school,))
                moves.record(run, school, "came", ("north", 6, "00", 0, "Somebody"))
                run("INSERT INTO moving VALUES (?)", (school,))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for statement in statements({}, (OURS, OTHERS)):
            connection.execute(statement.encode())
        connection.execute("ALTER TABLE going DISABLE TRIGGER going_certified")
        for school in (OURS, OTHERS):
            connection.execute(f"INSERT INTO going VALUES ({school}, 1, 1, 'x', 1, 'y', 1)")
        connection.execute("ALTER TABLE going ENABLE TRIGGER going_certified")
        yield connection


@contextmanager
def login(server: Any, url: str, *roles: str) -> Iterator[str]:
    """The address of a login that holds some roles, and is gone afterwards."""
    server.execute(f"CREATE ROLE clerk LOGIN IN ROLE {', '.join(roles)}")
    try:
        yield url.replace("//postgres:", "//clerk:")
    finally:
        server.execute("DROP OWNED BY clerk")
        server.execute("DROP ROLE clerk")


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


def test_every_school_by_every_other_in_every_table_by_every_role(server: Any) -> None:
    """Nobody sees, adds, changes or removes another school's rows than the one it says."""
    from psycopg import errors

    asked = 0
    for role, may in MAY.items():
        for table in TABLES:
            for said, others in ((OURS, OTHERS), (OTHERS, OURS), ("", OURS)):
                rows = server.execute(f"SELECT * FROM {table} WHERE school = {others}").fetchall()
                assert rows, table
                for verb in may[table]:
                    asked += 1
                    with server.transaction(force_rollback=True):
                        if verb == "INSERT":  # what stands there would be in the way of the same
                            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                            server.execute(f"DELETE FROM {table} WHERE school = {others}")
                            server.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
                        as_role(server, role, said)
                        where = f"{table} WHERE school = {others}"
                        if verb == "SELECT":
                            assert server.execute(f"SELECT 1 FROM {where}").fetchall() == []
                            mine = server.execute(f"SELECT DISTINCT school FROM {table}")
                            assert mine.fetchall() == ([(said,)] if said else [])
                        elif verb == "UPDATE":
                            sql = f"UPDATE {table} SET school = school WHERE school = {others}"
                            assert server.execute(sql).rowcount == 0
                        elif verb == "DELETE":
                            assert server.execute(f"DELETE FROM {where}").rowcount == 0
                        else:
                            marks = ", ".join(["%s"] * len(rows[0]))
                            if table == "going":
                                continue  # its trigger looks for a certificate before the policy
                            with pytest.raises(errors.InsufficientPrivilege, match="policy"):
                                server.execute(f"INSERT INTO {table} VALUES ({marks})", rows[0])
    assert asked > 100


@pytest.mark.parametrize("said", [OURS, OTHERS, "all", ""])
def test_a_login_sees_no_school_it_was_not_granted_whatever_it_says(
    server: Any, postgres_url: str, said: object
) -> None:
    import psycopg

    for granted, may_see in (
        (f"attendance_school_{OURS}", {OURS}),
        ("attendance_every_school", {OURS, OTHERS}),
        ("attendance_reader", set()),
    ):
        with (
            login(server, postgres_url, "attendance_reader", granted) as url,
            psycopg.connect(url, autocommit=True) as mine,
        ):
            mine.execute(f"SET attendance.school = '{said}'")
            rows = mine.execute("SELECT DISTINCT school FROM pages").fetchall()
            wanted = {OURS, OTHERS} if said == "all" else {said} if said else set()
            assert {row[0] for row in rows} == may_see & wanted


def test_the_program_narrows_every_transaction_to_the_school_it_is_about(
    server: Any, postgres_url: str
) -> None:
    """``SET LOCAL``: a statement that forgot its school sees the ledger's own alone."""
    roles = ("attendance_writer", "attendance_every_school")
    with login(server, postgres_url, *roles) as url, open_store(url) as store:
        assert store.schools() == [OURS, OTHERS]
        ledger = store.ledger(OURS)
        every = "SELECT DISTINCT school FROM pages"
        assert ledger.database.select(every, ()) == [(OURS,)]
        assert list(ledger.database.scan(every, ())) == [(OURS,)]
        with ledger.database.writing() as transaction:
            transaction.open(OURS, "k", [])
            assert transaction.select(every, ()) == [(OURS,)]
        with ledger.database.door(OTHERS) as run:
            assert run(every) == [(OTHERS,)]
        ledger.append(taking("pm"), taken("/ N / L I /", MONDAY_PM))
        assert store.database.select(every, ()) == [(OURS,), (OTHERS,)]  # not longer than that


def test_what_is_recorded_at_once_names_its_school_too(server: Any, postgres_url: str) -> None:
    """Given one connection that appends to two schools in turn, each act names its own."""
    stream = f"register/{TUESDAY_AM.date}/AM/4B"
    says = "SELECT current_setting('attendance.school')"
    roles = ("attendance_writer", "attendance_every_school")
    with login(server, postgres_url, *roles) as url, open_store(url) as store:
        for school in (OURS, OTHERS):  # from here on this process knows the heads
            store.ledger(school).append(taking("pm"), taken("/ N / L I /", MONDAY_PM))
        for school in (OURS, OTHERS):
            ledger = store.ledger(school)
            assert school in store.database._heads  # type: ignore[attr-defined]
            receipt = ledger.append(taking("tu"), taken("/ N", TUESDAY_AM), {stream: 0})
            assert (receipt.first, receipt.last) == (13, 14)
            with ledger.database.writing() as transaction:
                assert transaction.select(says, ()) == [(str(school),)]
            assert verify(ledger).sound


def test_the_disposer_changes_nothing_but_through_the_door(server: Any) -> None:
    from psycopg import errors

    for table in ("acts", "pages"):
        with server.transaction(force_rollback=True):
            as_role(server, DISPOSER, OTHERS)
            server.execute("DELETE FROM going")
            with pytest.raises(errors.RaiseException, match="never changed or removed"):
                server.execute(f"UPDATE {table} SET first = first")


def test_a_login_that_is_a_writer_appends_and_can_do_no_more(
    server: Any, postgres_url: str
) -> None:

    roles = ("attendance_writer", f"attendance_school_{OURS}")
    with login(server, postgres_url, *roles) as url, open_store(url) as store:
        ledger = store.ledger(OURS)
        ledger.append(taking("pm"), taken("/ N / L I /", MONDAY_PM))
        assert verify(ledger).sound
        with pytest.raises(DatabaseForbids), store.database.door(OURS) as run:
            run("UPDATE pages SET body = body")
        with pytest.raises(DatabaseForbids):
            store.ledger(OTHERS).append(taking("pm"), taken("/ N / L I /", MONDAY_PM))
        with pytest.raises(DatabaseForbids):
            store.database.keep("checkpoints", [(OURS, 2, 6, 1, "a")])
        with pytest.raises(DatabaseForbids), store.database.door(OURS) as run:
            run("DELETE FROM held")
    assert server.execute("SELECT count(*) FROM held").fetchone() == (2,)


def test_no_role_may_log_in_or_pass_the_policies(server: Any) -> None:
    rows = server.execute(
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'attendance_%' ORDER BY 1"
    ).fetchall()

    assert {(role, False, False, False) for role in (*ROLES, EVERY_SCHOOL)} <= set(rows)
    assert {row[1:] for row in rows} == {(False, False, False)}


def test_a_new_table_without_guards_or_policy_fails_here(
    server: Any, postgres_url: str, tmp_path: Path
) -> None:
    """The catalogue is read: what the store makes is what the guards and the roles know."""
    assert unguarded(server) == set()
    triggers = server.execute(
        "SELECT DISTINCT event_object_table FROM information_schema.triggers"
    ).fetchall()
    assert {row[0] for row in triggers} == set(TABLES) - {"held", "moving"}

    with sqlite3.connect(tmp_path / "x.db") as connection:
        for statement in sqlite():
            connection.execute(statement)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert {row[0] for row in tables} == set(TABLES)
        guarded = connection.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        assert {row[0] for row in guarded} == set(TABLES) - {"held", "moving"}


def unguarded(server: Any) -> set[str]:
    """The tables with rows of a school that no policy guards, or that no role knows."""
    rows = server.execute(
        "SELECT c.relname FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        " AND (p.oid IS NULL OR NOT c.relrowsecurity)"
    ).fetchall()
    return {row[0] for row in rows}


def test_it_does_fail_where_one_is_added(server: Any) -> None:
    server.execute("CREATE TABLE notes (school INTEGER, text TEXT)")

    assert unguarded(server) == {"notes"}


def test_read_models_are_the_writers_and_seen_school_by_school(
    server: Any, postgres_url: str
) -> None:
    """Every table with rows of a school has its policy as it is made, views included."""
    import psycopg

    writer = ("attendance_writer", "attendance_every_school")
    with login(server, postgres_url, *writer) as url:
        made = engine(url)
        set_up(made)
        set_up(made)
        with made.begin() as connection:
            for school in (OURS, OTHERS):
                connection.execute(
                    text("INSERT INTO periods VALUES (:s, 'day', '2024-09-09', 'x', :d, :d)"),
                    {"s": school, "d": "2024-09-09"},
                )
        made.dispose()
        assert unguarded(server) == {name for name, of in computed().items() if not of} & {
            "positions", "read_models"
        }  # fmt: skip
    with (
        login(server, postgres_url, "attendance_reader", f"attendance_school_{OURS}") as url,
        psycopg.connect(url, autocommit=True) as mine,
    ):
        mine.execute("SET attendance.school = 'all'")
        seen = mine.execute("SELECT DISTINCT school FROM registers_not_taken").fetchall()
        assert mine.execute("SELECT school FROM periods").fetchall() == [(OURS,)]
        assert seen in ([], [(OURS,)])
        for name in metadata.tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                mine.execute(f"DELETE FROM {name}")


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
