"""Signing in and out: what is let in, how long, and what is said to those who are not."""

import pytest
from fastapi.testclient import TestClient

from delivery.usage import Usage
from delivery.web.app import application
from delivery.web.door.browsers import within
from delivery.web.door.passwords import check_password, first_password
from delivery.web.door.sessions import IDLE, LONGEST
from delivery.web.door.throttle import OF_A_PAIR
from tests.delivery.web.door.conftest import PASSWORD, form_of, sign_in

TODAY = "/100001/today"
MARK = "/100001/pupils/A100/marks/2024-09-03/AM"
API = "/api/100001"


def test_a_page_leads_to_the_form_and_back_to_itself(browser):
    client = browser()

    asked = client.get("/100001/registers/4B?week=2024-09-03")
    assert asked.status_code == 303
    form = client.get(asked.headers["location"])
    sent = {"login": "office", "password": PASSWORD, "next": "/100001/registers/4B?week=2024-09-03"}
    assert 'value="/100001/registers/4B?week=2024-09-03"' in form.text
    came = client.post("/sign-in", data={**sent, **form_of(form.text)})

    assert (came.status_code, came.headers["location"]) == (303, sent["next"])
    assert client.get(came.headers["location"]).status_code == 200


def test_a_program_is_told_to_sign_in(browser):
    answered = browser().get(f"{API}/rates")

    assert (answered.status_code, answered.json()["code"]) == (401, "sign-in-needed")
    assert answered.headers["www-authenticate"].startswith("Bearer")


def test_the_first_password_has_to_be_changed(browser, door):
    first = door.accounts.add("new", staff="office", roles=(), schools=frozenset({100001}), now=0)
    client = sign_in(browser(), "new", first)

    assert client.get(TODAY).headers["location"] == "/password"
    assert client.get(f"{API}/due").json()["code"] == "password-to-change"
    token = form_of(client.get("/password").text)
    typed = {"before": first, "after": "short", "again": "short", **token}
    assert client.post("/password", data=typed).status_code == 422
    typed |= {"after": "quite another one", "again": "quite another one"}
    before = client.cookies["attendance"]
    assert client.post("/password", data=typed).status_code == 303

    assert client.get(TODAY).status_code == 200
    assert client.cookies["attendance"] != before
    other = browser()
    other.cookies.set("attendance", before)
    assert other.get(TODAY).status_code == 303


REFUSED = [("office", "wrong"), ("nobody-here", PASSWORD), ("gone", PASSWORD), ("office", "")]


def test_nobody_learns_why_they_were_not_let_in(browser):
    said = set()
    for login, password in REFUSED:
        answered = sign_in(browser(), login, password).last
        page = answered.text.replace(f'value="{login}"', "")
        said.add((answered.status_code, page.replace(form_of(page)["form"], "")))

    assert len(said) == 1
    assert "not right" in next(iter(said))[1]


def test_after_five_wrong_tries_one_waits_a_little_and_others_do_not(browser, door, clock):
    first = door.accounts.add("tried", staff="office", roles=(), schools=frozenset({100001}), now=0)
    guesser = browser()
    for _ in range(OF_A_PAIR.free):
        assert sign_in(guesser, "tried", "wrong").last.status_code == 401

    refused = sign_in(guesser, "tried", first).last
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert "Try again in 2 seconds" in refused.text
    assert sign_in(browser(), "office").last.status_code == 303  # others may, from the same place
    clock.on(seconds=2)
    assert sign_in(guesser, "tried", first).last.status_code == 303


def test_a_browser_that_was_let_in_before_is_let_in_whatever_others_guess(browser, door, clock):
    """The guesser sits in the same school, behind the same address."""
    mine, theirs = browser(), browser()
    assert sign_in(mine, "ceo").last.status_code == 303
    assert "HttpOnly" in mine.last.headers.get_list("set-cookie")[-1]
    for _ in range(OF_A_PAIR.free):
        sign_in(theirs, "ceo", "wrong")
    assert sign_in(theirs, "ceo").last.status_code == 429

    assert sign_in(mine, "ceo").last.status_code == 303
    clock.on(hours=1)


