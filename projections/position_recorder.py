"""The positions of the read models as the ``eventsourcing`` library speaks of them."""

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder
from sqlalchemy import Engine, func, insert, literal, select
from sqlalchemy.exc import IntegrityError as Refused

from projections.tracking import furthest, positions


class PositionRecorder(TrackingRecorder):
    """
    The library's recorder of positions, over the table of ours.

    ``application_name`` is the school's URN as text, ``notification_id`` an entry number.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a position. Raises ``IntegrityError`` unless it is past all before it."""
        name, upto = tracking.application_name, tracking.notification_id
        so_far = func.coalesce(func.max(positions.c.upto), 0)
        forward = (
            select(literal(name), literal(upto), so_far)
            .where(positions.c.ledger == name)
            .having(so_far < upto)
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
            found: int | None = connection.scalar(furthest(application_name))
            return found
