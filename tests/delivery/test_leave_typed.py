"""Leave as typed: asked for, decided, entered, explained, listed, and what contradicts it."""

from pathlib import Path

import pytest
from freezegun import freeze_time

from delivery import leave
from projections import contradiction_questions, leave_questions
from tests.delivery.conftest import Call, Ran

BEFORE_TIME_STOPS = (leave, contradiction_questions, leave_questions)
AT = ["--school", "100001"]
TED = [*AT, "--as", "teacher"]
OLIVE = [*AT, "--as", "office"]
HEAD = [*AT, "--as", "head"]
PARENTS = """\
school,upn,surname,forename,date_of_birth,year_group,class,start_date,parent_1_name,parent_1_lives_with
100001,A100,Example,Ann,2015-03-01,4,4B,2024-09-02,Pat Example,yes
100001,A101,Sample,Ben,2015-04-01,4,4B,2024-09-02,Sam Sample,no
"""
ASKING = ("request-leave", "A100", "--asked-by", "parent-1", "--reason", "A funeral")
THURSDAY = ("--first", "2024-09-05", "--back", "2024-09-06")


@pytest.fixture
def school(trust: Call, folder: Path) -> Call:
    """The trust, with parents in the admission register."""
    (folder / "parents.csv").write_text(PARENTS)
    assert trust("import", "pupils", "parents.csv", "--as", "office").code == 0
    return trust


@pytest.fixture
def asked(school: Call) -> Call:
    """Request 1: Ann's mother asks for Thursday, on Tuesday."""
    assert school(*ASKING, *THURSDAY, *OLIVE).code == 0
    return school


def taken(call: Call, half: str, *said: str) -> Ran:
    when = {"AM": "2024-09-05 07:50:00", "PM": "2024-09-05 12:05:00"}[half]
    with freeze_time(when):
        return call("take-register", "4B", "--session", half, *said, *TED)


def explained(call: Call, number: int = 1) -> dict:
    return call("explain-leave", number, *AT, "--json").document["answer"]


# --- from the form to the register ----------------------------------------------------------


def test_a_request_is_entered_with_its_arithmetic(school: Call):
    form = ("--days", "1.5", "--evidence", "Order of service", "--leaves-home", "2024-09-04")
    ran = school(*ASKING, *THURSDAY, *form, *OLIVE)
    assert (ran.code, ran.err) == (0, "")

    found = explained(school)["asked"]
    assert (found["asked_by"], found["appropriate"]) == ("Pat Example", True)
    assert found["arithmetic"]["school_days"] == 1
    assert found["arithmetic"]["notice_school_days"] == 2
    assert (found["half_days_stated"], found["days_agree"]) == (3, False)


def test_leave_granted_is_in_the_register_before_it_is_taken(asked: Call):
    assert asked("grant-leave", 1, *HEAD).code == 0

    page = asked("register", "--class", "4B", *AT, "--from", "2024-09-05", "--to", "2024-09-05")
    assert "(C) (C)" in page.out
    told = asked("explain-mark", "A100", "2024-09-05", "AM", *AT)
    assert (told.code, "Counts as:  C " in told.out) == (0, True)
    assert "leave (leave granted, request 1)" in told.out
    away = asked("registers-not-taken", "--on", "2024-09-05", *AT, "--json").document["answer"]
    assert [row["marked"] for row in away["rows"] if row["group"] == "4B"] == [0, 0]


def test_taking_the_register_enters_it(asked: Call):
    asked("grant-leave", 1, *HEAD)
    assert taken(asked, "AM", "--present-except", "I:A101").code == 0

    told = asked("explain-mark", "A100", "2024-09-05", "AM", *AT).out
    assert "Ted Teacher (Class teacher) entered C (Leave for exceptional circumstances)" in told
    assert "Leave granted, request 1" in told
    rates = asked("rates", *AT, "--json").document["answer"]["rows"]
    assert [(r["group"], r["possible"], r["authorised"]) for r in rates] == [
        ("A100", 1, 1), ("A101", 1, 1),
    ]  # fmt: skip


