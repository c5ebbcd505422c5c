"""Marks written out are the marks that stand, and taken in again they are the same."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ledger.store import open_store
from projections.current_register import current_register
from projections.marks_held import marks_held
from projections.views import EVERYTHING, Scope, asof
from tests.delivery.conftest import Call, Ran
from tests.delivery.exports.conftest import AT
from tests.projections.a_school import URN, ASchool, session
from tests.projections.little_ledgers import plainly, write
from tests.projections.test_asof import LITTLE

pytestmark = pytest.mark.slow
SAID = ("school_urn", "upn", "date", "session", "code", "minutes_late", "comment", "taken_at")
SAID += ("taken_by_name", "taken_by_position", "reason")


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out, newline="")))


def test_every_mark_stands_in_its_line_with_what_was_told_of_it(marked: Call):
    found = {(r["upn"], r["date"], r["session"]): r for r in rows(marked("export", "marks", *AT))}

    ann = found["A100", "2024-09-03", "AM"]
    assert (ann["code"], ann["reason"]) == ("I", "'-2 degrees, he said")
    assert (ann["taken_by_name"], ann["taken_by_position"]) == (
        "Olive Office",
        "Attendance officer",
    )
    late = found["A100", "2024-09-04", "AM"]
    assert (late["minutes_late"], late["comment"]) == ("9", "'=cmd|' /C calc'!A0")
    assert (late["taken_at"], late["class"]) == ("2024-09-04T07:54:00+00:00", "4B")
    changed = found["A101", "2024-09-04", "AM"]
    assert (changed["code"], changed["reason"]) == ("I", "'+44 rang")
    assert (changed["taken_by_name"], changed["layer"]) == ("Sam Else", "register")
    assert len(found) == 6


def test_taken_in_by_another_ledger_they_are_the_same(marked: Call, folder: Path):
    """The long file of marks is the very shape that is read."""
    (folder / "out.csv").write_text(marked("export", "marks", *AT).out)
    there = ("--db", f"sqlite:///{folder / 'there.db'}")
    with freeze_time("2024-09-02 08:00:00"):
        assert marked("init", "trust.toml", *there).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert marked(*pupils, *there).code == 0

    with freeze_time("2024-09-06 08:00:00"):
        taken = ("import", "marks", "out.csv", "--as", "office", "--seen-at", "2024-09-06")
        ran = marked(*taken, *there, "--strict")
        assert ran.code == 0, ran.err
        assert marked(*taken, *there).code == 0  # the same file twice writes nothing

    again, first = (rows(marked("export", "marks", *AT, *where)) for where in (there, ()))
    told = [[row[name] for name in SAID if name != "reason"] for row in again]
    assert told == [[row[name] for name in SAID if name != "reason"] for row in first]
    by_class = ("rates", "--by", "class", *AT, "--csv")
    assert marked(*by_class, *there).out == marked(*by_class).out


def test_at_an_entry_the_file_is_the_same_whatever_came_later(marked: Call):
    entry = rows(marked("export", "marks", *AT))[0]["as_at_entry"]
    before = [marked("export", kind, *AT).out for kind in ("marks", "events")]

    amending = ("amend-mark", "A101", "2024-09-03", "AM", "I", "--reason", "A letter came")
    assert marked(*amending, *AT, "--as", "office").code == 0

    after = [marked("export", kind, *AT, "--asof", entry).out for kind in ("marks", "events")]
    assert after == before
    assert marked("export", "marks", *AT).out != before[0]


def test_a_pupil_a_class_some_days(marked: Call):
    def kept(*said: str) -> set[tuple[str, str]]:
        return {(one["upn"], one["date"]) for one in rows(marked("export", "marks", *AT, *said))}

    assert kept("--pupil", "A102") == {("A102", "2024-09-04")}
    assert kept("--class", "4A") == {("A102", "2024-09-04")}
    assert kept("--to", "2024-09-03") == {("A100", "2024-09-03"), ("A101", "2024-09-03")}
    empty = marked("export", "marks", *AT, "--from", "2024-10-01")
    assert (empty.code, empty.out.count("\n")) == (3, 1)
    assert marked("export", "marks", *AT, "--pupil", "A1", "--class", "4A").code == 2


@LITTLE
@given(data=st.data())
def test_the_marks_held_are_those_of_a_plain_reading(data: st.DataObject) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{Path(folder) / 'x.db'}", create=True) as store,
    ):
        school = ASchool(store.ledger(URN))
        write(data.draw, school, 25)
        size = school.ledger.size()
        for upto in (size, data.draw(st.integers(12, size))):
            held = marks_held(asof(school.ledger, upto), EVERYTHING)
            found = {
                (one.session, one.pupil): (one.counts_as, one.layer, one.code, one.vanished)
                for one in held
            }
            plain = plainly(school.ledger, upto).items()
            assert found == {
                key: (*row[:3], bool(row[5])) for key, row in plain if row[2] is not None
            }


def test_a_mark_entered_again_stands_on_the_later_sheet_amended_on_whichever(tmp_path: Path):
    """As in the current register: the class is that of the last first entry."""
    with open_store(f"sqlite:///{tmp_path / 'x.db'}", create=True) as store:
        school = ASchool(store.ledger(URN)).opened(pupils=2)
        morning = session("2024-09-03 AM")
        school.marked(morning, {1: "/", 2: "/"})
        school.marked(morning, {1: "N"}, group="5A")
        school.amended(morning, 1, "N", "I", group="4B")
        view = asof(school.ledger)

        held = {one.pupil: (one.group, one.code) for one in marks_held(view, EVERYTHING)}
        of_class = [one.pupil for one in marks_held(view, Scope(group="5A"))]

        t = current_register.c
        rows = view.rows(select(t.pupil, t["class"].label("of"), t.entered))
        assert held == {row.pupil: (row.of, row.entered) for row in rows}
        assert held == {1: ("5A", "I"), 2: ("4B", "/")}
        assert of_class == [1]
