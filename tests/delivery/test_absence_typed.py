"""Following up an absence as typed, from the first call to the last day of an N."""

import json
from pathlib import Path

import pytest
from freezegun import freeze_time

from projections import absences, evidence, last_seen, unexplained
from tests.delivery.conftest import Call

BEFORE_TIME_STOPS = (absences, evidence, last_seen, unexplained)
"""A model must not be made of a frozen date."""
AT = ["--school", "100001"]
OLIVE = [*AT, "--as", "office"]
HILDA = [*AT, "--as", "head"]
DAY = ("A100", "2024-09-03")


@pytest.fixture
def absent(trust: Call) -> Call:
    """Ann has no reason for the morning of 3 September 2024; it is 08:50."""
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
    assert trust(*taking, *AT, "--as", "teacher").code == 0
    return trust


def adopt(call: Call, pack: str) -> None:
    adopting = ("adopt-policy", pack, "--starts", "2024-09-02", *AT)
    ran = call(*adopting, "--as", "ceo")
    assert ran.code == 0 or call(*adopting, "--as", "head").code == 0, ran.err


def test_from_the_first_call_to_the_decision(absent: Call):
    adopt(absent, "trusts/nclt_2023")
    asked = absent("unexplained", "--on", "2024-09-03", *AT)
    assert asked.code == 0
    assert "first-day call" in asked.out
    assert "Ann Example (A100)" in asked.out

    called = absent("record-contact", *DAY, "no-answer", "--parent", "parent-1", *OLIVE)
    assert called.out.startswith("Recorded as entry "), called.err
    asked = absent("unexplained", *AT)
    assert "first-day call: done" in asked.out
    assert "police (NCLT attendance policy (July 2023) s. 4.5)" in asked.out

    told = ("report-absence", *DAY, "--reason", "Tummy bug", "--illness", "--parent", "parent-1")
    assert absent(*told, "--back-on", "2024-09-05", *OLIVE).code == 0
    asked = absent("unexplained", *AT, "--json").document["answer"]["rows"][0]
    assert (asked["told"], asked["left"], asked["resolve_by"]) == ("Tummy bug", 5, "2024-09-10")
    assert absent("decide-absence", *DAY, "I", "--reason", "Tummy bug", *OLIVE).code == 0
    assert absent("unexplained", *AT).code == 3
    told = absent("explain-mark", *DAY, "AM", *AT)
    assert "amended N (" in told.out
    spell = absent("absences", *AT)
    assert "decided (I)" in spell.out
    assert "1, reached" in spell.out


def test_an_unknown_parent_is_told_with_those_there_are(absent: Call):
    ran = absent("record-contact", *DAY, "reached", "--parent", "parent-7", *OLIVE)
    assert ran.code == 3
    assert "has no parent parent-7" in ran.err
    assert "(Pat Example)" in ran.err


def test_escalated(absent: Call):
    ran = absent("escalate-absence", *DAY, "home-visit", "--reason", "No answer all day", *OLIVE)
    assert ran.code == 0, ran.err
    assert "home visit" in absent("absences", *AT).out
    ran = absent("escalate-absence", *DAY, "legal-action", "--reason", "No", *OLIVE)
    assert ran.code == 5
    assert absent("escalate-absence", *DAY, "shouting", "--reason", "No", *OLIVE).code == 2


def test_an_n_is_resolved_on_its_last_day_and_not_before(absent: Call):
    resolving = ("resolve-unexplained", *DAY, "AM", *OLIVE)
    with freeze_time("2024-09-09 15:00:00"):
        early = absent(*resolving)
    assert (early.code, "10 September 2024" in early.err) == (5, True)
    with freeze_time("2024-09-10 15:00:00"):
        asked = absent("unexplained", *AT)
        assert "Amend to O with resolve-unexplained: today is the last day" in asked.out
        assert absent(*resolving).code == 0
    told = absent("explain-mark", *DAY, "AM", *AT)
    assert "The reason was not established within 5 school days, by 10 September 2024" in told.out


