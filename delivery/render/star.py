"""A table of the star: as it is, for whoever computes with it."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, table


def text(found: Any) -> str:
    """The rows under their columns."""
    return table([column.name for column in found.columns], found.rows)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """The same as CSV."""
    return [column.name for column in found.columns], list(found.rows)
