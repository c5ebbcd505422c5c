"""What the page of a penalty position offers to record: what is possible now, and by when."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from delivery.bootstrap import Desk
from delivery.web.app import application
from ledger.store import open_store
from tests.delivery.conftest import Call
from tests.delivery.test_penalty_typed import ANSWERS, HEAD, OFFICER, ONE, done, typed

__all__ = ["typed"]
PAGE = "/100001/pupils/A100/penalty?on=2024-09-16"
NOW = dt.datetime(2024, 9, 16, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def pages(typed: Call, folder: Path) -> Iterator[dict[str, TestClient]]:
    """The pages for the head and for the office, of one ledger."""
    url = f"sqlite:///{folder}/attendance.db"
    desk = Desk(url, open_store(url), clock=lambda: NOW)
    yield {
        who: TestClient(application(desk, who), base_url="http://localhost")
        for who in ("head", "office")
    }
    desk.close()


def offered(page: TestClient) -> set[str]:
    """The acts that the page leads to."""
    return {one.partition("?")[0] for one in links(page)}


def links(page: TestClient) -> list[str]:
    text = page.get(PAGE).text
    return [html.unescape(one) for one in re.findall(r'href="/100001/do/([^"]*)"', text)]


@pytest.mark.slow
def test_from_the_threshold_to_service_the_page_offers_the_next_act_and_no_spent_one(
    typed: Call, pages: dict[str, TestClient]
):
    head, office = pages["head"], pages["office"]
    beside = {"record-authority-check", "disclose-earlier-notice", "consider-penalty-notice"}
    assert offered(head) == {*beside, "record-awareness"}

    done(typed("record-awareness", "A100", *HEAD))
    assert offered(head) == {*beside, "issue-notice-to-improve"}
    assert "By Monday 23 September 2024, in 7 days:" in head.get(PAGE).text
    assert "The headteacher" in head.get(PAGE).text

    done(typed("record-authority-check", *ONE, "--answer", "None known", *OFFICER))
    assert offered(head) == {*beside, "issue-notice-to-improve", "issue-penalty-notice"}
    assert "issue-penalty-notice" not in offered(office)

    done(typed("issue-penalty-notice", *ONE, *ANSWERS, *HEAD))
    of_notice = {"record-service", "record-copy-to-authority", "withdraw-penalty-notice"}
    assert of_notice <= offered(head)
    assert {"record-payment", "record-prosecution", "record-awareness"}.isdisjoint(offered(head))

    serving = next(one for one in links(office) if one.startswith("record-service"))
    form = office.get(f"/100001/do/{serving}").text
    assert re.search(r'value="1"[^>]*name="notice"', form)


def test_the_past_and_nobody_offer_nothing(pages: dict[str, TestClient]):
    past = pages["head"].get(f"{PAGE}&asof=2024-09-16T09:30").text

    assert "has reached the threshold" in past
    assert "/do/" not in past


def test_the_list_says_by_when(typed: Call, pages: dict[str, TestClient]):
    done(typed("record-awareness", "A100", *HEAD))

    assert "by 23 Sep 2024" in pages["head"].get("/100001/penalties?on=2024-09-16").text


@pytest.mark.parametrize("act", ["consider-penalty-notice", "issue-penalty-notice"])
def test_the_policy_s_questions_stand_where_they_are_answered(
    pages: dict[str, TestClient], act: str
):
    form = pages["head"].get(f"/100001/do/{act}?pupil=A100&parent=parent-1").text

    asked = form.partition('<ol class="asked" id="f-answer-asked">')[2].partition("</ol>")[0]
    assert asked.count("<li>") == 4
    assert "<li>Whether a penalty notice is the best available tool" in asked
    assert re.search(r'aria-describedby="f-answer-hint f-answer-asked"', form)


def test_what_would_be_recorded_is_said_as_the_entry_will_say_it(
    typed: Call, pages: dict[str, TestClient]
):
    done(typed("record-awareness", "A100", *HEAD))
    said = {"pupil": "A100", "parent": "parent-1", "outcome": "referred"}
    answers = "Ten sessions\nYes\nRefused\nNo"
    check = pages["head"].post(
        "/100001/do/consider-penalty-notice", data={**said, "answer": answers}
    )

    rows = dict(re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', check.text))
    assert rows["Case"] == "1"  # it was said to be yes
    assert "question the" not in rows["Considered"]
    assert rows["Considered"].count("<br>") == 3
