"""Entries as JSON Lines: all of them, and the leaves that lead to the root of the log."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.delivery.conftest import Call

pytestmark = pytest.mark.slow
AT = ("--school", "100001")


def tree(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def test_the_leaves_lead_to_the_root_and_the_fields_are_the_entrys(trust: Call):
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
    assert trust(*taking, *AT, "--as", "teacher").code == 0

    head, *lines = map(json.loads, trust("export", "events", *AT).out.splitlines())

    assert [one["entry"] for one in lines] == list(range(1, head["entries"] + 1))
    root = tree([bytes.fromhex(one["leaf"]) for one in lines]).hex()
    assert (head["root"], head["school"]) == (root, 100001)
    last = next(one for one in lines if one["event"] == "mark-recorded")
    assert last["held"] | {"pupil": 1} == last["held"]
    assert (last["act"], last["made_by"]["name"]) == ("take-register", "Ted Teacher")
    assert [one["entry"] for one in lines] == list(range(1, len(lines) + 1))
    assert trust("verify", "--root", f"{head['entries']}:{b64(root)}", *AT).code == 0


def test_only_what_came_after_an_entry(trust: Call):
    whole = trust("export", "events", *AT).out.splitlines()

    some = trust("export", "events", *AT, "--after", "3").out.splitlines()

    assert some[1:] == whole[4:]
    assert json.loads(some[0]) == json.loads(whole[0]) | {"after": 3}
    assert trust("export", "events", *AT, "--after", str(len(whole) - 1)).code == 3
    assert trust("export", "events", *AT, "--after", "9999").code == 2
    assert trust("export", "events", *AT, "--from", "2024-09-03").code == 2


def b64(root: str) -> str:
    import base64

    return base64.b64encode(bytes.fromhex(root)).decode()


def test_a_ledger_that_is_not_as_it_was_recorded_is_not_written_out(trust: Call, folder: Path):
    """Another name in one act, behind the guards, and nothing takes the file's name."""
    with sqlite3.connect(folder / "attendance.db") as database:
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (guard,) in database.execute(guards).fetchall():
            database.execute(f"DROP TRIGGER {guard}")
        database.execute("UPDATE acts SET made_by = replace(made_by, 'Olive', 'Wilma')")
    database.close()

    ran = trust("export", "events", *AT, "-o", "e.jsonl")

    assert ran.code == 4
    assert sorted(one.name for one in folder.glob("e.jsonl*")) == []
