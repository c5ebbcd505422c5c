"""Signing in at Glewlwyd, a provider that we did not write: who comes in, and who is told what."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.web.app import application
from delivery.web.door import asking_elsewhere
from delivery.web.door.asking_elsewhere import Person
from delivery.web.door.doorman import Door
from delivery.web.door.identities import Identities
from delivery.web.door.not_let_in import NotProved
from delivery.web.door.openid import Provider
from tests.delivery.web.door.conftest import form_of, sign_in
from tests.delivery.web.door.glewlwyd import SECRETS, Glewlwyd, provider_in

pytestmark = pytest.mark.slow

METHODS = {"basic": "client_secret_basic", "post": "client_secret_post"}
PRESETS = ("entra", "google", "dfe")
PEOPLE = {
    "olive": {"email": "olive@school.example", "verified": "yes", "oid": "0b1e-01"},
    "hilda": {"email": "hilda@school.example", "verified": "yes", "hd": "school.example"},
    "elsie": {"email": "elsie@elsewhere.example", "verified": "yes", "hd": "elsewhere.example"},
    "ted": {"email": "ted@school.example", "verified": "no", "hd": "school.example"},
    "connie": {"email": "connie@school.example"},
    "nora": {},
    "noel": {},
}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glewlwyd]:
    with provider_in(tmp_path_factory.mktemp("glewlwyd")) as made:
        for name in (*METHODS, *PRESETS):
            how = METHODS.get(name, "client_secret_basic")
            made.client(name, how, back_of(name), "http://localhost/sign-in")
        for name, said in PEOPLE.items():
            made.person(name, **said)
        yield made


def back_of(name: str) -> str:
    return f"http://localhost/sign-in/with/{name}/back"


@pytest.fixture(scope="module")
def provider(there: Glewlwyd) -> Callable[..., Provider]:
    """A provider as the file of providers would have it; ``more`` is what it says otherwise."""

    def of(name: str, **more: object) -> Provider:
        how = METHODS.get(name, "client_secret_basic")
        said = {"name": name, "issuer": there.issuer, "client_id": name}
        said |= {"client_secret": SECRETS[how], "authentication": how}
        if name in METHODS:
            said |= {"label": "The County"}
        else:
            said |= {"preset": name}
        return Provider.model_validate({**said, **more})

    return of


@pytest.fixture(scope="module")
def browsing(door, provider):
    """A browser at a server with these providers."""

    def at(*providers: Provider) -> TestClient:
        made = application(door.desk, door=replace(door, providers=providers))
        return TestClient(made, base_url="http://localhost", follow_redirects=False)

    with at(provider("basic")):
        yield at


def goes(there: Glewlwyd, client: TestClient, name: str, person: str) -> str:
    """To the provider, and what leads back from it."""
    left = client.get(f"/sign-in/with/{name}?next=/100001/today")
    assert left.status_code == 303, left.text
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    back = there.signs_in(person, left.headers["location"], asked["scope"][0])
    assert back.status_code == 302, back.text
    return str(back.headers["location"]).removeprefix("http://localhost")


def known_here(there: Glewlwyd, door: Door, asker: Provider, person: str) -> None:
    """The person has the office's account here, found by what the provider calls them."""
    token, nonce = came(there, asker, person)
    subject = asking_elsewhere._claims(asker, asking_elsewhere._told(asker), token, nonce)["sub"]
    if Identities(door.accounts).of(there.issuer, Person(subject, None)) is None:
        Identities(door.accounts).link("office", there.issuer, "subject", subject)


def came(there: Glewlwyd, asker: Provider, person: str) -> tuple[dict[str, Any], str]:
    """The token that the provider gives for somebody, and the nonce it was asked with."""
    sent = asking_elsewhere.sent_to(asker, back_of(asker.name))
    back = there.signs_in(person, sent.address, asker.scope).headers["location"]
    told = asking_elsewhere._told(asker)
    with asking_elsewhere._client(asker, back_of(asker.name)) as client:
        token = client.fetch_token(
            told["token_endpoint"],
            code=parse_qs(urlsplit(back).query)["code"][0],
            code_verifier=sent.verifier,
            redirect_uri=back_of(asker.name),
        )
    return token, sent.nonce


