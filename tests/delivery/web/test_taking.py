"""A register taken on its page: what is sent is recorded whole, once, and over nobody's entry."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from delivery.bootstrap import Desk
from delivery.web.app import application
from ledger.events import MarkRecorded

SHEET = "/100001/registers/4B/2024-09-04/AM"
ANN, BEN = 1, 2


@pytest.fixture
def teacher(desk: Desk) -> Iterator[TestClient]:
    """The teacher of 4B, at 08:50 of the next day."""
    desk.clock = lambda: dt.datetime(2024, 9, 4, 7, 50, tzinfo=dt.UTC)
    made = application(desk, "teacher")
    with TestClient(made, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def sent(*rows: tuple[int, str, str], key: str = "k", **more: str) -> dict[str, object]:
    pupils, codes, words = zip(*rows, strict=True)
    return {"pupil": pupils, "code": codes, "said": words, "key": key, **more}


def marks(desk: Desk) -> dict[int, tuple[str, str | None, int | None]]:
    found = desk.ledger(100001).stream("register/2024-09-04/AM/4B")
    return {
        one.event.pupil: (one.event.code, one.event.nature, one.event.minutes_late)
        for one in found
        if isinstance(one.event, MarkRecorded)
    }


def test_the_page_says_how_many_are_left_and_until_when(teacher: TestClient):
    page = teacher.get(SHEET).text

    assert "2 of 2 to mark" in page
    assert "closes at 09:00: 10 minutes left" in page
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert {"/", "I", "N", "V"} <= offered
    assert offered.isdisjoint({"\\", "U", "#", "Z", "X"})


def test_what_is_sent_is_recorded_in_one_act_with_time_and_nature(teacher: TestClient, desk: Desk):
    form = sent((ANN, "L", "8:48"), (BEN, "V", "Museum"))

    answered = teacher.post(SHEET, data=form, follow_redirects=False)

    assert answered.status_code == 303
    assert marks(desk) == {ANN: ("L", None, 3), BEN: ("V", "Museum", None)}
    page = teacher.get(answered.headers["location"]).text
    assert "all 2 marked" in page
    assert "Ted Teacher, 08:50" in page


def test_everybody_else_is_present_by_one_button(teacher: TestClient, desk: Desk):
    teacher.post(SHEET, data=sent((ANN, "I", ""), (BEN, "", ""), rest="yes"))

    assert {pupil: mark[0] for pupil, mark in marks(desk).items()} == {ANN: "I", BEN: "/"}


def test_the_same_sent_twice_is_recorded_once(teacher: TestClient, desk: Desk):
    form = sent((ANN, "/", ""), (BEN, "/", ""))
    places = [teacher.post(SHEET, data=form, follow_redirects=False) for _ in range(2)]

    assert [one.status_code for one in places] == [303, 303]
    assert places[0].headers["location"] == places[1].headers["location"]
    assert len(marks(desk)) == 2


def test_what_changed_after_a_sending_that_did_arrive_is_not_passed_over(
    teacher: TestClient, desk: Desk
):
    """The answer was lost, more was typed, and the same form is sent again."""
    teacher.post(SHEET, data=sent((ANN, "/", ""), (BEN, "", "")))

    again = teacher.post(SHEET, data=sent((ANN, "/", ""), (BEN, "I", "")))

    assert again.status_code == 422
    assert "had arrived, from entry" in again.text
    assert '<option value="I" selected' in again.text
    assert 'name="key" value="k"' not in again.text  # or it would never be recorded
    assert set(marks(desk)) == {ANN}


def test_the_second_of_two_is_told_what_the_first_recorded_and_keeps_what_was_typed(
    teacher: TestClient, desk: Desk
):
    teacher.post(SHEET, data=sent((ANN, "I", ""), key="first"))
    size = desk.ledger(100001).size()

    second = teacher.post(SHEET, data=sent((ANN, "/", ""), (BEN, "N", ""), key="second"))

    assert second.status_code == 422
    assert (
        "Ann Example: Ted Teacher entered I (Illness) at 08:50; you typed / (Present)"
        in second.text
    )
    assert "code=%2F#amend" in second.text
    assert '<option value="N" selected' in second.text
    assert desk.ledger(100001).size() == size

    teacher.post(SHEET, data=sent((BEN, "N", ""), key="second"))
    assert {pupil: mark[0] for pupil, mark in marks(desk).items()} == {ANN: "I", BEN: "N"}


def test_a_refusal_records_nothing_and_keeps_what_was_typed(teacher: TestClient, desk: Desk):
    size = desk.ledger(100001).size()

    for words, told in [("", "nature"), ("x" * 501, "500 characters")]:
        page = teacher.post(SHEET, data=sent((ANN, "I", ""), (BEN, "K", words)))
        assert page.status_code == 422
        assert told in page.text
        assert '<option value="I" selected' in page.text
    page = teacher.post(SHEET, data=sent((ANN, "L", "soon"), (BEN, "/", "")))
    assert "soon is not a time" in page.text
    assert desk.ledger(100001).size() == size


def test_another_class_is_not_the_teacher_s(teacher: TestClient, desk: Desk):
    size = desk.ledger(100001).size()

    page = teacher.post(
        SHEET.replace("4B", "4A"), data={"pupil": ["3"], "code": ["/"], "said": [""], "key": "k"}
    )

    assert page.status_code == 403
    assert desk.ledger(100001).size() == size


def test_after_closing_the_office_makes_an_n_u_by_the_time_of_arrival(
    teacher: TestClient, desk: Desk
):
    teacher.post(SHEET, data=sent((ANN, "N", ""), (BEN, "/", "")))
    desk.clock = lambda: dt.datetime(2024, 9, 4, 8, 30, tzinfo=dt.UTC)
    office = TestClient(application(desk, "office"), base_url="http://localhost")
    offered = re.findall(r'<option value="([^"]+)"', office.get(SHEET).text)
    assert offered == ["U"]

    late = office.post(SHEET, data=sent((ANN, "U", "9:20"), key="late"), follow_redirects=False)

    assert late.status_code == 303, late.text
    asked = {"pupil": "A100", "date": "2024-09-04", "half": "AM"}
    told = teacher.get("/api/100001/explain-mark", params=asked).json()["answer"]
    assert told["code"] == "U"


def test_a_class_and_a_day_that_are_none_are_a_page_with_a_sentence(teacher: TestClient):
    assert teacher.get("/100001/registers/9Z/2024-09-04/AM").status_code == 404
    assert teacher.get("/100001/registers/4B/2024-09-04/EVENING").status_code == 400
