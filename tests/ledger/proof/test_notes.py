"""Signed notes and checkpoints, held to Go's ``sumdb/note`` and to the examples published."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof import checkpoints, notes
from tests import go

NAME = "trust.example/urn/999001"
SIGNER = notes.Signer.of(NAME, bytes(range(32)))
WITNESS = notes.Signer.of("witness.example/w1", bytes(range(1, 33)), notes.COSIGNATURE)
ROOT = bytes(range(32))
CHECKPOINT = checkpoints.Checkpoint(NAME, 44672, ROOT)

# The example in the documentation of Go's sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngo"
    "tpRZb6KE6RyyBwJnAM=\n"
)


def test_a_checkpoint_is_three_lines() -> None:
    assert CHECKPOINT.text() == (
        "trust.example/urn/999001\n44672\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert checkpoints.Checkpoint.of(CHECKPOINT.sign(SIGNER)) == CHECKPOINT


def test_the_note_go_s_documentation_shows() -> None:
    key = notes.Verifier.read(GO_KEY)

    assert notes.Note.read(GO_NOTE).by([key]) == {key: 0}
    assert str(notes.Note.read(GO_NOTE)) == GO_NOTE
    assert str(key) == GO_KEY


def test_go_reads_what_we_sign_and_we_what_go_signs() -> None:
    note = CHECKPOINT.sign(SIGNER)
    shown = go.checked([{"vkey": str(SIGNER.verifier), "note": str(note)}])

    assert shown.endswith("all well\n")
    assert shown.startswith(f"signed by {NAME}:")

    by_go = go.checked([{"skey": SIGNER.secret(), "text": CHECKPOINT.text()}])
    assert by_go == f"{note}all well\n"


def test_a_changed_checkpoint_is_false() -> None:
    note = str(CHECKPOINT.sign(SIGNER)).replace("44672", "44671")

    with pytest.raises(notes.BadNote, match="is false"):
        notes.Note.read(note).by([SIGNER.verifier])


def test_a_key_that_is_not_known_is_not_believed() -> None:
    stranger = notes.Signer.of(NAME, bytes(32))
    note = CHECKPOINT.sign(stranger)

    assert note.by([SIGNER.verifier]) == {}


def test_a_witness_signs_with_its_time() -> None:
    note = CHECKPOINT.sign(SIGNER)
    both = note.also([WITNESS.line(note.text, at=1_732_620_000)])

    assert notes.Note.read(str(both)).by([SIGNER.verifier, WITNESS.verifier]) == {
        SIGNER.verifier: 0,
        WITNESS.verifier: 1_732_620_000,
    }


def test_keys_read_back() -> None:
    assert notes.Signer.read(SIGNER.secret() + "\n") == SIGNER
    assert notes.Verifier.read(str(WITNESS.verifier)) == WITNESS.verifier
    assert "AAEC" not in repr(SIGNER)


@pytest.mark.parametrize(
    "text",
    ["", "x", "a+b", "a+00000000+AQID", str(SIGNER.verifier).replace("+", "+0", 1), " +aa+AQ=="],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.Verifier.read(text)
    with pytest.raises(notes.BadNote):
        notes.Signer.read("PRIVATE+KEY+" + text)


@given(st.text(max_size=60) | st.just("a\n\n— a AAAA\n") | st.just("a\n1\nAA==\n\n— a AAAAAAA=\n"))
def test_whatever_a_stranger_sends_is_read_or_refused(text: str) -> None:
    for read in (notes.Note.read, checkpoints.read_proof):
        with suppress(notes.BadNote):
            assert read(text)


def test_a_proof_file_is_what_c2sp_shows() -> None:
    note = CHECKPOINT.sign(SIGNER)
    text = checkpoints.proof_file(7, [ROOT], note, extra=b"envelope")

    assert text.startswith(
        "c2sp.org/tlog-proof@v1\nextra ZW52ZWxvcGU=\nindex 7\n"
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\ntrust.example/urn/999001\n44672\n"
    )
    assert checkpoints.read_proof(text) == (7, [ROOT], note, b"envelope")
    assert checkpoints.read_proof(checkpoints.proof_file(0, [], note)) == (0, [], note, None)
