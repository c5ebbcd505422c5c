"""Proofs from the store, and the tamper matrix: nine attacks with full power over the database.

The auditor holds one older checkpoint and nothing else. Whoever attacks has taken the triggers
away, and makes good every hash, check and head that stands in the way.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest

from ledger.kinds import Session
from ledger.proof import leaves, merkle, proving
from ledger.proof.checkpoints import Checkpoint
from ledger.retention.certified import reapply
from ledger.store import Ledger, Run, Store, packing
from ledger.store.log import Log, page_hashes
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


# --- the tamper matrix ---------------------------------------------------------------------

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


class Attacker:
    """Full SQL power, and patience: ``made_good`` recomputes everything that is stored."""

    def __init__(self, store: Store, url: str, chance: random.Random) -> None:
        self.store, self.url, self.chance = store, url, chance
        self.ledger = store.ledger(SCHOOL)
        self.firsts = [page.first for page in self.ledger.pages()]
        execute(url, *unguarded(url))

    def sql(self, statement: str, *params: Any) -> None:
        execute(self.url, statement, params=params)

    def runs(self, first: int) -> list[Run]:
        rows = self.store.database.select("SELECT body FROM pages WHERE first = ?", (first,))
        return list(packing.unpack(bytes(rows[0][0])))

    def write(self, first: int, runs: list[Run]) -> None:
        self.sql("UPDATE pages SET body = ? WHERE first = ?", packing.pack(runs), first)

    def made_good(self) -> None:
        frontier: merkle.Frontier = ()
        size = 0
        for page in list(self.ledger.pages()):
            hashes = page_hashes(page)
            frontier = merkle.extend(size, frontier, hashes)
            size += len(hashes)
            self.sql(
                "UPDATE pages SET checks = ? WHERE first = ?", leaves.checks(hashes), page.first
            )
        self.sql("UPDATE heads SET size = ?, frontier = ?", size, merkle.pack(frontier))
        self.sql("DELETE FROM checkpoints")


def payload(of: Attacker, first: int) -> None:
    run = of.runs(first)[0]
    codes = list(run.column("code"))
    at = of.chance.randrange(len(codes))
    codes[at] = "V" if codes[at] != "V" else "B"
    of.write(first, [Run(run.topic, run.shape, run.count, run.same, {**run.each, "code": codes})])


def actor(of: Attacker, first: int) -> None:
    of.sql("UPDATE acts SET made_by = ? WHERE first = ?", '["x","Another","Head"]', first)


def time(of: Attacker, first: int) -> None:
    of.sql("UPDATE acts SET recorded_at = recorded_at + 1 WHERE first = ?", first)


def deleted(of: Attacker, first: int) -> None:
    of.sql("DELETE FROM pages WHERE first = ?", first)
    of.sql("DELETE FROM acts WHERE first = ?", first)


def renumbered(of: Attacker, first: int) -> None:
    deleted(of, first)
    for later in [one for one in of.firsts if one > first]:
        of.sql("UPDATE pages SET first = ?, act = ? WHERE first = ?", later - 10, later - 10, later)
        of.sql("UPDATE acts SET first = ? WHERE first = ?", later - 10, later)


def blanked(of: Attacker, first: int) -> None:
    gone = [leaf.hex() for leaf in page_hashes(next(of.ledger.pages_from(first, limit=1)))]
    of.write(first, [Run("entry-disposed", 1, len(gone), {}, {"leaf": gone})])


def swapped(of: Attacker, first: int) -> None:
    other = of.chance.choice([one for one in of.firsts if one != first])
    mine, theirs = of.runs(first), of.runs(other)
    codes = mine[0].column("code")
    mine[0].each["code"] = ["X", *codes[1:]]  # two equal sheets swapped would be no change
    of.write(first, theirs)
    of.write(other, mine)


def rolled_back(of: Attacker, first: int) -> None:
    of.sql("DELETE FROM pages WHERE first >= ?", first)
    of.sql("DELETE FROM acts WHERE first >= ?", first)


def back_dated(of: Attacker, first: int) -> None:
    """A sheet that was never taken, put between two that were, all later ones renumbered."""
    for later in sorted((one for one in of.firsts if one >= first), reverse=True):
        of.sql("UPDATE pages SET first = ?, act = ? WHERE first = ?", later + 10, later + 10, later)
        of.sql("UPDATE acts SET first = ? WHERE first = ?", later + 10, later)
    columns = "count, recorded_at, made_at, 'forged', command, made_by, source, salt"
    of.sql(
        f"INSERT INTO acts SELECT school, ?, {columns} FROM acts WHERE first = ?", first, first + 10
    )
    of.sql(
        "INSERT INTO pages SELECT school, ?, ?, 'register/2024-09-01/AM/9Z', 1, count, checks, body"
        " FROM pages WHERE first = ?",
        first, first, first + 10,
    )  # fmt: skip


ATTACKS: dict[str, Callable[[Attacker, int], None]] = {
    "changed payload": payload,
    "changed actor": actor,
    "changed time": time,
    "deleted": deleted,
    "deleted and renumbered": renumbered,
    "blanked without certificate": blanked,
    "two payloads swapped": swapped,
    "tail rolled back": rolled_back,
    "back-dated insert": back_dated,
}


@pytest.mark.slow
@pytest.mark.parametrize("consistently", [False, True], ids=["as it is", "rewritten consistently"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_auditor_with_one_older_checkpoint_sees_every_attack(
    store: Store, store_url: str, attack: str, consistently: bool
) -> None:
    ledger = registers(store, 3)
    checkpoint = signed(ledger)
    registers(store, 1, 9)
    chance = random.Random(f"{attack} {consistently}")
    first = chance.choice([page.first for page in ledger.pages() if page.first < checkpoint.size])
    attacker = Attacker(store, store_url, chance)
    ATTACKS[attack](attacker, first)
    if consistently:
        attacker.made_good()

    verdict = verify(ledger, checkpoints=[checkpoint])

    assert not verdict.sound
    assert verdict.first_bad is not None
    assert verdict.first_bad <= checkpoint.size + 1


def test_rewritten_consistently_only_the_older_checkpoint_tells(
    store: Store, store_url: str
) -> None:
    """The control: without a checkpoint held elsewhere this passes, as docs/proof.md says."""
    ledger = registers(store, 3)
    checkpoint = signed(ledger)
    attacker = Attacker(store, store_url, random.Random(1))
    payload(attacker, 11)
    attacker.made_good()

    assert verify(ledger).sound
    assert verify(ledger, checkpoints=[checkpoint]).fault is not None


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
