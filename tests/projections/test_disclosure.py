"""Question 13: everything on one pupil, and a canary that nobody else's data is in the bytes."""

import datetime as dt
import hashlib
import json
import re
from pathlib import Path

import pytest

from delivery.cli.asking import answered
from delivery.disclosing import write
from delivery.usage import Usage
from ledger.calendar import instant
from ledger.events import (
    ContactAttempted,
    MarkAmended,
    ParentsChanged,
    PupilAdmitted,
    ReturnMade,
    SupportNoted,
    SupportOpened,
)
from ledger.events.pupil import Parent
from ledger.events.returns import Returned
from ledger.kinds import Session
from ledger.proof.disclosing import checked
from projections.disclosure import disclose
from projections.runner import Runner
from projections.views import live
from tests.projections.a_school import ASchool, made, session

HASH = re.compile(r"[A-Za-z0-9+/]{43}=|[0-9a-f]{64}")
"""What two letters of a code may stand in by chance: in base64, in hexadecimal."""
AM, PM = session("2024-09-10 AM"), session("2024-09-10 PM")
BY = made(instant(dt.date(2024, 9, 11), dt.time(9)))
PARENTS = (
    Parent(id="parent-1", name="Pat Own", address="1 Own Street", telephone="01632 960001"),
    Parent(id="parent-2", name="Sam Apart", address="2 Secret Street", telephone="01632 960002"),
)
CANARIES = ("Canary", "Wren", "B999999999999", "C2", "secret circumstances", "Ill with Canary")


@pytest.fixture
def school(school: ASchool) -> ASchool:
    """Pupil 1 beside Canary Wren, pupil 9, who stands in the same acts and in free text."""
    school.opened(pupils=1)
    school.act(
        PupilAdmitted(
            pupil=9, upn="B999999999999", surname="Wren", forename="Canary",
            born=dt.date(2014, 6, 1), year_group="4", group="4B", starts=dt.date(2023, 9, 1), **BY,
        ),
        ParentsChanged(pupil=1, original=(), amended=PARENTS, reason="A form", **BY),
        command="import-pupils",
    )  # fmt: skip
    school.marked(AM, {1: "N", 9: "C2"})
    school.marked(PM, {9: "C2", 1: "\\"})
    amend(school, AM, 1, "N", "O", "A fight with Canary Wren (B999999999999), says wren, Canary")
    amend(school, AM, 9, "C2", "I", "secret circumstances")
    school.act(
        ReturnMade(
            kind="attendance", number=1, made_on=dt.date(2024, 9, 11), to="The authority",
            pupils=tuple(
                Returned(pupil=n, since=AM.date, held={"name": name})
                for n, name in ((1, "Forename1 Surname1"), (9, "Canary Wren"))
            ),
            clause="reg. 13(7)", **BY,
        ),
        command="make-return",
    )  # fmt: skip
    said = {"contact": "parent-1", "channel": "phone", "outcome": "no answer"}
    for pupil in (1, 9):
        school.act(
            ContactAttempted(pupil=pupil, first=AM.date, tried_at=BY["made_at"], **said, **BY)
        )
    return school


def amend(school: ASchool, at: Session, pupil: int, original: str, code: str, why: str) -> None:
    school.act(
        MarkAmended(
            session=at, group="4B", pupil=pupil, original=original, amended=code, reason=why, **BY
        )
    )


def asked(school: ASchool, runner: Runner, to: str | None = None):
    view = live(runner, school.ledger)
    return view, view.context.roll.pupils[1], disclose(view, view.context.roll.pupils[1], to)


def test_every_entry_about_the_pupil_is_there_and_no_other(school, runner):
    _, _, found = asked(school, runner)

    assert [one.event for one in found.entries] == [
        "pupil-admitted",
        "parents-changed",
        "mark-recorded",
        "mark-recorded",
        "mark-amended",
        "return-made",
        "contact-attempted",
    ]
    assert found.entries[5].fields["pupils"][0]["pupil"] == 1
    assert len(found.entries[5].fields["pupils"]) == 1


