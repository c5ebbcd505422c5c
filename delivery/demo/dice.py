"""Chance that falls the same way every time, on every supported Python."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """
    A sequence of throws that depends on ``seed`` alone.

    Only ``Random.random`` is used: its sequence is what Python promises to keep from
    version to version, which ``choice`` and ``shuffle`` do not.
    """

    def __init__(self, seed: str) -> None:
        self.share = Random(seed).random  # noqa: S311 - an invented world needs no secrecy
        """The next throw: at least 0 and less than 1."""

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count - 1``."""
        return int(self.share() * count)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of ``things``, each as likely as the next."""
        return things[int(self.share() * len(things))]
