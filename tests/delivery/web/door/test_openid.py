"""Signing in at a provider: a real one on this machine, which holds to PKCE; who is not let in."""

import base64
import hashlib
import html
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from delivery.usage import Usage
from delivery.web.app import application
from delivery.web.door import asking_elsewhere
from delivery.web.door.asking_elsewhere import Person
from delivery.web.door.identities import LONGEST, Identities
from delivery.web.door.not_let_in import NotProved
from delivery.web.door.openid import Provider, providers_of
from tests.delivery.web.door.conftest import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

BACK = "/sign-in/with/local/back"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that gives a token only for the verifier of the challenge it was sent."""
    import oidc_provider_mock
    import werkzeug.serving
    from flask import request

    app = oidc_provider_mock.app(require_nonce=True)
    challenges: dict[str, str] = {}

    @app.before_request
    def verified() -> Any:
        if request.path.endswith("/token") and request.method == "POST":
            hashed = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
            told = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
            if challenges.get(request.form.get("code", "")) != told:
                return {"error": "invalid_grant"}, 400
        return None

    @app.after_request
    def challenged(response: Any) -> Any:
        code = parse_qs(urlsplit(response.headers.get("Location", "")).query).get("code")
        if code and request.args.get("code_challenge_method") == "S256":
            challenges[code[0]] = request.args["code_challenge"]
        return response

    server = werkzeug.serving.make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def provider(issuer: str) -> Provider:
    return Provider(
        name="local", label="Local", issuer=issuer, client_id="ledger", client_secret="s"
    )


@pytest.fixture(scope="module")
def browsing(door, provider):
    made = application(door.desk, door=replace(door, providers=(provider,)))
    with TestClient(made, base_url="http://localhost"):
        yield lambda: TestClient(made, base_url="http://localhost", follow_redirects=False)


def known_there(issuer: str, subject: str, **claims: object) -> None:
    assert httpx2.put(f"{issuer}/users/{subject}", json=claims).status_code == 204


def leaves(client: TestClient, goes_to: str = "/100001/today") -> str:
    """To the provider: the address the browser is sent to."""
    answered = client.get(f"/sign-in/with/local?next={goes_to}")
    assert answered.status_code == 303
    return str(answered.headers["location"])


def signs_in_there(address: str, subject: str) -> str:
    """At the provider: the address that leads back, with the code."""
    answered = httpx2.post(address, data={"sub": subject})
    assert answered.status_code == 302, answered.text
    return str(answered.headers["location"]).removeprefix("http://localhost")


def test_somebody_linked_by_subject_comes_in_and_goes_where_they_wanted(browsing, door, issuer):
    Identities(door.accounts).link("office", issuer, "subject", "olive-1")
    known_there(issuer, "olive-1")
    client = browsing()

    assert 'href="/sign-in/with/local?next=%2F"' in client.get("/sign-in").text
    address = leaves(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    back = client.get(signs_in_there(address, "olive-1"))

    assert (back.status_code, back.headers["location"]) == (303, "/100001/today")
    assert "office" in client.get("/100001/today").text


def sign_out(client: TestClient) -> Any:
    token = re.search(r'name="form" value="([0-9a-f]{64})"', client.get("/100001/today").text)
    assert token
    return client.post("/sign-out", data={"form": token[1]})


def test_whoever_came_from_a_provider_signs_out_there_as_well(browsing, door, issuer, provider):
    known_there(issuer, "olive-1")
    client = browsing()
    client.get(signs_in_there(leaves(client), "olive-1"))
    told, secret = asking_elsewhere._told(provider), client.cookies["attendance"]
    assert door.sessions.elsewhere(secret) is not None

    left = sign_out(client)

    assert left.status_code == 200
    at = html.unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', left.text)[1])
    said = parse_qs(urlsplit(at).query)
    assert at.startswith(told["end_session_endpoint"])
    assert said["post_logout_redirect_uri"] == ["http://localhost/sign-in"]
    claims = json.loads(base64.urlsafe_b64decode(said["id_token_hint"][0].split(".")[1] + "=="))
    assert claims["sub"] == "olive-1"
    assert httpx2.get(at).status_code < 400  # the provider takes it
    assert client.get("/100001/today").status_code == 303
    assert door.sessions.elsewhere(secret) is None  # its word is not kept


def test_where_a_provider_has_no_place_for_it_one_signs_out_here_alone(door, provider):
    token, back = "t", "http://localhost/sign-in"
    told = asking_elsewhere._told(provider)
    for change in ({"sign_out": False}, {"issuer": "http://localhost:9"}):
        other = provider.model_copy(update=change)
        assert asking_elsewhere.left_at(other, back, token) is None
    kept = told.pop("end_session_endpoint")
    try:
        assert asking_elsewhere.left_at(provider, back, token) is None
        told["end_session_endpoint"] = "http://login.example/out"  # not over TLS
        assert asking_elsewhere.left_at(provider, back, token) is None
    finally:
        told["end_session_endpoint"] = kept


def test_whoever_signed_in_here_signs_out_here(browser):
    client = sign_in(browser(), "office")

    left = sign_out(client)

    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")


def test_a_verified_address_leads_in_once_and_then_the_subject(browsing, door, issuer):
    Identities(door.accounts).link("head", issuer, "email", "Hilda@school.example")
    known_there(issuer, "hilda-1", email="hilda@school.example", email_verified=True)
    client = browsing()
    assert client.get(signs_in_there(leaves(client), "hilda-1")).status_code == 303

    known_there(issuer, "other", email="hilda@school.example", email_verified=True)
    client = browsing()
    assert client.get(signs_in_there(leaves(client), "other")).status_code == 403
    client = browsing()
    assert client.get(signs_in_there(leaves(client), "hilda-1")).status_code == 303


@pytest.mark.parametrize("verified", [{"email_verified": False}, {}, {"email_verified": "true"}])
def test_an_address_that_is_not_verified_leads_nowhere(browsing, door, issuer, verified):
    mail = f"ted{len(verified)}{verified.get('email_verified')}@school.example".casefold()
    Identities(door.accounts).link("teacher", issuer, "email", mail)
    known_there(issuer, mail, email=mail, **verified)
    client = browsing()

    answered = client.get(signs_in_there(leaves(client), mail))

    assert answered.status_code == 403
    assert "attendance" not in client.cookies


def test_somebody_there_with_no_account_here_learns_nothing(browsing, issuer):
    known_there(issuer, "stranger")
    client = browsing()

    answered = client.get(signs_in_there(leaves(client), "stranger"))

    assert answered.status_code == 403
    assert "stranger" not in answered.text


def test_what_comes_back_is_taken_once_in_the_browser_that_left(browsing, door, issuer, clock):
    client = browsing()
    back = signs_in_there(leaves(client), "olive-1")
    assert browsing().get(back).status_code == 403  # another browser: and that was the one time
    assert client.get(back).status_code == 403

    client = browsing()
    back = signs_in_there(leaves(client), "olive-1")
    assert client.get(re.sub("state=[^&]+", "state=x", back)).status_code == 403

    client = browsing()
    back = signs_in_there(leaves(client), "olive-1")
    clock.on(seconds=LONGEST)
    assert client.get(back).status_code == 403

    client = browsing()
    back = signs_in_there(leaves(client), "olive-1")
    assert client.get(f"{back}&iss=https://evil.example").status_code == 403


def test_a_code_of_another_way_is_not_taken(browsing, issuer):
    """Somebody puts their own code into another's return: the verifier is not of that code."""
    mine, theirs = browsing(), browsing()
    my_back = signs_in_there(leaves(mine), "olive-1")
    their_back = signs_in_there(leaves(theirs), "hilda-1")
    code = parse_qs(urlsplit(my_back).query)["code"][0]

    assert theirs.get(re.sub("code=[^&]+", f"code={code}", their_back)).status_code == 403


