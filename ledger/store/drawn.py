"""Random bytes of the system's, drawn some at a time: each draw makes way for other threads."""

import os
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress


def drawing(size: int, many: int = 64) -> Callable[[], bytes]:
    """What gives so many random bytes each time, never the same ones twice. Threads may ask."""
    left: deque[bytes] = deque()
    os.register_at_fork(after_in_child=left.clear)  # or two processes would have the same ones

    def draw() -> bytes:
        while True:
            with suppress(IndexError):
                return left.popleft()
            fresh = secrets.token_bytes(size * many)
            left.extend(fresh[at : at + size] for at in range(0, len(fresh), size))

    return draw
