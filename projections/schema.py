"""
What every read model is made of: one table each in one namespace, a comment per column.

Read models live in the ledger's own database, so that a copy of the file is a copy of all.
Days are dates, half-days ``AM`` and ``PM``, flags the integers 0 and 1 so that they add up.
The names and comments are a promise to whoever builds dashboards on them
(``docs/reference/read-models.md``); ``VERSION`` moves when a change would break a query.
"""

from typing import Any

from sqlalchemy import Column, Date, Integer, MetaData, SmallInteger, Table, Text
from sqlalchemy.types import TypeEngine

VERSION = 8
metadata = MetaData()

LAST_DAY = "9999-12-31"
"""Stands for "no end yet", so that ``date BETWEEN starts AND ends`` needs no other case."""


def key(name: str, kind: TypeEngine[Any], comment: str) -> Column[Any]:
    """A column of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False, comment=comment)


def column(name: str, kind: TypeEngine[Any], comment: str) -> Column[Any]:
    """A column that always has a value."""
    return Column(name, kind, nullable=False, comment=comment)


def perhaps(name: str, kind: TypeEngine[Any], comment: str) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, kind, nullable=True, comment=comment)


def flag(name: str, comment: str) -> Column[Any]:
    """A column of 0 and 1."""
    return column(name, SmallInteger(), comment)


def school_key() -> Column[Any]:
    """The school, with which every key begins."""
    return key("school", Integer(), "Unique reference number (URN) of the school.")


def pupil_key() -> Column[Any]:
    """The pupil."""
    return key("pupil", Integer(), "The pupil's number within the school's ledger; no name.")


def date_key() -> Column[Any]:
    """The day of a session."""
    return key("date", Date(), "The day of the session.")


def half_key() -> Column[Any]:
    """The half-day of a session."""
    return key("half", Text(), "The half-day of the session: AM or PM.")


def table(name: str, comment: str, *columns: Any) -> Table:
    """
    A read model's table, clustered by its key on SQLite.

    Keys begin with the school and then time, so that what a night adds lies together: an index
    by pupil was measured to take three times as long as all the rest.
    """
    return Table(name, metadata, *columns, comment=comment, sqlite_with_rowid=False)


def every_table() -> list[Table]:
    """Every table of the read models, those that others refer to first."""
    import projections.taking_in  # noqa: F401 (their modules make them)

    return metadata.sorted_tables


version = table(
    "read_models",
    "Which version of the read models this database holds: one row.",
    key("version", Integer(), "Moves when a change would break a dashboard's query."),
)
