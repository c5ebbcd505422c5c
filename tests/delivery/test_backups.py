"""Back-ups: verified, with a receipt; brought back verified, disposals carried out again."""

import base64
import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from commands.retention.place_hold import PlaceHold
from commands.retention.request_disposal import RequestDisposal
from delivery import keeping
from delivery.backups import backup, restore
from delivery.bootstrap import Desk
from delivery.examination import examine
from ledger.calendar import instant
from ledger.proof import merkle
from ledger.refusals import BackupBroken, Forbidden, LedgerOlder, NobodyNamed, NotPermitted
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
from tests.given import HEAD, OFFICE

pytestmark = pytest.mark.slow

__all__ = ["clock", "desk"]  # the fixtures of the ledger that is kept


def found(desk: Desk) -> list[tuple[str, str]]:
    ledger = desk.ledger(None)
    return [(one.check, one.what) for check in examine(desk, ledger) for one in check.findings]


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
        restore(Path(made.file), url)

    with open_store(url) as store:
        back = store.ledger(ledger.school)
        assert verify(back).sound
        assert [one.event for one in back.entries()] == [
            one.event for one in ledger.entries(upto=back.size())
        ]
    with pytest.raises(Forbidden, match="already"):
        restore(Path(made.file), url)


def test_one_that_was_changed_is_not_brought_back(desk: Desk, clock: Any, tmp_path: Path) -> None:
    a_register(desk)
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    with sqlite3.connect(made.file) as connection:
        connection.execute("DROP TRIGGER acts_no_update")
        connection.execute('UPDATE acts SET made_by = \'["x","y","z"]\' WHERE first > 1')

    with pytest.raises(BackupBroken):
        restore(Path(made.file), f"sqlite:///{tmp_path / 'back.db'}")


def test_one_older_than_a_checkpoint_is_refused_unless_told(
    desk: Desk, clock: Any, tmp_path: Path
) -> None:
    ledger = a_register(desk)
    made = backup(desk, tmp_path / "safe", OFFICE.id)
    note = tmp_path / "note"
    root = base64.b64encode(merkle.root(ledger.frontier()[1])).decode()
    note.write_text(f"trust.example/urn/{ledger.school}\n{ledger.size()}\n{root}\n\n— x y\n")
    url = f"sqlite:///{tmp_path / 'back.db'}"

    with pytest.raises(LedgerOlder):  # the receipt itself came after it
        restore(Path(made.file), url, checkpoint=note)

    restore(Path(made.file), url, checkpoint=note, older=True)


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

    back = restore(Path(made.file), f"sqlite:///{tmp_path / 'back.db'}")

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