def test_certain_dates_only(asked: Call):
    assert asked("grant-leave", 1, "--dates", "2024-09-05 AM", *HEAD).code == 0

    found = explained(asked)
    assert found["standing"] == "granted in part"
    assert found["decisions"][0]["spans"] == [{"first": "2024-09-05 AM", "last": "2024-09-05 AM"}]
    assert [one["given"] for one in found["marks"]] == ["C", None]


def test_what_is_beyond_the_grant_is_proposed_as_g_and_entered_by_nobody(asked: Call):
    asked("grant-leave", 1, "--dates", "2024-09-05 AM", *HEAD)
    taken(asked, "AM", "--present-except", "I:A101")
    taken(asked, "PM", "--present-except", "N:A100")

    morning, afternoon = explained(asked)["marks"]
    assert (morning["code"], morning["proposed"]) == ("C", None)
    assert (afternoon["code"], afternoon["proposed"]) == ("N", "G")
    amending = ("amend-mark", "A100", "2024-09-05", "PM", "G", "--reason", "The holiday asked for")
    with freeze_time("2024-09-06 08:00:00"):
        assert asked(*amending, *OLIVE).code == 0
    assert explained(asked)["marks"][1]["code"] == "G"


# --- decided on what was shown -----------------------------------------------------------------


def test_the_figures_shown_are_frozen_with_their_position(school: Call):
    school("take-register", "4B", "--session", "AM", "--present-except", "O:A100", *TED)
    school(*ASKING, *THURSDAY, *OLIVE)
    ran = school("refuse-leave", 1, "--reason", "A holiday", "--penalty-notice", *HEAD)
    assert "Attendance shown, as at entry" in ran.err
    assert "0.0% (0 of 1 sessions) this school year" in ran.err
    with freeze_time("2024-09-04 08:00:00"):
        school("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Note", *OLIVE)

    shown = explained(school)["decisions"][0]["figures"][0]
    assert (shown["unauthorised"], shown["attendance"]) == (1, "0.0")
    assert shown["entry"] == explained(school)["asked"]["entry"]


def test_a_refusal_is_told_with_its_reason(asked: Call):
    asked("refuse-leave", 1, "--reason", "A holiday", "--answered", "letter", *HEAD)

    told = asked("explain-leave", 1, *AT).out
    assert "refused by Hilda Head (Headteacher)" in told
    assert "Reason:      A holiday" in told
    assert "Answered by: letter" in told


def test_who_may_and_who_may_ask(school: Call):
    assert school(*ASKING, *THURSDAY, *OLIVE).code == 0
    assert school("grant-leave", 1, *OLIVE).code == 7
    given = school("delegate", "grant-leave", "office", "--starts", "2024-09-03", *HEAD)
    assert given.code == 0
    assert school("grant-leave", 1, *OLIVE).code == 0
    school("request-leave", "A101", "--asked-by", "parent-1", "--reason", "Away", *THURSDAY, *OLIVE)
    refused = school("grant-leave", 2, *HEAD)
    assert refused.code == 5
    assert "normally does not live with Sam Sample (SI 2024/208 reg. 11(12))" in refused.err


def test_the_ceo_is_consulted_under_a_policy_that_says_so(asked: Call):
    asked("adopt-policy", "trusts/manor_2024", "--starts", "2024-09-02", *AT, "--as", "ceo")
    other = ("grant-leave", 1, "--purpose", "other", "--factor", "3: one day", *HEAD)

    listed = asked("explain-leave", 1, *AT).out
    assert "The policy: not exceptional" in listed
    assert "  4. birthday" in listed
    refused = asked(*other)
    assert (refused.code, "CEO is consulted first" in refused.err) == (5, True)
    consulting = ("consult-on-leave", 1, "ceo", "--said", "Agreed", *HEAD)
    assert asked(*consulting).code == 0
    granted = asked(*other)
    assert (granted.code, "not exceptional" in granted.err) == (0, True)
    told = explained(asked)
    assert told["consulted"][0]["name"] == "Cora Chief"
    assert told["decisions"][0]["factors"][0] == {
        "factor": "the number of school days missed", "note": "one day",
    }  # fmt: skip