def test_a_session_ends_when_nobody_asked_for_half_an_hour(signed_in, clock):
    client = signed_in("office")
    clock.on(seconds=IDLE - 60)
    assert client.get(TODAY).status_code == 200
    clock.on(seconds=IDLE - 60)
    assert client.get(TODAY).status_code == 200
    clock.on(seconds=IDLE)

    assert client.get(TODAY).status_code == 303


def test_a_session_ends_after_twelve_hours_however_busy(door):
    secret, begun = door.sessions.begin("office", 0), 0
    for now in range(begun, LONGEST, IDLE - 60):
        assert door.sessions.of(secret, now) is not None

    assert door.sessions.of(secret, LONGEST) is None
    assert door.sessions.of(secret, LONGEST - 60) is None  # it does not come back


def test_what_asks_by_itself_keeps_no_session_from_ending(door):
    """A page left open follows the feed for ever."""
    secret = door.sessions.begin("office", 0)
    for now in range(0, IDLE, 60):
        assert door.sessions.of(secret, now, seen=False) is not None

    assert door.sessions.of(secret, IDLE, seen=False) is None


def test_a_session_ends_when_its_account_is_disabled(signed_in, door):
    door.accounts.add("brief", staff="office", roles=(), schools=frozenset({100001}), now=0)
    first = door.accounts.reset("brief")
    assert door.accounts.change_password("brief", first, PASSWORD)
    client = signed_in("brief")
    assert client.get(TODAY).status_code == 200

    door.accounts.disable("brief", door.now())

    assert client.get(TODAY).status_code == 303


def test_signing_out_ends_the_session_on_the_server(signed_in):
    client = signed_in("office")
    kept = client.cookies["attendance"]
    token = form_of(client.get(TODAY).text)

    assert client.post("/sign-out", data=token).status_code == 303
    client.cookies.set("attendance", kept)

    assert client.get(TODAY).status_code == 303


def test_signing_in_gives_a_new_session_whatever_the_browser_had(signed_in, browser):
    client = signed_in("office")
    before = client.cookies["attendance"]
    sign_in(client, "office")

    assert client.cookies["attendance"] != before
    other = browser()
    other.cookies.set("attendance", before)
    assert other.get(TODAY).status_code == 303


@pytest.mark.parametrize("form", [{}, {"form": ""}, {"form": "0" * 64}, {"form": "é"}])
@pytest.mark.parametrize("address", [MARK, "/sign-out", "/password"])
def test_a_form_without_the_token_of_its_session_does_nothing(signed_in, door, form, address):
    client = signed_in("office")
    size = door.desk.ledger(100001).size()
    typed = {"code": "M", "reason": "x", "confirmed": "yes", **form}

    answered = client.post(address, data=typed, headers={"Origin": "http://localhost"})

    assert answered.status_code == 403
    assert "out of date" in answered.text
    assert door.desk.ledger(100001).size() == size
    assert client.get(TODAY).status_code == 200


def test_the_form_to_sign_in_has_a_token_too(browser):
    """Or another site could sign somebody in as somebody else."""
    client = browser()
    client.get("/sign-in")

    answered = client.post("/sign-in", data={"login": "office", "password": PASSWORD})

    assert answered.status_code == 403


def test_every_form_that_changes_something_has_the_token(signed_in):
    client = signed_in("office")
    for address in (TODAY, MARK, "/password"):
        page = client.get(address).text
        forms = page.count('method="post"')
        assert forms
        assert page.count('name="form"') == forms


def test_a_mark_is_amended_by_whoever_is_signed_in(signed_in, door):
    client = signed_in("office")
    typed = {"code": "M", "reason": "A letter", "confirmed": "yes"} | form_of(client.get(MARK).text)

    answered = client.post(MARK, data=typed)

    assert answered.status_code == 303, answered.text
    last = list(door.desk.ledger(100001).acts())[-1]
    assert (last.made_by.id, last.command) == ("office", "amend-mark")


AMENDING = {"pupil": "A100", "date": "2024-09-03", "half": "AM", "code": "I", "reason": "x"}


