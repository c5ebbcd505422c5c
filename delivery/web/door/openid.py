"""
Signing in elsewhere: OpenID Connect with code flow, PKCE, state and nonce.

What a provider says of a person is used once, to find their account here; nothing it says of roles
or schools is believed. An account is found by the subject, which no provider gives to another
person; by an address of mail only where the provider has verified it, and once: then the subject is
kept with the account.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from delivery.usage import Usage

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures that are taken: those by a key of the provider's own, never by a shared secret."""
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "entra": {
        "label": "Microsoft",
        "issuer": "https://login.microsoftonline.com/{tenant}/v2.0",
        "scope": "openid profile",
        "subject": "oid",
    },
    "google": {
        "label": "Google",
        "issuer": "https://accounts.google.com",
        "scope": "openid email",
    },
    "dfe": {
        "label": "DfE Sign-in",
        "issuer": "https://oidc.signin.education.gov.uk",
        "scope": "openid email",
    },
}
"""What is the same for everybody at a provider. At Microsoft the subject differs from application
to application, and ``oid`` is what an administrator sees; mail is never used there, since its
holder may write any address into it."""


class Provider(BaseModel):
    """One provider as the file of providers has it; ``preset`` fills in what is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$", description="In addresses.")
    label: str = Field(min_length=1, max_length=60, description="On the button.")
    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field("", repr=False)
    scope: str = "openid email"
    subject: str = "sub"
    sign_out: bool = Field(True, description="Whoever signs out here signs out there as well.")
    domain: str | None = Field(None, description="Only accounts of this domain (Google: hd).")
    authentication: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, told: dict[str, Any]) -> dict[str, Any]:
        made = dict(told)
        preset = made.pop("preset", None)
        if preset is not None and preset not in PRESETS:
            raise ValueError(f"preset {preset} is none of {', '.join(PRESETS)}")
        for name, value in PRESETS.get(preset, {}).items():
            made.setdefault(name, value)
        if "{tenant}" in str(made.get("issuer")):
            tenant = made.pop("tenant", None)
            if not tenant or tenant in {"common", "organizations", "consumers"}:
                raise ValueError("tenant is missing: the directory's own id, not 'common'")
            made["issuer"] = made["issuer"].format(tenant=tenant)
        variable = made.pop("client_secret_from", None)
        if variable is not None:
            made["client_secret"] = os.environ.get(variable, "")
            if not made["client_secret"]:
                raise ValueError(f"client_secret_from: the environment has no {variable}")
        return made

    @model_validator(mode="after")
    def _over_tls(self) -> "Provider":
        where = urlsplit(self.issuer)
        if where.scheme != "https" and where.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("issuer must begin with https://")
        return self


def providers_of(file: Path) -> tuple[Provider, ...]:
    """The providers of a file. Raises ``Usage`` with what is off in it."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        listed = told.pop("providers", [])
        if told:
            raise Usage(f"{file.name}: {', '.join(told)} is not known; write [[providers]].")
        found = tuple(Provider.model_validate(one) for one in listed)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Usage(f"{file.name} cannot be read: {problem}.") from None
    except ValidationError as problem:
        told_of = [f"{'.'.join(map(str, one['loc']))} {one['msg']}" for one in problem.errors()]
        raise Usage(f"{file.name}: {'; '.join(told_of)}.") from None
    if len({one.name for one in found}) < len(found):
        raise Usage(f"{file.name}: two providers have one name.")
    return found
