"""Penalty notices as typed: every verb once, what is shown of them, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from freezegun import freeze_time

from tests.delivery.conftest import Call, Ran

AT = ["--school", "100001"]
HEAD = [*AT, "--as", "head"]
OFFICER = [*AT, "--as", "office"]
LONG = "school_urn,upn,date,session,code\n"
DAYS = ("2024-09-09", "2024-09-10", "2024-09-11", "2024-09-12", "2024-09-13")
ANSWERS = [word for text in ("Yes", "Yes", "Refused", "No") for word in ("--answer", text)]
ONE = ("A100", "1")


@pytest.fixture
def typed(trust: Call, folder: Path) -> Iterator[Call]:
    """Ann was away for a week; the school works under a policy that issues its own notices."""
    adopt = ("adopt-policy", "trusts/manor_2024", "--starts", "2024-09-03", *AT, "--as", "ceo")
    assert trust(*adopt).code == 0
    rows = "".join(f"100001,A100,{day},{half},G\n" for day in DAYS for half in ("AM", "PM"))
    (folder / "away.csv").write_text(LONG + rows)
    with freeze_time("2024-09-16 08:00:00"):
        taken = trust("import", "marks", "away.csv", *OFFICER, "--seen-at", "2024-09-13T18:00")
        assert taken.code == 0, taken.err
        yield trust


def done(ran: Ran) -> None:
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert ran.out.startswith("Recorded as")


def noticed(typed: Call) -> None:
    done(typed("record-awareness", "A100", *HEAD))
    done(typed("record-authority-check", *ONE, "--answer", "None known", *OFFICER))
    done(typed("issue-penalty-notice", *ONE, *ANSWERS, *HEAD))


def test_from_the_threshold_to_a_paid_notice(typed: Call):
    noticed(typed)
    done(typed("record-copy-to-authority", *ONE, "1", *OFFICER))
    done(typed("record-service", *ONE, "1", "--method", "first-class-post", *OFFICER))
    with freeze_time("2024-10-08 08:00:00"):  # R+20
        done(typed("record-payment", *ONE, "1", "--amount", "80", *OFFICER))
    told = typed("penalty", "explain", "A100", "--on", "2024-10-08", *AT)

    assert "2024-09-09 to 2024-09-13  £80 or £160  paid   until 2027-09-16" in told.out
    assert "second: £160 within 28 days" in told.out
    assert "10 sessions are named in notice 1 already" in told.out
    assert "Nothing here is issued automatically." in told.out


def test_the_answer_as_json_has_each_parent_with_the_next_step(typed: Call):
    done(typed("record-awareness", "A100", *HEAD))
    answer = typed("penalty", "explain", "A100", *AT, "--json").document["answer"]
    (parent,) = answer["standing"]["parents"]

    assert parent["case"] == 1
    assert parent["next_act"] == "record-authority-check"
    assert (parent["next"]["which"], parent["next"]["full"]) == ("first", 160)
    assert parent["clocks"][0]["due"] == "2024-09-23"
    assert parent["clocks"][0]["owner"] == "head"


def test_the_list_says_what_a_next_notice_would_be_and_what_comes_next(typed: Call):
    listed = typed("penalty", "list", *AT)
    assert "first          record-awareness" in listed.out
    heading, row = typed("penalty", "list", *AT, "--csv").out.splitlines()
    assert heading.endswith("notices_counted,next_notice,next_step")
    assert "first: £80 within 21 days" in row


def test_as_of_before_nothing_is_known(typed: Call):
    size = typed("penalty", "explain", "A100", *AT, "--json").document["asof"]["entry"]
    noticed(typed)
    before = typed("penalty", "explain", "A100", *AT, "--asof", size, "--json").document["answer"]
    assert before["standing"]["parents"][0]["held"] == []


def test_withdrawn_and_prosecuted(typed: Call):
    noticed(typed)
    done(typed("record-service", *ONE, "1", "--method", "by-hand", *OFFICER))
    early = typed("record-prosecution", *ONE, "1", "--stage", "begun", *OFFICER)
    assert (early.code, "before 15 October 2024" in early.err) == (5, True)
    done(typed("withdraw-penalty-notice", *ONE, "1", "--ground", "material-errors", *OFFICER))
    done(typed("record-prosecution", *ONE, "1", "--stage", "begun", *OFFICER))
    told = typed("penalty", "explain", "A100", "--on", "2024-09-16", *AT)
    assert "withdrawn: material errors" in told.out
    assert "it was withdrawn" in told.out


def test_considered_and_not_issued(typed: Call):
    done(typed("record-awareness", "A100", "--parent", "1", *HEAD))
    deciding = ("consider-penalty-notice", *ONE, "--outcome", "not-issued", *HEAD)
    short = typed(*deciding, "--reason", "Support", "--answer", "Yes", "--answer", "4:No")
    assert short.code == 5
    assert "on these nothing was said: 2. whether" in short.err
    assert "4. whether" not in short.err
    done(typed(*deciding, "--reason", "Support works", "--instead", "A contract", *ANSWERS))


def test_a_notice_elsewhere_is_disclosed(typed: Call):
    said = ("--issued-on", "2024-09-12", "--from", "2024-09-02", "--to", "2024-09-06")
    by = ("--issued-by", "Devon County Council", "--told-by", "Cornwall Council")
    done(typed("disclose-earlier-notice", *ONE, *said, *by, *OFFICER))
    told = typed("penalty", "explain", "A100", "--on", "2024-09-16", *AT)
    assert "Devon County Council" in told.out
    assert "second: £160 within 28 days" in told.out


def test_a_notice_to_improve_is_issued_watched_and_concluded(typed: Call):
    done(typed("record-awareness", "A100", *HEAD))
    issuing = ["issue-notice-to-improve", *ONE, "--target", "No unauthorised absence"]
    contents = [word for n in (2, 3, 4, 5, 7) for word in ("--content", f"{n}:What it says on {n}")]
    long = typed(*issuing, *contents, "--weeks", "7", *HEAD)
    assert (long.code, "3 to 6 weeks, not 7" in long.err) == (5, True)
    done(typed(*issuing, *contents, "--weeks", "3", *HEAD))
    done(typed("record-improvement", *ONE, "--note", "A good start", *OFFICER))
    ended = typed("conclude-notice-to-improve", *ONE, "--outcome", "improved", *HEAD)
    assert (ended.code, "6 October 2024" in ended.err) == (5, True)
    with freeze_time("2024-10-07 08:00:00"):
        done(typed("conclude-notice-to-improve", *ONE, "--outcome", "improved", *HEAD))


def test_a_public_place_notice(typed: Call):
    done(typed("record-authority-check", *ONE, "--answer", "None known", *OFFICER))
    said = ("--suspended-on", "2024-09-09", "--told-parents-on", "2024-09-06")
    done(
        typed(
            *("issue-penalty-notice", *ONE, "--public-place", "--session", "2024-09-09 AM"),
            *(*said, *HEAD),
        )
    )


def test_words_and_options_are_read_strictly(typed: Call):
    wrong = typed("record-service", *ONE, "1", "--method", "pigeon", *OFFICER)
    assert (wrong.code, "is not one of by-hand, left-at-address" in wrong.err) == (2, True)
    nobody = typed("record-payment", "A100", "9", "1", "--amount", "80", *OFFICER)
    assert (nobody.code, "parent-1 (Pat Example)" in nobody.err) == (3, True)
    barred = typed("issue-penalty-notice", *ONE, *ANSWERS, *OFFICER)
    assert (barred.code, "the roles that may are head" in barred.err) == (7, True)
    lead = typed("delegate", "issue-penalty-notice", "office", "--starts", "2024-09-16", *HEAD)
    assert (lead.code, "deputy head or assistant head" in lead.err) == (7, True)


def test_a_notice_issued_elsewhere_counts_and_sets_nobody_here_a_clock(typed: Call):
    told = ("--issued-on", "2024-09-10", "--from", "2024-09-02", "--to", "2024-09-06")
    by = ("--issued-by", "Devon County Council", "--told-by", "Cornwall Council")
    done(typed("disclose-earlier-notice", *ONE, *told, *by, *OFFICER))

    (parent,) = typed("penalty", "explain", "A100", *AT, "--json").document["answer"]["standing"][
        "parents"
    ]
    assert (parent["next"]["which"], parent["clocks"]) == ("second", [])
    due = typed("due", *AT, "--json").document["answer"]["rows"]
    assert [row for row in due if row["kind"] == "penalty notice"] == []


def test_a_long_row_of_weeks_without_a_calendar_is_one_line(typed: Call):
    shown = typed("penalty", "explain", "A100", "--on", "2027-06-01", *AT).out
    (line,) = (row for row in shown.splitlines() if "no calendar has been set" in row)
    assert " to " in line


def test_part_of_what_is_asked_is_said_to_leave_it_unpaid(typed: Call):
    noticed(typed)
    done(typed("record-service", *ONE, "1", "--method", "by-hand", *OFFICER))
    part = typed("record-payment", *ONE, "1", "--amount", "40", *OFFICER)

    assert (part.code, "£40 leaves notice 1 unpaid" in part.err) == (0, True)
    assert "part paid, £40: unpaid" in typed("penalty", "explain", "A100", *AT).out
    done(typed("record-payment", *ONE, "1", "--amount", "40", "--on", "2024-09-16", *OFFICER))
