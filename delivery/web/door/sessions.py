"""Who is signed in, and machines' tokens: random secrets of which only a hash is kept."""

import hashlib
import hmac
import json
import secrets
import sqlite3
from contextlib import suppress
from dataclasses import dataclass

from delivery.usage import Usage
from delivery.web.door.accounts import Account, Accounts

IDLE, LONGEST = 30 * 60, 12 * 3600
"""After how many seconds without a request, and in any case, one has to sign in again."""
_SEEN_EVERY = 60
_PREFIX = "att"


@dataclass(frozen=True)
class Token:
    """A machine's token as it is kept, without what opens the door."""

    id: str
    login: str
    questions: tuple[str, ...] | None
    expires_at: int
    ended: bool


class Sessions:
    """The sessions and tokens in the door's file. ``now`` is in whole seconds, UTC."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts, self.book = accounts, accounts.book
        self.late: dict[bytes, int] = {}
        """Who was seen when, and it is not written yet (``write_late``)."""
        self._kept: tuple[int, dict[bytes, tuple[sqlite3.Row, Account | None]]] = (0, {})

    def begin(self, login: str, now: int, elsewhere: tuple[str, str] | None = None) -> str:
        """
        A new session's secret, for the browser alone.

        ``elsewhere``: the provider somebody came from, and its word for who they are, which it
        wants to hear again when they sign out.
        """
        secret = secrets.token_urlsafe(32)
        with self.book.writing() as writing:
            old = (now - LONGEST,)
            writing.execute("DELETE FROM sessions WHERE made_at <= ?", old)
            writing.execute("DELETE FROM sessions_elsewhere WHERE made_at <= ?", old)
            writing.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hash(secret), login, now, now)
            )
            if elsewhere is not None:
                writing.execute(
                    "INSERT INTO sessions_elsewhere VALUES (?, ?, ?, ?)",
                    (_hash(secret), *elsewhere, now),
                )
        return secret

    def elsewhere(self, secret: str) -> tuple[str, str] | None:
        """The provider that a session began at, and its word; ``None`` if it began here."""
        query = "SELECT provider, id_token FROM sessions_elsewhere WHERE hash = ?"
        row = self.book.row(query, _hash(secret))
        return (row["provider"], row["id_token"]) if row else None

    def of(
        self, secret: str, now: int, *, seen: bool = True, stands: int | None = None
    ) -> Account | None:
        """
        Whose session it is, if it has not ended, by either clock or because they may not.

        ``seen``: somebody asked for something; what asks by itself keeps no session from ending.
        ``stands``: where the door's file stands, for whoever has looked since they were asked, and
        writes later whom they have seen.
        """
        found = self._found(_hash(secret), self.book.stands() if stands is None else stands)
        if found is None:
            return None
        row, account = found
        over = now >= row["made_at"] + LONGEST or now >= row["seen_at"] + IDLE
        if over or account is None or account.disabled:
            self.end(secret)
            return None
        if seen and now >= row["seen_at"] + _SEEN_EVERY:
            self.late[_hash(secret)] = now
            if stands is None:
                self.write_late()
        return account

    def write_late(self) -> None:
        """Write down who was seen. Lost, a session ends sooner: nobody waits for the disk."""
        with self.book.writing(flushed=False) as writing:
            while self.late:
                with suppress(KeyError):  # another thread was quicker
                    hashed, now = self.late.popitem()
                    change = "UPDATE sessions SET seen_at = ? WHERE hash = ?"
                    writing.execute(change, (now, hashed))

    def _found(self, hashed: bytes, stands: int) -> tuple[sqlite3.Row, Account | None] | None:
        """A session and its account, read again once anything was written to the file."""
        if self._kept[0] != stands:
            self._kept = (stands, {})
        known = self._kept[1]
        if hashed not in known:
            row = self.book.row("SELECT * FROM sessions WHERE hash = ?", hashed)
            if row is None:
                return None
            known[hashed] = row, self.accounts.find(row["login"])
        return known[hashed]

    def end(self, secret: str) -> None:
        with self.book.writing() as writing:
            writing.execute("DELETE FROM sessions WHERE hash = ?", (_hash(secret),))
            writing.execute("DELETE FROM sessions_elsewhere WHERE hash = ?", (_hash(secret),))

    def token(self, login: str, questions: tuple[str, ...] | None, now: int, days: int) -> str:
        """A machine's token, shown once. Raises ``Usage`` for an account there is not."""
        account = self.accounts.known(login)
        if account.disabled:
            raise Usage(f"The account {account.login} is disabled.")
        number, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        said = None if questions is None else json.dumps(questions)
        with self.book.writing() as writing:
            writing.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (number, _hash(secret), account.login, said, now, now + days * 86_400),
            )
        return f"{_PREFIX}_{number}_{secret}"

    def end_token(self, number: str, now: int) -> None:
        """Raises ``Usage`` for a token there is not."""
        with self.book.writing() as writing:
            change = "UPDATE tokens SET ended_at = ? WHERE id = ? AND ended_at IS NULL"
            if not writing.execute(change, (now, number)).rowcount:
                raise Usage(f"There is no token {number} that is still good.")

    def tokens(self, login: str) -> list[Token]:
        rows = self.book.rows("SELECT * FROM tokens WHERE login = ? ORDER BY made_at", login)
        return [
            Token(
                row["id"],
                row["login"],
                None if row["questions"] is None else tuple(json.loads(row["questions"])),
                row["expires_at"],
                row["ended_at"] is not None,
            )
            for row in rows
        ]

    def of_token(self, told: str, now: int) -> tuple[Account, frozenset[str] | None] | None:
        """Whose token it is, and what it may ask; ``None`` if it is not good."""
        prefix, _, rest = told.partition("_")
        number, _, secret = rest.partition("_")
        row = self.book.row("SELECT * FROM tokens WHERE id = ?", number)
        if row is None or prefix != _PREFIX or not hmac.compare_digest(_hash(secret), row["hash"]):
            return None
        account = self.accounts.find(row["login"])
        good = row["ended_at"] is None and now < row["expires_at"]
        if not good or account is None or account.disabled:
            return None
        asked = row["questions"]
        return account, None if asked is None else frozenset(json.loads(asked))


def form_token(secret: str) -> str:
    """What stands in the forms of a session: follows from its secret, and does not give it away."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _hash(secret: str) -> bytes:
    """SHA-256 is enough: what is hashed is random and long, and no password."""
    return hashlib.sha256(secret.encode()).digest()
