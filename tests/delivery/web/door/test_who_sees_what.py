"""Every question and act, by every role, at one's own school and another, also with other ids."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from delivery.cli.calls import ACT, VERBS, Verb
from delivery.cli.verbs import load
from delivery.web.app import application
from delivery.web.door.questions import CASES, TOPICS
from delivery.web.door.rules import Topic
from delivery.web.door.withheld import BY_THEMSELVES
from delivery.web.given import is_export, is_question, reaches_files
from tests.delivery.web.door.conftest import HERE, account, sign_in

pytestmark = pytest.mark.slow
load()
OVER_HTTP = [verb for verb in VERBS.values() if not reaches_files(verb)]
ASKED = [verb for verb in OVER_HTTP if is_question(verb) or is_export(verb)]
DONE = [verb for verb in OVER_HTTP if verb.shared is ACT]
ROLES = [
    "teacher",
    "office",
    "head",
    "ceo",
    "board",
    "there",
    "trust",
    "authority",
    "auditor",
    "bi",
]
NAMES = ("Ann", "Example", "A100", "Ben", "Sample", "A101", "Cas", "Madeup", "A102", "Pat")
THERE = ("Dee", "Invented", "B200")

SEES_OWN = {"teacher", "office", "head", "ceo", "trust", "authority", "auditor"}
SEES_CASE = SEES_OWN - {"teacher"}
SEES_SCHOOL = {"office", "head", "ceo", "trust", "auditor"}
MAY = {
    Topic.PUPIL: SEES_OWN,
    Topic.CASE: SEES_CASE,
    Topic.CLASS: {"teacher", *SEES_SCHOOL},
    Topic.SCHOOL: SEES_SCHOOL,
    Topic.FIGURES: SEES_SCHOOL | {"board", "bi"},
    Topic.PEOPLE: {"head", "ceo", "trust", "auditor"},
    Topic.ENTRIES: {"head", "ceo", "trust", "auditor"},
    Topic.LEDGER: {"head", "ceo", "board", "trust", "authority", "auditor"},
}
WITHOUT_NAMES = {"register", "penalty list", "registers-not-taken", "lateness", *BY_THEMSELVES}
"""What ``bi`` is answered of the school, without names."""


@pytest.fixture(scope="module", autouse=True)
def keys(tmp_path_factory) -> Iterator[None]:
    """Where the keys are under which whoever only counts gets pseudonyms."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTENDANCE_KEYS", str(tmp_path_factory.mktemp("keys")))
        yield


@pytest.fixture(scope="module")
def come(door) -> Callable[[str], TestClient]:
    """A browser for each role, signed in once."""
    account(door.accounts, "board", roles=("board",))
    made = application(door.desk, door=door)
    known: dict[str, TestClient] = {}

    def one(login: str) -> TestClient:
        if login not in known:
            client = TestClient(
                made,
                base_url="http://localhost",
                raise_server_exceptions=False,
                follow_redirects=False,
                headers={"Origin": "http://localhost"},
            )
            known[login] = sign_in(client, login)
        return known[login]

    return one


def path(verb: Verb, school: int = 100001) -> str:
    return f"/api/{school}/{verb.words.replace(' ', '/')}"


def asking(verb: Verb, pupil: str, group: str = "4B") -> dict[str, Any]:
    """The least that a question is to be told, about that pupil or class."""
    least = {
        "pupil": pupil,
        "group": group,
        "date": "2024-09-03",
        "half": "AM",
        "between": ["13", "14"],
        "policies": ["england", "trusts/nclt_2023"],
        "request": "1",
        "table": "v1_fact_mark_current",
        "day": "2025-01-16",
        "kind": "attendance",
    }
    own = {one.name: one.default is one.empty for one in verb.own}
    said = {name: least[name] for name, needed in own.items() if needed}
    if verb.words == "register":
        said = {"class": group}
    if verb.words == "rates":
        said = {"by": "class"}  # of each pupil it is about the school: below
    if verb.words == "pack":
        said |= {"check": "true", "from": "2024-09-02", "to": "2024-09-03", "parent": "parent-1"}
    if verb.words == "export ctf":
        said = {"dfe_number": "908/2101"}
    if verb.words == "whatif":
        said = {"policy": least["policies"]}
    return said


