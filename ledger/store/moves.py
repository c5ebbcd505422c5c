"""
Where a school's ledger goes on: each database keeps the moves of its schools from and to it.

``moves`` has a row for every step, and is guarded like the entries. The last row of a school
says how it stands here; without one its ledger is here, as ever. While it does not go on here
the database itself refuses an entry or a checkpoint: whoever appends holds the school's head
row, and so did whoever wrote that row, so that nothing comes after it.

``moving`` names a school within the transaction of whoever moves it, and in no other: that one
adds what it carries, and removes a copy that was left behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ledger.refusals import SchoolMoved
from ledger.store import guards
from ledger.store.decoding import moment_of
from ledger.store.engine import Doing

if TYPE_CHECKING:
    from ledger.store.engine import Database

What = Literal["arriving", "came", "withdrawn", "leaving", "stays", "left", "removed"]
OPEN = ("came", "stays")
"""It goes on here."""
UNSEEN = ("arriving", "withdrawn", "left", "removed")
"""What is here is no school's ledger: it is being copied, was given up, or is what was left."""
_SHUT = (*UNSEEN, "leaving")

COLUMNS = {
    "moves": (
        ("school", "INTEGER NOT NULL"),
        ("number", "INTEGER NOT NULL"),
        ("what", "TEXT NOT NULL"),
        ("other", "TEXT NOT NULL"),
        ("size", "INTEGER NOT NULL"),
        ("root", "TEXT NOT NULL"),
        ("moved_at", "BIGINT NOT NULL"),
        ("moved_by", "TEXT NOT NULL"),
        ("PRIMARY", "KEY (school, number)"),
    ),
    "moving": (("school", "INTEGER NOT NULL PRIMARY KEY"),),
}
FENCED = "the ledger of this school goes on elsewhere"
FENCED_STATE = "AT001"
"""The SQLSTATE that PostgreSQL says it with."""

_LAST = (
    "SELECT number, what, other, size, root, moved_at, moved_by FROM moves WHERE school = ?"
    " ORDER BY number DESC"
)
_PUT = "INSERT INTO moves VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_STANDS = "(SELECT m.what FROM moves m WHERE m.school = {} ORDER BY m.number DESC LIMIT 1)"
_HERE = (
    f"{_STANDS.format('NEW.school')} IN {_SHUT!r}"  # noqa: S608
    " AND NOT EXISTS (SELECT 1 FROM moving g WHERE g.school = NEW.school)"
)
SEEN = (
    f"SELECT school FROM heads h WHERE coalesce({_STANDS.format('h.school')}, '')"  # noqa: S608
    f" NOT IN {UNSEEN!r} ORDER BY 1"
)
"""The schools whose ledgers go on here."""
GOES_ON_HERE = f"coalesce({_STANDS}, '') NOT IN {_SHUT!r}"
"""That an act may be added to a school (``{}``)."""

STAY = ("acts", "pages", "heads", "checkpoints", "subtrees")
"""Of these nothing is deleted but a copy left behind (``guards.STAYS``)."""
FENCES = {
    "heads_here_new": ("INSERT", "heads"),
    "heads_here": ("UPDATE", "heads"),
    "checkpoints_here": ("INSERT", "checkpoints"),
}
FENCE = "heads_here"
"""The one that every append would pay for: PostgreSQL has it from a database's first move on."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step: what it was, which server the other was, and how far the ledger went then."""

    number: int
    what: What
    other: str
    size: int
    root: str
    at: int
    by: str


def steps(database: "Database", school: int) -> list[Move]:
    """Every step of a school here, the last one first."""
    return [Move(*row) for row in database.select(_LAST, (school,))]


def record(run: Doing, school: int, what: What, step: tuple[str, int, str, int, str]) -> None:
    """
    Put down a step within a transaction that holds the school's head row.

    ``step``: the other server's name, entries, root, stamp, and who moves it. Two that do so at
    once: one of them is refused its number.
    """
    last = run(_LAST + " LIMIT 1", (school,))
    run(_PUT, (school, (last[0][0] if last else 0) + 1, what, *step))