def test_the_api_takes_acts_of_a_session_only_from_our_own_pages(signed_in):
    client = signed_in("office")
    token = form_of(client.get(TODAY).text)["form"]

    bare = client.post(f"{API}/amend-mark", json=AMENDING)
    assert (bare.status_code, bare.json()["code"]) == (403, "form-out-of-date")
    for headers in (
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin"},
        {"X-Form-Token": token},
    ):
        assert client.post(f"{API}/amend-mark", json=AMENDING, headers=headers).status_code == 200
    wrong = {"X-Form-Token": "0" * 64, "Origin": "http://localhost"}
    assert client.post(f"{API}/amend-mark", json=AMENDING, headers=wrong).status_code == 403


@pytest.mark.parametrize(
    "goes_to",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\/evil.example",
        "javascript:alert(1)", "/%0d%0aSet-Cookie:x", "/ok\r\nX: y", "", "evil", "/\t/evil.example",
    ],
)  # fmt: skip
def test_no_way_leads_out_of_here(goes_to):
    found = within(goes_to)

    assert found == "/" or (goes_to == "/%0d%0aSet-Cookie:x" and found == goes_to)


def test_what_opens_the_door_is_not_in_its_file(signed_in, door):
    client = signed_in("office")
    token = door.sessions.token("bi", None, door.now(), 10)
    file = next(row["file"] for row in door.book.rows("PRAGMA database_list"))
    with open(file, "rb") as plain, open(f"{file}-wal", "rb") as log:
        kept = plain.read() + log.read()

    assert client.cookies["attendance"].encode() not in kept
    assert token.split("_", 2)[2].encode() not in kept
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept


def test_over_tls_cookies_are_for_this_host_alone_and_nothing_is_told_without(door):
    from dataclasses import replace

    made = application(door.desk, door=replace(door, secure=True))
    with TestClient(made, base_url="https://localhost", follow_redirects=False) as client:
        sign_in(client, "office")
        cookie = client.last.headers.get_list("set-cookie")[0]
        assert cookie.startswith("__Host-attendance=")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "max-age" in client.last.headers["strict-transport-security"]
        plain = client.get("http://localhost/sign-in")
        assert (plain.status_code, plain.json()["code"]) == (403, "not-secure")


# --- machines --------------------------------------------------------------------------------


def asked(client, token, path="/rates", **params):
    return client.get(f"{API}{path}", params=params, headers={"Authorization": f"Bearer {token}"})


def test_a_machine_asks_with_its_token_and_does_nothing(browser, door):
    token = door.sessions.token("bi", ("rates", "register"), door.now(), 10)
    client = browser()

    assert asked(client, token, by="class").status_code == 200
    assert asked(client, token, "/penalty/list").json()["code"] == "not-yours-to-see"
    told = client.post(
        f"{API}/amend-mark", json=AMENDING, headers={"Authorization": f"Bearer {token}"}
    )
    assert (told.status_code, told.json()["code"]) == (403, "not-yours-to-do")
    page = client.get(TODAY, headers={"Authorization": f"Bearer {token}"})
    assert page.status_code == 303


def test_a_token_is_good_until_it_is_not(browser, door, clock):
    token = door.sessions.token("bi", None, door.now(), 1)
    number = token.split("_")[1]
    other = door.sessions.token("bi", None, door.now(), 10)
    client = browser()

    assert asked(client, token).status_code == 200
    for bad in (f"{token}x", f"att_{number}_", "att__", "", token.replace(number, "00000000")):
        answered = asked(client, bad)
        assert answered.status_code == 401
    clock.on(days=1)
    assert asked(client, token).json()["code"] == "token-unknown"
    assert asked(client, other).status_code == 200
    door.sessions.end_token(other.split("_")[1], door.now())
    assert asked(client, other).json()["code"] == "token-unknown"


# --- passwords -------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["elevenchars", "x" * 201, "ababababababab", "office-office1"])
def test_a_password_that_is_too_easy_is_not_taken(password):
    with pytest.raises(Usage):
        check_password(password, "office")


def test_a_first_password_can_be_told_over_the_telephone():
    drawn = {first_password() for _ in range(50)}

    assert len(drawn) == 50
    assert all(len(one) == 19 and not set(one) & set("il1o0") for one in drawn)
