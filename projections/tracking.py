"""How far the read models have come in each school's ledger, and that no step is taken twice."""

from typing import Any

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    Integer,
    Select,
    Text,
    UniqueConstraint,
    func,
    insert,
    literal,
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


def position(connection: Connection, ledger: str) -> int:
    """The last entry that is in the read models; 0 before the first."""
    return connection.scalar(_furthest(ledger)) or 0


def step(connection: Connection, ledger: str, after: int, upto: int) -> None:
    """
    Record that the entries from the one after ``after`` to ``upto`` are in.

    Part of the transaction that puts them in. Raises ``IntegrityError`` where another has taken
    the step already, so that nothing is ever counted twice.
    """
    try:
        connection.execute(insert(positions).values(ledger=ledger, upto=upto, after=after))
    except Refused as error:
        raise IntegrityError(f"{ledger} is past entry {after} already") from error


def steps(connection: Connection, ledger: str) -> list[tuple[int, int]]:
    """Every step taken, in order: after which entry, up to which."""
    chain = select(positions.c.after, positions.c.upto).where(positions.c.ledger == ledger)
    return [(after, upto) for after, upto in connection.execute(chain.order_by("upto"))]


class PositionRecorder(TrackingRecorder):
    """
    The positions as the ``eventsourcing`` library speaks of them.

    ``application_name`` is the school's URN as text, ``notification_id`` an entry number.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a position. Raises ``IntegrityError`` unless it is past all before it."""
        name, upto = tracking.application_name, tracking.notification_id
        furthest = func.coalesce(func.max(positions.c.upto), 0)
        forward = (
            select(literal(name), literal(upto), furthest)
            .where(positions.c.ledger == name)
            .having(furthest < upto)
        )
        into = insert(positions).from_select(["ledger", "upto", "after"], forward)
        try:
            with self._engine.begin() as connection:
                moved = connection.execute(
                    into, execution_options={"preserve_rowcount": True}
                ).rowcount
        except Refused as error:
            raise IntegrityError(str(error)) from error
        if not moved:
            raise IntegrityError(f"{name} is past entry {upto} already")

    def max_tracking_id(self, application_name: str) -> int | None:
        """The furthest position recorded, or ``None``."""
        with self._engine.connect() as connection:
            furthest: int | None = connection.scalar(_furthest(application_name))
            return furthest


def _furthest(ledger: str) -> Select[Any]:
    return select(func.max(positions.c.upto)).where(positions.c.ledger == ledger)
