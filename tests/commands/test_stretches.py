"""Stretches of a file that are, byte by byte, what they were: not read, and nothing is missed."""

import datetime as dt

import pytest

from ledger.events import (
    AmendmentObserved,
    CalendarSet,
    ClosureDeclared,
    MarkVanished,
    PupilLeft,
    SnapshotImported,
)
from ledger.kinds import Session
from ledger.store import Act
from tests.commands.a_ledger import entries, rows, take_in
from tests.given import (
    AM,
    AMY,
    AUTUMN,
    BEN,
    HEAD,
    MADE,
    MONDAY,
    MONDAY_OF_CHANGE,
    OFFICE,
    PM,
    UPN,
    at,
    half_term,
)

NIGHT_1, NIGHT_2, NIGHT_3 = "2024-09-09 18:00", "2024-09-10 18:00", "2024-09-11 18:00"
TUESDAY = Session(MONDAY + dt.timedelta(days=1), "AM")
BOTH = [(UPN[AMY], AM, "N"), (UPN[BEN], AM, "/"), (UPN[AMY], PM, "\\"), (UPN[BEN], PM, "\\")]


def night(ledger, when, *told, **more):
    """Take a file in; its outcome, and the sessions of which rows were read."""
    read = set()
    outcome = take_in(ledger, when, *told, read_sessions=read, **more)
    return outcome.came, read


def test_only_the_session_that_changed_is_read(ledger):
    _, read = night(ledger, NIGHT_1, *BOTH)
    assert read == {"2024-09-09 AM", "2024-09-09 PM"}

    came, read = night(ledger, NIGHT_2, (UPN[AMY], AM, "I"), *BOTH[1:])
    assert read == {"2024-09-09 AM"}
    assert (came.rows, came.amended, came.unchanged, came.blank) == (4, 1, 3, 0)
    (seen,) = entries(ledger, AmendmentObserved)
    assert (seen.original, seen.amended, seen.line) == ("N", "I", 2)


def test_what_was_not_read_is_known_again_the_night_after(ledger):
    night(ledger, NIGHT_1, *BOTH)
    night(ledger, NIGHT_2, (UPN[AMY], AM, "I"), *BOTH[1:])

    came, read = night(ledger, NIGHT_3, (UPN[AMY], AM, "I"), *BOTH[1:], (UPN[AMY], TUESDAY, "/"))
    assert (read, came.recorded, came.unchanged) == ({"2024-09-10 AM"}, 1, 4)
    first, second, third = entries(ledger, SnapshotImported)
    assert first.showed["2024-09-09 PM"] == second.showed["2024-09-09 PM"]
    assert third.stretches.keys() == {"2024-09-09 AM", "2024-09-09 PM", "2024-09-10 AM"}


def test_a_mark_gone_from_a_stretch_has_vanished(ledger):
    night(ledger, NIGHT_1, *BOTH)
    came, read = night(ledger, NIGHT_2, *BOTH[1:])

    assert (read, came.vanished) == ({"2024-09-09 AM"}, 1)
    assert [one.pupil for one in entries(ledger, MarkVanished)] == [AMY]


def test_a_stretch_gone_altogether_has_vanished_where_the_file_still_speaks_for_its_day(ledger):
    tuesday = [(UPN[BEN], TUESDAY, "/")]
    night(ledger, NIGHT_1, *BOTH, *tuesday)
    came, read = night(ledger, NIGHT_2, *BOTH[:2], *tuesday)

    assert (read, came.vanished) == (set(), 2)


@pytest.mark.parametrize("place", [0, 4])
def test_a_row_that_stands_apart_brings_its_session_to_be_read(ledger, place):
    """Two rows that differ are both refused, wherever the second stands."""
    night(ledger, NIGHT_1, *BOTH)
    other = [(UPN[AMY], PM, "I")]
    came, read = night(ledger, NIGHT_2, *BOTH[:place], *other, *BOTH[place:])

    assert "2024-09-09 PM" in read
    assert (came.refused, came.unchanged, came.vanished) == (2, 3, 0)


def test_a_session_whose_rows_stand_apart_is_not_kept(ledger):
    amy, ben = BOTH[0], BOTH[1]
    night(ledger, NIGHT_1, amy, *BOTH[2:], ben)

    (snapshot,) = entries(ledger, SnapshotImported)
    assert snapshot.stretches.keys() == {"2024-09-09 PM"}


