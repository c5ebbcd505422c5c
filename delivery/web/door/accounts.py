"""Accounts: who may come in, as whom, to which schools; and signing in, throttled."""

import json
import re
import sqlite3
from dataclasses import dataclass

from delivery.usage import Usage
from delivery.web.door.book import Book
from delivery.web.door.passwords import Passwords, check_password, first_password
from delivery.web.door.rules import OF_ACCOUNTS
from delivery.web.door.throttle import Throttle
from delivery.web.door.visitor import Visitor
from ledger.kinds import PupilId, Urn

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True)
class Account:
    """One account as it is kept. ``schools``: those it is for; ``None`` is every one."""

    login: str
    staff: str | None
    roles: tuple[str, ...]
    schools: frozenset[Urn] | None
    names: bool
    must_change: bool
    disabled: bool
    has_password: bool
    pupils: frozenset[tuple[Urn, PupilId]]

    def visitor(self, **more: object) -> Visitor:
        """Who comes in with it."""
        return Visitor(
            who=self.login,
            staff=self.staff,
            roles=self.roles,
            schools=self.schools,
            pupils=self.pupils,
            names=self.names,
            **more,  # type: ignore[arg-type]
        )


class Accounts:
    """The accounts in the door's file. ``now`` is a moment in whole seconds, UTC."""

    def __init__(self, book: Book, passwords: Passwords | None = None) -> None:
        self.book, self.throttle = book, Throttle(book)
        self._passwords = passwords or Passwords()

    def find(self, login: str) -> Account | None:
        row = self.book.row("SELECT * FROM accounts WHERE login = ?", login.casefold())
        return self._account(row) if row else None

    def all(self) -> list[Account]:
        return [self._account(row) for row in self.book.rows("SELECT * FROM accounts ORDER BY 1")]

    def any(self) -> bool:
        """Whether somebody could sign in."""
        return self.book.row("SELECT 1 FROM accounts WHERE disabled_at IS NULL") is not None

    def known(self, login: str) -> Account:
        """The account of that name. Raises ``Usage``: only who sits at the machine asks."""
        found = self.find(login)
        if found is None:
            raise Usage(f"There is no account {login}; 'attendance account list' shows them.")
        return found

    def add(
        self,
        login: str,
        *,
        now: int,
        staff: str | None,
        roles: tuple[str, ...],
        schools: frozenset[Urn] | None,
        pupils: frozenset[tuple[Urn, PupilId]] = frozenset(),
        names: bool = False,
        password: bool = True,
    ) -> str | None:
        """Make an account; the password of its first sign-in, unless it is to have none."""
        login = login.casefold()
        if not _LOGIN.fullmatch(login):
            raise Usage(f"{login!r} is no name for an account: letters, digits and . _ @ - only.")
        if self.find(login):
            raise Usage(f"There is an account {login} already.")
        if not staff and not roles:
            raise Usage("Say whose account it is, with --staff, or what for, with --role.")
        if unknown := set(roles) - set(OF_ACCOUNTS):
            raise Usage(f"--role {', '.join(unknown)} is none of {', '.join(OF_ACCOUNTS)}.")
        first = first_password() if password else None
        with self.book.writing() as writing:
            writing.execute(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
                (
                    login,
                    staff,
                    json.dumps(roles),
                    None if schools is None else json.dumps(sorted(schools)),
                    names,
                    self._passwords.hash(first) if first else None,
                    first is not None,
                    now,
                ),
            )
            _name(writing, login, pupils)
        return first

    def grant(
        self, login: str, pupils: frozenset[tuple[Urn, PupilId]], names: bool | None = None
    ) -> None:
        """Name more pupils to an account, or grant it names."""
        login = self.known(login).login
        with self.book.writing() as writing:
            _name(writing, login, pupils)
            if names is not None:
                writing.execute("UPDATE accounts SET names = ? WHERE login = ?", (names, login))

    def revoke(self, login: str, pupils: frozenset[tuple[Urn, PupilId]], names: bool) -> None:
        """Take pupils, or names, back from an account."""
        login = self.known(login).login
        with self.book.writing() as writing:
            writing.executemany(
                "DELETE FROM named_pupils WHERE login = ? AND school = ? AND pupil = ?",
                [(login, *one) for one in pupils],
            )
            if names:
                writing.execute("UPDATE accounts SET names = 0 WHERE login = ?", (login,))

    def disable(self, login: str, now: int) -> None:
        """Nobody comes in with it any more, from this moment on."""
        login = self.known(login).login
        with self.book.writing() as writing:
            writing.execute("UPDATE accounts SET disabled_at = ? WHERE login = ?", (now, login))
            writing.execute("UPDATE tokens SET ended_at = ? WHERE login = ?", (now, login))
            writing.execute("DELETE FROM sessions WHERE login = ?", (login,))
        self.throttle.forget(login)

    def reset(self, login: str) -> str:
        """A new first password; whoever is signed in with the account is no longer."""
        login, first = self.known(login).login, first_password()
        self._set(login, first, must_change=True)
        with self.book.writing() as writing:
            writing.execute("UPDATE accounts SET disabled_at = NULL WHERE login = ?", (login,))
        self.throttle.forget(login)
        return first

    def change_password(self, login: str, before: str, after: str, now: int = 0) -> bool:
        """
        A person's own new password; ``False`` where the present one is not right.

        Raises ``TooSoon`` where it was guessed at too often, ``Usage`` for one that is too weak.
        """
        tries = self.throttle.count_change(login, now)
        row = self.book.row("SELECT password FROM accounts WHERE login = ?", login)
        if row is None or not self._passwords.right(row["password"], before):
            return False
        self.throttle.right(tries)
        check_password(after, login)
        if before == after:
            raise Usage("The new password is the present one; choose another.")
        self._set(login, after, must_change=False)
        return True

    def signs_in(
        self, login: str, password: str, address: str, now: int, browser: str = ""
    ) -> Account | None:
        """
        The account, if the password is its own; ``None`` whatever is wrong, as slowly each time.

        ``browser`` is what the browser keeps since somebody signed in there, if anybody did.
        Raises ``TooSoon``, alike for a name there is and one there is not.
        """
        login = login.casefold()[:64]
        tries = self.throttle.count(login, address, browser, now)
        row = self.book.row("SELECT * FROM accounts WHERE login = ?", login)
        kept = row["password"] if row and row["disabled_at"] is None else None
        if not self._passwords.right(kept, password[:1000]) or row is None:
            self.note(login, "refused", address, now)
            return None
        if self._passwords.old(str(kept)):
            self._set(login, password, must_change=bool(row["must_change"]))
        self.throttle.right(tries)
        self.note(login, "signed in", address, now)
        return self._account(row)

    def note(self, login: str, what: str, address: str, now: int) -> None:
        """Keep that somebody came in, or did not."""
        with self.book.writing() as writing:
            writing.execute(
                "INSERT INTO comings (at, login, what, address) VALUES (?, ?, ?, ?)",
                (now, login, what, address),
            )

    def comings(self, most: int) -> list[tuple[int, str, str, str]]:
        """The last comings, the newest first: when, which name, what, from where."""
        rows = self.book.rows("SELECT * FROM comings ORDER BY number DESC LIMIT ?", most)
        return [(row["at"], row["login"], row["what"], row["address"]) for row in rows]

    def _set(self, login: str, password: str, *, must_change: bool) -> None:
        hashed = self._passwords.hash(password)
        with self.book.writing() as writing:
            writing.execute(
                "UPDATE accounts SET password = ?, must_change = ? WHERE login = ?",
                (hashed, must_change, login),
            )
            writing.execute("DELETE FROM sessions WHERE login = ?", (login,))

    def _account(self, row: sqlite3.Row) -> Account:
        named = self.book.rows(
            "SELECT school, pupil FROM named_pupils WHERE login = ?", row["login"]
        )
        return Account(
            login=row["login"],
            staff=row["staff"],
            roles=tuple(json.loads(row["roles"])),
            schools=None if row["schools"] is None else frozenset(json.loads(row["schools"])),
            names=bool(row["names"]),
            must_change=bool(row["must_change"]),
            disabled=row["disabled_at"] is not None,
            has_password=row["password"] is not None,
            pupils=frozenset((one["school"], one["pupil"]) for one in named),
        )


def _name(writing: sqlite3.Connection, login: str, pupils: frozenset[tuple[Urn, PupilId]]) -> None:
    writing.executemany(
        "INSERT OR IGNORE INTO named_pupils VALUES (?, ?, ?)", [(login, *one) for one in pupils]
    )
