"""The foot of what leaves the school: the log's root at that entry, and the last checkpoint."""

import datetime as dt
from base64 import b64encode
from pathlib import Path

import pytest
from freezegun import freeze_time
from pypdf import PdfReader

from delivery.foot import Foot, Signed, foot, said
from delivery.sealing.keys import KeyFolder
from delivery.sealing.seal import seal
from ledger.store import Ledger, open_store
from ledger.store.log import Log
from tests.delivery.conftest import Call
from tests.ledger.store.entries import SCHOOL, SHEET, amended, amending, taken, taking

AT = ["--school", "100001"]
WHEN = dt.datetime(2024, 9, 9, 16, tzinfo=dt.UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = open_store(f"sqlite:///{tmp_path / 'x.db'}", create=True).ledger(SCHOOL)
    made.append(taking(), taken("/ N \\ L"))
    return made


def root_of(ledger: Ledger, entry: int) -> str:
    return b64encode(Log(ledger).root_at(entry)).decode()


def test_it_says_the_root_then_and_the_last_checkpoint_of_no_more_entries(
    ledger: Ledger, tmp_path: Path
) -> None:
    assert foot(ledger, 4) == Foot(entry=4, root=root_of(ledger, 4), signed=None)
    keys = KeyFolder(tmp_path / "keys", SCHOOL)
    keys.make("trust.example")
    seal(ledger, keys, WHEN)
    ledger.append(amending(), [amended()], {SHEET: 4})

    four = Signed(entries=4, root=root_of(ledger, 4))
    assert foot(ledger, 5) == Foot(entry=5, root=root_of(ledger, 5), signed=four)
    assert foot(ledger, 4) == Foot(entry=4, root=four.root, signed=four)
    assert foot(ledger, 3).signed is None
    assert foot(ledger, 3).root == root_of(ledger, 3)
    assert "Signed last: 4 entries" in said(foot(ledger, 5))
    assert "(a signed checkpoint)" in said(foot(ledger, 4))


def test_a_long_log_that_was_never_asked_is_not_computed_for_a_page_in_passing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("delivery.foot.AT_HAND", 3)
    assert foot(ledger, 3, insist=False).root is None
    assert "not computed yet" in said(foot(ledger, 3, insist=False))
    assert foot(ledger, 4, insist=False).root == root_of(ledger, 4)
    assert foot(ledger, 3).root == root_of(ledger, 3)


@pytest.mark.slow
def test_registers_and_letters_print_it_and_a_letter_keeps_it(
    trust: Call, folder: Path, request: pytest.FixtureRequest
) -> None:
    with freeze_time("2024-09-03 07:50:00"):
        take = ["take-register", "4B", "--session", "AM", "--present-except", "N:A100"]
        assert trust(*take, *AT, "--as", "teacher").code == 0
    later = freeze_time("2024-09-10 08:00:00")
    later.start()
    request.addfinalizer(later.stop)
    assert trust("key", "make", "trust.example", *AT).code == 0
    assert trust("seal", *AT).code == 0
    signed = Path("attendance-keys/100001.last").read_text().splitlines()[2]
    amend = ["amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Rang"]
    assert trust(*amend, *AT, "--as", "office").code == 0
    root = trust("register", "--class", "4B", *AT, "--json").document["answer"]["foot"]["root"]

    assert root in trust("register", "--class", "4B", *AT).out
    trust("register", "--class", "4B", *AT, "--pdf", "r.pdf")
    ran = trust("letter", "general", "A100", *AT, "--as", "head", "-o", "l.pdf")
    assert ran.code == 0, ran.err
    for file in ("r.pdf", "l.pdf"):
        text = "".join("".join(page.extract_text().split()) for page in PdfReader(file).pages)
        assert {root, signed} == {one for one in (root, signed) if one in text}, file
    assert trust(*amend[:-3], "O", "--reason", "No", *AT, "--as", "office").code == 0
    trust("letter", "show", "1", *AT, "-o", "again.pdf")
    assert Path("again.pdf").read_bytes() == Path("l.pdf").read_bytes()
