"""Nothing is changed or removed: the database refuses, and ``verify`` sees what gets past it."""

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ledger.kinds import Session
from ledger.proof import leaves
from ledger.store import Run, Store, open_store, packing
from ledger.store.verify import verify
from tests.ledger.store.entries import (
    MONDAY_AM,
    SCHOOL,
    SHEET,
    amended,
    amending,
    taken,
    taking,
)

FORBIDDEN = [
    "UPDATE pages SET body = body",
    "DELETE FROM pages",
    "UPDATE acts SET made_by = 'x'",
    "DELETE FROM acts",
    "DELETE FROM heads",
    "UPDATE heads SET size = size - 1",
    "UPDATE heads SET size = size",
    "UPDATE heads SET school = 1, size = size + 1",
]


def execute(store_url: str, *statements: str, params: tuple[Any, ...] = ()) -> None:
    """Run SQL as whoever owns the database can."""
    if store_url.startswith("sqlite"):
        connection = sqlite3.connect(store_url.removeprefix("sqlite:///"))
        with connection:
            for statement in statements:
                connection.execute(statement, params)
        connection.close()
        return
    import psycopg

    with psycopg.connect(store_url) as server:
        for statement in statements:
            server.execute(statement.replace("?", "%s"), params)


def a_week(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    for day in range(5):
        for half in ("AM", "PM"):
            session = Session(MONDAY_AM.date.replace(day=9 + day), half)
            for group in ("4B", "5A"):
                key = f"{day}{half}{group}"
                ledger.append(taking(key), taken("/ N / L I /", session, group))
    ledger.append(amending(), [amended()], {SHEET: 6})


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses(store: Store, store_url: str, statement: str) -> None:
    a_week(store)

    with pytest.raises(Exception, match="never changed or removed"):
        execute(store_url, statement)

    assert verify(store.ledger(SCHOOL)).sound


def test_truncate_is_refused_too(postgres_url: str) -> None:
    with open_store(postgres_url, create=True) as store:
        a_week(store)
    for table in ("pages", "acts", "heads"):
        with pytest.raises(Exception, match="never changed or removed"):
            execute(postgres_url, f"TRUNCATE {table}")


def test_replacing_a_row_is_refused_on_our_connections(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'x.db'}", create=True) as store:
        a_week(store)
        with pytest.raises(sqlite3.Error), store.database.writing() as transaction:
            transaction._connection.execute(  # type: ignore[attr-defined]
                "INSERT OR REPLACE INTO pages SELECT * FROM pages LIMIT 1"
            )


def test_an_honest_ledger_is_sound(store: Store) -> None:
    a_week(store)

    verdict = verify(store.ledger(SCHOOL))

    assert (verdict.sound, verdict.entries, verdict.first_bad) == (True, 121, None)
    assert verify(store.ledger(1)).sound  # a school without entries


def unguard(store_url: str) -> None:
    """An attacker who owns the database takes the guards away first."""
    if store_url.startswith("sqlite"):
        names = ["acts_no_update", "acts_no_delete", "pages_no_update", "pages_no_delete"]
        execute(store_url, *[f"DROP TRIGGER {name}" for name in names])
        execute(store_url, "DROP TRIGGER heads_only_forward")
        return
    execute(
        store_url,
        "ALTER TABLE pages DISABLE TRIGGER ALL",
        "ALTER TABLE acts DISABLE TRIGGER ALL",
        "ALTER TABLE heads DISABLE TRIGGER ALL",
    )


def body_of(store: Store, first: int) -> bytes:
    sql = "SELECT body FROM pages WHERE first = ?"
    return bytes(store.database.select(sql, (first,))[0][0])


def test_a_changed_mark_is_named(store: Store, store_url: str) -> None:
    a_week(store)
    unguard(store_url)
    runs = packing.unpack(body_of(store, 13))
    codes = list(runs[0].column("code"))
    codes[1] = "I"  # an N made an illness, entry 14
    forged = Run(**{**_fields(runs[0]), "each": {**runs[0].each, "code": codes}})
    execute(
        store_url, "UPDATE pages SET body = ? WHERE first = 13", params=(packing.pack([forged]),)
    )

    verdict = verify(store.ledger(SCHOOL))

    assert (verdict.first_bad, verdict.fault) == (14, "the entry is not as it was recorded")


def _fields(run: Any) -> dict[str, Any]:
    return {name: getattr(run, name) for name in ("topic", "shape", "count", "same", "each")}


ATTACKS = {
    "another person": ('UPDATE acts SET made_by = \'["x","y","z"]\' WHERE first = 19', 19),
    "another time": ("UPDATE acts SET recorded_at = recorded_at + 1 WHERE first = 19", 19),
    "another command": ("UPDATE acts SET command = 'amend-mark' WHERE first = 19", 19),
    "another salt": (
        "UPDATE acts SET salt = (SELECT salt FROM acts WHERE first=1) WHERE first=19",
        19,
    ),
    "an act taken out": ("DELETE FROM acts WHERE first = 19", 19),
    "a page taken out": ("DELETE FROM pages WHERE first = 19", 19),
    "the tail rolled back": ("DELETE FROM pages WHERE first > 100", 103),
    "a page under another sheet": (
        "UPDATE pages SET stream = 'register/2024-09-09/AM/6C' WHERE first = 19",
        19,
    ),
    "a page at another version": ("UPDATE pages SET version = 4 WHERE first = 19", 19),
    "a head that counts fewer": ("UPDATE heads SET size = size - 1", 121),
    "a body blanked": ("UPDATE pages SET body = checks WHERE first = 19", 19),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_with_full_power_over_the_database_is_seen(
    store: Store, store_url: str, attack: str
) -> None:
    a_week(store)
    unguard(store_url)
    statement, first_bad = ATTACKS[attack]
    execute(store_url, statement)

    verdict = verify(store.ledger(SCHOOL))

    assert verdict.first_bad == first_bad, verdict.fault
    assert not verdict.sound


def test_any_byte_of_any_body_changed_is_seen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    with open_store(url, create=True) as store:
        a_week(store)
        unguard(url)
        chance = random.Random(20240819)
        seen = 0
        firsts = [row[0] for row in store.database.select("SELECT first FROM pages", ())]
        for _ in range(60):
            first = chance.choice(firsts)
            body = bytearray(body_of(store, first))
            at = chance.randrange(len(body))
            honest = bytes(body)
            body[at] ^= 1 << chance.randrange(8)
            execute(url, "UPDATE pages SET body = ? WHERE first = ?", params=(bytes(body), first))

            verdict = verify(store.ledger(SCHOOL))
            execute(url, "UPDATE pages SET body = ? WHERE first = ?", params=(honest, first))

            if verdict.sound:  # a spare bit of the packing: what it says is still the same
                assert packing.unpack(bytes(body)) == packing.unpack(honest)
                continue
            seen += 1
            assert verdict.first_bad is not None
            assert first <= verdict.first_bad < first + 6
        assert seen > 50
        assert verify(store.ledger(SCHOOL)).sound


def test_checks_rewritten_with_the_body_still_fail_at_the_root(
    store: Store, store_url: str
) -> None:
    """
    The few bytes beside a page only name the entry; the log is what convicts.
    """
    a_week(store)
    unguard(store_url)
    runs = packing.unpack(body_of(store, 13))
    forged = Run(**{**_fields(runs[0]), "each": {**runs[0].each, "code": list("//////")}})
    act = next(iter(store.ledger(SCHOOL).acts(13, 13)))
    commitment = leaves.act_commitment(SCHOOL, act, act.recorded_at.isoformat(), act.salt)
    of_page = leaves.page_leaves(
        [forged],
        stream="register/2024-09-09/PM/4B",
        version=1,
        first=13,
        index=0,
        on=act.recorded_at.date().isoformat(),
        act=commitment,
        salt=act.salt,
    )
    execute(
        store_url,
        "UPDATE pages SET body = ?, checks = ? WHERE first = 13",
        params=(packing.pack([forged]), leaves.checks(of_page)),
    )

    verdict = verify(store.ledger(SCHOOL))

    assert verdict.fault == "an entry from here on is not as it was recorded"
    assert verdict.first_bad == 1  # the subtree that holds entry 13 begins there
