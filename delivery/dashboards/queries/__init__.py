"""
Ready queries over the star: a file each, which runs on SQLite and PostgreSQL as it stands.

The first line is a comment with the title, those after it say what is counted and how.
"""

from functools import cache
from pathlib import Path

from ledger.kinds import Frozen


class Query(Frozen):
    """A query by name: its title, what it says, and its SQL."""

    name: str
    title: str
    description: str
    sql: str


@cache
def every() -> tuple[Query, ...]:
    """Every ready query, in the order of their names."""
    return tuple(_read(path) for path in sorted(Path(__file__).parent.glob("*.sql")))


def _read(path: Path) -> Query:
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    sql = "\n".join(line for line in lines if not line.startswith("--")).strip()
    return Query(name=path.stem, title=said[0], description=" ".join(said[1:]), sql=sql)