def test_illness_is_refused_only_after_notice(absent: Call):
    adopt(absent, "trusts/manor_2024")
    absent("decide-absence", *DAY, "I", "--reason", "Says she was ill", *OLIVE)
    asking = ("request-evidence", *DAY, "--why", "in-doubt", "--reason", "Seen in town", *OLIVE)
    assert absent(*asking).code == 0
    assert "awaited" in absent("evidence", *AT).out
    assert (
        absent("record-evidence", *DAY, "appointment card", "--note", "Undated", *OLIVE).code == 0
    )
    assert "to judge" in absent("evidence", *AT).out
    judging = ("judge-evidence", *DAY, "--not-satisfied", "--reason", "No date on it", *OLIVE)
    assert absent(*judging).code == 0

    refusing = ("refuse-illness", *DAY, "--reason", "The card has no date", *OLIVE)
    refused = absent(*refusing, "--json")
    assert refused.code == 5
    assert json.loads(refused.out)["refusal"]["code"] == "notice-missing"
    assert json.loads(refused.out)["refusal"]["reference"].endswith("s. 4.2")
    assert absent("notify-parent", *DAY, "--parent", "parent-1", *OLIVE).code == 0
    with freeze_time("2024-09-03 08:10:00"):
        assert absent(*refusing).code == 0
    told = absent("explain-mark", *DAY, "AM", *AT)
    assert "parent notified on 3 September 2024" in told.out
    assert "illness refused" in absent("absences", *AT).out


def test_a_letter_requires_evidence_and_is_lifted(absent: Call):
    adopt(absent, "trusts/nclt_2023")
    setting = ("require-evidence", *DAY, "--reason", "82%", "--letter", "letter/1", *HILDA)
    assert absent(*setting).code == 0
    assert "required by letter" in absent("evidence", *AT).out
    absent("decide-absence", *DAY, "I", "--reason", "Ill", *OLIVE)
    assert "required and not received" in absent("evidence", *AT).out
    lifting = ("lift-evidence-requirement", "A100", "2024-09-03", "--reason", "Better", *HILDA)
    assert absent(*lifting).code == 0
    assert "required by letter" not in absent("evidence", "--on", "2024-09-04", *AT).out


def test_a_meeting_about_lateness(absent: Call):
    meeting = ("record-lateness-meeting", *DAY, "asked", "--parent", "parent-1", *OLIVE)
    assert "since 2024-09-02" in absent(*meeting, "--dry-run").out
    assert absent(*meeting).code == 0


def test_last_seen(absent: Call):
    never = absent("last-seen", "A100", *AT)
    assert (never.code, "never" in never.out) == (3, True)
    with freeze_time("2024-09-03 12:05:00"):
        taking = ("take-register", "4B", "--session", "PM", "--present-except", "I:A101")
        absent(*taking, *AT, "--as", "teacher")
    with freeze_time("2024-09-04 09:30:00"):
        taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
        absent(*taking, *OLIVE)
        absent(
            "record-contact", "A100", "2024-09-04", "message-left", "--parent", "parent-1", *OLIVE
        )
        seen = absent("last-seen", "A100", *AT)
    assert seen.code == 0
    assert "2024-09-03 PM, class 4B" in seen.out
    assert "2024-09-03 13:05 by Ted Teacher (Class teacher)" in seen.out
    assert "Pat Example" in seen.out
    assert "message left" in seen.out
    as_rows = absent("last-seen", "A100", "--csv", *AT).out.splitlines()
    assert as_rows[1].startswith("A100,last seen,2024-09-03 PM,\\")
    before = absent("last-seen", "A100", *AT, "--asof", "2024-09-03T12:00")
    assert before.code == 3
    assert absent("last-seen", "Z999", *AT).code == 3


def test_asked_as_of_an_entry_the_unexplained_are_those_of_then(absent: Call, folder: Path):
    size = absent("unexplained", *AT, "--json").document["asof"]["entry"]
    absent("decide-absence", *DAY, "I", "--reason", "Toothache", *OLIVE)
    assert absent("unexplained", *AT).code == 3
    then = absent("unexplained", *AT, "--asof", size)
    assert (then.code, "Ann Example" in then.out) == (0, True)
    rows = absent("unexplained", *AT, "--asof", size, "--csv").out.splitlines()
    assert rows[1].startswith("A100,Ann Example,4B,2024-09-03,AM,2024-09-10,5,False,False,O,")


def test_asked_as_of_then_the_day_is_that_of_then(absent: Call):
    then = absent("unexplained", *AT, "--json").document["asof"]["entry"]
    with freeze_time("2024-10-01 09:00:00"):
        assert absent("unexplained", *AT, "--asof", then, "--json").document["answer"]["on"] == (
            "2024-09-03"
        )
        later = absent("unexplained", *AT, "--asof", then, "--on", "2024-09-30", "--json")
        assert later.document["answer"]["on"] == "2024-09-30"
        assert absent("unexplained", *AT, "--json").document["answer"]["on"] == "2024-10-01"
