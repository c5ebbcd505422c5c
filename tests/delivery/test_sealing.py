"""Sealing, proving and witnessing, with the database and the sealer's own disk apart."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from delivery.sealing.keys import KeyFolder
from delivery.sealing.seal import SealRefused, rotate, seal, witnessed
from delivery.sealing.witness import Witness
from ledger.proof import notes
from ledger.proof.checkpoints import Checkpoint
from ledger.store import Ledger, open_store
from ledger.store.log import Log
from tests.ledger.store.entries import SCHOOL, SHEET, amended, amending, taken, taking

AT = dt.datetime(2024, 9, 9, 16, tzinfo=dt.UTC)
NAME = f"trust.example/urn/{SCHOOL}"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = open_store(f"sqlite:///{tmp_path / 'x.db'}", create=True).ledger(SCHOOL)
    made.append(taking(), taken("/ N \\ L"))
    return made


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    folder = KeyFolder(tmp_path / "keys", SCHOOL)
    folder.make("trust.example")
    return folder


def more(ledger: Ledger) -> None:
    ledger.append(amending(), [amended()], {SHEET: 4})


def test_the_sealer_signs_what_continues_what_it_signed(ledger: Ledger, keys: KeyFolder) -> None:
    first = seal(ledger, keys, AT)
    again = seal(ledger, keys, AT)
    more(ledger)
    second = seal(ledger, keys, AT)

    assert (first.new, again.new, second.new) == (True, False, True)
    assert (first.checkpoint.size, second.checkpoint.size) == (4, 5)
    assert second.note.by(keys.verifiers())
    assert ledger.checkpoints() == [str(first.note), str(second.note)]
    assert keys.path("key").stat().st_mode & 0o77 == 0


def test_another_past_is_not_signed_and_the_last_note_stays(
    ledger: Ledger, keys: KeyFolder, tmp_path: Path
) -> None:
    """The database was put back, or made anew: its own checkpoints are gone with it."""
    more(ledger)
    kept = seal(ledger, keys, AT)
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}", create=True).ledger(SCHOOL)
    other.append(taking(), taken("/ N \\ L"))

    with pytest.raises(SealRefused, match="5 entries were signed, and the ledger has 4"):
        seal(other, keys, AT)
    more(other)
    with pytest.raises(SealRefused, match="not those that were signed"):
        seal(other, keys, AT)
    assert keys.last() == kept.note


def test_entries_that_do_not_fit_the_head_are_not_signed(
    ledger: Ledger, keys: KeyFolder, tmp_path: Path
) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("DROP TRIGGER acts_no_update")
        database.execute('UPDATE acts SET made_by = \'["x","y","z"]\'')

    with pytest.raises(SealRefused, match="not those of its log"):
        seal(ledger, keys, AT)


def test_a_new_key_takes_over_with_both_signatures(ledger: Ledger, keys: KeyFolder) -> None:
    seal(ledger, keys, AT)
    old = keys.signer().verifier
    new, sealed = rotate(ledger, keys, AT)
    more(ledger)
    after = seal(ledger, keys, AT)

    assert set(sealed.note.by([old, new.verifier])) == {old, new.verifier}
    assert set(after.note.by([old, new.verifier])) == {new.verifier}
    assert keys.verifiers() == [old, new.verifier]


# --- the witness ---------------------------------------------------------------------------

WITNESS = notes.Signer.of("authority.example", bytes(range(32)), notes.COSIGNATURE)


def body(old: int, path: list[bytes], note: notes.Note) -> str:
    from base64 import b64encode

    lines = [f"old {old}", *(b64encode(one).decode() for one in path), "", str(note)]
    return "\n".join(lines)


def test_a_witness_answers_as_c2sp_says(ledger: Ledger, keys: KeyFolder, tmp_path: Path) -> None:
    witness = Witness(WITNESS, tmp_path / "w", keys.verifiers(), lambda: 1_725_900_000)
    first = seal(ledger, keys, AT).note
    more(ledger)
    second = seal(ledger, keys, AT).note
    path = Log(ledger).consistency(4)
    stranger = notes.Signer.of(NAME, bytes(32))
    forged = Checkpoint(NAME, 5, bytes(32)).sign(keys.signer())

    assert witness.add("nonsense")[0] == 400
    assert witness.add(body(0, [], Checkpoint("b/urn/1", 4, bytes(32)).sign(stranger)))[0] == 404
    assert witness.add(body(0, [], Checkpoint.of(first).sign(stranger)))[0] == 403
    assert witness.add(body(9, [], first))[0] == 400
    assert witness.add(body(3, [], first)) == (409, "text/x.tlog.size", "0\n")
    status, _, line = witness.add(body(0, [], first))
    assert status == 200
    assert first.also([line]).by([WITNESS.verifier]) == {WITNESS.verifier: 1_725_900_000}
    assert witness.add(body(0, [], second)) == (409, "text/x.tlog.size", "4\n")
    assert witness.add(body(4, [bytes(32)], second))[0] == 422
    assert witness.add(body(4, path, second))[0] == 200
    assert witness.add(body(5, [], forged))[0] == 409
    assert witness.add(body(5, [], second))[0] == 200


@pytest.mark.slow
def test_a_witness_in_another_process_signs_and_refuses_another_past(
    ledger: Ledger, keys: KeyFolder, tmp_path: Path
) -> None:
    call = [sys.executable, "-c", "from delivery.cli import main; main()", "witness"]
    call += [str(tmp_path / "w"), "--name", "authority.example", "--listen", "127.0.0.1:0"]
    call += ["--trust", str(keys.verifiers()[0])]
    running = subprocess.Popen(call, stderr=subprocess.PIPE, text=True, env={**os.environ})
    try:
        assert running.stderr is not None
        _, key, _, url = running.stderr.readline().split()
        by = notes.Verifier.read(key)
        note = witnessed(ledger, keys, seal(ledger, keys, AT), AT, url=url, by=by)
        assert by in note.by([by])
        more(ledger)
        sealed = seal(ledger, keys, AT)
        assert by in witnessed(ledger, keys, sealed, AT, url=url, by=by).by([by])

        other = open_store(f"sqlite:///{tmp_path / 'other.db'}", create=True).ledger(SCHOOL)
        other.append(taking(), taken("/ N \\ L / / /"))
        keys.path("last").unlink()  # a sealer that forgot, or would forget
        with pytest.raises(SealRefused, match="did not sign: 422"):
            witnessed(other, keys, seal(other, keys, AT), AT, url=url, by=by)
    finally:
        running.terminate()
        running.wait(10)


def test_a_checkpoint_torn_by_a_power_cut_is_none_and_spoils_none(
    ledger: Ledger, keys: KeyFolder
) -> None:
    """Cut off at any byte, or with its first bytes lost: nobody had it before it was whole."""
    seal(ledger, keys, AT)
    more(ledger)
    seal(ledger, keys, AT)
    first, second = keys.every()
    path = keys.path("checkpoints")
    whole = path.read_bytes()
    begins = len(f"{first}\n".encode())
    torn = [whole[:cut] for cut in range(begins, len(whole))]
    torn.append(whole[:begins] + bytes(40) + whole[begins + 40 :])

    for left in torn:
        path.write_bytes(left)
        assert keys.every() == [first]
        keys.signed(second)
        assert path.read_bytes() == whole

    path.write_bytes(bytes(40) + whole[40:])
    with pytest.raises(notes.BadNote, match="before its end"):
        keys.every()