def of_pupil(verb: Verb, pupil: str) -> dict[str, Any]:
    said = {name: value for name, value in asking(verb, pupil).items() if name != "class"}
    return said | {"pupil": pupil}


def takes_pupil(verb: Verb) -> bool:
    return any(one.name == "pupil" for one in verb.own) and verb.words != "audit reading"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ASKED, ids=lambda verb: verb.words)
def test_a_question_is_answered_to_those_who_may_see_what_it_is_about(verb, role, come):
    answered = come(role).get(path(verb), params=asking(verb, "A100"))
    topic = Topic.SCHOOL if verb.words == "explain-leave" else TOPICS[verb.words]

    if role == "there":
        assert (answered.status_code, answered.json()["code"]) == (404, "unknown-school")
    elif role in MAY[topic] or (role == "bi" and verb.words in WITHOUT_NAMES):
        refused = answered.headers["content-type"].startswith("application/problem")
        assert not refused or answered.json()["code"] in {"nothing-matched", "unknown-leave"}
    else:
        hidden = topic in {Topic.PUPIL, Topic.CASE} and role == "board"
        told = (404, "unknown-pupil") if hidden else (403, "not-yours-to-see")
        assert (answered.status_code, answered.json()["code"]) == told
    if role == "bi":
        assert not [name for name in NAMES if f'"{name}' in answered.text]
    assert not [name for name in THERE if name in answered.text] or role in {"ceo"}


@pytest.mark.parametrize("verb", [v for v in ASKED if takes_pupil(v)], ids=lambda v: v.words)
def test_a_pupil_out_of_sight_is_refused_as_one_there_is_not(verb, come):
    """By UPN, by number, of another school: the same bytes but for what was typed."""
    for role in ("teacher", "authority", "board"):
        told = set()
        for pupil in ("A102", "3", "Z999", "B200", "99"):
            answered = come(role).get(path(verb), params=of_pupil(verb, pupil))
            assert answered.status_code == 404, (role, pupil, answered.text)
            told.add(answered.text.replace(pupil, "?"))
        assert len(told) == 1
    case = verb.words in CASES or verb.words == "evidence"
    mine = come("teacher").get(path(verb), params=of_pupil(verb, "A100"))
    assert (mine.status_code == 403) == case


@pytest.mark.parametrize("role", ROLES)
def test_a_class_is_shown_to_its_teacher_and_to_those_who_see_the_school(role, come):
    ours, theirs = (
        come(role).get("/api/100001/register", params={"class": one}) for one in ("4B", "4A")
    )

    sees = role in SEES_SCHOOL | {"bi"}
    assert (ours.status_code == 200) == (sees or role == "teacher")
    assert (theirs.status_code in {200, 404} and role != "there") == sees


PAGES = [
    ("/100001/today", Topic.SCHOOL),
    ("/100001/registers?on=2024-09-03", None),
    ("/100001/registers/4B?week=2024-09-03", Topic.CLASS),
    ("/100001/pupils", None),
    ("/100001/pupils/A100", Topic.PUPIL),
    ("/100001/pupils/A100/marks/2024-09-03/AM", Topic.PUPIL),
    ("/100001/penalties", Topic.SCHOOL),
    ("/100001/amendments", Topic.SCHOOL),
    ("/100001/pupils/A100/history", Topic.CASE),
    ("/100001/pupils/A100/pack", Topic.CASE),
    ("/100001/pupils/A100/penalty", Topic.PUPIL),
    ("/100001/pupils/A100/compare", Topic.PUPIL),
    ("/100001/leave", Topic.SCHOOL),
    ("/100001/absences", Topic.SCHOOL),
    ("/100001/letters", Topic.SCHOOL),
    ("/100001/entries/14", Topic.SCHOOL),
    ("/100001/reports", Topic.FIGURES),
    ("/100001/audit", Topic.PEOPLE),
    ("/100001/audit/verify", Topic.LEDGER),
    ("/100001/audit/retention", Topic.SCHOOL),
    ("/100001/settings", Topic.SCHOOL),
    ("/100001/do/report-absence", Topic.SCHOOL),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("address", "topic"), PAGES, ids=[one[0] for one in PAGES])
