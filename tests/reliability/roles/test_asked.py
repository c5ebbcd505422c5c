"""The API as five people: a little of ``python scripts/soak.py api``, on a fixed seed."""

from itertools import count
from pathlib import Path

import pytest

from tests.reliability.roles import asked
from tests.reliability.roles.asked import HIDDEN, VERBS_ASKED, Ground, everything, ground

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the keys of pseudonyms and of the log are."""
    monkeypatch.setenv("ATTENDANCE_KEYS", str(tmp_path / "keys"))


def test_whatever_is_sent_each_is_answered_as_described_and_told_of_nobody_else(tmp_path: Path):
    heard = everything(tmp_path, examples=1, seed=11)

    assert heard.faults == []
    assert sum(heard.answers.values()) == len(VERBS_ASKED) * len(HIDDEN)
    for role in HIDDEN:
        assert heard.answers[role, 200], role
    assert heard.entries > 0


def test_it_sees_a_name_that_slips_out_and_an_entry_of_whoever_only_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Where Ann is to be hidden from who may see her, and the entries grow by themselves."""
    monkeypatch.setattr(asked, "HIDDEN", {"head": ("Ann", "A100"), "auditor": ()})
    numbers = count()
    monkeypatch.setattr(Ground, "entries", lambda _: next(numbers))
    heard = asked.Heard()
    verbs = {verb.words: verb for verb in VERBS_ASKED}
    with ground(tmp_path) as at:
        for words in ("register", "rates", "export marks"):
            asked.asked(at, verbs[words], heard, examples=6, seed=1)

    assert any("told of" in fault for fault in heard.faults)
    assert any(one.startswith("auditor") and "changed the ledger" in one for one in heard.faults)
