"""
Whatever page or answer there is, a pupil somebody may not know of is not in it.

It knows no rule: it walks every address there is, as each role, and looks for names.
"""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.delivery.web.door.test_every_route import FILLED, routes

pytestmark = pytest.mark.slow

CAS = ("Madeup", "A102")
BEN = ("Ben Sample", "A101")
ANN = ("Ann Example", "A100", "Pat Example")
DEE = ("Invented", "B200")
HIDDEN = {
    "teacher": (*CAS, *DEE),
    "authority": (*BEN, *CAS, *DEE),
    "bi": (*ANN, *BEN, *CAS, *DEE),
    "office": DEE,
    "there": (*ANN, *BEN, *CAS),
}
WAYS: list[dict[str, str]] = [
    {},
    {"pupil": "A102", "group": "4A"},
    {"pupil": "3", "group": "4A"},
    {"school": "100002", "pupil": "B200", "group": "6"},
]
MORE = [
    "/{school}/do/amend-mark?pupil={pupil}",
    "/{school}/do/report-absence?pupil={pupil}",
    "/{school}/ask/penalty/list",
    "/{school}/ask/audit/completeness",
    "/{school}/ask/penalty/explain?pupil={pupil}",
    "/{school}/ask/register?class={group}",
    "/{school}/ask/rates?by=pupil",
    "/{school}/reports?class={group}",
    "/api/{school}/rates?by=pupil",
    "/api/{school}/register?class={group}",
    "/api/{school}/explain-leave?request=1",
    "/api/{school}/leave/list?pupil={pupil}",
    "/api/{school}/support?pupil={pupil}",
]


@pytest.fixture(scope="module")
def told(door, browser) -> None:
    """Of Cas there is leave, an absence and an amendment to be found."""
    from tests.delivery.web.door.conftest import sign_in

    client = sign_in(browser(), "office")
    client.headers["Origin"] = "http://localhost"
    acts: list[tuple[str, dict[str, Any]]] = [
        ("take-register", {"group": "4A", "session": "AM", "date": "2024-09-03",
                           "lines": ["A102 N"]}),
        ("amend-mark", {"pupil": "A102", "date": "2024-09-03", "half": "AM", "code": "I",
                        "reason": "Mrs Madeup rang"}),
        ("record-pupil-fact", {"pupil": "A102", "fact": "sen support", "starts": "2024-09-02"}),
        ("request-leave", {"pupil": "A102", "asked_by": "pupil", "first": "2024-09-10",
                           "back": "2024-09-11", "reason": "A wedding of the Madeups",
                           "code": "C1"}),
    ]  # fmt: skip
    done = {act: client.post(f"/api/100001/{act}", json=given).status_code for act, given in acts}
    assert done["take-register"] == done["amend-mark"] == 200, done


@pytest.mark.parametrize("role", HIDDEN)
def test_a_name_somebody_may_not_know_is_on_no_page(
    role: str, told: None, signed_in: Callable[[str], TestClient]
):
    client = signed_in(role)
    found = {}
    for way in WAYS:
        filled = FILLED | way
        every = [path for method, path in routes(client.app, filled) if method == "GET"]
        pages = [path for path in every if not path.endswith("/feed")]  # that has no end
        for address in (*pages, *(one.format(**filled) for one in MORE)):
            text = client.get(address).text
            typed = (filled["pupil"], f"/{filled['group']}")
            slipped = [one for one in HIDDEN[role] if one in text and one not in typed]
            if slipped:
                found[address] = slipped

    assert found == {}
