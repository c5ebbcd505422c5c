"""Honest ledgers of every kind of entry, and an attacker with full SQL power over the database."""

import datetime as dt
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ledger.events import Event, MarkAmended, ReasonRedacted
from ledger.kinds import Session
from ledger.proof import leaves, merkle
from ledger.proof.checkpoints import Checkpoint
from ledger.retention.certified import reapply
from ledger.retention.state import retention_of
from ledger.store import Act, Ledger, PageDraft, Run, Store, packing
from ledger.store.log import page_hashes
from ledger.store.rows import DISPOSED
from tests.ledger.store.entries import AT_1010, MONDAY_AM, OFFICER, SCHOOL, taken, taking
from tests.ledger.store.test_disposing import DPO, MADE, certify, record

TABLES = ("acts", "pages", "heads", "subtrees", "checkpoints")
_keys = count(1)


def signed(ledger: Ledger) -> Checkpoint:
    size, frontier = ledger.frontier()
    return Checkpoint(f"trust.example/urn/{SCHOOL}", size, merkle.root(frontier))


@dataclass
class Honest:
    """A ledger in which nobody did wrong, and what was signed on the way."""

    ledger: Ledger
    chance: random.Random
    signed: list[Checkpoint] = field(default_factory=list)
    sheets: list[Session] = field(default_factory=list)
    amended: dict[int, bool] = field(default_factory=dict)  # entry: redacted already?

    def admitted(self) -> None:
        """A pupil in the shape of events before this one: brought up to date on reading."""
        pupil = next(_keys)
        run = Run(
            "pupil-admitted", 1, 1,
            {"upn": f"A{pupil:09}", "surname": "Penrose", "forename": "Amy", "born": "2015-10-01",
             "year_group": "4", "group": "4B", "starts": "2022-09-01", "line": 2,
             "parent_names": ["Wenna Penrose"]},
        )  # fmt: skip
        act = Act(f"old-{pupil}", "import-pupils", OFFICER, AT_1010)
        self.ledger.append_pages(act, [PageDraft(f"pupil/{pupil}", 0, [run])])

    def register(self) -> None:
        number = len(self.sheets)
        day = MONDAY_AM.date + dt.timedelta(days=number // 2)
        session = Session(day, ("AM", "PM")[number % 2])
        codes = " ".join(self.chance.choice("/LNIUGO") for _ in range(self.chance.randint(1, 9)))
        self.ledger.append(taking(f"take-{next(_keys)}"), taken(codes, session))
        self.sheets.append(session)

    def amendment(self) -> None:
        session = self.chance.choice(self.sheets)
        event = MarkAmended(
            made_by=OFFICER, made_at=AT_1010, session=session, group="4B", pupil=1,
            original="N", amended=self.chance.choice("IMO"),
            reason=self.chance.choice(("Mother rang", "Clinic", "Letter")),
        )  # fmt: skip
        done = self.ledger.append(Act(f"a-{next(_keys)}", "amend-mark", OFFICER, AT_1010), [event])
        self.amended[done.last] = False

    def disposal(self) -> None:
        kept = retention_of(self.ledger)
        there = [
            one.entry
            for one in self.ledger.entries()
            if one.stream.startswith(("register/", "pupil/")) and not kept.disposed(one.entry)
        ]
        if there:
            some = self.chance.sample(there, self.chance.randint(1, min(len(there), 9)))
            certify(self.ledger, *some)
            assert reapply(self.ledger) == len(some)

    def redaction(self) -> None:
        kept = retention_of(self.ledger)
        may = [e for e, struck in self.amended.items() if not struck and not kept.disposed(e)]
        if may:
            entry = self.chance.choice(may)
            said: Any = {"instead": "Rang", "why": "A slip", "asked_by": DPO}
            event: Event = ReasonRedacted(entry=entry, part="reason", **said, **MADE)
            record(self.ledger, "redact", event)
            self.amended[entry] = True
            assert reapply(self.ledger) == 1

    def checkpoint(self) -> None:
        self.signed.append(signed(self.ledger))
        if self.chance.random() < 0.5:
            text = f"{self.signed[-1].text()}\n— a AAAAAAAAAAA=\n"
            size = self.signed[-1].size
            (last,) = self.ledger.acts(size, size)
            self.ledger.keep_checkpoint(size, text, last.recorded_at)


def honest(store: Store, chance: random.Random, acts: int = 24) -> Honest:
    """Some dozens of acts in a drawn order, each kind of them at least once."""
    made = Honest(store.ledger(SCHOOL), chance)
    kinds: list[Callable[[], None]] = [
        made.register, made.amendment, made.admitted, made.disposal, made.redaction,
        made.checkpoint,
    ]  # fmt: skip
    made.register()
    drawn = [*kinds, *chance.choices(kinds, (6, 3, 1, 1, 1, 1), k=acts)]
    chance.shuffle(drawn)
    for do in drawn:
        do()
    made.checkpoint()
    made.register()  # the auditor's checkpoint is an older one
    return made


class Attacker:
    """
    Full SQL power over the database, and patience: ``made_good`` recomputes everything stored.

    ``undone`` puts every row back, for the next attack.
    """

    def __init__(self, store: Store, url: str) -> None:
        self.store, self.ledger = store, store.ledger(SCHOOL)
        self.chance = random.Random()
        self.sqlite = url.startswith("sqlite")
        self.server: Any
        if self.sqlite:
            self.server = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            self.server.execute("PRAGMA synchronous = OFF")
            named = self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in named:
                self.sql(f"DROP TRIGGER {name}")
        else:
            import psycopg

            self.server = psycopg.connect(url, autocommit=True)
            self.sql("SET synchronous_commit = off")
            for table in TABLES:
                self.sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        self._before = {table: self.rows(f"SELECT * FROM {table}") for table in TABLES}

    def close(self) -> None:
        self.server.close()

    def sql(self, statement: str, *params: Any) -> None:
        self.server.execute(statement.replace("?", self._mark), params)

    def rows(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        return list(self.server.execute(statement.replace("?", self._mark), params).fetchall())

    @property
    def _mark(self) -> str:
        return "?" if self.sqlite else "%s"

    @contextmanager
    def at_once(self) -> Iterator[None]:
        self.sql("BEGIN")
        yield
        self.sql("COMMIT")

    def undone(self) -> None:
        with self.at_once():
            for table, rows in self._before.items():
                self.sql(f"DELETE FROM {table}")
                if rows:
                    put = f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})"
                    self.server.cursor().executemany(put.replace("?", self._mark), rows)

    def pages(self, upto: int) -> list[tuple[int, int, str]]:
        """First entry, count and stream of each page that an auditor's checkpoint covers whole."""
        sql = "SELECT first, count, stream FROM pages WHERE first + count - 1 <= ? ORDER BY first"
        return self.rows(sql, upto)  # type: ignore[return-value]

    def acts(self, upto: int) -> list[tuple[int, int]]:
        sql = "SELECT first, count FROM acts WHERE first + count - 1 <= ? ORDER BY first"
        return self.rows(sql, upto)  # type: ignore[return-value]

    def runs(self, first: int) -> list[Run]:
        (body,) = self.rows("SELECT body FROM pages WHERE first = ?", first)[0]
        return list(packing.unpack(bytes(body)))

    def write(self, first: int, runs: list[Run]) -> None:
        self.sql("UPDATE pages SET body = ? WHERE first = ?", packing.pack(runs), first)

    def moved(self, first: int, by: int) -> None:
        """Every act and page from an entry on, at other numbers."""
        order = "DESC" if by > 0 else "ASC"
        for table in ("pages", "acts"):
            later = self.rows(
                f"SELECT first FROM {table} WHERE first >= ? ORDER BY 1 {order}", first
            )
            also = ", act = act + ?" if table == "pages" else ""
            for (one,) in later:
                given = (by, by, one) if also else (by, one)
                self.sql(f"UPDATE {table} SET first = first + ?{also} WHERE first = ?", *given)

    def made_good(self) -> None:
        """Versions, checks, the log's head: all as they would be had it happened so."""
        versions: dict[str, int] = {}
        with self.at_once():
            for first, held, stream in self.pages(2**31 - 1):
                version = versions.get(stream, 0) + 1
                self.sql("UPDATE pages SET version = ? WHERE first = ?", version, first)
                versions[stream] = version + held - 1
        frontier: merkle.Frontier = ()
        size = 0
        every = list(self.ledger.pages())
        with self.at_once():
            for page in every:
                hashes = page_hashes(page)
                frontier = merkle.extend(size, frontier, hashes)
                size += len(hashes)
                given = (leaves.checks(hashes), page.first)
                self.sql("UPDATE pages SET checks = ? WHERE first = ?", *given)
            self.sql("UPDATE heads SET size = ?, frontier = ?", size, merkle.pack(frontier))
            self.sql("DELETE FROM checkpoints")
            self.sql("DELETE FROM subtrees")


