"""The pages: each fact at its own address, as it stands or stood; an amendment in two steps."""

import re

import pytest
from fastapi.testclient import TestClient

from delivery.bootstrap import Desk
from delivery.web.app import application
from delivery.web.site import dated, plain

MARK = "/100001/pupils/A100/marks/2024-09-03/AM"
PAGES = [
    ("/", "2 schools in this ledger"),
    ("/100001/today?on=2024-09-03", "Tuesday 3 September 2024"),
    ("/100001/registers?on=2024-09-03", "not taken"),
    ("/100001/registers?on=2024-09-07", "No school on Saturday 7 September 2024"),
    ("/100001/registers/4B?week=2024-09-03", "Class 4B, week of 2 September 2024"),
    ("/100001/pupils", "3 pupils on roll"),
    ("/100001/pupils/A100", "1 amendment this school year"),
    (MARK, "2 entries"),
    ("/100001/penalties", "Nobody is at the threshold"),
    ("/100001/amendments", "1 amendment, 1 with all five particulars"),
]


@pytest.mark.parametrize(("address", "finding"), PAGES, ids=[one[0] for one in PAGES])
def test_a_page_states_its_finding_as_at_the_last_entry(
    reading: TestClient, address: str, finding: str
):
    page = reading.get(address)

    assert page.status_code == 200
    assert finding in page.text
    assert ("As it stands at" in page.text) == (address != "/")


def test_a_mark_shows_its_five_particulars_and_escapes_what_was_said(reading: TestClient):
    page = reading.get(MARK).text

    for told in ("Original entry", "Amended entry", "Tuesday 3 September 2024", "Olive Office"):
        assert told in page
    assert "Parent &lt;rang&gt;" in page
    assert "<rang>" not in page


def test_a_page_as_at_an_earlier_entry_knows_nothing_of_the_later_ones(reading: TestClient):
    size = reading.get("/api/100001/rates").json()["asof"]["entry"]

    then = reading.get(f"{MARK}?asof={size - 1}").text
    now = reading.get(MARK).text

    assert "As it stood at" in then
    assert ("1 entry" in then, "2 entries" in now) == (True, True)
    assert "Olive Office" not in then
    assert "Amend this mark" in now
    assert "Amend this mark" not in then


NEVER = {"999999": 404, "0": 404, "2001-01-01T09:00": 404, "yesterday": 400, "-1": 400}


@pytest.mark.parametrize("asof", NEVER)
def test_a_moment_there_was_not_is_said_on_a_page(reading: TestClient, asof: str):
    for address in ("today", "registers/4B", "pupils/A100", "settings"):
        page = reading.get(f"/100001/{address}", params={"asof": asof})

        assert page.status_code == NEVER[asof], page.text[-300:]
        assert "This should not have happened" not in page.text
    told = reading.get("/100001/pupils/A100/compare", params={"then": asof})
    assert told.status_code == NEVER[asof]
    assert 'href="/100001/registers"' in told.text  # and a way on from there


def test_links_keep_the_moment_asked_about(reading: TestClient):
    page = reading.get("/100001/registers/4B?week=2024-09-03&asof=13").text

    assert "/100001/pupils?asof=13" in page
    assert "/100001/registers/4B?week=2024-09-09&amp;asof=13" in page


def test_links_keep_a_moment_with_its_offset(reading: TestClient):
    """A plus in an address is a blank unless it is written otherwise."""
    page = reading.get("/100001/pupils", params={"asof": "2024-09-03T09:30+01:00"})

    assert page.status_code == 200
    assert "/100001/today?asof=2024-09-03T09%3A30%2B01%3A00" in page.text


def test_an_amendment_is_shown_before_it_is_recorded(web: TestClient, desk: Desk):
    size = desk.ledger(100001).size()

    check = web.post(MARK, data={"code": "M", "reason": "A letter from the surgery"})
    assert "Check the amendment" in check.text
    assert "Olive Office, Attendance officer" in check.text
    assert desk.ledger(100001).size() == size

    key = check.text.partition('name="key" value="')[2].partition('"')[0]
    sent = {"code": "M", "reason": "A letter from the surgery", "key": key, "confirmed": "yes"}
    for _ in range(2):  # the second press of a button records nothing more
        recorded = web.post(MARK, data=sent, follow_redirects=False)
        entry = f"{size + 1}-{size + 1}"
        assert (recorded.status_code, recorded.headers["location"]) == (303, f"{MARK}?done={entry}")
    assert desk.ledger(100001).size() == size + 1
    assert f"Recorded as entry {size + 1}." in web.get(f"{MARK}?done={entry}").text
    assert "3 entries" in web.get(MARK).text


def test_a_refused_amendment_keeps_what_was_typed_and_says_why(web: TestClient, desk: Desk):
    size = desk.ledger(100001).size()

    page = web.post(MARK, data={"code": "M", "reason": ""})

    assert page.status_code == 422
    assert "Not amended" in page.text
    assert '<option value="M" selected>' in page.text
    assert desk.ledger(100001).size() == size


def test_an_amendment_without_a_code_is_refused_and_says_what_is_missing(web: TestClient):
    page = web.post(MARK, data={"code": "", "reason": "A letter came"})

    assert page.status_code == 422
    assert "Choose the code to put in the place of the one that is wrong" in page.text
    assert ">A letter came</textarea>" in page.text


