"""An act asked for of a server, and whoever waits for what comes of it."""

from dataclasses import dataclass
from typing import Protocol

from commands.base import Command
from commands.handle import Outcome
from commands.states import states_of
from ledger.store import Ledger


class Answer(Protocol):
    """Where somebody waits for what comes of an act: a ``Future``, or what stands for one."""

    def set_running_or_notify_cancel(self) -> bool: ...
    def set_result(self, result: Outcome, /) -> None: ...
    def set_exception(self, exception: BaseException | None, /) -> None: ...


class JudgedBefore(Exception):
    """School or roll have moved on since the door let whoever asks in: nothing was done."""


@dataclass(frozen=True)
class Asked:
    """
    One act asked for, and whoever waits for what comes of it.

    ``judged``: the entry that school and roll stood at when the door let it in, where nobody
    has looked since whether they have moved on.
    """

    school: int
    command: Command
    seen: int | None
    answer: Answer
    judged: int | None = None

    def check_judged(self, ledger: Ledger, size: int | None = None) -> None:
        """Raise ``JudgedBefore`` where what the door went by is not as it was."""
        if self.judged is not None and states_of(ledger, size).turned > self.judged:
            raise JudgedBefore