# --- who comes in ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_somebody_linked_by_the_subject_in_the_log_comes_in(
    there, browsing, provider, door, capsys, name
):
    client = browsing(provider(name))
    address = client.get(f"/sign-in/with/{name}").headers["location"]
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    who = {"basic": "nora", "post": "noel"}[name]

    turned_away = client.get(goes(there, client, name, who))
    assert turned_away.status_code == 403
    assert "The County says who you are, but there is no account here for you" in turned_away.text
    assert who not in turned_away.text.casefold()
    logged = re.search(rf"not let in: {name}: no account for (\S+)", capsys.readouterr().err)
    assert logged

    Identities(door.accounts).link("office", there.issuer, "subject", logged[1])
    came_in = client.get(goes(there, client, name, who))
    assert (came_in.status_code, came_in.headers["location"]) == (303, "/100001/today")
    assert "office" in client.get("/100001/today").text


def test_at_microsoft_a_person_is_their_object_id(there, browsing, provider, door):
    Identities(door.accounts).link("office", there.issuer, "subject", "0b1e-01")
    client = browsing(provider("entra"))

    assert client.get(goes(there, client, "entra", "olive")).status_code == 303
    assert client.get(goes(there, client, "entra", "hilda")).status_code == 403  # has none


def test_at_google_a_person_is_of_the_school_and_their_address_leads_in_once(
    there, browsing, provider, door, capsys
):
    for mail in ("hilda@school.example", "elsie@elsewhere.example", "ted@school.example"):
        Identities(door.accounts).link("head", there.issuer, "email", mail)
    client = browsing(provider("google", domain="school.example"))

    assert client.get(goes(there, client, "google", "hilda")).status_code == 303
    assert client.get(goes(there, client, "google", "hilda")).status_code == 303  # by the subject
    capsys.readouterr()
    for who, why in (("elsie", "an account of another domain"), ("ted", "no account for")):
        assert client.get(goes(there, client, "google", who)).status_code == 403
        assert why in capsys.readouterr().err


def test_at_dfe_sign_in_a_person_is_their_subject(there, browsing, provider, door):
    known_here(there, door, provider("dfe"), "ted")
    client = browsing(provider("dfe"))

    assert client.get(goes(there, client, "dfe", "ted")).status_code == 303


# --- who does not ---------------------------------------------------------------------------------


def test_a_code_is_good_once(there, provider):
    asker = provider("basic")
    sent = asking_elsewhere.sent_to(asker, back_of("basic"))
    back = there.signs_in("olive", sent.address, asker.scope).headers["location"]
    said = parse_qs(urlsplit(back).query)
    asks = partial(
        asking_elsewhere.who_came,
        asker,
        back_of("basic"),
        code=said["code"][0],
        nonce=sent.nonce,
        verifier=sent.verifier,
        issuer=said["iss"][0],
    )

    assert asks().subject
    with pytest.raises(NotProved, match="the provider says invalid"):
        asks()


def test_a_code_of_another_way_is_not_taken(there, browsing, provider, capsys):
    """Somebody puts their own code into another's return: the verifier is not of that code."""
    mine, theirs = browsing(provider("basic")), browsing(provider("basic"))
    code = parse_qs(urlsplit(goes(there, mine, "basic", "olive")).query)["code"][0]
    their_back = goes(there, theirs, "basic", "hilda")

    answered = theirs.get(re.sub("code=[^&]+", f"code={code}", their_back))

    assert answered.status_code == 403
    assert "the provider says invalid" in capsys.readouterr().err


def test_coming_back_twice_one_begins_again(there, browsing, provider, door):
    known_here(there, door, provider("basic"), "connie")
    client = browsing(provider("basic"))
    back = goes(there, client, "basic", "connie")
    assert client.get(back).status_code == 303

    again = client.get(back)

    assert again.status_code == 403
    assert "Please begin again" in again.text


@pytest.mark.parametrize(
    ("name", "off"),
    [
        ("basic", {"client_secret": "another"}),
        ("post", {"client_secret": "another"}),
        ("basic", {"authentication": "client_secret_post"}),
        ("post", {"authentication": "client_secret_basic"}),
    ],
)
def test_where_our_secret_is_wrong_they_are_told_and_we_are(
    there, browsing, provider, capsys, name, off
):
    client = browsing(provider(name, **off))

    answered = client.get(goes(there, client, name, "hilda"))

    assert answered.status_code == 503
    assert "is not set up rightly here; it is nothing that you did" in answered.text
    assert f"not let in: {name}: the provider says unauthorized_client" in capsys.readouterr().err
    assert SECRETS[METHODS[name]] not in answered.text