def test_without_a_person_nothing_is_amended(desk: Desk):
    with TestClient(application(desk), base_url="http://localhost") as web:
        page = web.post(MARK, data={"code": "M", "reason": "x", "confirmed": "yes"})

    assert page.status_code >= 400
    assert "--as" in page.text


PROBLEMS = [
    ("/1/today", 404, "This ledger holds no school 1"),
    ("/100001/pupils/Z999", 404, "No pupil Z999"),
    ("/100001/registers/9Z", 404, "9Z"),
    ("/100001/today?asof=soon", 400, "is not a moment"),
    ("/nowhere", 404, "Not found"),
]


@pytest.mark.parametrize(("address", "status", "told"), PROBLEMS, ids=[p[0] for p in PROBLEMS])
def test_a_problem_is_a_page_with_a_sentence(
    reading: TestClient, address: str, status: int, told: str
):
    page = reading.get(address)

    assert page.status_code == status
    assert told in page.text
    assert "Traceback" not in page.text


def test_a_class_s_week_has_the_year_so_far_of_each_and_who_is_persistently_absent(
    reading: TestClient,
):
    page = reading.get("/100001/registers/4B?week=2024-09-03").text
    rates = reading.get("/api/100001/rates", params={"from": "2024-09-01", "to": "2024-09-03"})
    told = {row["name"]: row for row in rates.json()["answer"]["rows"]}

    assert (told["Ann Example"]["persistent"], told["Ben Sample"]["persistent"]) == (True, False)
    ann = page[page.index(">Example, Ann</a>") :].partition("</tr>")[0]
    ben = page[page.index(">Sample, Ben</a>") :].partition("</tr>")[0]
    assert (
        ", severely absent</span>" in ann
    )  # half of the year's sessions or more: she missed the one there was
    assert "ly absent</span>" not in ben
    for row, name in ((ann, "Ann Example"), (ben, "Ben Sample")):
        assert f'class="far">{told[name]["attendance"]}%</td>' in row
    assert "1 persistently absent this year so far" in page


def test_the_year_so_far_is_as_at_the_moment_asked_and_no_later_than_the_week(reading: TestClient):
    then = reading.get("/100001/registers/4B?week=2024-09-03&asof=13").text
    before = reading.get("/100001/registers/4B?week=2024-08-27").text

    assert ", severely absent</span>" in then  # N stood there, and counts as unauthorised
    assert "Year so far" not in before  # nobody is on a register of that week


def test_today_says_how_many_are_accounted_for_and_by_how_many_registers(reading: TestClient):
    page = reading.get("/100001/today?on=2024-09-03").text
    before = reading.get("/100001/today?on=2024-09-02").text

    told = " ".join(page.partition('<p class="accounted">')[2].partition("</p>")[0].split())
    assert told.startswith("<strong>This morning: 2 of 3 pupils accounted for</strong>, 1 in")
    assert "1 of 2 registers taken" in told
    assert "accounted for" not in before


def test_no_page_of_the_day_says_what_would_be_typed(reading: TestClient):
    page = reading.get("/100001/today?on=2024-09-03").text

    assert not [word for word in ("--reason", "make-return", "resolve-unexplained") if word in page]


def test_a_page_says_days_in_words_and_names_no_parent_by_an_id():
    assert dated("2024-09-03 AM, class 4B") == "3 Sep 2024 AM, class 4B"
    assert dated("at 2024-09-03T08:52:01.5Z") == "at 3 September 2024, 09:52"
    assert dated("letter 20240-09-031") == "letter 20240-09-031"
    assert plain("try Ada Example (parent-2) by 2024-09-04") == "try Ada Example by 4 Sep 2024"


def test_what_is_due_says_which_class_and_day_is_meant(reading: TestClient):
    page = reading.get("/100001/today?on=2024-09-03").text

    assert "Tuesday 3 September 2024, morning" in page
    assert 'href="/100001/registers/4A/2024-09-03/AM"' in page
    assert not re.search(r"<td[^>]*>[^<]*\d{4}-\d{2}-\d{2}", page)


def test_the_registers_of_a_session_are_one_row_and_an_n_leads_to_its_mark(web: TestClient):
    taking = {"group": "4A", "session": "AM", "date": "2024-09-03", "lines": ["A102 N"]}
    assert web.post("/api/100001/take-register", json=taking).status_code == 200
    page = web.get("/100001/today?on=2024-09-04").text

    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", page, re.DOTALL)
    (classes,) = (
        rest for session, rest in rows if session == "Tuesday 3 September 2024, afternoon"
    )
    for group in ("4A", "4B"):
        assert f'href="/100001/registers/{group}/2024-09-03/PM"' in classes
    assert 'href="/100001/pupils/3/marks/2024-09-03/AM"' in page


def test_an_n_that_stood_too_long_is_over_by_the_days_its_rule_counts(web: TestClient):
    taking = {"group": "4A", "session": "AM", "date": "2024-09-03", "lines": ["A102 N"]}
    assert web.post("/api/100001/take-register", json=taking).status_code == 200

    for day, told in (("2024-09-11", "1 school day over"), ("2024-09-12", "2 school days over")):
        page = web.get(f"/100001/absences?on={day}").text
        assert page.count(told) == 2  # what to do, and until when it may stand
    assert "today is the last day" in web.get("/100001/absences?on=2024-09-10").text
    assert "5 school days left" in web.get("/100001/absences?on=2024-09-03").text
