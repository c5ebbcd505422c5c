"""A ledger that goes on elsewhere: nothing is added where it was, and its copy is the same."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.kinds import Session
from ledger.refusals import LogDeparts, SchoolMoved
from ledger.store import Store, carrying, open_store
from ledger.store.verify import verify
from tests.ledger.store.entries import MONDAY_AM, SCHOOL, SHEET, amended, amending, taken, taking
from tests.ledger.store.tampering import signed

OTHER = SCHOOL + 1
TO = ("south", 1, "Keeper")
ARRIVES = ("", "left", "removed", "withdrawn")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Store]:
    """Another place, with nothing in it."""
    with open_store(f"sqlite:///{tmp_path / 'there.db'}", create=True) as store:
        yield store


def days(store: Store, school: int, first: int, last: int) -> None:
    for day in range(first, last):
        session = Session(MONDAY_AM.date.replace(day=9 + day), "AM")
        store.ledger(school).append(taking(f"{day}"), taken("/ N / L I /", session))


def leave(store: Store, school: int = SCHOOL) -> None:
    carrying.step(store, school, "leaving", TO, ("", "came", "stays"))


def rows(store: Store, table: str, school: int = SCHOOL) -> list[tuple[Any, ...]]:
    got = store.database.select(f"SELECT * FROM {table} WHERE school = ?", (school,))
    found = [tuple(bytes(one) if isinstance(one, memoryview) else one for one in r) for r in got]
    return sorted(found, key=lambda row: row[:2])


def test_what_is_on_its_way_takes_no_entry_and_no_checkpoint(store: Store) -> None:
    """By whichever way an act goes in: at once, with look-ups, in many pages, or as the first."""
    days(store, SCHOOL, 0, 2)
    days(store, OTHER, 0, 2)
    ledger = store.ledger(SCHOOL)
    note = f"{signed(ledger).text()}\n— a AAAAAAAAAAA=\n"
    leave(store)

    with pytest.raises(SchoolMoved, match="just being moved to south"):
        ledger.append(amending(), [amended()], {SHEET: 6})  # as this process left it: at once
    with pytest.raises(SchoolMoved):
        ledger.append(amending(), [amended()], {})
    with pytest.raises(SchoolMoved):
        ledger.keep_checkpoint(6, note, taking().made_at)

    assert ledger.size() == 12
    assert ledger.checkpoints() == []
    days(store, OTHER, 2, 3)
    assert store.ledger(OTHER).size() == 18  # nobody else is held up
    assert store.schools() == [SCHOOL, OTHER]  # and it can be read


def test_an_act_done_before_gives_its_receipt(store: Store) -> None:
    days(store, SCHOOL, 0, 1)
    leave(store)

    assert store.ledger(SCHOOL).append(taking("0"), taken("/ N / L I /")).repeated


def test_a_move_taken_back_lets_acts_in_again(store: Store) -> None:
    days(store, SCHOOL, 0, 1)
    leave(store)
    carrying.step(store, SCHOOL, "stays", TO, ("leaving",))

    days(store, SCHOOL, 1, 2)

    assert store.ledger(SCHOOL).size() == 12


def test_a_step_is_made_once(store: Store) -> None:
    days(store, SCHOOL, 0, 1)
    leave(store)

    with pytest.raises(SchoolMoved):
        leave(store)
    with pytest.raises(Exception, match="never changed"), store.database.door(SCHOOL) as run:
        run("DELETE FROM moves")


def test_a_copy_carried_in_parts_is_the_ledger_to_the_byte(store: Store, there: Store) -> None:
    days(store, SCHOOL, 0, 3)
    days(there, OTHER, 0, 1)
    carrying.step(there, SCHOOL, "arriving", ("north", 1, "Keeper"), ARRIVES)
    ledger, copy = store.ledger(SCHOOL), there.ledger(SCHOOL)

    assert carrying.carry(ledger, there) == 18
    assert there.schools() == [OTHER]  # nobody sees it yet
    with pytest.raises(SchoolMoved, match="not here yet: it is at north"):
        copy.append(amending(), [amended()], {SHEET: 6})
    days(store, SCHOOL, 3, 5)
    ledger.append(amending(), [amended()], {SHEET: 6})
    note = f"{signed(ledger).text()}\n— a AAAAAAAAAAA=\n"
    ledger.keep_checkpoint(31, note, next(ledger.acts(31, 31)).recorded_at)
    carrying.begins(ledger, copy)
    assert carrying.carry(ledger, there) == 31
    carrying.carry_checkpoints(ledger, there)
    carrying.step(there, SCHOOL, "came", ("north", 1, "Keeper"), ("arriving",))

    for table in ("acts", "pages", "heads", "checkpoints"):
        assert rows(there, table) == rows(store, table)
    assert verify(copy).sound
    assert there.schools() == [SCHOOL, OTHER]
    days(there, SCHOOL, 5, 6)
    assert verify(copy).entries == 37


def test_a_copy_that_is_no_beginning_is_not_gone_on_with(store: Store, there: Store) -> None:
    days(store, SCHOOL, 0, 3)
    days(there, SCHOOL, 0, 1)  # other salts: another log

    with pytest.raises(LogDeparts, match="no beginning"):
        carrying.begins(store.ledger(SCHOOL), there.ledger(SCHOOL))


def test_an_entry_that_is_not_as_recorded_is_not_carried(tmp_path: Path, there: Store) -> None:
    where = tmp_path / "here.db"
    with open_store(f"sqlite:///{where}", create=True) as store:
        days(store, SCHOOL, 0, 3)
        with sqlite3.connect(where) as other:
            other.execute("DROP TRIGGER acts_no_update")
            other.execute('UPDATE acts SET made_by = \'["x","y","z"]\' WHERE first = 7')
        other.close()
        carrying.step(there, SCHOOL, "arriving", ("north", 1, "Keeper"), ARRIVES)

        with pytest.raises(Exception, match=r"7|not as"):
            carrying.carry(store.ledger(SCHOOL), there)

    assert there.ledger(SCHOOL).size() == 0


def test_only_a_copy_that_was_left_behind_is_removed(store: Store) -> None:
    days(store, SCHOOL, 0, 2)
    days(store, OTHER, 0, 1)
    with pytest.raises(SchoolMoved):
        carrying.remove(store, SCHOOL, 1, "Keeper")
    leave(store)
    with pytest.raises(SchoolMoved):
        carrying.remove(store, SCHOOL, 1, "Keeper")
    carrying.step(store, SCHOOL, "left", TO, ("leaving",))
    assert store.schools() == [OTHER]
    with pytest.raises(SchoolMoved, match="no longer here: it moved to south"):
        store.ledger(SCHOOL).append(amending(), [amended()], {SHEET: 6})

    carrying.remove(store, SCHOOL, 2, "Keeper")

    assert [rows(store, table) for table in ("acts", "pages", "heads", "moving")] == [[]] * 4
    assert [one.what for one in store.steps(SCHOOL)] == ["removed", "left", "leaving"]
    assert verify(store.ledger(OTHER)).entries == 6
    with pytest.raises(SchoolMoved):  # nor is it begun anew here by mistake
        store.ledger(SCHOOL).append(taking("again"), taken("/ N / L I /"))
    with pytest.raises(Exception, match="never changed"), store.database.door(OTHER) as run:
        run("DELETE FROM pages WHERE school = ?", (OTHER,))


def test_a_database_asks_from_its_first_move_on(postgres_url: str) -> None:
    """Not before, since every append would pay; and it takes down no move without."""
    asks = "SELECT 1 FROM pg_trigger WHERE tgname = 'heads_here'"
    with open_store(postgres_url, create=True) as store:
        days(store, SCHOOL, 0, 1)
        assert store.database.select(asks, ()) == []
        with (
            pytest.raises(Exception, match="there is no fence"),
            carrying.moving(store, SCHOOL) as run,
        ):
            run("INSERT INTO moves VALUES (?, 1, 'leaving', 'south', 6, '', 1, '')", (SCHOOL,))
        days(store, SCHOOL, 1, 2)

        leave(store)

        assert store.database.select(asks, ()) == [(1,)]
        with pytest.raises(SchoolMoved):
            days(store, SCHOOL, 2, 3)
        days(store, OTHER, 0, 1)


@pytest.mark.parametrize("what", ["", "leaving", "stays", "came"])
def test_who_says_that_it_is_moving_removes_nothing_of_a_ledger_that_goes_on(
    store: Store, what: Any
) -> None:
    days(store, SCHOOL, 0, 2)
    if what:
        carrying.step(store, SCHOOL, what, TO, ("",))

    for table in ("acts", "pages", "heads"):
        with (
            pytest.raises(Exception, match="never changed"),
            carrying.moving(store, SCHOOL) as run,
        ):
            run(f"DELETE FROM {table} WHERE school = ?", (SCHOOL,))

    assert verify(store.ledger(SCHOOL)).entries == 12


OLDER = {
    "sqlite": [
        *(f"DROP TRIGGER {one}" for one in ("heads_here_new", "heads_here", "checkpoints_here")),
        *(
            f"DROP TRIGGER {one}_no_delete"
            for one in ("heads", "acts", "pages", "checkpoints", "subtrees")
        ),
        *(
            f"CREATE TRIGGER {one}_no_delete BEFORE DELETE ON {one}"
            " BEGIN SELECT RAISE(ABORT, 'no'); END"
            for one in ("heads", "acts", "pages", "checkpoints", "subtrees")
        ),
        "DROP TABLE moves",
        "DROP TABLE moving",
    ],
    "postgresql": [
        "DROP FUNCTION only_here CASCADE",
        "DROP FUNCTION only_moving CASCADE",
        "DROP TABLE moves, moving",
        *(
            f"CREATE OR REPLACE TRIGGER {one}_never BEFORE DELETE OR TRUNCATE ON {one}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for one in ("heads", "acts", "pages")
        ),
    ],
}


def test_a_ledger_of_an_older_version_is_brought_up_to_it(store: Store, store_url: str) -> None:
    """Before it moves. It is read and written meanwhile by whoever has it open."""
    days(store, SCHOOL, 0, 1)
    older(store_url)
    with open_store(store_url) as old:
        assert old.schools() == [SCHOOL]
        assert old.steps(SCHOOL) == []
        days(old, SCHOOL, 1, 2)

        old.database.set_up()

        leave(old)
        with pytest.raises(SchoolMoved):
            store.ledger(SCHOOL).append(taking("2"), taken("/ N / L I /"))
        carrying.step(old, SCHOOL, "left", TO, ("leaving",))
        carrying.remove(old, SCHOOL, 2, "Keeper")
        assert (old.schools(), store.schools()) == ([], [])


def older(store_url: str) -> None:
    kind = "sqlite" if store_url.startswith("sqlite") else "postgresql"
    if kind == "sqlite":
        with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
            for statement in OLDER[kind]:
                connection.execute(statement)
        connection.close()
        return
    import psycopg

    with psycopg.connect(store_url, autocommit=True) as server:
        for statement in OLDER[kind]:
            server.execute(statement.encode())