def test_a_page_is_shown_to_those_who_may_see_what_it_is_about(address, topic, role, come):
    answered = come(role).get(address)

    may = MAY[topic] if topic else SEES_OWN
    assert (answered.status_code == 200) == (role in may), answered.status_code
    if role not in may:
        assert answered.status_code in {403, 404}
        assert not [name for name in NAMES if name in answered.text.replace("A100", "")]


@pytest.mark.parametrize("role", ["teacher", "authority"])
def test_a_list_leaves_out_whom_one_may_not_see(role, come):
    page = come(role).get("/100001/pupils").text

    assert "Example" in page
    assert "Madeup" not in page
    assert ("Sample" in page) == (role == "teacher")


@pytest.mark.parametrize("address", [one[0] for one in PAGES])
def test_of_another_school_nothing_is_shown_whatever_is_typed(address, come):
    for role, school in (("teacher", "100002"), ("head", "100002"), ("there", "100001")):
        answered = come(role).get(address.replace("100001", school))
        nowhere = come(role).get(address.replace("100001", "100009"))

        assert (answered.status_code, nowhere.status_code) == (404, 404)
        assert answered.text.replace(school, "?") == nowhere.text.replace("100009", "?")


def test_the_first_page_names_only_the_schools_one_has_business_with(come):
    assert come("office").get("/").headers["location"] == "/100001/today"
    assert come("trust").get("/").headers["location"] == "/trust"
    both = come("trust").get("/?list=yes").text
    assert "100001" in both
    assert "100002" in both


SEEN_FIRST = {
    "teacher": "registers/4B/2024-09-03/AM",
    "office": "today",
    "head": "today",
    "board": "reports",
    "trust": "reports",
    "authority": "pupils",
    "auditor": "audit",
    "bi": "data",
}


@pytest.mark.parametrize("role", SEEN_FIRST)
def test_what_each_role_sees_first_is_theirs_to_see(role, come):
    to = come(role).get("/100001").headers["location"]

    assert to == f"/100001/{SEEN_FIRST[role]}"
    assert come(role).get(to).status_code == 200


# --- acts ------------------------------------------------------------------------------------


