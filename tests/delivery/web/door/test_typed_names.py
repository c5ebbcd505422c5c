"""A name that somebody types stands in no address, no header and no way back after signing in."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from delivery.web.door.browsers import within
from tests.delivery.web.door.conftest import form_of
from tests.delivery.web.test_browser import PAGES

PUPILS = "/100001/pupils"
TYPED = re.compile(
    r'<form method="get"[^>]*>(?:(?!</form>).)*?'
    r"(<textarea|<input(?![^>]*type=.(?:date|datetime-local|hidden|checkbox|number))[^>]*>)",
    re.DOTALL,
)
"""A field for words of any kind in a form whose fields become an address."""


@pytest.mark.parametrize("role", ["office", "auditor", "teacher"])
def test_a_pupil_is_found_by_a_name_that_is_in_no_address_and_no_header(signed_in, role):
    client = signed_in(role)
    token = form_of(client.get(PUPILS).text)

    found = client.post(PUPILS, data={"q": "ann exam", **token})

    assert (found.status_code, str(found.url)) == (200, "http://localhost" + PUPILS)
    assert "1 pupil found for" in found.text
    assert "Example, Ann" in found.text
    assert not [one for one in found.headers.values() if re.search("ann|exam", one, re.IGNORECASE)]
    assert not re.findall(r'(?:href|action)="[^"]*(?:ann|exam)[^"]*"', found.text, re.IGNORECASE)


def test_the_search_wants_the_token_of_its_session(signed_in):
    client = signed_in("office")

    assert client.post(PUPILS, data={"q": "ann"}).status_code == 403
    assert client.post(PUPILS, data={"q": "ann", "form": "0" * 64}).status_code == 403


def test_somebody_typed_into_the_address_is_not_looked_for(signed_in):
    page = signed_in("office").get(PUPILS, params={"q": "ann"}).text

    assert "3 pupils on roll" in page
    assert "ann" not in re.findall(r'value="([^"]*)"', page)


def test_a_search_finds_as_at_an_earlier_entry_who_was_there_then(signed_in):
    client = signed_in("office")
    page = client.get(PUPILS, params={"asof": "14"}).text

    found = client.post(f"{PUPILS}?asof=14", data={"q": "ann", **form_of(page)}).text

    assert f'action="{PUPILS}?asof=14"' in page
    assert "As it stood at" in found
    assert "1 pupil found for" in found


def test_a_teacher_finds_nobody_of_another_class(signed_in):
    client = signed_in("teacher")
    token = form_of(client.get(PUPILS).text)

    assert "Madeup" not in client.post(PUPILS, data={"q": "m", **token}).text


def test_no_form_makes_an_address_of_words_that_are_typed(signed_in):
    client = signed_in("head")
    looked = {one: client.get(one).text for one in PAGES}
    assert sum("<form" in text for text in looked.values()) > 20

    assert {one: TYPED.findall(text) for one, text in looked.items() if TYPED.search(text)} == {}


def test_a_question_is_asked_by_the_pupils_number_and_not_by_what_was_typed(signed_in):
    client = signed_in("office")
    ask = "/100001/ask/penalty/explain"
    token = form_of(client.get(ask).text)

    sent = client.post(ask, data={"pupil": "A100", "from": "", **token})
    hidden = client.post(ask, data={"pupil": "Z999", **token})

    assert (sent.status_code, sent.headers["location"]) == (303, f"{ask}?pupil=1")
    assert client.get(sent.headers["location"]).status_code == 200
    assert hidden.status_code == 404


def test_of_a_pupil_a_teacher_may_not_know_no_number_is_told(signed_in):
    client = signed_in("teacher")
    ask = "/100001/ask/last-seen"
    token = form_of(client.get(ask).text)

    for pupil in ("A102", "Z999"):
        told = client.post(ask, data={"pupil": pupil, **token})
        assert (told.status_code, "location" in told.headers) == (404, False)


def test_a_letter_is_looked_at_with_its_words_in_no_address_by_whoever_may(signed_in):
    form = "/100001/pupils/1/letters/concern"
    head = signed_in("head")
    page = head.get(form).text
    assert f'formaction="{form}/look"' in page
    assert "formmethod" not in page

    teacher = signed_in("teacher")
    token = form_of(teacher.get(PUPILS).text)

    assert teacher.post(f"{form}/look", data=token).status_code == 403
    assert head.post(f"{form}/look", data={}).status_code == 403  # without the form's token


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/100001/pupils?q=Ann+Example", "/100001/pupils"),
        ("/100001/do/record-contact?pupil=A100&said=Pat+Example+rang", "/100001/do/record-contact"),
        ("/100001/ask/rates?by=class&from=2024-09-02&pupil=1&Ann=1",
         "/100001/ask/rates?from=2024-09-02&pupil=1"),
        ("/100001/today?asof=2024-09-03T09:30%2B01:00&on=2024-09-03&done=Ann",
         "/100001/today?asof=2024-09-03T09%3A30%2B01%3A00&on=2024-09-03"),
        ("/100001/today?on=2024-09-03%0aAnn#Ann", "/100001/today"),
    ],
)  # fmt: skip
def test_the_way_back_after_signing_in_keeps_the_path_and_no_name(browser, asked, back):
    client = browser()

    sent = client.get(asked).headers["location"]
    (next_,) = parse_qs(urlsplit(sent).query)["next"]
    form = client.get("/sign-in", params={"next": asked}).text

    assert next_ == back == within(asked)
    assert "Ann" not in form
    assert "A100" not in form