def test_what_the_provider_does_not_take_comes_back_and_is_logged(
    there, browsing, provider, capsys
):
    """It holds to PKCE: asked without, it sends people back with an error and no code."""
    client = browsing(provider("basic"))
    address = client.get("/sign-in/with/basic").headers["location"]
    without = re.sub("code_challenge=[^&]+&code_challenge_method=S256", "", address)
    assert without != address

    back = there.signs_in("hilda", without, "openid").headers["location"]
    answered = client.get(back.removeprefix("http://localhost"))

    assert "error=invalid_request" in back
    assert (answered.status_code, "not set up rightly" in answered.text) == (503, True)
    assert "the provider says invalid_request" in capsys.readouterr().err


def test_whoever_breaks_off_there_is_told_and_the_log_has_one_line_of_it(
    there, browsing, provider, capsys
):
    client = browsing(provider("basic"))
    address = client.get("/sign-in/with/basic?next=/100001/today").headers["location"]
    said = {
        "state": parse_qs(urlsplit(address).query)["state"][0],
        "error": "access_denied",
        "error_description": "AADSTS50105: not assigned\nnot let in: another",
    }

    answered = client.get("/sign-in/with/basic/back", params=said)

    assert answered.status_code == 403
    assert "or it does not let you come here" in answered.text
    assert "AADSTS" not in answered.text
    assert 'name="next" value="/100001/today"' in answered.text  # with a password one goes on
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("not let in: basic: the provider says access_denied: AADSTS50105")


# --- the provider's keys --------------------------------------------------------------------------


KEYS = [
    ("another", "RS256", "two"),
    ("of another kind", "ES256", "three"),
    ("under the same name", "ES256", "three"),
]


@pytest.mark.parametrize(
    ("algorithm", "kid"), [one[1:] for one in KEYS], ids=[one[0] for one in KEYS]
)
def test_a_new_key_of_the_provider_keeps_nobody_out(
    there, browsing, provider, door, algorithm, kid
):
    asker = provider("post")
    known_here(there, door, asker, "connie")
    token, nonce = came(there, asker, "connie")
    before = asking_elsewhere._told(asker)
    assert asking_elsewhere._claims(asker, before, token, nonce)
    there.new_key(algorithm, kid)

    client = browsing(asker)
    back = goes(there, client, "post", "connie")
    assert asking_elsewhere._told(asker) is before  # the old keys, kept for an hour
    assert client.get(back).status_code == 303

    after = asking_elsewhere._told(asker)
    assert after["keys"] != before["keys"]
    with pytest.raises(Exception, match=r"kid|signature"):  # the old one is published no more
        asking_elsewhere._claims(asker, after, token, nonce)


# --- tokens that prove nothing --------------------------------------------------------------------


def test_a_token_for_another_program_or_of_yesterday_proves_nothing(there, provider):
    asker = provider("basic")
    token, nonce = came(there, asker, "olive")
    told = asking_elsewhere._told(asker)
    assert asking_elsewhere._claims(asker, told, token, nonce)["sub"]

    with pytest.raises(Exception, match="aud"):
        asking_elsewhere._claims(provider("post"), told, token, nonce)
    with pytest.raises(Exception, match="nonce"):
        asking_elsewhere._claims(asker, told, token, nonce[::-1])
    with freeze_time() as clock:
        clock.tick(3600 + 61)
        with pytest.raises(Exception, match="expired"):
            asking_elsewhere._claims(asker, told, token, nonce)


# --- the provider is not there --------------------------------------------------------------------


def test_while_the_provider_is_down_people_are_told_and_sign_in_here(
    there, browsing, provider, door, capsys
):
    known_here(there, door, provider("google"), "hilda")
    client, was_in = browsing(provider("google")), browsing(provider("google"))
    assert was_in.get(goes(there, was_in, "google", "hilda")).status_code == 303
    page = was_in.get("/100001/today").text
    back = goes(there, client, "google", "hilda")
    there.stop()
    try:
        for address in (back, "/sign-in/with/google"):
            answered = client.get(address)
            assert answered.status_code == 503
            assert "Google does not answer just now. Try again in a few minutes" in answered.text
            assert "not let in: google: " in capsys.readouterr().err
            asking_elsewhere._published.cache_clear()  # what it published before is forgotten
        assert sign_in(client, "office").last.status_code == 303
        assert client.get("/100001/today").status_code == 200
        left = was_in.post("/sign-out", data=form_of(page))
        assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    finally:
        there.start()

    assert client.get(goes(there, client, "google", "hilda")).status_code == 303
