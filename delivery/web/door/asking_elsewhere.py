"""The conversation with an OpenID provider: where to send a browser, and who came back."""

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from delivery.web.door.not_let_in import NotProved, NotSetUp, NotThere, refused
from delivery.web.door.openid import ALGORITHMS, Provider

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

T = TypeVar("T")

_KEPT = 3600
"""For how long what a provider publishes about itself is remembered, in seconds."""
_LEEWAY = 60
_AT_ONCE = CapacityLimiter(16)
"""Threads apart from the rest: where a provider hangs, nobody waits for it but who goes there."""


@dataclass(frozen=True)
class Sent:
    """Where a browser is sent, and what has to come back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Person:
    """
    Who a provider says has come: its name for them, and an address it has verified.

    ``id_token`` is its word for it, which is said back to it when they sign out.
    """

    subject: str
    email: str | None
    id_token: str = ""


async def aside(asks: Callable[..., T], *told: Any) -> T:
    """Do what asks a provider, keeping nobody else waiting."""
    return await run_sync(partial(asks, *told), limiter=_AT_ONCE)


def sent_to(provider: Provider, back: str) -> Sent:
    """Begin: to where to send the browser. Raises ``NotProved`` if the provider is not there."""
    told = _told(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with _client(provider, back) as client:
        address, _ = client.create_authorization_url(
            told["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    return Sent(address, state, nonce, verifier)


def who_came(
    provider: Provider, back: str, *, code: str, nonce: str, verifier: str, issuer: str | None
) -> Person:
    """
    Who comes back with a code; ``issuer`` is whom the answer says it is from (RFC 9207).

    Raises ``NotProved``.
    """
    import httpx2
    from authlib.integrations.base_client import OAuthError

    told = _told(provider)
    if issuer is not None and issuer != told["issuer"]:
        raise NotProved(f"the answer is from {issuer}")
    try:
        with _client(provider, back) as client:
            token = client.fetch_token(
                told["token_endpoint"], code=code, code_verifier=verifier, redirect_uri=back
            )
        claims = _claims(provider, told, token, nonce)
    except NotProved:
        raise
    except OAuthError as problem:
        raise refused(str(problem.error), problem.description) from problem
    except httpx2.HTTPError as problem:
        raise NotThere(f"{type(problem).__name__}: {problem}") from problem
    except Exception as problem:  # whatever came back: it proves nothing
        raise NotProved(f"{type(problem).__name__}: {problem}") from problem
    return replace(_person(provider, claims), id_token=str(token["id_token"]))


def left_at(provider: Provider, back: str, id_token: str) -> str | None:
    """
    The address at which somebody signs out at a provider, and is led back to ``back`` from.

    ``None`` where the provider has no such place, does not answer, or is not to be asked.
    Reference: OpenID Connect RP-Initiated Logout 1.0.
    """
    if not provider.sign_out:
        return None
    try:
        at = str(_told(provider).get("end_session_endpoint") or "")
    except NotProved:
        return None
    local = urlsplit(at).hostname in {"localhost", "127.0.0.1", "::1"}
    if not (at.startswith("https://") or (local and at.startswith("http://"))):
        return None
    said = {
        "id_token_hint": id_token,
        "client_id": provider.client_id,
        "post_logout_redirect_uri": back,
    }
    return f"{at}{'&' if '?' in at else '?'}{urlencode(said)}"


def _client(provider: Provider, back: str) -> "OAuth2Client":
    from authlib.integrations.httpx_client import OAuth2Client

    made = OAuth2Client(
        client_id=provider.client_id,
        client_secret=provider.client_secret or None,
        token_endpoint_auth_method=provider.authentication if provider.client_secret else "none",
        scope=provider.scope,
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=10,
        follow_redirects=False,
    )
    made.register_client_auth_method(("client_secret_basic", _in_a_header))
    return made


def _in_a_header(
    asker: Any, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Who asks, written as RFC 6749 2.3.1 says: authlib leaves a + or % of a secret as it is."""
    said = f"{quote(asker.client_id, safe='')}:{quote(asker.client_secret, safe='')}"
    headers["Authorization"] = f"Basic {base64.b64encode(said.encode()).decode()}"
    return uri, headers, body


def _told(provider: Provider) -> dict[str, Any]:
    """What a provider publishes about itself, its keys with it."""
    return _published(provider, int(time.monotonic() // _KEPT))


@lru_cache(maxsize=16)
def _published(provider: Provider, _hour: int) -> dict[str, Any]:
    import httpx2

    at = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        with httpx2.Client(timeout=10, follow_redirects=False) as client:
            told: dict[str, Any] = client.get(at).raise_for_status().json()
            told["keys"] = client.get(told["jwks_uri"]).raise_for_status().json()
    except (httpx2.HTTPError, ValueError, KeyError) as problem:
        raise NotThere(f"{provider.issuer} says nothing of itself: {problem}") from problem
    if _plain(str(told.get("issuer"))) != _plain(provider.issuer):
        raise NotSetUp(f"{provider.issuer} says that it is {told.get('issuer')}")
    return told


def _plain(issuer: str) -> str:
    """An issuer without the port that https has anyway: some write it in one place alone."""
    return issuer.removesuffix(":443") if issuer.startswith("https://") else issuer


def _claims(
    provider: Provider, told: dict[str, Any], token: dict[str, Any], nonce: str
) -> dict[str, Any]:
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        read = jwt.decode(token["id_token"], KeySet.import_key_set(told["keys"]), ALGORITHMS)
    except JoseError:  # perhaps the provider has a new key since, even under the old one's name
        _published.cache_clear()
        keys = KeySet.import_key_set(_told(provider)["keys"])
        read = jwt.decode(token["id_token"], keys, ALGORITHMS)
    wanted = {
        "iss": {"essential": True, "value": told["issuer"]},
        "aud": {"essential": True, "value": provider.client_id},
    }
    with_it = {
        "nonce": nonce,
        "client_id": provider.client_id,
        "access_token": token.get("access_token"),
    }
    claims = CodeIDToken(read.claims, read.header, wanted, with_it)
    claims.validate(leeway=_LEEWAY)
    return dict(claims)


def _person(provider: Provider, claims: dict[str, Any]) -> Person:
    subject = claims.get(provider.subject)
    if not isinstance(subject, str) or not subject:
        raise NotProved(f"there is no {provider.subject} in what came back")
    if provider.domain is not None and claims.get("hd") != provider.domain:
        raise NotProved("it is an account of another domain")
    email = claims.get("email")
    verified = claims.get("email_verified") is True and isinstance(email, str)
    return Person(subject, str(email).casefold() if verified else None)
