"""Nothing is answered to somebody who has not signed in, whichever routes there are."""

import re

import pytest
from fastapi.routing import APIRoute

OPEN = {"/sign-in", "/sign-in/with/{name}", "/sign-in/with/{name}/back", "/api/openapi.json",
        "/accessibility", "/api/asyncapi.json", "/brand/{number}/{what}"}  # fmt: skip
ASK_FOR_THEMSELVES = {"/100001/ask", "/100001/data"}
"""They list what there is to ask; each question asks at the door when it is put."""
NAMES_NOBODY = {"teacher": set(), "authority": {"/100001/audit/verify"}}
"""Whether the ledger is whole is told to whoever may ask it over the API."""
FEED = "/100001/feed"
"""Has no end; what it tells to whom is in ``test_feed.py``."""
FILLED = {"school": "100001", "pupil": "A100", "group": "4B", "day": "2024-09-03", "half": "AM"}


def routes(app, filled=FILLED) -> list[tuple[str, str]]:
    """Every route but those that are open to all: its method, and its address filled in."""
    found = []
    routers = [getattr(one, "original_router", None) for one in app.routes]
    for route in (*app.routes, *(route for one in routers if one for route in one.routes)):
        if isinstance(route, APIRoute) and route.path not in OPEN:
            names = dict.fromkeys(re.findall(r"{(\w+)", route.path), "1")
            path = re.sub(r":\w+}", "}", route.path).format(**names | filled)
            found += [(method, path) for method in route.methods - {"HEAD"}]
    return found


def test_every_route_asks_who_it_is_first(browser):
    client = browser()
    asked = routes(client.app)
    assert len(asked) > 95

    answered = {
        (method, path): client.request(method, path, headers={"Origin": "http://localhost"})
        for method, path in asked
    }

    told = {
        one: answer.status_code
        for one, answer in answered.items()
        if answer.status_code != 401
        and not answer.headers.get("location", "").startswith("/sign-in?next=")
    }
    assert told == {}


def test_who_cannot_sign_in_can_read_what_is_said_of_accessibility(browser):
    client = browser()
    asked = client.get("/sign-in")
    page = client.get("/accessibility")

    assert 'href="/accessibility"' in asked.text
    assert page.status_code == 200
    assert "Whom to tell" in page.text
    assert "Otterham" not in page.text


@pytest.mark.parametrize("role", ["teacher", "authority"])
def test_a_page_nobody_classified_is_not_shown_to_those_who_see_a_part(signed_in, role):
    """What has neither a pupil nor a class in its address is the whole school's, unless listed."""
    client = signed_in(role)
    pages = [
        path
        for method, path in routes(client.app)
        if method == "GET"
        and path.startswith("/100001/")
        and not re.search("A100|4B", path)
        and path != FEED
    ]
    assert pages

    shown = {path for path in pages if client.get(path).status_code == 200}
    lists = {"/100001/registers", "/100001/pupils"}
    assert shown - lists <= ASK_FOR_THEMSELVES | NAMES_NOBODY[role]
