"""What every peer can do, whatever it is built on."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.workload import Change, Sheet, Workload


class Peer(ABC):
    """One way of keeping a register. Every ``take`` and ``amend`` is durable on return."""

    title: ClassVar[str]
    slow: ClassVar[bool] = False
    """Too slow to be given the year: it takes a few registers and appends a few days."""

    only: ClassVar[tuple[str, ...]] = ()
    """What it is timed at, where it differs from another peer in no more than that."""

    def __init__(self, where: str, work: Workload, school: int = 0) -> None:
        self.where = where
        self.work = work
        self.school = school

    @abstractmethod
    def open(self, *, create: bool) -> None: ...

    def beside(self, first: "Peer") -> None:
        """Open for a thread of its own of the same process, where ``first`` is open already."""
        self.open(create=False)

    @abstractmethod
    def take(self, sheet: Sheet) -> None:
        """Take one register of 30: one durable commit."""

    @abstractmethod
    def amend(self, change: Change) -> None:
        """Amend one mark: one durable commit, original and reason kept."""

    @abstractmethod
    def load(self, sheets: Iterable[Sheet]) -> None:
        """Append many registers in the quickest way this peer offers."""

    @abstractmethod
    def cut(self) -> int:
        """A point in recorded time: now."""

    @abstractmethod
    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]: ...

    @abstractmethod
    def register(self, session: int, group: str, cut: int) -> Pupils: ...

    @abstractmethod
    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]: ...

    @abstractmethod
    def rebuild(self) -> Reckoned: ...

    @abstractmethod
    def close(self) -> None: ...

    def size(self) -> int:
        """Bytes on disk with every index, once the write-ahead log is folded in."""
        if self.where.startswith("postgresql"):
            from scripts.bench.postgres import stored_bytes

            return stored_bytes(self.where)
        return file_size(Path(self.where))


def file_size(path: Path) -> int:
    """One SQLite file and what lies beside it."""
    beside = (path, path.with_name(path.name + "-wal"))
    return sum(os.stat(one).st_size for one in beside if one.exists())
