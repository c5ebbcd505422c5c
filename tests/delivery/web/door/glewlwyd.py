"""
Glewlwyd, an OpenID provider that we did not write, run from a folder of its own for a while.

It is set up over its own REST API: one client a way to sign in, PKCE required of each, claims
named like those of Microsoft (``oid``) and Google (``hd``). Nothing of the machine's own is
used but the program: not its settings, its database, its port or its service.
Reference: Glewlwyd 2.7, API.md, OIDC.md.
"""

import json
import shutil
import socket
import sqlite3
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.delivery.web.serving import free_port

MISSING = (
    "NOT TESTED: signing in at a real OpenID provider. It wants Debian's glewlwyd: "
    "apt-get install glewlwyd (.ci/run does it, and leaves its service off)"
)
PASSWORD = "an odd word there"
SECRETS = {
    "client_secret_basic": "such.as-Microsoft_gives~out",
    "client_secret_post": "with/signs that+are%written: otherwise",
}
"""In a header Glewlwyd 2.7.5 reads no signs that RFC 6749 2.3.1 has written otherwise there."""

_TABLES = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
_PAGES = Path("/usr/share/glewlwyd/webapp")
_MODULES = {
    "user_module_path": "user",
    "client_module_path": "client",
    "user_auth_scheme_module_path": "scheme",
    "plugin_module_path": "plugin",
}
_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "application/javascript",
    "json": "application/json",
}
_ITS_PAGES = {
    "GlewlwydUrl": "./",
    "LoginUrl": "login.html",
    "lang": ["en"],
    "defaultScheme": "",
    "sessionSchemes": [],
}
_CLAIMS: list[dict[str, Any]] = [
    {"name": "oid", "user-property": "oid", "type": "string", "mandatory": True},
    {"name": "hd", "user-property": "hd", "type": "string", "mandatory": True},
    {
        "name": "email_verified",
        "user-property": "verified",
        "type": "boolean",
        "boolean-value-true": "yes",
        "boolean-value-false": "no",
        "mandatory": True,
    },
]


