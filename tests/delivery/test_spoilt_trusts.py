"""A trust's file that was spoilt: every fault in a sentence, and nothing half set up."""

import random
from pathlib import Path

import pytest

from tests.delivery.conftest import Call
from tests.reliability.mutated.spoiling import spoilt

pytestmark = pytest.mark.slow

DEEP = [
    b"a = " + b"[" * 20_000,
    b"a = " + b"[" * 20_000 + b"]" * 20_000,
    b"urn = " + b"9" * 5000,
    b"[[schools]]\n" * 2000,
    b"\0",
    b"a" * 3_000_000,
]


def test_it_is_refused_in_sentences_or_sets_up_whole_schools(
    set_up_once: Path, attendance: Call, folder: Path
):
    good = (set_up_once / "trust.toml").read_bytes()
    drawn = (spoilt(random.Random(number), "toml", good)[0] for number in range(80))
    ended = set()
    for content in (*DEEP, *drawn):
        (folder / "trust.toml").write_bytes(content)
        (folder / "new.db").unlink(missing_ok=True)
        db = ("--db", f"sqlite:///{folder}/new.db")
        done = attendance(*db, "init", "trust.toml")

        assert done.code in (0, 2, 5), (content[:2000], done)
        assert "should not have happened" not in done.err
        assert all(line.isprintable() for line in done.err.splitlines())
        if done.code:
            assert attendance(*db, "verify").code != 0, "no ledger of half a trust"
        ended.add(done.code)
    assert ended >= {0, 5}
