"""A table of the star: as it is, for whoever computes with it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from delivery.render.table import Cell, table


def text(found: Any) -> str:
    """The rows under their columns."""
    return table([column.name for column in found.columns], found.rows)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """The same as CSV."""
    return [column.name for column in found.columns], list(found.rows)


def published(folder: Path, made: Sequence[Any]) -> str:
    """Where what was published lies, and where each school stands in it."""
    told = [f"{folder / name}" for one in made for name in one.names]
    schools = {one.school: one for each in made for one in each.given.schools}
    at = [(one.school, one.name, one.entry, one.recorded_at) for one in schools.values()]
    return "\n".join([*told, "", table(["School", "Name", "Entry", "Recorded"], at)])