def least(verb: Verb, client: TestClient, door: Any) -> dict[str, Any]:
    """The least an act is to be told, as its description has it."""
    described = client.get("/api/openapi.json").json()
    schema = described["paths"][path(verb, 0).replace("/0/", "/{school}/")]["post"]["requestBody"]
    name = schema["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    model = described["components"]["schemas"][name]
    given: dict[str, Any] = {}
    for field in model.get("required", ()):
        part = model["properties"][field]
        part = next((one for one in part.get("anyOf", ()) if one.get("type") != "null"), part)
        given[field] = _value(field, part)
    return given


def _value(field: str, part: dict[str, Any]) -> Any:
    if field == "pupil":
        return "A100"
    if field == "group":
        return "4B"
    if field == "from" or field == "to":
        return "2024-09-03"
    if part.get("enum"):
        return part["enum"][0]
    kinds = {"integer": 1, "boolean": True, "array": ["2024-09-03 AM"]}
    return part.get("examples", [kinds.get(str(part.get("type")), "x")])[0]


@pytest.mark.parametrize("verb", DONE, ids=lambda verb: verb.words)
def test_an_act_is_let_through_to_its_own_rule_only_for_those_who_change_things(verb, come, door):
    """Who may is the act's own rule; auditors, and those on no staff, do not come so far."""
    sizes = {urn: door.desk.ledger(urn).size() for urn in (100001, 100002)}
    told = {**least(verb, come("head"), door), "dry_run": True}

    for role in ("trust", "board", "authority", "auditor", "bi"):
        answered = come(role).post(path(verb), json=told)
        assert (answered.status_code, answered.json()["code"]) == (403, "not-yours-to-do"), role
    for role in ("teacher", "office", "head", "ceo"):
        answered = come(role).post(path(verb), json=told)
        assert answered.status_code in {200, 400, 403, 404, 409, 422}, answered.text
        assert "not-yours" not in answered.text
        for other in ("head", "office", "nobody"):
            if other != role:
                as_other = come(role).post(path(verb), json={**told, "as": other})
                assert as_other.json()["code"] == "not-yours-to-do"
    for role, school in (("there", 100001), ("teacher", 100002), ("head", 100002)):
        answered = come(role).post(path(verb, school), json=told)
        assert (answered.status_code, answered.json()["code"]) == (404, "unknown-school")
    assert {urn: door.desk.ledger(urn).size() for urn in sizes} == sizes


WHO_MAY = [
    ("amend-mark", {"pupil": "A100", "date": "2024-09-03", "half": "AM", "code": "M",
                    "reason": "x"}, {"office", "head"}),
    ("declare-closure", {"from": "2024-09-05", "to": "2024-09-05", "code": "#", "reason": "x"},
     {"head", "ceo"}),
    ("adopt-policy", {"pack": "local_authorities/cornwall", "starts": "2024-09-05"},
     {"head", "ceo"}),
]  # fmt: skip


@pytest.mark.parametrize(("act", "told", "may"), WHO_MAY, ids=[one[0] for one in WHO_MAY])
def test_who_may_over_http_is_who_may_when_typed(act, told, may, come):
    for role in ("teacher", "office", "head", "ceo"):
        answered = come(role).post(f"/api/100001/{act}", json={**told, "dry_run": True})
        code = answered.json().get("code", "done")

        assert (code != "not-permitted") == (role in may), (role, answered.text)


def test_names_are_left_out_of_every_answer_to_a_machine(come):
    told = come("bi").get("/api/100001/register", params={"class": "4B"}).json()

    lines = told["answer"]["lines"]
    assert {line["pupil"] for line in lines} == {1, 2}
    assert {line["then"]["code"] for line in lines} >= {"/"}
    assert not [name for name in NAMES if name in json.dumps(told)]
    everybody = come("bi").get("/api/100001/rates", params={"by": "pupil"}).json()
    assert [row["name"] for row in everybody["answer"]["rows"]] == [None, None, None] or not [
        name for name in NAMES if name in json.dumps(everybody)
    ]


def test_a_grant_of_names_shows_them(come, door):
    account(door.accounts, "named", roles=("bi",), schools=HERE, names=True)

    told = come("named").get("/api/100001/rates", params={"by": "pupil"}).text

    assert "Example" in told


@pytest.mark.parametrize(
    ("pupil", "group", "code"), [("A100", "4B", 200), ("A102", "4A", 403)], ids=["own", "other"]
)
def test_a_teacher_takes_the_register_of_their_own_class_alone(come, clock, pupil, group, code):
    import datetime as dt

    before, clock.at = clock.at, dt.datetime(2024, 9, 4, 7, 50, tzinfo=dt.UTC)
    taking = {"group": group, "session": "AM", "lines": [f"{pupil} /"], "dry_run": True}
    answered = sign_in(come("teacher"), "teacher").post("/api/100001/take-register", json=taking)
    clock.at = before

    assert answered.status_code == code, answered.text
