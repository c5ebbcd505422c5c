"""The school as it stands: staff, times, policy, closures, each as of a day."""

import datetime as dt

from ledger.events import (
    ClosureDeclared,
    ClosureWithdrawn,
    PolicyAdopted,
    RegisterTimesSet,
    SchoolOpened,
    StaffAppointed,
    StaffLeft,
)
from ledger.kinds import Session
from ledger.school import School, window
from tests.given import AM, MADE, MONDAY, OPENED, PM, SCHOOL, TIMES

DAY = dt.timedelta(days=1)


def folded(*events):
    return School.fold([*SCHOOL, *events])


def times(starts, closes="09:15"):
    return RegisterTimesSet(
        starts=starts, am_opens="08:45", am_closes=closes, pm_opens="13:00", pm_closes="13:15",
        **MADE,
    )  # fmt: skip


def test_register_times_hold_from_their_day():
    school = folded(times(MONDAY))

    assert school.times_on(MONDAY - DAY).am_closes == dt.time(9)
    assert school.times_on(MONDAY).am_closes == dt.time(9, 15)
    assert school.times_on(dt.date(2023, 8, 31)) is None


def test_times_set_again_for_a_day_take_the_place_of_the_first():
    school = folded(times(MONDAY), times(MONDAY, "09:30"))
    assert school.times_on(MONDAY).am_closes == dt.time(9, 30)


def test_times_told_late_do_not_hide_later_ones():
    school = folded(times(MONDAY, "09:30"), times(MONDAY - 7 * DAY, "09:20"))
    assert school.times_on(MONDAY).am_closes == dt.time(9, 30)


def test_the_window_of_each_half():
    assert window(TIMES, "AM") == (dt.time(8, 45), dt.time(9))
    assert window(TIMES, "PM") == (dt.time(13), dt.time(13, 15))


def test_somebody_who_left_and_came_back():
    left = StaffLeft(staff="office", last_day=MONDAY, **MADE)
    back = StaffAppointed(
        staff="office", name="Jory Tregear", position="Office manager", roles=("office",),
        starts=MONDAY + 7 * DAY, **MADE,
    )  # fmt: skip
    school = folded(left, back)

    days = (MONDAY, MONDAY + DAY, MONDAY + 7 * DAY)
    positions = [one and one.position for one in (school.person_on("office", d) for d in days)]
    assert positions == ["School administrator", None, "Office manager"]


def test_nobody_before_the_first_appointment():
    assert folded().person_on("office", dt.date(2020, 8, 31)) is None
    assert folded().person_on("office", dt.date(2020, 9, 1)).roles == ("office",)


def closure(number, first=AM, last=PM, groups=None, code="#"):
    said = {"first": first, "last": last, "code": code, "reason": "Polling", "groups": groups}
    return ClosureDeclared(closure=number, **said, **MADE)


def test_a_closure_stands_until_it_is_withdrawn():
    withdrawn = ClosureWithdrawn(closure=1, reason="No polling", **MADE)

    assert folded(closure(1)).closure_of(AM, "4B").closure == 1
    assert folded(closure(1), withdrawn).closure_of(AM, "4B") is None
    assert folded(closure(1), withdrawn).closures_declared == 1


def test_a_closure_holds_for_its_sessions_and_classes():
    school = folded(closure(1, last=AM, groups=("4B",)))
    sessions = [Session(MONDAY - DAY, "PM"), AM, PM]

    assert [bool(school.closure_of(one, "4B")) for one in sessions] == [False, True, False]
    assert school.closure_of(AM, "NU") is None


def test_a_whole_day_closed_is_planned_but_not_met():
    school = folded(closure(1))
    assert school.calendar.is_school_day(MONDAY)
    assert not school.meeting.is_school_day(MONDAY)


def test_without_a_pack_the_law_of_england_holds():
    assert folded().rules_on(MONDAY).get("retention.entry").value == 6


def test_packs_hold_from_the_day_they_are_adopted():
    pack = PolicyAdopted(pack="local_authorities/cornwall", starts=MONDAY, sha256="0", **MADE)
    names = [folded(pack).rules_on(day).name for day in (MONDAY - DAY, MONDAY)]
    assert ["cornwall" in name for name in names] == [False, True]


def test_a_school_opened_again_has_its_new_name():
    renamed = SchoolOpened(**{**OPENED.model_dump(), "name": "Trelights Academy"})
    assert folded(renamed).name == "Trelights Academy"
    assert folded(renamed).times == folded().times
