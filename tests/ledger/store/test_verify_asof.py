"""verify as at an entry: the verdict is of the entries up to there, and what is later is said."""

import random

import pytest

from ledger.proof import merkle
from ledger.store import Store
from ledger.store.verify import verify
from tests.ledger.store.tampering import Attacker, honest, payload


def test_the_first_entries_are_those_the_log_was_made_of(store: Store):
    made = honest(store, random.Random(5))
    size = made.ledger.size()
    for one in made.signed:
        verdict = verify(made.ledger, checkpoints=made.signed, upto=one.size)
        assert (verdict.sound, verdict.entries) == (True, one.size)
        assert verdict.root == one.root.hex()
        assert verdict.checkpoints[-1] == one.size
    whole = verify(made.ledger, upto=size)
    assert whole.root == merkle.root(made.ledger.frontier()[1]).hex()
    assert (whole.later, verify(made.ledger, upto=1).entries) == (None, 1)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_wrong_after_it_is_said_and_does_not_make_it_wrong(
    store: Store, store_url: str, seed: int
):
    made = honest(store, random.Random(6))
    attacker = Attacker(store, store_url)
    attacker.chance = random.Random(seed)
    with attacker.at_once():
        payload(attacker, made.signed[-1].size)
    bad = verify(made.ledger).first_bad
    assert bad is not None

    before = verify(made.ledger, upto=bad - 1) if bad > 1 else None
    if before is not None and before.sound:
        assert before.later is not None
        assert before.later.startswith(f"entry {bad}: ")
    for upto in (bad, made.ledger.size()):
        assert verify(made.ledger, upto=upto).first_bad == bad
    attacker.close()


def test_it_stays_what_it_was_while_more_is_recorded(store: Store):
    made = honest(store, random.Random(7))
    size = made.ledger.size()
    before = verify(made.ledger, upto=size)
    made.register()

    assert verify(made.ledger, upto=size) == before
