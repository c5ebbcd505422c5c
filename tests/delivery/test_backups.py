"""Back-ups: verified, with a receipt; brought back verified, disposals carried out again."""

import datetime as dt
import hashlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from commands.retention.place_hold import PlaceHold
from commands.retention.request_disposal import RequestDisposal
from delivery import keeping
from delivery.backups import Trusted, _begun, backup, restore
from delivery.bootstrap import Desk
from delivery.examination import examine
from delivery.sealing.keys import KeyFolder
from delivery.sealing.seal import seal
from delivery.usage import Usage
from ledger.calendar import instant
from ledger.proof import merkle
from ledger.proof.checkpoints import Checkpoint
from ledger.refusals import (
    BackupBroken,
    Forbidden,
    LedgerOlder,
    NobodyNamed,
    NotPermitted,
    UnknownPerson,
)
from ledger.store import open_store
from ledger.store.verify import verify
from tests.delivery.test_keeping import (
    DUE,
    MARK_DAY,
    SHEET,
    a_register,
    approve_and_run,
    clock,
    desk,
    do,
)
from tests.given import HEAD, OFFICE, TEACHER

pytestmark = pytest.mark.slow

__all__ = ["clock", "desk"]  # the fixtures of the ledger that is kept


def found(desk: Desk) -> list[tuple[str, str]]:
    ledger = desk.ledger(None)
    nowhere = Path("no-keys-here")
    checks = examine(desk, ledger, nowhere)
    return [
        (one.check, one.what)
        for check in checks
        for one in check.findings
        if check.check != "keys" and one.where != "the server"  # whose clock is not frozen
    ]


def test_a_backup_is_a_sound_ledger_with_a_receipt(desk: Desk, clock: Any, tmp_path: Path) -> None:
    ledger = a_register(desk)
    size, root = ledger.size(), merkle.root(ledger.frontier()[1]).hex()

    made = backup(desk, tmp_path / "safe", OFFICE.id)

    (one,) = made.schools
    assert (one.entries, one.root, one.receipt) == (size, root, size + 1)
    assert [path.name for path in (tmp_path / "safe").iterdir()] == [Path(made.file).name]
    (event,) = [e.event for e in ledger.stream("return/backup/1")]
    assert (event.kept_at, event.sha256) == (made.file, made.sha256)
    assert (event.backed_up_on, event.keep_until) == (MARK_DAY, dt.date(2031, 8, 31))