def test_both_clauses_on_notice_are_told(school: Call):
    school("adopt-policy", "trusts/manor_2024", "--starts", "2024-09-02", *AT, "--as", "ceo")
    school(*ASKING, "--first", "2024-09-19", "--back", "2024-09-20", *OLIVE)

    found = explained(school)["notice"]
    assert [(one["unit"], one["given"], one["kept"]) for one in found] == [
        ("days", 16, True), ("weeks", 2, False),
    ]  # fmt: skip


# --- over marks already made --------------------------------------------------------------------


def test_leave_over_a_present_mark_is_a_contradiction_and_overwrites_nothing(asked: Call):
    """And when it is cancelled only its own layer goes."""
    taken(asked, "AM", "--present-except", "I:A101")
    with freeze_time("2024-09-05 09:00:00"):
        assert asked("grant-leave", 1, *HEAD).code == 0

    told = asked("explain-mark", "A100", "2024-09-05", "AM", *AT).out
    assert "beneath it leave C" in told
    listed = asked("contradictions", *AT, "--json").document["answer"]["rows"]
    assert [(one["kind"], one["code"], one["leave"]) for one in listed] == [
        ("present during leave", "/", 1)
    ]
    with freeze_time("2024-09-05 10:00:00"):
        assert asked("withdraw-leave", 1, "--reason", "They came", *HEAD).code == 0
    assert asked("contradictions", *AT).code == 3
    after = asked("explain-mark", "A100", "2024-09-05", "AM", *AT).out
    assert ("Counts as:  / " in after, "beneath it leave" in after) == (True, False)
    assert asked("explain-mark", "A100", "2024-09-05", "PM", *AT).code == 3
    assert asked("doctor", "--computed", *AT).code == 0


def test_an_entry_made_under_leave_stays_when_it_is_withdrawn_and_is_listed(asked: Call):
    asked("grant-leave", 1, *HEAD)
    taken(asked, "AM", "--present-except", "I:A101")
    with freeze_time("2024-09-05 10:00:00"):
        asked("withdraw-leave", 1, "--reason", "Granted by mistake", *HEAD)

    listed = asked("contradictions", *AT)
    assert "leave withdrawn" in listed.out
    assert (
        asked("contradictions", *AT, "--csv").out.splitlines()[1].startswith("2024-09-05,AM,A100")
    )


def test_a_mark_from_another_system_lies_over_leave(asked: Call, folder: Path):
    asked("grant-leave", 1, *HEAD)
    (folder / "night.csv").write_text(
        "school_urn,upn,date,session,code\n100001,A100,2024-09-05,AM,/\n"
        "100001,A100,2024-09-05,PM,N\n"
    )
    with freeze_time("2024-09-05 18:00:00"):
        assert asked("import", "marks", "night.csv", "--as", "office").code == 0
    listed = asked("contradictions", *AT, "--json").document["answer"]["rows"]
    assert [(one["kind"], one["code"]) for one in listed] == [
        ("present during leave", "/"), ("unauthorised during leave", "N"),
    ]  # fmt: skip


def test_as_it_was_known_then(asked: Call):
    asked("grant-leave", 1, *HEAD)
    before = int(explained(asked)["asked"]["entry"])
    week = ("register", "--pupil", "A100", "--from", "2024-09-05", "--to", "2024-09-05", *AT)

    changed = asked(*week, "--asof", before, "--json").document["answer"]["lines"]
    assert [(one["then"], one["now"]["layer"]) for one in changed] == [(None, "leave")] * 2
    assert (
        asked("explain-leave", 1, "--asof", before, *AT, "--json").document["answer"]["standing"]
        == "undecided"
    )


# --- part-time timetable, list, dry run --------------------------------------------------------


