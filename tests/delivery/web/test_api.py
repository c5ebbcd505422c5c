"""Over HTTP the same answers, acts and refusals as typed."""

import json

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.cli.calls import VERBS
from delivery.cli.verbs import load
from tests.delivery.conftest import Call

API = "/api/100001"
MARK = {"pupil": "A100", "date": "2024-09-03", "half": "AM"}
QUESTIONS = [
    ("explain-mark", MARK, ["explain-mark", "A100", "2024-09-03", "AM"]),
    ("register", {"class": "4B"}, ["register", "--class", "4B"]),
    ("register", {"pupil": "A100", "asof": "13"}, ["register", "--pupil", "A100", "--asof", "13"]),
    ("penalty/explain", {"pupil": "A100"}, ["penalty", "explain", "A100"]),
    ("penalty/list", {}, ["penalty", "list"]),
    ("rates", {"by": "class"}, ["rates", "--by", "class"]),
    ("audit/completeness", {}, ["audit", "completeness"]),
    ("due", {"on": "2024-09-03"}, ["due", "--on", "2024-09-03"]),
    ("registers-not-taken", {"on": "2024-09-03"}, ["registers-not-taken", "--on", "2024-09-03"]),
]
LEFT_OUT = {
    "watch",
    "export-ledger",
    "import-ledger",
    "account",
    "backup",
    "restore",
    "roles",
    "key",
    "seal",
    "prove",
    "witness",
    "init",
    "import",
    "letter",
    "disclose",
    "serve",
    "rebuild",
    "demo",
    "publish",
    "directory",
}
"""What is only typed: it reads or writes files of the machine, or looks after the server's own."""
load()


