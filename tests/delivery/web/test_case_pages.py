"""The pages of cases, reports, audit and settings: what they say, and the acts they lead to."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.cli import main
from delivery.web.app import application

LEAVE = {
    "pupil": "A100",
    "asked_by": "parent-1",
    "first": "2024-11-11",
    "back": "2024-11-13",
    "reason": "A wedding <in Leeds>",
}
LIVES_WITH = """\
school,upn,surname,forename,date_of_birth,year_group,class,start_date,parent_1_name,parent_1_lives_with
100001,A100,Example,Ann,2015-03-01,4,4B,2024-09-02,Pat Example,yes
"""
PAGES = [
    ("leave", "No request for leave is waiting"),
    ("absences", "Every absence has a reason"),
    ("pupils/A100/penalty", "is below the threshold: 0 of 10 sessions"),
    ("pupils/A100/history", "Tuesday 3 September 2024, AM: mark amended, N to I"),
    ("pupils/A100/history?kind=all", "Tuesday 3 September 2024, AM: mark recorded: N"),
    ("not-taken?from=2024-09-02&to=2024-09-06", "registers of"),
    ("not-taken?from=2024-09-07&to=2024-09-08", "No school between these days"),
    ("penalties", "Nobody is at the threshold"),
    ("pupils/A100/compare", "Compare two moments"),
    ("pupils/A100/compare?then=2024-09-03T09:00", "1 session of Ann Example changed"),
    ("pupils/A100/letters/concern", "Look at the letter"),
    ("pupils/A100/pack", "The evidence on Ann Example"),
    ("letters", "No letter was sent"),
    ("reports?to=2024-09-03", "Attendance is 50.0%"),
    ("audit", "Amend mark"),
    ("entries/13", "Entry 13"),
    ("audit/verify", "entries are as they were recorded"),
    ("audit/retention", "Nothing may be disposed of"),
    ("data", "tables and views to query"),
    ("settings", "values, each with its clause"),
    ("do", "acts, each shown before"),
    ("ask", "questions"),
]


@pytest.fixture
def head(desk: Desk) -> Iterator[TestClient]:
    made = application(desk, "head")
    with TestClient(made, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def act(web: TestClient, name: str, **said: str) -> str:
    """An act done by its form: shown, then confirmed; where it led to."""
    check = web.post(f"/100001/do/{name}", data=said)
    assert check.status_code == 200, check.text.partition("error-summary__body")[2][:600]
    key = check.text.partition('name="key" value="')[2].partition('"')[0]
    sent = {**said, "key": key, "confirmed": "yes"}
    done = web.post(f"/100001/do/{name}", data=sent, follow_redirects=False)
    assert done.status_code == 303
    return str(done.headers["location"])


@pytest.mark.parametrize(("address", "told"), PAGES, ids=[one[0] for one in PAGES])
def test_a_page_says_what_it_found(reading: TestClient, address: str, told: str):
    page = reading.get(f"/100001/{address}")

    assert page.status_code == 200, page.text[-900:]
    assert told in page.text


@pytest.mark.slow
def test_leave_is_asked_for_looked_at_and_granted_for_some_days(
    head: TestClient, desk: Desk, folder: Path
):
    (folder / "lives.csv").write_text(LIVES_WITH)
    typed = ["--db", desk.url, "--school", "100001", "--as", "office", "import", "pupils"]
    with freeze_time("2024-09-03 09:30:00"):
        assert main([*typed, str(folder / "lives.csv")]) == 0
    act(head, "request-leave", **LEAVE)
    assert "1 request for leave to decide" in head.get("/100001/leave").text

    page = head.get("/100001/leave/1").text
    assert "A wedding &lt;in Leeds&gt;" in page
    assert "it is kept with the decision" in page
    to = act(
        head,
        "grant-leave",
        request="1",
        dates="2024-11-12",
        reason="One day",
        back="/100001/leave/1",
    )
    assert to.startswith("/100001/leave/1?done=")

    page = head.get(to).text
    assert "granted in part" in page
    assert "As shown then, and kept" in page
    assert "No request for leave is waiting" in head.get("/100001/leave").text


def test_a_refusal_by_somebody_who_may_not_is_said_on_the_form(web: TestClient):
    act(web, "request-leave", **LEAVE)

    refused = web.post("/100001/do/refuse-leave", data={"request": "1", "reason": "No"})

    assert refused.status_code == 403
    assert "Not recorded" in refused.text


@pytest.mark.slow
def test_a_letter_is_looked_at_before_it_is_recorded_as_sent(head: TestClient, desk: Desk):
    size = desk.ledger(100001).size()
    form = "/100001/pupils/A100/letters/concern"

    look = head.post(f"{form}/look", data={"without_evidence": "yes"})
    assert (look.status_code, look.content[:5]) == (200, b"%PDF-")
    assert desk.ledger(100001).size() == size

    sent = {"without_evidence": "yes", "key": "letter-1"}
    done = head.post(form, data=sent, follow_redirects=False)
    assert done.headers["location"] == f"/100001/letters/1?done={size + 1}-{size + 2}"
    page = head.get("/100001/letters/1").text
    assert "Pat Example" in page or "each parent" in page
    assert head.get("/100001/letters/1/pdf").content[:5] == b"%PDF-"
    assert head.get("/100001/letters/9").status_code == 400


@pytest.mark.slow
def test_the_board_s_report_names_no_pupil(reading: TestClient):
    from pypdf import PdfReader

    made = reading.get("/100001/reports/board?to=2024-09-03")

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    assert "Attendance is 50.0%" in text
    assert "Example" not in text


def test_a_report_s_bars_are_what_its_table_says(reading: TestClient):
    page = reading.get("/100001/reports?to=2024-09-03").text

    told = reading.get("/api/100001/patterns?to=2024-09-03").json()["answer"]
    assert [(one["code"], one["sessions"]) for one in told["reasons"]] == [("I", 1)]
    assert told["too_few"] == 2  # both had one possible session, and a band wants twenty
    assert "Illness, not a medical or dental appointment (I): 1 of 1 sessions missed" in page


def test_where_a_pupil_is_now_is_said_at_the_top(web: TestClient, desk: Desk):
    assert "Authorised absence this morning: I" in web.get("/100001/pupils/A100").text
    desk.clock = lambda: dt.datetime(2024, 9, 3, 13, 0, tzinfo=dt.UTC)
    assert "Not marked yet this afternoon" in web.get("/100001/pupils/A100").text
    desk.clock = lambda: dt.datetime(2024, 9, 7, 13, 0, tzinfo=dt.UTC)
    assert "No school today" in web.get("/100001/pupils/A100").text


def test_an_entry_there_is_not_is_said(reading: TestClient):
    assert reading.get("/100001/entries/999999").status_code == 400
