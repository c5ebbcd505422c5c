"""The tamper matrix: every attack of docs/proof.md, on both engines, at drawn places.

The auditor holds one older checkpoint and nothing else. Whoever attacks has taken the triggers
away; half of them make good every version, hash, check and head that stands in the way. The
ledgers hold disposals, redactions and entries in an older shape. ``TAMPER_RUNS`` says how many
times each attack is made on each ledger.
"""

import os
import random

import pytest

from ledger.proof import proving
from ledger.store import Store
from ledger.store.log import Log
from ledger.store.verify import verify
from tests.ledger.store.tampering import ATTACKS, Attacker, honest, payload

RUNS = int(os.environ.get("TAMPER_RUNS", "10"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("ledger", [1, 2])
@pytest.mark.parametrize("consistently", [False, True], ids=["as it is", "rewritten consistently"])
def test_an_auditor_with_one_older_checkpoint_sees_every_attack(
    store: Store, store_url: str, consistently: bool, ledger: int
) -> None:
    """Made as they are, they are seen with no checkpoint at all."""
    made = honest(store, random.Random(ledger))
    attacker = Attacker(store, store_url)
    missed = []
    runs = RUNS if attacker.sqlite else max(1, RUNS // 2)
    for attack, done in ATTACKS.items():
        for run in range(runs):
            attacker.chance = random.Random(f"{attack} {consistently} {ledger} {run}")
            checkpoint = attacker.chance.choice([one for one in made.signed if one.size > 20])
            with attacker.at_once():
                done(attacker, checkpoint.size)
            if consistently:
                attacker.made_good()
            verdict = verify(made.ledger, checkpoints=[checkpoint] if consistently else ())
            if verdict.first_bad is None or verdict.sound:
                missed.append((attack, run))
            attacker.undone()
    attacker.close()

    assert missed == []
    assert verify(made.ledger, checkpoints=made.signed).sound  # every attack was undone


def test_rewritten_consistently_only_an_older_checkpoint_tells(
    store: Store, store_url: str
) -> None:
    """The control: without a checkpoint held elsewhere it passes, as docs/proof.md says."""
    made = honest(store, random.Random(3))
    attacker = Attacker(store, store_url)
    attacker.chance = random.Random(4)
    with attacker.at_once():
        payload(attacker, made.signed[-1].size)
    attacker.made_good()

    assert verify(made.ledger).sound
    assert not verify(made.ledger, checkpoints=made.signed).sound
    attacker.close()


@pytest.mark.parametrize("seed", range(max(RUNS, 10)))
def test_no_false_alarm_on_an_honest_ledger(store: Store, seed: int) -> None:
    """With disposals, redactions and events in an older shape, and every checkpoint held."""
    made = honest(store, random.Random(f"honest {seed}"), acts=36)

    verdict = verify(made.ledger, checkpoints=made.signed)
    log = Log(made.ledger)

    assert verdict.fault is None
    assert set(verdict.checkpoints) >= {one.size for one in made.signed}
    for one in made.signed:
        path = log.consistency(one.size)
        assert proving.extends(one.size, one.root, log.size, log.root, path)
    for entry in random.Random(seed).sample(range(1, log.size + 1), 12):
        path = log.inclusion(entry)
        assert proving.includes(log.leaf(entry), entry - 1, log.size, log.root, path)
