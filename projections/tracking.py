"""How far the read models have come in each school's ledger, and that no step is taken twice."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Integer,
    Select,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError as Refused

from projections.schema import column, key, table

positions = table(
    "positions",
    "How far the read models have come: one row for each step, each from where the last ended.",
    key("ledger", Text(), "The school whose ledger was read, by its URN."),
    key("upto", Integer(), "The last entry number of the step."),
    column("after", Integer(), "The entry number after which the step began."),
    UniqueConstraint("ledger", "after"),
    CheckConstraint("after < upto"),
)


class StepTaken(Exception):
    """Another has taken these entries in already."""


def position(connection: Connection, ledger: str) -> int:
    """The last entry that is in the read models; 0 before the first."""
    return connection.scalar(furthest(ledger)) or 0


def step(connection: Connection, ledger: str, after: int, upto: int) -> None:
    """
    Record that the entries from the one after ``after`` to ``upto`` are in.

    Part of the transaction that puts them in. Raises ``StepTaken`` where another has taken
    the step already, so that nothing is ever counted twice.
    """
    try:
        connection.execute(insert(positions).values(ledger=ledger, upto=upto, after=after))
    except Refused as error:
        raise StepTaken(f"{ledger} is past entry {after} already") from error


def steps(connection: Connection, ledger: str) -> list[tuple[int, int]]:
    """Every step taken, in order: after which entry, up to which."""
    chain = select(positions.c.after, positions.c.upto).where(positions.c.ledger == ledger)
    return [(after, upto) for after, upto in connection.execute(chain.order_by("upto"))]


def furthest(ledger: str) -> Select[Any]:
    """The statement that finds the last entry taken in of a school's ledger."""
    return select(func.max(positions.c.upto)).where(positions.c.ledger == ledger)
