"""Passwords: how they are kept (Argon2id), what is asked of them, and ones for a first sign-in."""

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from delivery.usage import Usage

SHORTEST, LONGEST = 12, 200
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"  # none of these is taken for another
_AT_ONCE = BoundedSemaphore(2)  # 64 MiB and a core each: more at once would be a way to stop us


class Passwords:
    """Hashing as RFC 9106 recommends for servers short of memory; ``hasher`` for tests' sake."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._of_nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        with _AT_ONCE:
            return self._hasher.hash(password)

    def right(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; where there is none to compare with it takes as long."""
        with _AT_ONCE:
            try:
                self._hasher.verify(kept or self._of_nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def old(self, kept: str) -> bool:
        """Whether it was hashed more weakly than one would be now."""
        return self._hasher.check_needs_rehash(kept)


def first_password() -> str:
    """One that is used once and told over the telephone: 79 bits, in groups of four."""
    drawn = [secrets.choice(_CLEAR) for _ in range(16)]
    return "-".join("".join(drawn[place : place + 4]) for place in range(0, 16, 4))


def check_password(password: str, login: str) -> None:
    """Raise ``Usage`` for a password that is too easily guessed: length counts, not its signs."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Usage(f"A password has from {SHORTEST} to {LONGEST} characters; three words will do.")
    plain = password.casefold()
    if login.casefold() in plain or len(set(plain)) < 5:
        raise Usage("A password must not hold the account's name, nor a few characters repeated.")
