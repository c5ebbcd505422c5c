"""The limit on PostgreSQL: psycopg, one prepared statement, one row per register."""

from collections.abc import Iterable
from typing import ClassVar

import psycopg

from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.packed import pack, unpack
from scripts.bench.peer import Peer
from scripts.bench.workload import Change, Sheet, Workload

SCHEMA = """
CREATE TABLE registers (
    session integer, class integer, marks bytea, made_by text, made_at text,
    PRIMARY KEY (session, class))
"""


class PackedPostgres(Peer):
    """Takes registers and does nothing else: it is here to show the limit of a take."""

    title: ClassVar[str] = "packed raw psycopg (the limit)"

    def __init__(self, where: str, work: Workload, school: int = 0) -> None:
        super().__init__(where, work, school)
        self.numbers = {group: 1000 * school + n for n, group in enumerate(work.classes)}

    def open(self, *, create: bool) -> None:
        self.db = psycopg.connect(self.where, autocommit=True, prepare_threshold=0)
        if create:
            self.db.execute(SCHEMA)

    def take(self, sheet: Sheet) -> None:
        self.db.execute(
            "INSERT INTO registers VALUES (%b,%b,%b,%t,%t)",
            (sheet.session, self.numbers[sheet.group], pack(sheet), sheet.by, sheet.at),
        )

    def close(self) -> None:
        self.db.close()

    def amend(self, change: Change) -> None:
        raise NotImplementedError

    def load(self, sheets: Iterable[Sheet]) -> None:
        raise NotImplementedError

    def cut(self) -> int:
        return 0

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        raise NotImplementedError

    def register(self, session: int, group: str, cut: int) -> Pupils:
        found = self.db.execute(
            "SELECT marks FROM registers WHERE session = %s AND class = %s",
            (session, self.numbers[group]),
        ).fetchone()
        assert found is not None
        return unpack(found[0])

    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]:
        raise NotImplementedError

    def rebuild(self) -> Reckoned:
        raise NotImplementedError