class Glewlwyd:
    """A provider; ``issuer`` is its name and address. ``provider_in`` runs one."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._folder, self._at = folder, f"http://localhost:{self._port}"
        self.issuer = f"{self._at}/api/oidc"
        with sqlite3.connect(folder / "glewlwyd.db") as made:
            made.executescript(_TABLES.read_text())
        made.close()
        pages = folder / "pages"
        shutil.copytree(_PAGES, pages, ignore=shutil.ignore_patterns("config.json"))
        (pages / "config.json").write_text(json.dumps(_ITS_PAGES))
        (folder / "glewlwyd.conf").write_text(self._settings())
        self._run: subprocess.Popen[bytes] | None = None

    def set_up(self) -> None:
        """Start it, and tell it what it has to know of programs and people."""
        self.start()
        self._administrator = self._signed_in("admin", "password")  # as its tables come
        for kind, named in (
            ("user", ("oid", "hd", "verified")),
            ("client", ("post_logout_redirect_uris",)),
        ):
            self._may_have(kind, named)
        for scope in ("email", "profile"):
            self._tell("POST", "/scope/", {"name": scope, "password_required": True, "scheme": {}})
        self._keys = [_key("RS256", "one")]
        self._tell("POST", "/mod/plugin/", self._plugin())

    def start(self) -> None:
        """Run, and wait until it answers."""
        typed = ["glewlwyd", "--config-file", str(self._folder / "glewlwyd.conf")]
        with (self._folder / "log").open("a") as log:
            self._run = run = subprocess.Popen(typed, stdout=log, stderr=log)
        for _ in range(100):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert run.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.1)
        raise AssertionError("Glewlwyd does not answer")

    def stop(self) -> None:
        if self._run is not None:
            self._run.terminate()
            self._run.wait(20)

    def client(self, name: str, how: str, back: str, left: str) -> None:
        """A program that may send people here, and says its secret in one way alone."""
        told = {
            "client_id": name,
            "name": "The ledger",
            "confidential": True,
            "client_secret": SECRETS[how],
            "token_endpoint_auth_method": [how],
            "authorization_type": ["code"],
            "redirect_uri": [back],
            "post_logout_redirect_uris": [left],
        }
        self._tell("POST", "/client/", told)

    def person(self, name: str, **said: str) -> None:
        """Somebody who can sign in here; ``oid``, ``hd``, ``verified``, ``email`` of them."""
        told = {"username": name, "password": PASSWORD, "name": name.title(), **said}
        self._tell("POST", "/user/", {**told, "scope": ["openid", "email", "profile"]})

    def signs_in(self, name: str, address: str, scope: str) -> httpx2.Response:
        """
        Somebody signs in with a password, lets a program have ``scope``, and is sent back.

        As its own pages do it (``test_at_a_provider_in_a_browser`` goes through those).
        """
        browser = self._signed_in(name, PASSWORD)
        asked = httpx2.URL(address).params
        may = browser.put(f"/auth/grant/{asked['client_id']}", json={"scope": scope})
        assert may.status_code == 200, may.text
        return browser.get(f"{address}&g_continue")

    def new_key(self, algorithm: str, kid: str, *, keeping: bool = False) -> None:
        """Sign with a new key from now on; the ones before are published no more, or still."""
        self._keys = [_key(algorithm, kid), *(self._keys if keeping else [])]
        self._tell("PUT", "/mod/plugin/oidc", self._plugin())
        self._tell("PUT", "/mod/plugin/oidc/reset", None)

    def _signed_in(self, name: str, password: str) -> httpx2.Client:
        browser = httpx2.Client(base_url=f"{self._at}/api", timeout=20)
        answered = browser.post("/auth", json={"username": name, "password": password})
        assert answered.status_code == 200, answered.text
        return browser

    def _tell(self, method: str, path: str, what: object) -> Any:
        answered = self._administrator.request(method, path, json=what)
        assert answered.status_code == 200, f"{method} {path}: {answered.text}"
        return answered.json() if answered.content else None

    def _may_have(self, kind: str, named: tuple[str, ...]) -> None:
        where = f"/mod/{kind}/database"
        kept = self._tell("GET", where, None)
        several = kind == "client"
        for one in named:
            kept["parameters"]["data-format"][one] = {
                "multiple": several,
                "read": True,
                "write": True,
            }
        self._tell("PUT", where, kept)
        self._tell("PUT", f"{where}/reset", None)

    def _plugin(self) -> dict[str, Any]:
        parameters = {
            "iss": self.issuer,
            "jwks-private": json.dumps({"keys": self._keys}),
            "jwks-show": True,
            "access-token-duration": 3600,
            "refresh-token-duration": 3600,
            "code-duration": 600,
            "auth-type-code-enabled": True,
            "pkce-allowed": True,
            "pkce-required": True,
            "pkce-method-plain-allowed": False,
            "subject-type": "public",
            "oauth-as-iss-id": True,
            "session-management-allowed": True,
            "front-channel-logout-allowed": True,  # its page to end a session asks for it
            "session-cookie-name": "OIDC_SESSION",
            "session-cookie-expiration": 3600,
            "email-claim": "mandatory",
            "claims": _CLAIMS,
        }
        return {"module": "oidc", "name": "oidc", "display_name": "OIDC", "parameters": parameters}

    def _settings(self) -> str:
        said = {
            "bind_address": "127.0.0.1",
            "external_url": self._at,
            "login_url": "login.html",
            "api_prefix": "api",
            "static_files_path": f"{self._folder}/pages/",
            "log_mode": "console",
            "hash_algorithm": "SHA512",
            **{name: f"/usr/lib/glewlwyd/{folder}" for name, folder in _MODULES.items()},
        }
        types = ", ".join(
            f'{{ extension = ".{end}"; mime_type = "{kind}" }}' for end, kind in _TYPES.items()
        )
        return "\n".join(
            [
                f"port = {self._port}",
                "cookie_secure = 0",
                *(f'{name} = "{value}"' for name, value in said.items()),
                f'database = {{ type = "sqlite3"; path = "{self._folder}/glewlwyd.db" }};',
                f"static_files_mime_types = ( {types} )",
            ]
        )


@contextmanager
def provider_in(folder: Path) -> Iterator[Glewlwyd]:
    """It runs until the end. Without Glewlwyd the test says so aloud, and is skipped."""
    if shutil.which("glewlwyd") is None or not _TABLES.is_file() or not _PAGES.is_dir():
        warnings.warn(MISSING, stacklevel=2)
        pytest.skip(MISSING)
    made = Glewlwyd(folder)
    try:
        made.set_up()
        yield made
    finally:
        made.stop()


def _key(algorithm: str, kid: str) -> dict[str, Any]:
    told: dict[str, Any] = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm.startswith("ES"):
        return dict(ECKey.generate_key("P-256", told).as_dict(private=True))
    return dict(RSAKey.generate_key(2048, told).as_dict(private=True))
