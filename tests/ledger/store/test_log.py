"""Proofs from the store on both engines; the attacks are in ``test_tamper_matrix.py``."""

import pytest

from ledger.kinds import Session
from ledger.proof import merkle, proving
from ledger.proof.checkpoints import Checkpoint
from ledger.retention.certified import reapply
from ledger.store import Ledger, Store
from ledger.store.log import Log
from ledger.store.verify import leaves_of, verify
from tests.ledger.store.entries import MONDAY_AM, SCHOOL, SHEET, amended, amending, taken, taking
from tests.ledger.store.test_disposing import certify
from tests.ledger.store.test_immutable import execute

CODES = "/ N / L I / / N \\ B".replace("\\", "/")


def registers(store: Store, days: int, first: int = 1) -> Ledger:
    ledger = store.ledger(SCHOOL)
    for day in range(first, first + days):
        for half in ("AM", "PM"):
            session = Session(MONDAY_AM.date.replace(day=day), half)
            ledger.append(taking(f"{day}{half}"), taken(CODES, session, "4B"))
    return ledger


def signed(ledger: Ledger) -> Checkpoint:
    size, frontier = ledger.frontier()
    return Checkpoint(f"trust.example/urn/{SCHOOL}", size, merkle.root(frontier))


def test_proofs_as_the_log_grows_on_both_engines(store: Store) -> None:
    ledger = registers(store, 14)  # 280 entries: one whole stretch is remembered
    old = Log(ledger)
    ledger = registers(store, 14, 15)
    log = Log(ledger)
    every = [leaf for page in leaves_of(ledger) for leaf in page]

    assert (old.size, log.size) == (280, 560)
    assert log.root_at(280) == old.root
    assert proving.extends(280, old.root, 560, log.root, log.consistency(280))
    for entry in (1, 256, 257, 300, 512, 513, 560):
        path = log.inclusion(entry)
        assert log.leaf(entry) == every[entry - 1]
        assert proving.includes(every[entry - 1], entry - 1, 560, log.root, path)
    kept = store.database.select("SELECT level, place FROM subtrees ORDER BY 1, 2", ())
    assert [tuple(row) for row in kept] == [(5, 0), (5, 1), (9, 0)]


def test_what_is_remembered_is_never_believed_against_the_entries(
    store: Store, store_url: str
) -> None:
    ledger = registers(store, 14)
    root = Log(ledger).root
    execute(store_url, *unguarded(store_url))
    execute(store_url, "UPDATE subtrees SET hash = ?", params=(b"x" * 32,))

    assert Log(ledger).root_at(280) == root


@pytest.mark.parametrize("table", ["checkpoints", "subtrees"])
def test_what_stands_beside_the_entries_is_guarded_too(
    store: Store, store_url: str, table: str
) -> None:
    ledger = registers(store, 14)
    ledger.keep_checkpoint(280, "a\n", MONDAY_AM_AT)
    Log(ledger)

    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET school = 1"):
        with pytest.raises(Exception, match="never changed or removed"):
            execute(store_url, statement)


MONDAY_AM_AT = taking().made_at
TABLES = ("acts", "pages", "heads", "subtrees", "checkpoints")


def unguarded(url: str) -> list[str]:
    if not url.startswith("sqlite"):
        return [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES]
    import sqlite3

    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    connection.close()
    return [f"DROP TRIGGER {name}" for (name,) in named]


def test_no_false_alarm_on_an_honest_ledger_with_disposals(store: Store) -> None:
    ledger = registers(store, 3)
    checkpoint = signed(ledger)
    ledger.append(taking("am"), taken("/ N / L I /"))
    ledger.append(amending(), [amended()], {SHEET: 6})
    ledger.keep_checkpoint(
        checkpoint.size, f"{checkpoint.text()}\n— a AAAAAAAAAAA=\n", MONDAY_AM_AT
    )
    certify(ledger, *range(1, 21))
    assert reapply(ledger) == 20

    verdict = verify(ledger, checkpoints=[checkpoint])
    log = Log(ledger)

    assert (verdict.sound, verdict.checkpoints) == (True, (60,))
    assert proving.includes(log.leaf(3), 2, log.size, log.root, log.inclusion(3))


def test_a_checkpoint_over_more_than_there_is_is_seen(store: Store) -> None:
    ledger = registers(store, 1)
    checkpoint = Checkpoint("a/urn/1", 21, b"x" * 32)

    assert verify(ledger, checkpoints=[checkpoint]).first_bad == 21
