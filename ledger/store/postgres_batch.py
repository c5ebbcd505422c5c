"""
What one transaction of many acts on PostgreSQL has looked up ahead, and what it has yet to send.

The heads of its schools are held from the first trip on. So whatever was found after that stays
true until the transaction itself adds something, and what is added may wait to be sent together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.store import moves, schema
from ledger.store.decoding import KNOWN, LAST, PAGES, PAGES_OF, SIZE
from ledger.store.engine import OnePage, Row
from ledger.store.postgres_answers import CONFIRM
from ledger.store.postgres_trip import Statement

_HOLD = "SELECT school, size, recorded_at, frontier FROM heads h WHERE school = ANY($1::int[])"
_LOCK = " ORDER BY school FOR UPDATE OF h SKIP LOCKED"
HOLD = Statement(_HOLD + _LOCK, "I", "iiib")
HOLD_HERE = Statement(f"{_HOLD} AND {moves.GOES_ON_HERE.format('h.school')}{_LOCK}", "I", "iiib")
"""The same in a database that keeps moves: one whose ledger goes on elsewhere is not added to."""

_ASKED = "FROM unnest($1::int[], $2::text[]) AS asked (school, {name})"
KEYS = Statement(
    "SELECT a.school, a.key, a.first, a.count, a.recorded_at"
    f" {_ASKED.format(name='key')} JOIN acts a ON a.school = asked.school AND a.key = asked.key",
    "IT",
    "itiii",
)
SHEETS = Statement(
    PAGES.replace("SELECT", "SELECT p.school,", 1)
    .replace(
        "FROM pages p",
        f"{_ASKED.format(name='stream')} JOIN pages p"
        " ON p.school = asked.school AND p.stream = asked.stream",
    )
    .replace("WHERE p.school = ?", "ORDER BY p.school, p.stream, p.version"),
    "IT",
    "itiiib" + "iiiittttb",
)
BEGIN, COMMIT = Statement("BEGIN"), Statement("COMMIT")
SAY = Statement("SELECT set_config('attendance.school', $1, true)", "t", "t")
CONFIRMED = Statement(CONFIRM)

_KINDS = {"INTEGER": ("I", "int[]"), "BIGINT": ("I", "bigint[]"), "TEXT": ("T", "text[]"),
          "BLOB": ("B", "bytea[]")}  # fmt: skip


def given_rows(*tables: str) -> tuple[str, dict[str, str]]:
    """What is given where rows of tables are, an array a column, and those rows by their table."""
    given, sources = "", {}
    columns_of = schema.COLUMNS | {"held": (("school", "INTEGER"), ("size", "INTEGER"))}
    for name in tables:
        places = []
        for _, kind in columns_of[name]:
            letter, array = _KINDS[kind.split()[0]]
            given += letter
            places.append(f"${len(given)}::{array}")
        named = ", ".join(one for one, _ in columns_of[name])
        sources[name] = f"unnest({', '.join(places)}) AS x_{name} ({named})"
    return given, sources


def _record() -> Statement:
    """
    The head is moved first, as in ``postgres_at_once``: only where it is as it was held is
    anything of that school added. It is moved once for all its acts, however many.
    """
    given, sources = given_rows("heads", "acts", "pages", "held")
    return Statement(
        "WITH moved AS (UPDATE heads SET size = x_heads.size,"  # noqa: S608
        " recorded_at = x_heads.recorded_at, frontier = x_heads.frontier"
        f" FROM {sources['heads']} JOIN {sources['held']} USING (school)"
        " WHERE heads.school = x_heads.school AND heads.size = x_held.size"
        " RETURNING heads.school), "
        f"act AS (INSERT INTO acts SELECT x_acts.* FROM {sources['acts']}"
        " JOIN moved USING (school))"
        f" INSERT INTO pages SELECT x_pages.* FROM {sources['pages']} JOIN moved USING (school)",
        given,
    )


RECORD = _record()
PAGES_AT = len(schema.COLUMNS["heads"]) + len(schema.COLUMNS["acts"])
"""Where in its values those of the pages begin."""


@dataclass
class Batch:
    """``heads``: of the schools that are held, as the acts added so far leave them."""

    heads: dict[int, Row]
    keys: dict[tuple[str, int], Row] = field(default_factory=dict)
    sheets: dict[tuple[int, str], list[Row]] = field(default_factory=dict)
    versions: dict[tuple[int, str], int] = field(default_factory=dict)
    """The version that the next page of a stream begins with."""
    held: dict[int, int] = field(default_factory=dict)
    """The sizes that the acts yet to be sent begin at, by school."""
    acts: list[Sequence[Any]] = field(default_factory=list)
    pages: list[Sequence[Any]] = field(default_factory=list)
    confirming: bool = False
    said: str = ""
    """Of which school the server was told last that the transaction is about it."""

    def known(self, sql: str, params: Sequence[Any]) -> list[Row] | None:
        """The rows of a statement, where they were looked up ahead and nothing came since."""
        if sql == KNOWN and (row := self.keys.get((params[0], params[1]))) is not None:
            return [(self.heads[params[1]][0], *row)]
        if sql == SIZE and params[0] in self.heads:
            return [self.heads[params[0]][:1]]
        if sql == PAGES_OF and params[2] == LAST:
            return self.sheets.get((params[0], params[1]))
        return None

    def ask(self, streams: Iterable[tuple[int, str]]) -> None:
        """Streams whose pages are looked up, and may have none."""
        for one in streams:
            self.sheets[one] = []
            self.versions[one] = 1

    def look(self, rows: Iterable[Row]) -> None:
        """Keep the pages of streams, and so which version is next."""
        for school, *row in rows:
            self.sheets[school, row[0]].append(tuple(row))
            self.versions[school, row[0]] = row[1] + row[3]

    def add(self, one: OnePage) -> None:
        """An act of one page, to be sent with others."""
        act, page, head = one
        school, first, key = act[0], act[1], act[5]
        stream, version, count = page[3:6]
        self.acts.append(act)
        self.pages.append(page)
        self.held.setdefault(school, first - 1)
        self.heads[school] = head
        self.versions[school, stream] = version + count
        self.sheets.pop((school, stream), None)
        self.keys.pop((key, school), None)

    def let_go(self, school: int) -> None:
        """Something of a school was added that was not looked up ahead."""
        for known in (self.sheets, self.versions):
            for one in [one for one in known if one[0] == school]:
                del known[one]
        for key in [key for key in self.keys if key[1] == school]:
            del self.keys[key]

    def take(self, school: int | None) -> list[Any]:
        """The values of ``RECORD`` for what is yet to be sent, of one school or of all."""
        of = {one: self.held.pop(one) for one in list(self.held) if school in (None, one)}
        heads = [(one, *self.heads[one]) for one in of]
        acts, pages = ([one for one in rows if one[0] in of] for rows in (self.acts, self.pages))
        self.acts = [one for one in self.acts if one[0] not in of]
        self.pages = [one for one in self.pages if one[0] not in of]
        of_each = [*zip(*heads, strict=True), *zip(*acts, strict=True), *zip(*pages, strict=True)]
        return [*of_each, list(of), list(of.values())]
