"""Every act as a form and every question as a table, made from the verbs themselves."""

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.cli.calls import ACT, VERBS
from delivery.web.asking import questions
from delivery.web.forms import acts, fields_of, title_of
from delivery.web.given import model_of
from delivery.web.letters import kinds
from ledger.policy import load
from tests.delivery.conftest import Call

CONTACT = "/100001/do/record-contact"
ASKED = {"pupil": "A100", "date": "2024-09-03", "outcome": "reached", "parent": "parent-1"}


def key_of(page: str) -> str:
    return page.partition('name="key" value="')[2].partition('"')[0]


def test_every_act_has_a_form_that_asks_for_all_the_act_may_be_told():
    import datetime as dt

    rules = load("england").on(dt.date(2024, 9, 3))
    for name, verb in acts().items():
        fields = fields_of(verb, None, rules)
        schema = model_of(verb).model_json_schema()
        own = set(schema["properties"]) - {"as", "key", "dry_run"}
        assert {one.name for one in fields} == own, name
        assert {one.name for one in fields if one.required} == set(schema.get("required", ()))
    left_out = {name for name, verb in VERBS.items() if verb.shared is ACT} - acts().keys()
    assert {one for one in left_out if " " not in one} == {"take-register", "amend-mark"}


def test_a_form_says_what_may_be_chosen(reading: TestClient):
    page = reading.get(CONTACT, params={"pupil": "A100", "date": "2024-09-03"}).text

    assert "Ann Example" in page
    assert '<option value="no-answer">no answer</option>' in page
    assert '<option value="parent-1">Pat Example</option>' in page
    assert '<option value="phone" selected>' in page


def test_an_act_is_shown_then_recorded_once_and_leads_back(web: TestClient, desk: Desk):
    size = desk.ledger(100001).size()
    back = "/100001/pupils/1?x=1"

    check = web.post(CONTACT, data={**ASKED, "said": "She <is> ill", "back": back})
    assert "Check what will be recorded" in check.text
    assert "She &lt;is&gt; ill" in check.text
    assert desk.ledger(100001).size() == size

    sent = {**ASKED, "back": back, "key": key_of(check.text), "confirmed": "yes"}
    for _ in range(2):
        done = web.post(CONTACT, data=sent, follow_redirects=False)
        assert done.status_code == 303
        assert done.headers["location"] == f"{back}&done={size + 1}-{size + 1}"
    assert desk.ledger(100001).size() == size + 1
    assert f"Recorded as entry {size + 1}." in web.get(done.headers["location"]).text


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example", "/100002/x", "/\\e"])
def test_an_act_leads_back_nowhere_else(web: TestClient, back: str):
    sent = {**ASKED, "back": back, "key": "k", "confirmed": "yes"}

    done = web.post(CONTACT, data=sent, follow_redirects=False)

    assert done.headers["location"].startswith("/100001/do?done=")


def test_what_is_off_is_named_by_field_and_what_is_refused_by_its_sentence(
    web: TestClient, desk: Desk
):
    size = desk.ledger(100001).size()

    off = web.post(CONTACT, data={"pupil": "A100", "date": "2024-09-31", "outcome": "reached"})
    assert (off.status_code, 'href="#f-date"' in off.text) == (400, True)
    refused = web.post(CONTACT, data={**ASKED, "parent": "", "said": "kept"})
    assert refused.status_code in {400, 422}
    assert "names who was tried" in refused.text
    assert ">kept</textarea>" in refused.text
    unknown = web.post(CONTACT, data={**ASKED, "pupil": "Z9"})
    assert (unknown.status_code, "No pupil Z9" in unknown.text) == (404, True)
    assert web.get("/100001/do/burn-it-all").status_code == 400
    assert desk.ledger(100001).size() == size


def test_a_question_s_table_is_what_is_typed(web: TestClient, attendance: Call):
    with freeze_time("2024-09-03 10:00:00"):
        typed = attendance("--school", "100001", "rates", "--by", "class", "--csv").out
        answered = web.get("/100001/ask/rates?by=class&as=csv")
        page = web.get("/100001/ask/rates?by=class").text

    assert answered.text == typed
    assert answered.headers["content-disposition"] == 'attachment; filename="rates-100001.csv"'
    for cell in typed.splitlines()[1].split(",")[:4]:
        assert f"<td>{cell}</td>" in page
    assert "--from" not in page


@pytest.mark.slow
def test_every_question_has_a_page(reading: TestClient):
    for words in questions():
        page = reading.get(f"/100001/ask/{words.replace(' ', '/')}")
        assert page.status_code == 200, (words, page.text[-900:])


def test_a_question_that_is_off_says_why(reading: TestClient):
    page = reading.get("/100001/ask/due?on=2024-09-31")

    assert (page.status_code, "there is no day 2024-09-31" in page.text) == (400, True)
    assert reading.get("/100001/ask/everything").status_code == 400


def test_a_form_says_nothing_that_only_makes_sense_typed():
    import datetime as dt

    rules = load("england").on(dt.date(2024, 9, 3))
    for name, verb in {**acts(), **kinds()}.items():
        told = [title_of(verb)[1], *(one.hint for one in fields_of(verb, None, rules))]
        assert not [one for one in told if "given again" in one or "PUPIL" in one], name
        labels = {one.label for one in fields_of(verb, None, rules)}
        assert not labels & {"At", "On", "With", "Other", "Back"}, name


def test_before_it_is_recorded_an_act_names_the_parent_and_says_when_in_words(web: TestClient):
    page = web.post(CONTACT, data=ASKED).text

    shown = page.partition("Contact attempted")[2].partition("</table>")[0]
    assert "<td>Pat Example</td>" in shown
    assert "<td>Tuesday 3 September 2024</td>" in shown
    assert "<td>3 September 2024, 11:00</td>" in shown


def test_two_ends_are_typed_a_line_each(reading: TestClient):
    page = reading.get("/100001/ask/diff/rates").text
    assert "ENTRY" not in page
    moved = reading.get("/100001/ask/diff/rates", params={"between": "13\n14", "by": "school"})

    assert moved.status_code == 200
    assert "<tbody><tr>" in moved.text
