"""What a page offers somebody is something they are let in to: no link leads to a refusal."""

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from delivery.web.asking import files, questions
from tests.delivery.web.door.conftest import BOTH, Clock, account
from tests.delivery.web.door.test_who_sees_what import asking, keys, of_pupil, takes_pupil

__all__ = ["keys"]

SHEET = "/100001/registers/4B/2024-09-03/PM"
MARK = "/100001/pupils/1/marks/2024-09-03/AM"
PAGES = ["/100001/pupils/1", "/100001/pupils/1/penalty", MARK]
OF_A_CLASS = ["/100001/registers?on=2024-09-03", "/100001/registers/4B?week=2024-09-03", SHEET]
OF_A_SCHOOL = ["/100001/today?on=2024-09-03", "/100001/leave", "/100001/letters"]
OFFERED = {
    "teacher": PAGES + OF_A_CLASS,
    "authority": PAGES + OF_A_CLASS[:1],
    "auditor": PAGES + OF_A_CLASS + OF_A_SCHOOL,
    "office": PAGES + OF_A_CLASS + OF_A_SCHOOL,
}
Come = Callable[[str], TestClient]


@pytest.mark.parametrize("login", OFFERED)
def test_no_link_of_a_page_leads_to_a_refusal(signed_in: Come, login: str):
    web, links = signed_in(login), set()
    for address in OFFERED[login]:
        page = web.get(address)
        assert page.status_code == 200, address
        links |= {html.unescape(one) for one in re.findall(r'href="(/100001/[^"#]*)', page.text)}

    assert len(links) > 10
    assert {one for one in links if web.get(one).status_code == 403} == set()


@pytest.mark.parametrize("login", ["authority", "auditor"])
def test_whoever_only_reads_is_offered_the_pack_and_no_act(signed_in: Come, login: str):
    page = signed_in(login).get("/100001/pupils/1").text

    assert "Evidence pack" in page
    assert "/100001/do/" not in page


def test_an_auditor_is_shown_a_sheet_and_a_mark_and_nothing_to_send(signed_in: Come):
    web = signed_in("auditor")

    assert "not marked" in web.get(SHEET).text
    for address in (SHEET, MARK):
        page = web.get(address).text
        assert "<select" not in page
        assert not re.search(r'<form method="post"(?! action="/sign-out")[^>]*>.*?<button', page)


def test_a_class_that_is_not_theirs_is_not_called_taken(signed_in: Come):
    page = signed_in("authority").get("/100001/registers?on=2024-09-03").text

    assert "No class here is yours to see" in page
    assert "Every register was taken" not in page


def asked(web: TestClient, words: str, said: dict[str, object]) -> bool:
    """Whether a question put so on a page is answered, and not refused at the door."""
    given = {name: "\n".join(one) if isinstance(one, list) else one for name, one in said.items()}
    page = web.get(f"/100001/ask/{words.replace(' ', '/')}", params={**given, "as": "file"})
    unknown = page.status_code == 404 and "There is no pupil" in page.text
    return page.status_code != 403 and not unknown


@pytest.mark.slow
@pytest.mark.parametrize(
    "login", ["teacher", "office", "head", "trust", "authority", "auditor", "bi"]
)
def test_the_questions_listed_are_those_that_are_answered(signed_in: Come, login: str):
    web, answered = signed_in(login), set()
    for words, verb in {**questions(), **files()}.items():
        ways = [asking(verb, "A100")]
        ways += [of_pupil(verb, "A100")] if takes_pupil(verb) else []
        if {"group", "of_class"} & {one.name for one in verb.own}:
            ways.append(asking(verb, "A100") | {"class": "4B"})
        if any(asked(web, words, one) for one in ways):
            answered.add(words)
    page = web.get("/100001/ask").text
    listed = {one.replace("/", " ") for one in re.findall(r'href="/100001/ask/([^"?]*)', page)}

    assert listed == answered
    assert 0 < len(listed) <= len(questions()) + len(files())


def test_a_teacher_is_listed_less_than_the_head_and_no_act_that_is_not_theirs(signed_in: Come):
    heads, offices = (signed_in(one).get("/100001/do").text for one in ("head", "office"))

    assert "/100001/do/issue-penalty-notice" in heads
    assert "/100001/do/issue-penalty-notice" not in offices
    assert "/100001/do/report-absence" in offices
    assert signed_in("teacher").get("/100001/ask").text.count("<li>") < 30


def test_the_schools_side_by_side_are_offered_to_those_who_see_figures(door, signed_in: Come):
    account(door.accounts, "teaches-twice", staff="teacher", schools=BOTH)
    account(door.accounts, "office-twice", staff="office", schools=BOTH)

    assert "/trust" not in signed_in("teaches-twice").get("/").text
    assert "/trust" in signed_in("office-twice").get("/").text


def test_a_decision_on_leave_is_offered_to_those_who_may_decide(web_of_leave: Come):
    office, head = (web_of_leave(one).get("/100001/leave/1").text for one in ("office", "head"))

    assert "/100001/do/grant-leave" in head
    assert "/100001/do/withdraw-leave" not in head  # nothing was granted yet
    assert not re.search("/100001/do/(grant|refuse|withdraw)-leave", office)
    assert "It waits for somebody who may decide it: the headteacher" in office


@pytest.fixture
def web_of_leave(signed_in: Come) -> Come:
    """A request for leave waits."""
    web = signed_in("office")
    said = {"pupil": "A100", "asked_by": "parent-1", "first": "2024-11-11", "back": "2024-11-13"}
    told = web.post(
        "/api/100001/request-leave",
        json={**said, "reason": "A wedding"},
        headers={"Origin": "http://localhost"},
    )
    assert told.status_code == 200, told.text
    return signed_in


def test_a_teacher_is_offered_a_register_and_an_amendment_while_it_is_taken(
    signed_in: Come, clock: Clock
):
    before, sheet, mark = clock.at, "/100001/registers/4B/2024-09-04/AM", MARK
    shown = {}
    try:
        for hour in (7, 10):  # the register opens at 08:45 in summer, and closes at 09:00
            clock.at = before.replace(day=4, hour=hour, minute=50)
            teacher = signed_in("teacher")
            shown[hour] = teacher.get(sheet).text
            listed = teacher.get("/100001/registers?on=2024-09-04").text
            assert listed.count(">Take it") == (1 if hour == 7 else 0)  # the afternoon's is to come
            assert listed.count(">Enter what is known") == 1
        assert "<select" not in signed_in("teacher").get(mark).text
        assert "<select" in signed_in("office").get(mark).text
    finally:
        clock.at = before

    assert "<select" in shown[7]
    assert "<select" not in shown[10]
    assert "whoever has no mark is now entered by others: the school office" in shown[10]


def test_an_authority_has_the_case_of_each_pupil_named_to_it_and_no_registers(signed_in: Come):
    page = signed_in("authority").get("/100001/pupils").text

    assert "1 pupil on roll whom you may see" in page
    for path in ("penalty", "history", "pack"):
        assert f'href="/100001/pupils/1/{path}"' in page
    assert ">Registers</a>" not in page.replace("\n", "")
    assert "Evidence pack" not in signed_in("teacher").get("/100001/pupils").text


def test_the_registers_shown_are_today_s_before_any_is_taken(signed_in: Come, clock: Clock):
    before, clock.at = clock.at, clock.at.replace(day=5, hour=6)
    try:
        page = signed_in("teacher").get("/100001/registers").text
    finally:
        clock.at = before

    assert "Thursday 5 September 2024" in page
    assert "No register is open yet" in page
    assert page.count("Opens at") == 2
    assert "Not taken" not in page
