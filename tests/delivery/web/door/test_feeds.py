"""The feeds over HTTP: who is told what, what may be kept, and who is told no more."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from delivery.web import streaming
from delivery.web.door.doorman import Door
from delivery.web.door.feeds import recipient_of, sources
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.door.visitor import Visitor
from tests.delivery.web.door.conftest import account, sign_in

pytestmark = pytest.mark.slow
HERE, ALL = "/api/100001/feed", "/api/feed"
NAMES = ("Ann", "Example", "A100", "Sample", "Madeup", "Pat", "Olive", "Ted", "office", "head")
TOLD = {
    "head": "whole",
    "ceo": "whole",
    "trust": "whole",
    "auditor": "whole",
    "office": "pseudonymous",
    "bi": "pseudonymous",
    "teacher": None,
    "authority": None,
    "board": None,
}


@pytest.fixture(scope="module", autouse=True)
def more_accounts(door: Door, tmp_path_factory: pytest.TempPathFactory) -> None:
    object.__setattr__(door, "keys", tmp_path_factory.mktemp("keys"))
    account(door.accounts, "board", roles=("board",))
    account(door.accounts, "b.i", roles=("bi",), schools=None)


@pytest.fixture(scope="module")
def bearer(door: Door, browser: Callable[[], TestClient]) -> Callable[..., TestClient]:
    """A program with a token of an account."""

    def come(login: str, only: tuple[str, ...] | None = None) -> TestClient:
        client = browser()
        token = door.sessions.token(login, only, door.now(), 90)
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    return come


def told(client: TestClient, address: str = HERE, **asked: Any) -> list[dict[str, Any]]:
    answered = client.get(address, params={"limit": 5000, **asked})
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-type"] == "application/cloudevents-batch+json"
    found: list[dict[str, Any]] = answered.json()
    return found


@pytest.mark.parametrize(("login", "form"), TOLD.items())
def test_each_is_told_what_their_place_gives_them_to_see(login, form, bearer):
    client = bearer(login)
    answered = client.get(HERE)

    if form is None:
        assert (answered.status_code, answered.json()["code"]) == (403, "not-yours-to-see")
        return
    names = [name for name in NAMES if f'"{name}' in answered.text]
    assert bool(names) is (form == "whole")
    assert [one["entry"] for one in answered.json()][:3] == [1, 2, 3]
    pseudonyms = client.get(HERE, params={"pseudonyms": True}).text
    assert not [name for name in NAMES if f'"{name}' in pseudonyms]


def test_a_school_that_is_not_theirs_is_not_there(bearer):
    client = bearer("bi")
    assert client.get("/api/100002/feed").json()["code"] == "unknown-school"
    assert {one["school"] for one in told(client, ALL)} == {100001}
    assert {one["school"] for one in told(bearer("b.i"), ALL)} == {100001, 100002}


def test_a_token_that_is_limited_is_told_it_only_where_that_was_said(bearer):
    assert bearer("bi", ("rates",)).get(HERE).json()["code"] == "not-yours-to-see"
    limited = bearer("bi", ("feed",))
    assert told(limited)
    assert limited.get("/api/100001/rates").json()["code"] == "not-yours-to-see"


def test_pseudonyms_are_the_accounts_own(door, bearer):
    mine, theirs = (
        {one["data"]["pupil"] for one in told(bearer(login)) if "pupil" in one.get("data", {})}
        for login in ("bi", "b.i")
    )
    assert len(mine) == len(theirs) == 3
    assert not mine & theirs
    assert (door.keys / "bi.pseudonyms").exists()


def test_two_accounts_never_share_a_key():
    names = [recipient_of(Visitor(who=who)) for who in ("b.i", "b-i", "b_i", "b@i", "-b-i")]
    assert len(set(names)) == len(names)


def test_a_full_batch_is_the_same_again_and_need_not_be_sent_again(bearer):
    client = bearer("head")
    full = client.get(HERE, params={"limit": 5})
    assert full.headers["cache-control"] == "private, no-cache"
    again = client.get(HERE, params={"limit": 5}, headers={"If-None-Match": full.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Authorization" in full.headers["vary"]

    other = bearer("bi").get(HERE, params={"limit": 5},
                             headers={"If-None-Match": full.headers["etag"]})  # fmt: skip
    assert other.status_code == 200
    last = told(client)[-1]["id"]
    end = client.get(HERE, params={"lastEventId": last})
    assert (end.json(), end.headers["cache-control"]) == ([], "no-store")


def test_whoever_waits_is_told_what_is_recorded_meanwhile(bearer, browser):
    client, office = bearer("head"), sign_in(browser(), "office")
    last = told(client)[-1]["id"]
    begun = time.monotonic()
    assert told(client, lastEventId=last, timeout=300) == []
    assert time.monotonic() - begun >= 0.3

    came: list[Any] = []
    waiting = threading.Thread(
        target=lambda: came.extend(told(client, lastEventId=last, timeout=20_000))
    )
    waiting.start()
    time.sleep(0.3)
    office.headers["Origin"] = "http://localhost"
    contact = {"pupil": "A100", "date": "2024-09-03", "outcome": "reached", "parent": "parent-1"}
    assert office.post("/api/100001/record-contact", json=contact).status_code == 200
    waiting.join(15)

    assert [one["type"] for one in came] == ["attendance.contact-attempted"]
    assert int(came[0]["id"]) == int(last) + 1
    assert told(bearer("bi"), lastEventId=last)[0]["type"] == "attendance.withheld"


@pytest.mark.parametrize(
    "asked", [{"lastEventId": "x"}, {"lastEventId": "99999"}, {"timeout": 60_001}, {"limit": 0}]
)
def test_what_is_off_is_told_in_a_sentence(asked, bearer):
    answered = bearer("head").get(HERE, params=asked)
    assert (answered.status_code, answered.json()["code"]) == (400, "usage")


def test_a_browser_that_was_cut_off_goes_on_by_itself(bearer):
    """Server-sent events tell the same events under the same ids."""
    client = bearer("trust")
    events = told(client, ALL)
    lines = streamed(client, 3, {"Last-Event-ID": events[4]["id"]})

    assert lines == [(one["id"], one) for one in events[5:8]]


def streamed(client: TestClient, count: int, headers: dict[str, str]) -> list[tuple[str, Any]]:
    """The first events of a stream, read from the application itself and then left."""
    found: list[tuple[str, Any]] = []

    async def read() -> None:
        sent = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await sent.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            for event in message.get("body", b"").decode().split("\n\n"):
                number, _, data = event.partition("\ndata: ")
                if data and len(found) < count:
                    found.append((number.removeprefix("id: "), json.loads(data)))
            if len(found) == count:
                sent.set()

        asked = [(b"host", b"localhost"), (b"accept", b"text/event-stream")]
        asked += [(k.lower().encode(), v.encode()) for k, v in headers.items()]
        asked.append((b"authorization", client.headers["Authorization"].encode()))
        scope = {"type": "http", "method": "GET", "path": ALL, "raw_path": ALL.encode(),
                 "query_string": b"", "headers": asked, "scheme": "http", "http_version": "1.1",
                 "server": ("localhost", 80), "client": ("127.0.0.1", 1)}  # fmt: skip
        await asyncio.wait_for(client.app(scope, receive, send), 20)  # type: ignore[arg-type]

    asyncio.run(read())
    return found


def test_a_stream_ends_with_the_token(door, bearer, monkeypatch):
    monkeypatch.setattr(streaming, "QUIET", 1)
    monkeypatch.setattr(streaming, "LOOKS_EVERY", 0.05)
    client = bearer("head")
    ending = threading.Timer(0.5, lambda: door.sessions.end_token(number, door.now()))
    number = client.headers["Authorization"].removeprefix("Bearer att_").partition("_")[0]
    ending.start()

    with client.stream("GET", HERE, headers={"Accept": "text/event-stream"}) as lines:
        assert lines.status_code == 200
        text = lines.read().decode()  # which comes to an end

    assert text.count("\ndata: ") == len(told(bearer("head")))


def test_a_visitor_of_no_school_is_told_nothing(door):
    with pytest.raises(NotYoursToSee):
        sources(door, Visitor(who="x", roles=("bi",), schools=frozenset()), None)