# --- what is done to it, somewhere at or before an entry ----------------------------------


def payload(of: Attacker, upto: int) -> None:
    """One value of one entry; of one that is gone, its leaf hash."""
    first, _, _ = of.chance.choice(of.pages(upto))
    runs = of.runs(first)
    run = of.chance.choice(runs)
    name = of.chance.choice([*run.same, *run.each])
    values = list(run.column(name))
    at = of.chance.randrange(run.count)
    values[at] = _other(values[at])
    run.same.pop(name, None)
    run.each[name] = values
    of.write(first, runs)


def _other(value: Any) -> Any:
    if isinstance(value, str):
        return ("0" if value[:1] != "0" else "1") + value[1:]
    if isinstance(value, int):
        return value + 1
    return [*value, "x"] if isinstance(value, list) else "x"


def actor(of: Attacker, upto: int) -> None:
    said = of.chance.choice(('["x","Another","Head"]', '["office","Ada Quill","Class teacher"]'))
    of.sql("UPDATE acts SET made_by = ? WHERE first = ?", said, of.chance.choice(of.acts(upto))[0])


def time(of: Attacker, upto: int) -> None:
    """Of an act of which something is left: of the others no hash covers the time."""
    left = "SELECT first FROM acts WHERE first + count - 1 <= ? AND length(salt) > 0 ORDER BY 1"
    by = of.chance.choice((1, -1)) * of.chance.choice((1, 10**6, 86_400 * 10**6))
    sql = "UPDATE acts SET recorded_at = recorded_at + ? WHERE first = ?"
    of.sql(sql, by, of.chance.choice(of.rows(left, upto))[0])


