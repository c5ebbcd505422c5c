"""Keys for acts to which whoever asks gave none."""

import uuid

from ledger.store.drawn import drawing

_drawn = drawing(16)


def new_key() -> str:
    """A key that no other act has."""
    return uuid.UUID(bytes=_drawn(), version=4).hex