def test_whoever_may_not_record_the_receipt_leaves_no_file(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    a_register(desk)

    for nobody in ("stranger", TEACHER.id):
        with pytest.raises((UnknownPerson, NotPermitted)):
            backup(desk, tmp_path / "safe", nobody)

    assert not (tmp_path / "safe").exists()


def test_two_of_one_second_are_two_files_and_the_later_is_the_newest(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    ledger = a_register(desk)
    folder = tmp_path / "safe"
    folder.mkdir()
    (folder / "attendance-2024-09-09T090000.backup.part").touch()  # of one that was killed

    made = [backup(desk, folder, OFFICE.id) for _ in range(2)]

    assert [Path(one.file).name for one in made] == [
        "attendance-2024-09-09T090000_2.backup",
        "attendance-2024-09-09T090000_3.backup",
    ]
    for number, one in enumerate(made, 1):
        (event,) = [e.event for e in ledger.stream(f"return/backup/{number}")]
        assert (event.kept_at, event.sha256) == (one.file, one.sha256)
        assert hashlib.sha256(Path(one.file).read_bytes()).hexdigest() == one.sha256
    assert restore(folder, f"sqlite:///{tmp_path / 'back.db'}", Trusted()).file == made[1].file


def test_names_taken_at_once_are_taken_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        begun = list(several.map(lambda _: _begun(tmp_path, "attendance-x"), range(40)))

    assert len(set(begun)) == 40
    assert {one.stem for one in begun} >= {"attendance-x.backup", "attendance-x_2.backup"}


def test_nobody_makes_one_who_may_not(desk: Desk, clock: Any, tmp_path: Path) -> None:
    a_register(desk)
    with pytest.raises(NobodyNamed):
        backup(desk, tmp_path / "safe", None)
    with pytest.raises(NotPermitted):
        backup(desk, tmp_path / "safe", "t4b")


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
def test_it_comes_back_on_either_engine_and_never_over_another(
    desk: Desk, clock: Any, tmp_path: Path, to: str, request: Any
) -> None:
    ledger = a_register(desk)
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    url = (
        f"sqlite:///{tmp_path / 'back.db'}"
        if to == "sqlite"
        else request.getfixturevalue("postgres_url")
    )

    if url != desk.url:  # else it is the very database it was made from
        restore(Path(made.file), url, Trusted())

    with open_store(url) as store:
        back = store.ledger(ledger.school)
        assert verify(back).sound
        assert [one.event for one in back.entries()] == [
            one.event for one in ledger.entries(upto=back.size())
        ]
    with pytest.raises(Forbidden, match="already"):
        restore(Path(made.file), url, Trusted())


def test_one_that_was_changed_is_not_brought_back(desk: Desk, clock: Any, tmp_path: Path) -> None:
    a_register(desk)
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    with sqlite3.connect(made.file) as connection:
        connection.execute("DROP TRIGGER acts_no_update")
        connection.execute('UPDATE acts SET made_by = \'["x","y","z"]\' WHERE first > 1')

    with pytest.raises(BackupBroken):
        restore(Path(made.file), f"sqlite:///{tmp_path / 'back.db'}", Trusted())


def test_one_older_than_the_newest_checkpoint_is_refused_unless_told(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    """It is looked for: given, with the sealer's keys, and beside the back-up."""
    ledger = a_register(desk)
    keys = KeyFolder(tmp_path / "keys", ledger.school)
    key = str(keys.make("trust.example").verifier)
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    note = seal(ledger, keys, desk.clock()).note  # the receipt itself came after the copy
    (tmp_path / "note").write_text(str(note))
    url = f"sqlite:///{tmp_path / 'back.db'}"
    given = (tmp_path / "note",)

    def refused(*trusted: Any) -> str:
        with pytest.raises((LedgerOlder, Usage)) as why:
            restore(Path(made.file), url, Trusted(*trusted))
        return str(why.value)

    assert "--older" in refused(given, (key,))
    assert "--older" in refused((), (), tmp_path / "keys")
    assert "public key" in refused(given)
    other = str(KeyFolder(tmp_path / "other", ledger.school).make("trust.example").verifier)
    assert "signed by none" in refused(given, (other,))
    restore(Path(made.file), f"sqlite:///{tmp_path / 'unsigned.db'}", Trusted((), (other,)))
    clock.tick(dt.timedelta(minutes=1))
    later = backup(desk, tmp_path / "safe", OFFICE.id)  # puts the note beside the older one
    assert "--older" in refused()

    restore(Path(made.file), url, Trusted(given, (key,)), older=True)
    newest = restore(tmp_path / "safe", f"sqlite:///{tmp_path / 'newest.db'}", Trusted())

    assert newest.file == later.file
    with open_store(f"sqlite:///{tmp_path / 'newest.db'}") as store:
        assert store.ledger(ledger.school).checkpoints() == [str(note)]
        assert verify(store.ledger(ledger.school)).checkpoints == (note_size(note),)
    beside = {path.name for path in (tmp_path / "safe").iterdir()}
    assert beside == {Path(made.file).name, Path(later.file).name, "123456.checkpoints"}


def note_size(note: Any) -> int:
    return int(note.text.splitlines()[1])


def test_one_that_is_another_past_than_was_signed_is_not_brought_back(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    """Rewritten consistently, it is sound by itself; the signed note convicts it."""
    ledger = a_register(desk)
    keys = KeyFolder(tmp_path / "keys", ledger.school)
    keys.make("trust.example")
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    signer = keys.signer()
    size, _ = ledger.frontier()
    forged = Checkpoint(signer.name, size - 1, b"x" * 32).sign(signer)
    (tmp_path / "note").write_text(str(forged))

    with pytest.raises(BackupBroken, match="not as it was signed"):
        restore(
            Path(made.file),
            f"sqlite:///{tmp_path / 'back.db'}",
            Trusted((tmp_path / "note",), (), tmp_path / "keys"),
        )


def test_what_was_let_go_after_the_copy_is_due_again(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    ledger = a_register(desk)
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    approve_and_run(desk)
    assert ledger.stream(SHEET) == []

    back = restore(Path(made.file), f"sqlite:///{tmp_path / 'back.db'}", Trusted())

    assert (back.schools[0].removed, back.schools[0].due) == (0, 4)


def test_what_was_certified_and_is_there_again_goes_again(
    desk: Desk, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is in the back-up and the values are still: the power went in between."""
    ledger = a_register(desk)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    with monkeypatch.context() as cut:
        cut.setattr(keeping, "remove", lambda *_: ())
        approve_and_run(desk)
    assert len(ledger.stream(SHEET)) == 4
    assert any("still there" in what for _, what in found(desk))
    made = backup(desk, tmp_path / "safe", OFFICE.id)

    back = restore(Path(made.file), f"sqlite:///{tmp_path / 'back.db'}", Trusted())

    assert back.schools[0].removed == 4
    with open_store(f"sqlite:///{tmp_path / 'back.db'}") as store:
        assert store.ledger(ledger.school).stream(SHEET) == []
        assert verify(store.ledger(ledger.school)).sound


def test_the_doctor_says_when_a_backup_is_overdue_and_when_one_is_gone(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    a_register(desk)
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    clock.move_to(instant(dt.date(2024, 10, 9), dt.time(9)))
    assert found(desk) == []
    clock.move_to(instant(dt.date(2024, 10, 10), dt.time(9)))
    ((check, what),) = found(desk)
    assert (check, "2024-10-09" in what) == ("back-ups", True)
    Path(made.file).unlink()
    assert len(found(desk)) == 2


def test_the_doctor_sees_a_hold_nobody_confirmed_and_one_not_guarded(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    a_register(desk)
    backup(desk, tmp_path / "safe", OFFICE.id)
    do(desk, PlaceHold, HEAD, case="1", reason="-")
    assert found(desk) == []
    clock.tick(dt.timedelta(days=1, minutes=1))
    assert found(desk) == [("disposals and holds", "nobody else has confirmed it yet")]
    with desk.store.database.door(123456) as run:
        run("DELETE FROM held")
    assert len(found(desk)) == 2
    clock.move_to(instant(MARK_DAY, dt.time(1)))
    assert "clock" in {check for check, _ in found(desk)}