def test_the_canary_is_in_none_of_the_bytes(school, runner, tmp_path: Path):
    view, pupil, found = asked(school, runner, "parent-1")
    files = write(tmp_path / "out", view, pupil, found, answered("disclose", found))
    held = {path.name: path.read_text("utf-8") for path in files}

    assert {"README.txt", "entries.txt", "entries.json", "register.txt"} <= held.keys()
    for name, text in held.items():
        told = HASH.sub("", text)
        for canary in CANARIES:
            assert canary.casefold() not in told.casefold(), (name, canary)
    assert "A fight with [another pupil] ([another pupil])" in held["register.txt"]
    assert any(one.why == "another pupil's" for one in found.withheld)


def test_a_parents_own_address_is_there_and_the_other_parents_is_not(school, runner):
    _, _, nobodys = asked(school, runner)
    _, _, own = asked(school, runner, "parent-1")

    assert "1 Own Street" not in nobodys.model_dump_json()
    assert "1 Own Street" in own.model_dump_json()
    for found in (nobodys, own):
        assert "2 Secret Street" not in found.model_dump_json()
        assert "960002" not in found.model_dump_json()
        assert "Sam Apart" in found.model_dump_json()


def test_notes_in_a_stream_that_began_with_the_pupil_are_there(school, runner):
    opened = {"kind": "meeting", "about": "Attendance", "opened_on": AM.date}
    school.act(SupportOpened(support=1, pupil=1, **opened, **BY), command="open-support")
    school.act(SupportOpened(support=2, pupil=9, **opened, **BY), command="open-support")
    for support in (1, 2):
        school.act(SupportNoted(support=support, noted_on=AM.date, note="Came", **BY))
    _, _, found = asked(school, runner)

    assert [one.stream for one in found.entries[-2:]] == ["support/1", "support/1"]


def test_a_folder_with_something_in_it_is_left_alone(school, runner, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    view, pupil, found = asked(school, runner)

    with pytest.raises(Usage, match="there already"):
        write(tmp_path, view, pupil, found, "{}")


def test_each_entry_is_proved_to_stand_in_the_schools_log(school, runner, tmp_path: Path):
    """By RFC 9162 2.1, reckoned here from the hashes that were handed over and no others."""
    view, pupil, found = asked(school, runner, "parent-1")
    write(tmp_path / "out", view, pupil, found, "{}")
    held = json.loads((tmp_path / "out/proofs.json").read_text())
    leaves = {one["entry"] - 1: checked(one) for one in held["entries"]}
    known = {(level, at): bytes.fromhex(value) for level, at, value in held["nodes"]}
    known |= {(0, at): leaf for at, leaf in leaves.items()}

    assert sorted(at + 1 for at in leaves) == [one.entry for one in found.entries]
    assert _root(known, held["log"]["entries"]).hex() == held["log"]["root"]
    touched = {one.entry for one in found.withheld}
    assert all(bool(one["withheld"]) == (one["entry"] in touched) for one in held["entries"])
    (fight,) = [
        one for one in held["entries"] if one["withheld"] == ["reason"] and "mark" in one["parts"]
    ]
    assert (set(fight["parts"]), fight["withheld"]) == ({"act", "mark", "prior"}, ["reason"])
    assert fight["parts"]["mark"]["value"]["amended"] == "O"


def _root(known: dict[tuple[int, int], bytes], width: int) -> bytes:
    level = 0
    while width > 1:
        for at in range(0, width, 2):
            left, right = known.get((level, at)), known.get((level, at + 1))
            if at + 1 == width and left is not None:
                known.setdefault((level + 1, at // 2), left)
            elif left is not None and right is not None:
                pair = hashlib.sha256(b"\1" + left + right).digest()
                known.setdefault((level + 1, at // 2), pair)
        level, width = level + 1, (width + 1) // 2
    return known[level, 0]