@pytest.mark.parametrize("bad", ["QQ", "H", "M"])
def test_a_stretch_with_something_to_tell_of_is_read_and_told_of_every_night(ledger, bad):
    """A row refused, a code of another year that is flagged, a mark twice: told each time."""
    monday = Session(MONDAY_OF_CHANGE, "AM")
    told = [(UPN[BEN], monday, "/"), (UPN[AMY], monday, bad), (UPN[AMY], monday, bad)]
    again = (UPN[AMY], AM, "/")

    before, _ = night(ledger, NIGHT_1, *told)
    came, read = night(ledger, NIGHT_2, *told, again)
    assert str(monday) in read
    found = before.refused, before.repeated, before.flagged
    assert (came.refused, came.repeated, came.flagged) == found


def test_a_mark_ahead_of_its_file_is_told_of_until_its_time_has_come(ledger):
    early = {"taken_at": "2024-09-10T18:30"}
    told = [(UPN[AMY], AM, "/", early), (UPN[BEN], AM, "/")]
    assert len(night(ledger, NIGHT_1, *told)[0].flagged) == 1

    came, read = night(ledger, NIGHT_2, *told, BOTH[2])
    assert ("2024-09-09 AM" in read, len(came.flagged)) == (True, 1)
    came, read = night(ledger, NIGHT_3, *told, BOTH[3])
    assert (read, came.flagged) == ({"2024-09-09 AM", "2024-09-09 PM"}, ())


LEFT = PupilLeft(pupil=AMY, last_day=MONDAY - dt.timedelta(days=3), made_by=OFFICE, made_at=at())
SHORTER = CalendarSet(
    school_year="2024/25", half_terms=(AUTUMN,), inset=("2024-09-02", "2024-09-09"), **MADE
)
LONGER = CalendarSet(
    school_year="2025/26", half_terms=(half_term("Autumn", 1, "2025-09-01", "2025-10-24"),), **MADE
)


@pytest.mark.parametrize(
    ("event", "refused"), [(LEFT, 2), (SHORTER, 4), (LONGER, 0)], ids=["left", "inset", "new year"]
)
def test_another_roll_or_calendar_has_every_row_read_again(ledger, event, refused):
    """The bytes are the same; what they come to is not."""
    night(ledger, NIGHT_1, *BOTH)
    at_nine = MADE["made_at"] if event is not LEFT else at()
    ledger.append(Act("moved-on", "x", event.made_by, at_nine), [event])

    came, read = night(ledger, NIGHT_2, *BOTH, (UPN[BEN], TUESDAY, "/"))
    assert {"2024-09-09 AM", "2024-09-09 PM"} <= read
    assert came.refused == refused


def test_other_codes_have_every_row_read_again(ledger, monkeypatch):
    night(ledger, NIGHT_1, *BOTH)
    monkeypatch.setattr("commands.snapshot.stretches._WAY_OF_READING", "another")

    _, read = night(ledger, NIGHT_2, *BOTH, (UPN[BEN], TUESDAY, "/"))
    assert {"2024-09-09 AM", "2024-09-09 PM"} <= read


def test_a_closure_lies_over_the_marks_and_changes_nothing_of_how_they_are_read(ledger):
    night(ledger, NIGHT_1, *BOTH)
    closed = ClosureDeclared(
        closure=1, first=AM, last=PM, code="Y4", reason="Boiler", made_by=HEAD, made_at=at()
    )
    ledger.append(Act("closed", "x", HEAD, at()), [closed])

    came, read = night(ledger, NIGHT_2, *BOTH, (UPN[BEN], TUESDAY, "/"))
    assert (read, came.unchanged) == ({"2024-09-10 AM"}, 4)


def test_what_counts_is_the_last_file_that_spoke_for_the_day(ledger):
    """Night 2 says otherwise of Monday; on night 3 the bytes of night 1 are news."""
    night(ledger, NIGHT_1, *BOTH)
    night(ledger, NIGHT_2, (UPN[AMY], AM, "I"), *BOTH[1:])
    came, read = night(ledger, NIGHT_3, *BOTH, (UPN[BEN], TUESDAY, "/"))

    assert ("2024-09-09 AM" in read, came.amended) == (True, 1)


def test_strict_refuses_a_file_of_which_most_was_not_read(ledger):
    night(ledger, NIGHT_1, *BOTH)
    bad = [*rows(*BOTH), (6, UPN[AMY], "2024-09-10", "AM", "QQ", None)]
    with pytest.raises(Exception, match="1 of the rows"):
        night(ledger, NIGHT_2, raw=bad, strict=True)
