"""Who may do what: the table of roles, own classes, windows, and delegations."""

import datetime as dt

import pytest

from commands.delegate import Delegate
from commands.permits import Ask, permitted
from ledger.events import Delegated, StaffAppointed, StaffLeft
from ledger.refusals import Forbidden, NotPermitted, UnknownPerson
from ledger.school import School
from tests.given import (
    AUDITOR,
    HEAD,
    MADE,
    MONDAY,
    OFFICE,
    SCHOOL,
    TEACHER,
    ask,
    at,
    given,
)

ACTS = {
    "take-register": "teacher office attendance-officer champion head",
    "amend-mark": "teacher office attendance-officer champion head",
    "import-marks": "office attendance-officer champion head",
    "import-pupils": "office attendance-officer champion head",
    "declare-closure": "head ceo",
    "withdraw-closure": "head ceo",
    "adopt-policy": "head ceo board",
    "delegate": "head ceo board",
    "request-leave": "office attendance-officer champion head",
    "consult-on-leave": "head ceo",
    "grant-leave": "head",
    "refuse-leave": "head",
    "withdraw-leave": "head",
    "agree-part-time-timetable": "head",
}
STAFF_ROLES = "teacher office attendance-officer champion head ceo board la auditor"


def of_role(role):
    return StaffAppointed(
        staff="one", name="A Person", position="A position", roles=(role,), groups=("4B",),
        starts="2020-09-01", **MADE,
    )  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", STAFF_ROLES.split())
def test_the_table_of_roles(act, role):
    school = School.fold([*SCHOOL, of_role(role)])
    asked = Ask(act, "one", at("08:50"), "4B")

    if role in ACTS[act].split():
        assert permitted(school, asked).position == "A position"
    else:
        with pytest.raises(NotPermitted):
            permitted(school, asked)


@pytest.mark.parametrize(
    ("group", "inside", "may"),
    [("4B", True, True), ("4B", False, False), ("NU", True, False), ("NU", False, False)],
)
def test_a_teacher_acts_for_the_own_class_inside_its_window(group, inside, may):
    school = School.fold(SCHOOL)
    for act in ("take-register", "amend-mark"):
        asked = Ask(act, TEACHER.id, at("08:50"), group, inside)
        if may:
            assert permitted(school, asked) == TEACHER
        else:
            with pytest.raises(NotPermitted):
                permitted(school, asked)


def test_somebody_is_held_as_on_the_day_of_the_act():
    """Promoted on Monday: the day before the old position is copied, that day the new."""
    promoted = StaffAppointed(
        staff="office", name="Jory Tregear", position="Office manager", roles=("office",),
        starts=MONDAY, **MADE,
    )  # fmt: skip
    school = School.fold([*SCHOOL, promoted])

    sunday = at("12:00", MONDAY - dt.timedelta(days=1))
    assert permitted(school, Ask("amend-mark", "office", sunday)).position == OFFICE.position
    assert permitted(school, Ask("amend-mark", "office", at())).position == "Office manager"


def test_who_has_left_is_not_on_the_staff_from_the_day_after():
    left = StaffLeft(staff="office", last_day=MONDAY, **MADE)
    school = School.fold([*SCHOOL, left])

    assert permitted(school, Ask("amend-mark", "office", at())) == OFFICE
    with pytest.raises(UnknownPerson, match="10 September 2024"):
        permitted(school, Ask("amend-mark", "office", at(day=MONDAY + dt.timedelta(days=1))))


# --- delegation ---------------------------------------------------------------------


def delegated(starts=MONDAY, ends=MONDAY, act="declare-closure", to="office", by=HEAD):
    said = {"act": act, "delegate": to, "starts": starts, "ends": ends}
    return Delegated(**said, made_by=by, made_at=at("08:00"))


@pytest.mark.parametrize(("days", "may"), [(-1, False), (0, True), (1, False)])
def test_a_delegation_is_in_force_between_its_days(days, may):
    school = School.fold([*SCHOOL, delegated()])
    asked = Ask("declare-closure", "office", at("12:00", MONDAY + dt.timedelta(days=days)))

    if may:
        assert permitted(school, asked) == OFFICE
    else:
        with pytest.raises(NotPermitted):
            permitted(school, asked)


def test_a_delegation_is_for_one_act():
    school = School.fold([*SCHOOL, delegated()])
    with pytest.raises(NotPermitted):
        permitted(school, Ask("withdraw-closure", "office", at()))


def test_a_delegation_lapses_when_who_gave_it_has_left():
    gone = StaffLeft(staff="head", last_day=MONDAY - dt.timedelta(days=1), **MADE)
    school = School.fold([*SCHOOL, delegated(), gone])
    with pytest.raises(NotPermitted):
        permitted(school, Ask("declare-closure", "office", at()))


def test_what_was_delegated_cannot_be_passed_on():
    """The auditor was given it by the office, which had it only by delegation."""
    chain = [delegated(), delegated(to="audit", by=OFFICE)]
    school = School.fold([*SCHOOL, *chain])
    with pytest.raises(NotPermitted):
        permitted(school, Ask("declare-closure", "audit", at()))


def delegate(act="declare-closure", by=HEAD, to=OFFICE.id, ends=MONDAY):
    said = {"act": act, "delegate": to, "starts": MONDAY, "ends": ends}
    return ask(Delegate, by, at("08:00"), **said)


def test_who_may_do_an_act_delegates_it():
    given().when(delegate()).then(delegated())


def test_the_same_delegation_twice_is_recorded_once():
    given(delegated()).when(delegate()).then_nothing()


def test_only_who_may_do_an_act_delegates_it():
    given().when(delegate(by=AUDITOR)).then_refused(NotPermitted, "Auditor")
    board = of_role("board")
    command = ask(Delegate, HEAD, act="amend-mark", delegate="office", starts=MONDAY)
    given(board).when(command.model_copy(update={"by": "one"})).then_refused(
        NotPermitted, "delegate amend-mark", "only who may do an act"
    )


def test_nobody_delegates_to_a_stranger():
    given().when(delegate(to="nobody")).then_refused(UnknownPerson, "nobody")


def test_a_delegation_cannot_end_before_it_begins():
    ends = MONDAY - dt.timedelta(days=1)
    given().when(delegate(ends=ends)).then_refused(Forbidden, "8 September 2024")