@pytest.mark.parametrize(
    "off", ["nonce", "client_id", "issuer"], ids=["nonce", "audience", "issuer"]
)
def test_a_token_for_another_asking_proves_nothing(door, provider, off):
    back = f"http://localhost{BACK}"
    sent = asking_elsewhere.sent_to(provider, back)
    code = parse_qs(urlsplit(signs_in_there(sent.address, "olive-1")).query)["code"][0]
    told = asking_elsewhere._told(provider)
    with asking_elsewhere._client(provider, back) as client:
        token = client.fetch_token(
            told["token_endpoint"], code=code, code_verifier=sent.verifier, redirect_uri=back
        )
    nonce = "another" if off == "nonce" else sent.nonce
    asker = provider.model_copy(update={"client_id": "another"} if off == "client_id" else {})
    says = {**told, "issuer": "https://evil.example"} if off == "issuer" else told

    assert asking_elsewhere._claims(provider, told, token, sent.nonce)["sub"] == "olive-1"
    with pytest.raises(Exception, match=r"nonce|aud|iss"):
        asking_elsewhere._claims(asker, says, token, nonce)


@pytest.mark.parametrize("how", ["none", "HS256"])
def test_a_token_nobody_there_has_signed_proves_nothing(provider, how):
    from joserfc import jwt
    from joserfc.jwk import OctKey

    told = asking_elsewhere._told(provider)
    claims = {"iss": provider.issuer, "aud": provider.client_id, "sub": "olive-1", "nonce": "n"}
    claims |= {"iat": 1, "exp": 9_999_999_999}
    if how == "none":
        head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        body = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 32)).split(".")[1]
        forged = f"{head}.{body}."
    else:
        forged = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 32))

    with pytest.raises(Exception, match=r"(?i)alg|key"):
        asking_elsewhere._claims(provider, told, {"id_token": forged}, "n")