def standing(run: Doing, school: int) -> Move | None:
    """The last step, as a transaction sees it."""
    last = run(_LAST + " LIMIT 1", (school,))
    return Move(*last[0]) if last else None


def elsewhere(database: "Database", school: int) -> SchoolMoved:
    """Why nothing was added here."""
    found = steps(database, school)
    return refusal(school, found[0] if found else None)


def refusal(school: int, move: Move | None) -> SchoolMoved:
    """Why nothing is added here: where the ledger goes on."""
    if move is None or move.what == "leaving":
        where = f" to {move.other}" if move else ""
        why = f"is just being moved{where}, and nothing was recorded: ask again in a moment"
        return SchoolMoved(school=school, why=why)
    if move.what in ("arriving", "withdrawn"):
        return SchoolMoved(school=school, why=f"is not here yet: it is at {move.other}")
    when = f"{moment_of(move.at):%Y-%m-%d %H:%M} UTC"
    return SchoolMoved(school=school, why=f"is no longer here: it moved to {move.other} ({when})")


def sqlite(*, anew: bool = False) -> Iterator[str]:
    """The statements that set it up on SQLite; ``anew``, where an older version left others."""
    yield from tables()
    refusing = {
        "moves_no_update": ("UPDATE ON moves", "", guards.REFUSAL),
        "moves_no_delete": ("DELETE ON moves", "", guards.REFUSAL),
    }
    for name, (verb, table) in FENCES.items():
        refusing[name] = (f"{verb} ON {table}", f" WHEN {_HERE}", FENCED)
    for name, (event, when, why) in refusing.items():
        if anew:
            yield f"DROP TRIGGER IF EXISTS {name}"
        body = f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        yield f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event}{when} {body}"


def postgres() -> Iterator[str]:
    """The statements that set it up on PostgreSQL; run again they change nothing."""
    yield from tables()
    yield (
        "CREATE OR REPLACE TRIGGER moves_never BEFORE UPDATE OR DELETE OR TRUNCATE ON moves"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    yield (
        "CREATE OR REPLACE FUNCTION only_here() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {_HERE} THEN RAISE EXCEPTION '{FENCED}' USING ERRCODE = '{FENCED_STATE}';"
        " END IF; RETURN NEW; END $$"
    )
    yield (
        "CREATE OR REPLACE FUNCTION only_moving() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NOT {guards.LEFT_BEHIND} THEN"
        f" RAISE EXCEPTION '{guards.REFUSAL}'; END IF; RETURN OLD; END $$"
    )
    for table in STAY:
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_stays BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION only_moving()"
        )
    yield (
        "CREATE OR REPLACE FUNCTION only_fenced() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608
        " IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'heads'::regclass"
        f" AND tgname = '{FENCE}' AND tgenabled <> 'D') THEN"
        " RAISE EXCEPTION 'there is no fence'; END IF; RETURN NEW; END $$"
    )
    yield (
        "CREATE OR REPLACE TRIGGER moves_fenced BEFORE INSERT ON moves"
        " FOR EACH ROW EXECUTE FUNCTION only_fenced()"
    )
    yield from (_fence(name) for name in FENCES if name != FENCE)


def fence() -> str:
    """
    The statement that makes ``FENCE`` on PostgreSQL, in a transaction of its own.

    It waits for whoever is appending, and everybody who appends after it is asked. Without it
    the database takes no step of a school down.
    """
    return _fence(FENCE)


def _fence(name: str) -> str:
    verb, table = FENCES[name]
    return (
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION only_here()"
    )


def tables() -> Iterator[str]:
    """The tables, on both engines."""
    for name, columns in COLUMNS.items():
        said = ", ".join(f"{column} {kind}" for column, kind in columns)
        yield f"CREATE TABLE IF NOT EXISTS {name} ({said})"