def test_a_part_time_timetable(school: Call):
    mornings = [
        word
        for day in ("Mon", "Tue", "Wed", "Thu", "Fri")
        for word in ("--attends", f"{day} AM 08:45-12:00")
    ]
    agreeing = (
        "agree-part-time-timetable", "A100", "--parent", "parent-1", "--starts", "2024-09-04",
        "--ends", "2024-09-06", *mornings, "--reason", "After a long illness", *HEAD,
    )  # fmt: skip
    refused = school(*agreeing)
    assert (refused.code, "its review agreed: give --review" in refused.err) == (5, True)
    assert school(*agreeing, "--review", "2024-09-05").code == 0

    assert "Attends:     Mon AM 08:45-12:00" in school("explain-leave", 1, *AT).out
    taken(school, "PM", "--present-except", "I:A101")
    told = school("explain-mark", "A100", "2024-09-05", "PM", *AT).out
    assert "entered C2" in told


def test_the_list_of_requests(asked: Call):
    assert "undecided" in asked("leave", "list", *AT).out
    asked("grant-leave", 1, *HEAD)
    assert asked("leave", "list", "--undecided", *AT).code == 3
    row = asked("leave", "list", "--pupil", "A100", *AT, "--json").document["answer"]["rows"][0]
    assert (row["standing"], row["sessions_given"]) == ("granted", 2)
    assert asked("leave", "list", "--from", "2024-09-06", *AT).code == 3
    assert asked("leave", "list", "--csv", *AT).out.count("\n") == 2


def test_a_dry_run_decides_and_records_nothing(asked: Call):
    assert "Would record 1 entry" in asked("grant-leave", 1, "--dry-run", *HEAD).out
    assert explained(asked)["standing"] == "undecided"


def test_mistyped(asked: Call):
    assert asked("explain-leave", 9, *AT).code == 3
    assert asked("grant-leave", 9, *HEAD).code == 3
    assert asked("grant-leave", 1, "--dates", "tomorrow", *HEAD).code == 2
    assert asked("refuse-leave", 1, "--reason", "No", "--answered", "pigeon", *HEAD).code == 2
    assert asked(*ASKING, *THURSDAY, "--days", "1.3", *OLIVE).code == 2


OWN = """
[pack]
title = "Otterham, tests of 2024/25"
layer = "school"
lies_over = "england"
adopted = 2024-09-02
confirmed = 2024-09-02

[leave.test_windows.values.2024-09-02]
reference = "Otterham, invented test"
value = [{ test = "times tables", year_groups = ["4"], first = 2024-09-05, last = 2024-09-06 }]
"""


def test_statutory_tests_are_shown_to_the_decider_and_kept(asked: Call, folder: Path):
    (folder / "own.toml").write_text(OWN)
    adopting = ("adopt-policy", "own.toml", "--starts", "2024-09-02", *AT, "--as", "ceo")
    ran = asked(*adopting)
    assert ran.code == 0, ran.err
    told = "times tables, 2024-09-05 to 2024-09-06 (2 sessions)"

    assert f"Statutory tests missed: {told}" in asked("explain-leave", 1, *AT).out
    assert f"Statutory tests missed: {told}." in asked("grant-leave", 1, *HEAD).err
    (decision,) = explained(asked)["decisions"]
    assert [one["sessions"] for one in decision["tests"]["missed"]] == [2]
    assert told in asked("explain-leave", 1, *AT).out


def test_the_receipt_says_under_which_number_it_goes_on(trust: Call):
    """The acts that follow name a request by its number: whoever enters it must learn it."""
    asking = ("request-leave", "A100", "--asked-by", "parent-1", "--reason", "A funeral", *AT)
    days = ("--first", "2024-10-07", "--back", "2024-10-08", "--as", "office")
    first, second = trust(*asking, *days), trust(*asking, *days, "--json", "--code", "M")

    assert first.out.endswith(": request 1.\n")
    assert second.document["receipts"][0]["began"] == ["request 2"]
