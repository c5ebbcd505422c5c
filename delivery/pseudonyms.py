"""
What a pupil is called towards a recipient who is not to know who it is.

A pseudonym is the HMAC-SHA256 of the school's URN and the pupil's number in its ledger, under a
key that belongs to one recipient; of it, the first 128 bits, as 32 hexadecimal digits. So it is

- **stable**: the same pupil is the same to the same recipient, in every export and feed;
- **the recipient's own**: two recipients cannot join what each was given, nor can either say
  which pupil a pseudonym is; only who holds the key can, by computing those of the whole roll;
- **of one school**: a child at two schools has two, and pupil 7 of each is not the same text.

The key is 32 random bytes in the folder of keys (``NAME.pseudonyms``, mode 0600), made the first
time it is asked for. Without the file the pseudonyms can be neither made again nor undone, so to
remove it is to cut the link for ever. The key goes to nobody the pseudonyms go to.

It remains personal data (UK GDPR recital 26): small groups can be recognised by what they did.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

from delivery.usage import Usage

BYTES = 32
"""Of a key."""

_RECIPIENT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FOR = "attendance pseudonym 1"
"""What the key is used for: under the same key, nothing else gives the same texts."""

Pseudonyms = Callable[[int, int], str]
"""From a school's URN and a pupil's number in it to 32 hexadecimal digits."""


def pseudonyms(folder: Path, recipient: str) -> Pseudonyms:
    """
    The pseudonyms of one recipient, under its key in ``folder``; a new key where there is none.

    ``recipient`` is a short name of ours for who gets them, such as ``trust-bi``. Raises
    ``Usage`` where the name cannot be one, or the key cannot be read or made.
    """
    if not _RECIPIENT.fullmatch(recipient):
        raise Usage(
            f"{recipient!r} cannot name a recipient; use small letters, digits and hyphens, "
            "such as trust-bi."
        )
    return _under(_key(folder / f"{recipient}.pseudonyms"))


def _under(key: bytes) -> Pseudonyms:
    @cache
    def pseudonym(school: int, pupil: int) -> str:
        told = f"{_FOR}\0{school}\0{pupil}".encode()
        return hmac.digest(key, told, hashlib.sha256)[:16].hex()

    return pseudonym


def _key(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        written = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(written)
    except OSError as problem:
        raise Usage(f"{path} cannot be used: {problem.strerror}.") from None
    except ValueError:  # what is no ASCII, or not hexadecimal
        key = b""
    if len(key) != BYTES:
        raise Usage(f"{path} is no key of pseudonyms: it has to hold {2 * BYTES} digits.")
    return key


def _make(path: Path) -> None:
    """A new key, whole or not at all; where somebody else made one meanwhile, theirs stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
