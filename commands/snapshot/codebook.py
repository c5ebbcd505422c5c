"""Codes as small numbers, so that a session's marks are a row of bytes."""

from typing import Final

NOTHING: Final = 0
"""No mark."""
MOST: Final = 100
"""No code has a higher number."""
AGREED: Final = 0x80
"""Added to a code that the source was never seen to give: it agreed with what stood."""
GONE: Final = 252
"""The source showed a mark once and does not now."""
UNSEEN: Final = 253
"""A mark made in the ledger that no snapshot has spoken about yet."""
OFF_ROLL: Final = 254
"""The pupil is not on roll that day."""
REFUSED: Final = 255
"""The file has a row that cannot be taken in; it does not say that there is no mark."""


class Codebook:
    """The number of each code, handed out as codes are met, from 1."""

    def __init__(self) -> None:
        self.names: list[str] = [""]
        self.numbers: dict[str, int] = {}

    def number(self, code: str) -> int:
        known = self.numbers.get(code)
        if known is None:
            known = self.numbers[code] = len(self.names)
            assert known <= MOST, "more codes than there ever were"
            self.names.append(code)
        return known
