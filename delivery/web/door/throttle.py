"""
Tries at passwords: each wrong one makes the next wait longer, and nobody can lock another out.

A browser in which somebody signed in before waits for its own wrong tries alone: whatever others
guess, and wherever from, the person it belongs to comes in. Every other browser also waits for what
was tried at that name, and from that address, by all; those waits are short, so that guessing is
slow and yet nobody is shut out by it.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from delivery.web.door.book import Book

DAY = 24 * 3600
QUARTER = 15 * 60
KNOWN_FOR = 180 * DAY
"""For how long a browser is remembered in which somebody signed in, in seconds."""


class Limit(NamedTuple):
    """``free`` wrong tries cost nothing; each after them doubles the wait, up to ``longest``."""

    free: int
    longest: int
    within: int


OF_A_PAIR = Limit(free=5, longest=QUARTER, within=DAY)
"""Of one name from one address, or in one browser that is known."""
OF_A_NAME = Limit(free=20, longest=30, within=QUARTER)
OF_AN_ADDRESS = Limit(free=40, longest=30, within=QUARTER)
"""Of all: a whole school may share one address."""


class TooSoon(Exception):
    """It was tried before the wait was over; nothing was weighed. ``seconds`` are left."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


def wait_after(wrong: int, limit: Limit) -> int:
    """Seconds to wait after so many wrong tries."""
    if wrong < limit.free:
        return 0
    return int(min(2 ** min(wrong - limit.free + 1, 20), limit.longest))


class Throttle:
    """The tries kept in the door's file. ``now`` is a moment in whole seconds, UTC."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def count(self, login: str, address: str, browser: str, now: int) -> list[int]:
        """
        Count a try before it is weighed, so that many at once are no way round.

        Gives what ``right`` takes back. Raises ``TooSoon``, and then does not count it.
        """
        if browser and self.knows(browser, login, now):
            limits = {f"browser {_hash(browser).hex()} {login}": OF_A_PAIR}
        else:
            limits = {
                f"name {login} from {address}": OF_A_PAIR,
                f"name {login}": OF_A_NAME,
                f"from {address}": OF_AN_ADDRESS,
            }
        return self._counted(limits, now)

    def count_change(self, login: str, now: int) -> list[int]:
        """The same for the present password, asked of whoever wants another."""
        return self._counted({f"change {login}": OF_A_PAIR}, now)

    def right(self, tries: Iterable[int]) -> None:
        """It was the password: this try, and those alone that only it waits for, are forgotten."""
        with self.book.writing() as writing:
            for one in tries:
                row = writing.execute("SELECT what FROM tries WHERE rowid = ?", (one,)).fetchone()
                shared = row is None or row["what"].startswith("from ") or _of_all(row["what"])
                if shared:
                    writing.execute("DELETE FROM tries WHERE rowid = ?", (one,))
                else:
                    writing.execute("DELETE FROM tries WHERE what = ?", (row["what"],))

    def forget(self, login: str) -> None:
        """All that was tried at a name, and the browsers known for it: it has a new password."""
        with self.book.writing() as writing:
            start = f"name {login} from "
            writing.execute(
                "DELETE FROM tries WHERE what IN (?, ?) OR substr(what, 1, ?) = ?",
                (f"name {login}", f"change {login}", len(start), start),
            )
            writing.execute("DELETE FROM known_browsers WHERE login = ?", (login,))

    def knows(self, browser: str, login: str, now: int) -> bool:
        """Whether somebody signed in under that name in that browser, not too long ago."""
        return (
            self.book.row(
                "SELECT 1 FROM known_browsers WHERE hash = ? AND login = ? AND seen_at > ?",
                _hash(browser), login, now - KNOWN_FOR,
            )
            is not None
        )  # fmt: skip

    def remember(self, browser: str, login: str, now: int) -> str:
        """Somebody signed in there: what the browser is to keep from now on."""
        kept = browser if len(browser) >= 32 else secrets.token_urlsafe(32)
        with self.book.writing() as writing:
            writing.execute("DELETE FROM known_browsers WHERE seen_at <= ?", (now - KNOWN_FOR,))
            writing.execute(
                "INSERT INTO known_browsers VALUES (?, ?, ?)"
                " ON CONFLICT (hash, login) DO UPDATE SET seen_at = excluded.seen_at",
                (_hash(kept), login, now),
            )
        return kept

    def _counted(self, limits: dict[str, Limit], now: int) -> list[int]:
        with self.book.writing() as writing:
            writing.execute("DELETE FROM tries WHERE at <= ?", (now - DAY,))
            left = 0
            for what, limit in limits.items():
                wrong, last = writing.execute(
                    "SELECT count(*), max(at) FROM tries WHERE what = ? AND at > ?",
                    (what, now - limit.within),
                ).fetchone()
                left = max(left, (last or 0) + wait_after(wrong, limit) - now)
            if left > 0:
                raise TooSoon(left)
            return [
                int(writing.execute("INSERT INTO tries VALUES (?, ?)", (what, now)).lastrowid or 0)
                for what in limits
            ]


def _of_all(what: str) -> bool:
    """Whether it counts what everybody tried at a name; one with an address counts a pair."""
    return what.startswith("name ") and " from " not in what


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