def test_a_provider_that_is_not_there_lets_nobody_in(door):
    nowhere = Provider(name="n", label="N", issuer="http://localhost:9", client_id="x")

    with pytest.raises(NotProved):
        asking_elsewhere.sent_to(nowhere, "http://localhost/back")


def test_of_a_disabled_account_nobody_comes_in(door, issuer):
    Identities(door.accounts).link("gone", issuer, "subject", "gone-1")

    assert Identities(door.accounts).of(issuer, Person("gone-1", None)) is None


# --- the file of providers -------------------------------------------------------------------


def read(folder: Path, text: str) -> tuple[Provider, ...]:
    (folder / "providers.toml").write_text(text)
    return providers_of(folder / "providers.toml")


def test_a_preset_fills_in_what_is_the_same_for_everybody(tmp_path, monkeypatch):
    monkeypatch.setenv("OUR_SECRET", "s3")
    (entra, google, dfe) = read(
        tmp_path,
        """
        [[providers]]
        name = "microsoft"
        preset = "entra"
        tenant = "t-1"
        client_id = "a"
        client_secret_from = "OUR_SECRET"
        [[providers]]
        name = "google"
        preset = "google"
        domain = "school.example"
        client_id = "b"
        [[providers]]
        name = "dfe"
        preset = "dfe"
        client_id = "c"
        """,
    )

    assert (entra.issuer, entra.subject) == ("https://login.microsoftonline.com/t-1/v2.0", "oid")
    assert "email" not in entra.scope
    assert entra.client_secret == "s3"
    assert "s3" not in repr(entra)
    assert google.domain == "school.example"
    assert dfe.label == "DfE Sign-in"


OFF = [
    ('name = "x"\npreset = "entra"\nclient_id = "a"', "tenant is missing"),
    ('name = "x"\npreset = "entra"\ntenant = "common"\nclient_id = "a"', "tenant is missing"),
    ('name = "x"\nlabel = "X"\nissuer = "http://idp.example"\nclient_id = "a"', "https"),
    ('name = "x"\npreset = "other"\nclient_id = "a"', "none of entra, google, dfe"),
    ('name = "x/y"\npreset = "google"\nclient_id = "a"', "name"),
    ('name = "x"\npreset = "google"\nclient_id = "a"\nclient_secret_from = "NO_X"', "has no NO_X"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), OFF, ids=[one[1] for one in OFF])
def test_what_is_off_in_the_file_is_said(tmp_path, text, told):
    with pytest.raises(Usage, match=told):
        read(tmp_path, f"[[providers]]\n{text}\n")


def test_a_secret_with_signs_stands_in_a_header_as_the_standard_says():
    """As node's oidc-provider 8.8.1 reads it, which refuses it written plainly. RFC 6749 2.3.1."""
    county = Provider(
        name="c", label="C", issuer="https://x", client_id="our:own", client_secret="a/+ %:~€"
    )
    asker = asking_elsewhere._client(county, "https://back")

    _, headers, _ = asker.client_auth(county.authentication).prepare("POST", "https://x", {}, "")

    said = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    assert said == "our%3Aown:a%2F%2B%20%25%3A~%E2%82%AC"


def test_an_account_of_another_domain_is_not_let_in():
    google = Provider(name="g", label="G", issuer="https://x", client_id="a", domain="ours.example")

    assert asking_elsewhere._person(google, {"sub": "1", "hd": "ours.example"}).subject == "1"
    with pytest.raises(NotProved, match="another domain"):
        asking_elsewhere._person(google, {"sub": "1", "hd": "evil.example"})
    with pytest.raises(NotProved, match="another domain"):
        asking_elsewhere._person(google, {"sub": "1"})