def deleted(of: Attacker, upto: int) -> tuple[int, int]:
    first, held = of.chance.choice(of.acts(upto))
    of.sql("DELETE FROM pages WHERE act = ?", first)
    of.sql("DELETE FROM acts WHERE first = ?", first)
    return first, held


def renumbered(of: Attacker, upto: int) -> None:
    first, held = deleted(of, upto)
    of.moved(first, -held)


def blanked(of: Attacker, upto: int) -> None:
    """As a disposal would leave it, but that nobody certified it."""
    left = [page for page in of.pages(upto) if any(r.topic != DISPOSED for r in of.runs(page[0]))]
    first, _, _ = of.chance.choice(left)
    hashes = page_hashes(next(of.ledger.pages_from(first, limit=1)))
    gone = [leaf.hex() for leaf in hashes]
    of.write(first, [Run(DISPOSED, 1, len(gone), {}, {"leaf": gone})])


def swapped(of: Attacker, upto: int) -> None:
    """What stands on two pages, each in the other's place."""
    pages = of.pages(upto)
    pairs = [
        (one[0], two[0]) for one in pages for two in pages
        if one[0] < two[0] and one[1] == two[1] and one[2][:4] == two[2][:4]
        and of.runs(one[0]) != of.runs(two[0])
    ]  # fmt: skip
    one, two = of.chance.choice(pairs)
    mine, theirs = of.runs(one), of.runs(two)
    of.write(one, theirs)
    of.write(two, mine)


def rolled_back(of: Attacker, upto: int) -> None:
    first, _ = of.chance.choice(of.acts(upto))
    of.sql("DELETE FROM pages WHERE first >= ?", first)
    of.sql("DELETE FROM acts WHERE first >= ?", first)


def back_dated(of: Attacker, upto: int) -> None:
    """A sheet that was never taken, between two acts that were; all later ones renumbered."""
    like = of.chance.choice([page for page in of.pages(upto) if page[2].startswith("register/")])
    held = like[1]
    act = of.rows(
        "SELECT * FROM acts WHERE first = (SELECT act FROM pages WHERE first = ?)", like[0]
    )
    page = of.rows("SELECT * FROM pages WHERE first = ?", like[0])
    first, _ = of.chance.choice(of.acts(upto))
    of.moved(first, held)
    row = (act[0][0], first, held, *act[0][3:5], "forged", *act[0][6:])
    of.sql(f"INSERT INTO acts VALUES ({', '.join('?' * len(row))})", *row)
    row = (page[0][0], first, first, "register/2024-09-01/AM/9Z", 1, *page[0][5:])
    of.sql(f"INSERT INTO pages VALUES ({', '.join('?' * len(row))})", *row)


ATTACKS: dict[str, Callable[[Attacker, int], Any]] = {
    "changed payload": payload,
    "changed actor": actor,
    "changed time": time,
    "deleted": deleted,
    "deleted and renumbered": renumbered,
    "blanked without certificate": blanked,
    "two payloads swapped": swapped,
    "tail rolled back": rolled_back,
    "back-dated insert": back_dated,
}
"""Each as it is, and with commitment, envelope, leaf and head rewritten consistently."""
