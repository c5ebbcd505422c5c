"""What holds for one call: the desk that is kept open for it, and the schools that are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delivery.bootstrap import Desk

_held: "ContextVar[Desk | None]" = ContextVar("held", default=None)
_seen: ContextVar[frozenset[int] | None] = ContextVar("seen", default=None)


@contextmanager
def within(schools: frozenset[int] | None) -> Iterator[None]:
    """Within it no other schools are there: for a visitor of some; ``None`` is every school."""
    before = _seen.set(schools)
    try:
        yield
    finally:
        _seen.reset(before)


@contextmanager
def holding(kept: "Desk") -> Iterator[None]:
    """Within it, ``desk`` gives the one kept open: for a server, which answers many calls."""
    from projections.earlier import closing

    before = _held.set(kept)
    try:
        with closing():
            yield
    finally:
        _held.reset(before)


def held(url: str) -> "Desk | None":
    """The desk kept open for an address, if there is one."""
    found = _held.get()
    return found if found is not None and found.url == url else None


def seen() -> frozenset[int] | None:
    """The schools that are there for whoever asks; ``None``: all."""
    return _seen.get()
