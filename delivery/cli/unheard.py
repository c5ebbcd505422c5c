"""Whether somebody hears what is said beside an answer: a server's stderr is its log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_HEARD: ContextVar[bool] = ContextVar("heard", default=True)


def heard() -> bool:
    """Whether it is to be printed."""
    return _HEARD.get()


@contextmanager
def unheard() -> Iterator[None]:
    """Nothing said beside the answer is printed: it may name a pupil, and a log names nobody."""
    before = _HEARD.set(False)
    try:
        yield
    finally:
        _HEARD.reset(before)
