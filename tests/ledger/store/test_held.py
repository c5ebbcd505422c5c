"""Entries held against checkpoints: their roots, their signatures, the moments they set."""

import datetime as dt
import random

import pytest

from ledger.proof import merkle
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.notes import COSIGNATURE, Note, Signer
from ledger.store import Ledger, Store
from ledger.store.held import Held
from ledger.store.stretch import verify_stretch
from ledger.store.verify import verify
from tests.ledger.store.entries import SCHOOL, taken, taking
from tests.ledger.store.tampering import Attacker, honest

CODES = "/ / / N / / L / / I"
NAME = f"trust.example/urn/{SCHOOL}"
KEY = Signer.of(NAME, bytes(range(32)))
OTHER = Signer.of(NAME, bytes(32))
WITNESS = Signer.of("authority.example", bytes(range(1, 33)), COSIGNATURE)
RECORDED = taking().made_at
MINUTES = dt.timedelta(minutes=1)


@pytest.fixture
def ledger(store: Store) -> Ledger:
    """Twenty entries, recorded at one moment in two acts."""
    made = store.ledger(SCHOOL)
    for session in ("one", "two"):
        made.append(taking(session), taken(CODES, group=session))
    return made


def checkpoint(ledger: Ledger, size: int | None = None) -> Checkpoint:
    held, frontier = ledger.frontier()
    assert size in (None, held)
    return Checkpoint(NAME, held, merkle.root(frontier))


def keep(ledger: Ledger, at: dt.datetime, *by: Signer) -> Note:
    note = checkpoint(ledger).sign(*(by or (KEY,)))
    ledger.keep_checkpoint(ledger.size(), str(note), at)
    return note


# --- signatures ----------------------------------------------------------------------------


def test_a_kept_checkpoint_counts_as_signed_by_the_keys_given_and_only_by_those(ledger):
    keep(ledger, RECORDED)

    assert (verify(ledger).signed, verify(ledger).checkpoints) == (0, (20,))
    assert verify(ledger, keys=[KEY.verifier]).signed == 1
    assert verify(ledger, keys=[OTHER.verifier]).signed == 0


def test_a_kept_checkpoint_with_a_false_signature_is_found(ledger):
    good = checkpoint(ledger)
    false = Note(good.text(), Checkpoint(NAME, 20, bytes(32)).sign(KEY).signatures)
    ledger.keep_checkpoint(20, str(false), RECORDED)

    assert verify(ledger).sound  # without the key nobody can know
    found = verify(ledger, keys=[KEY.verifier])
    assert (found.first_bad, "is false" in str(found.fault)) == (20, True)


def test_a_kept_checkpoint_under_another_number_is_found(ledger):
    ledger.keep_checkpoint(10, str(checkpoint(ledger).sign(KEY)), RECORDED)

    assert "it is of 20 entries" in str(verify(ledger).fault)


# --- moments -------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart", "sound"), [(5, True), (6, False)])
def test_what_follows_a_checkpoint_was_not_recorded_before_it(ledger, apart, sound):
    keep(ledger, RECORDED + apart * MINUTES)
    ledger.append(taking("three"), taken(CODES, group="three"))
    found = verify(ledger)

    assert found.sound is sound
    if not sound:
        assert found.first_bad == 21
        assert "before the checkpoint of 20 entries that it follows was signed" in found.fault


@pytest.mark.parametrize(("apart", "sound"), [(5, True), (6, False)])
def test_what_is_in_a_checkpoint_was_not_recorded_after_it(ledger, apart, sound):
    keep(ledger, RECORDED - apart * MINUTES)
    found = verify(ledger)

    assert found.sound is sound
    if not sound:
        assert found.first_bad == 1
        assert "after the checkpoint of 20 entries that it is in was signed" in found.fault


def test_a_witness_says_when_it_was_there_and_the_school_cannot_unsay_it(ledger):
    """The checkpoint kept elsewhere bears the witness's own time; the database knows nothing."""
    seen = int((RECORDED + 60 * MINUTES).timestamp())
    note = checkpoint(ledger).sign(KEY)
    note = note.also([WITNESS.line(note.text, at=seen)])
    ledger.append(taking("three"), taken(CODES, group="three"))
    keys = [KEY.verifier, WITNESS.verifier]

    assert verify(ledger, checkpoints=[Held.of(note, keys[:1])]).sound
    found = verify(ledger, checkpoints=[Held.of(note, keys)])
    assert (found.first_bad, "before the checkpoint of 20" in str(found.fault)) == (21, True)


# --- some entries --------------------------------------------------------------------------


def test_some_entries_are_verified_with_their_acts_and_led_to_the_root(ledger):
    keep(ledger, RECORDED)
    ledger.append(taking("three"), taken(CODES, group="three"))
    found = verify_stretch(ledger, 12, 13, keys=[KEY.verifier])

    assert found.sound, found.fault
    assert (found.first, found.entries, found.checkpoints, found.signed) == (11, 10, (20,), 1)
    assert found.root == checkpoint(ledger).root.hex()


def test_of_an_act_of_many_pages_only_those_asked_about_are_read(store):
    made = store.ledger(SCHOOL)
    groups = ("one", "two", "three")
    made.append(taking("all"), [each for group in groups for each in taken(CODES, group=group)])
    made.append(taking("more"), taken(CODES, group="four"))

    for first, last, begins, entries in ((12, 15, 11, 10), (20, 21, 11, 20), (29, 31, 21, 20)):
        found = verify_stretch(made, first, last)
        assert found.sound, found.fault
        assert (found.first, found.entries) == (begins, entries)


@pytest.mark.parametrize("span", [(0, 3), (20, 21), (5, 4)])
def test_entries_that_are_not_there_cannot_be_verified(ledger, span):
    with pytest.raises(ValueError, match="no entries"):
        verify_stretch(ledger, *span)


def test_a_checkpoint_of_another_log_is_found_wherever_the_stretch_is(ledger):
    false = Checkpoint(NAME, 10, bytes(32))

    for span in ((1, 10), (11, 20)):
        assert not verify_stretch(ledger, *span, [false]).sound
    more = Checkpoint(NAME, 21, bytes(32))
    assert "fewer" in str(verify_stretch(ledger, 1, 2, [more]).fault)


@pytest.mark.slow
@pytest.mark.parametrize("consistently", [False, True], ids=["as it is", "rewritten consistently"])
def test_an_entry_changed_within_is_found_and_honest_stretches_are_sound(
    store: Store, store_url: str, consistently: bool
) -> None:
    """With disposals, redactions and older shapes; rewritten, against one older checkpoint."""
    made = honest(store, random.Random(7))
    size, chance = made.ledger.size(), random.Random(8)
    for _ in range(12):
        first = chance.randint(1, size)
        found = verify_stretch(made.ledger, first, chance.randint(first, size), made.signed)
        assert found.sound, found.fault
    old = made.signed[-1]
    acts = [act for act in made.ledger.acts() if act.last <= old.size]
    attacker = Attacker(store, store_url)
    for act in chance.sample(acts, 5):
        attacker.sql("UPDATE acts SET command = ? WHERE first = ?", "other", act.first)
        if consistently:
            attacker.made_good()
        held = [old] if consistently else []
        assert not verify_stretch(made.ledger, act.first, act.last, held).sound
        attacker.undone()
    attacker.close()