@pytest.mark.parametrize(("path", "asked", "typed"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_an_answer_is_the_document_that_is_printed(
    web: TestClient, attendance: Call, path: str, asked: dict[str, str], typed: list[str]
):
    with freeze_time("2024-09-03 10:00:00"):
        printed = attendance("--school", "100001", *typed, "--json").out
        answered = web.get(f"{API}/{path}", params=asked)

    assert (answered.status_code, answered.text) == (200, printed)


def test_every_question_and_act_has_an_address_but_those_that_reach_for_files(reading: TestClient):
    there = reading.get("/api/openapi.json").json()["paths"]

    addresses = {path.removeprefix("/api/{school}/").replace("/", " ") for path in there}
    left_out = set(VERBS) - addresses
    others = {"pack.{form}", "feed", " api feed", " api asyncapi.json"}  # what no verb answers
    assert addresses - others <= set(VERBS)
    assert {one.split()[0] for one in left_out} == LEFT_OUT


def test_a_key_that_was_another_act_s_carries_out_no_disposal(web: TestClient):
    amending = {**MARK, "code": "M", "reason": "A letter from the surgery", "key": "k-9"}
    assert web.post(f"{API}/amend-mark", json=amending).status_code == 200

    again = web.post(f"{API}/dispose-of-entries", json={"disposal": 2000, "key": "k-9"})

    assert again.status_code == 200
    assert again.json()["receipts"][0]["receipt"]["repeated"] is True


def test_an_act_is_done_once_under_one_key(web: TestClient, desk: Desk):
    amending = {**MARK, "code": "M", "reason": "A letter from the surgery"}
    size = desk.ledger(100001).size()

    first = web.post(f"{API}/amend-mark", json=amending, headers={"Idempotency-Key": "k-1"})
    again = web.post(f"{API}/amend-mark", json=amending, headers={"Idempotency-Key": "k-1"})

    assert (first.status_code, again.status_code) == (200, 200)
    receipts = [one.json()["receipts"][0]["receipt"] for one in (first, again)]
    assert [one["repeated"] for one in receipts] == [False, True]
    assert receipts[0]["first"] == receipts[1]["first"] == size + 1
    assert desk.ledger(100001).size() == size + 1


def test_a_register_is_taken_with_lines_as_on_stdin(web: TestClient, desk: Desk):
    taking = {"group": "4A", "session": "AM", "date": "2024-09-03", "lines": ["A102 I"]}

    taken = web.post(f"{API}/take-register", json=taking)

    assert taken.status_code == 200, taken.text
    asked = {**MARK, "pupil": "A102"}
    assert web.get(f"{API}/explain-mark", params=asked).json()["answer"]["code"] == "I"


def test_a_dry_run_records_nothing(web: TestClient, desk: Desk):
    size = desk.ledger(100001).size()

    told = web.post(f"{API}/amend-mark", json={**MARK, "code": "M", "reason": "x", "dry_run": True})

    assert told.json()["receipts"][0]["entries"][0]["amended"] == "M"
    assert desk.ledger(100001).size() == size


REFUSED = [
    ({"code": "Y", "reason": "x"}, 422, "code-not-in-force"),
    ({"code": "M", "reason": ""}, 422, "reason-missing"),
    ({"code": "M", "reason": "x", "pupil": "Z999"}, 404, "unknown-pupil"),
    ({"code": "M", "reason": "x", "person": "nobody"}, 404, "unknown-person"),
    ({"code": "M", "reason": "x", "person": "ceo"}, 403, "not-permitted"),
]


@pytest.mark.parametrize(("more", "status", "code"), REFUSED, ids=[one[2] for one in REFUSED])
def test_a_refusal_has_the_code_and_the_sentence_as_typed(
    web: TestClient, attendance: Call, more: dict[str, str], status: int, code: str
):
    asked = {**MARK, **more}
    who = asked.pop("person", "office")
    typed = ["amend-mark", asked["pupil"], "2024-09-03", "AM", asked["code"]]
    with freeze_time("2024-09-03 10:00:00"):
        at = ["--school", "100001", "--as", who]
        printed = attendance(*at, *typed, "--reason", asked["reason"], "--json").document["refusal"]
        refused = web.post(f"{API}/amend-mark", json={**asked, "as": who})

    assert refused.headers["content-type"] == "application/problem+json"
    said = refused.json()
    assert (refused.status_code, said["code"], said["status"]) == (status, code, status)
    assert (said["code"], said["detail"]) == (printed["code"], printed["message"])
    assert said.get("reference", "") == printed["reference"]


OFF = [
    ({"on": "0"}, "on: '0' is not a date; write it like 2024-09-03"),
    ({"on": "2024-09-31"}, "on: there is no day 2024-09-31"),
    ({"on": "2024-09-03T00:00:00"}, "is not a date"),
    ({"onn": "2024-09-03"}, "onn: Extra inputs are not permitted"),
    ({"policy": "/etc/passwd"}, "files are read only where it runs"),
    ({"policy": "draft.toml"}, "files are read only where it runs"),
    ({"asof": "soon"}, "or give an entry number"),
    ({"from": "2024-09-03", "to": "2024-09-02"}, "to 2024-09-02 is before from 2024-09-03"),
]


@pytest.mark.parametrize(("asked", "told"), OFF, ids=[next(iter(one[0].values())) for one in OFF])
def test_a_request_that_is_off_says_which_part(
    reading: TestClient, asked: dict[str, str], told: str
):
    answered = reading.get(f"{API}/due", params=asked)

    assert (answered.status_code, answered.json()["code"]) == (400, "usage")
    assert told in answered.json()["detail"]


def test_a_question_about_no_school_names_those_there_are(reading: TestClient):
    answered = reading.get("/api/1/rates")

    assert answered.status_code == 404
    assert "100001" in answered.json()["detail"]


ELSEWHERE = [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=["origin", "fetch"])
def test_what_another_site_sends_is_not_done(web: TestClient, desk: Desk, headers: dict[str, str]):
    size = desk.ledger(100001).size()
    amending = {**MARK, "code": "M", "reason": "x"}

    assert web.post(f"{API}/amend-mark", json=amending, headers=headers).status_code == 403
    page = "/100001/pupils/A100/marks/2024-09-03/AM"
    form = {"code": "M", "reason": "x", "confirmed": "yes"}
    assert web.post(page, data=form, headers=headers).status_code == 403
    assert desk.ledger(100001).size() == size


def test_under_another_name_this_machine_answers_nothing(reading: TestClient):
    """Or a page elsewhere could have its own name point here, and read."""
    assert reading.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_each_answer_says_what_a_browser_may_do_with_it(reading: TestClient):
    headers = reading.get(f"{API}/rates").headers

    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_description_is_one_document_with_every_refusal(reading: TestClient):
    described = json.loads(reading.get("/api/openapi.json").text)

    amending = described["paths"]["/api/{school}/amend-mark"]["post"]
    assert set(amending["responses"]) >= {"200", "400", "403", "404", "409", "422"}
    asked = described["components"]["schemas"]["AmendMark"]
    assert set(asked["required"]) == {"pupil", "date", "half", "code"}


def test_several_are_refused_where_one_is_asked(web: TestClient):
    amending = {**MARK, "half": ["AM"], "code": "M", "reason": "A letter from the surgery"}

    answered = web.post(f"{API}/amend-mark", json=amending)

    assert answered.status_code == 400
    assert "['AM'] is not text" in answered.text
