"""Whose account a person from an OpenID provider is; and the way there and back, kept meanwhile."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from delivery.usage import Usage
from delivery.web.door.accounts import Account, Accounts
from delivery.web.door.asking_elsewhere import Person, Sent

LONGEST = 10 * 60
"""How long somebody may stay away at a provider, in seconds."""


@dataclass(frozen=True)
class Flow:
    """A way to a provider and back: what has to come back, and where it goes on then."""

    provider: str
    nonce: str
    verifier: str
    goes_to: str


class Identities:
    """The lines that lead from a provider's subject or verified mail to an account."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts, self._book = accounts, accounts.book

    def link(self, login: str, issuer: str, claim: str, value: str) -> None:
        """Lead somebody there to an account here. Raises ``Usage`` where they are led already."""
        account = self._accounts.known(login)
        value = value.casefold() if claim == "email" else value
        row = self._book.row(
            "SELECT login FROM identities WHERE issuer = ? AND claim = ? AND value = ?",
            issuer,
            claim,
            value,
        )
        if row is not None:
            raise Usage(f"That person of {issuer} has the account {row['login']} already.")
        with self._book.writing() as writing:
            writing.execute(
                "INSERT INTO identities VALUES (?, ?, ?, ?)", (issuer, claim, value, account.login)
            )

    def of(self, issuer: str, person: Person) -> Account | None:
        """Whose account it is; one found by mail is led to by the subject from now on."""
        query = "SELECT login FROM identities WHERE issuer = ? AND claim = ? AND value = ?"
        row = self._book.row(query, issuer, "subject", person.subject)
        if row is None and person.email is not None:
            row = self._book.row(query, issuer, "email", person.email)
            if row is not None:
                with self._book.writing() as writing:
                    writing.execute(
                        "UPDATE identities SET claim = 'subject', value = ?"
                        " WHERE issuer = ? AND claim = 'email' AND value = ?",
                        (person.subject, issuer, person.email),
                    )
        account = self._accounts.find(row["login"]) if row else None
        return account if account is not None and not account.disabled else None

    def leaves(self, provider: str, sent: Sent, goes_to: str, now: int) -> str:
        """Somebody is on their way: what their browser is to keep meanwhile."""
        browser = secrets.token_urlsafe(32)
        with self._book.writing() as writing:
            writing.execute("DELETE FROM flows WHERE made_at <= ?", (now - LONGEST,))
            writing.execute(
                "INSERT INTO flows VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    _hash(sent.state),
                    _hash(browser),
                    provider,
                    sent.nonce,
                    sent.verifier,
                    goes_to,
                    now,
                ),
            )
        return browser

    def returns(self, provider: str, state: str, browser: str, now: int) -> Flow | None:
        """The way somebody comes back from, once, in the browser that left."""
        with self._book.writing() as writing:
            row = writing.execute(
                "DELETE FROM flows WHERE state = ? RETURNING *", (_hash(state),)
            ).fetchone()
        if row is None or row["provider"] != provider or now >= row["made_at"] + LONGEST:
            return None
        if not hmac.compare_digest(_hash(browser), row["browser"]):
            return None
        return Flow(row["provider"], row["nonce"], row["verifier"], row["goes_to"])


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
