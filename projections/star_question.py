"""A table of the star as an answer: live or as at an entry, a span of days, or what changed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from ledger.kinds import Frozen
from projections.answers import Header
from projections.star_rows import Window, changed_since, question
from projections.star_shape import Column, Shape
from projections.views import View


class Star(Frozen):
    """
    Rows of one table of the star, of one school or several.

    ``columns`` are the same whatever the rows, and when there is none; ``rows`` hold a value for
    each: whole numbers, text (dates as ISO text), ``None`` for nothing. ``changed_since`` is the
    entry after which something changed, if that was asked; to go on from here, ask from the
    entry that the header says.
    """

    headers: tuple[Header, ...]
    table: str
    first: dt.date | None
    last: dt.date | None
    changed_since: int | None
    named: bool
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def star(
    views: Sequence[View],
    table: Shape,
    window: Window,
    since: int | None = None,
) -> Star:
    """
    The rows of a table in a window; ``since`` an entry, only of units that changed after it.

    With ``since`` the views are live, and of one school.
    """
    spans = (window.first, window.last)
    return Star(
        headers=tuple(view.header("star", ()) for view in views),
        table=table.name,
        first=None if spans[0] == dt.date.min else spans[0],
        last=None if spans[1] == dt.date.max else spans[1],
        changed_since=since,
        named=window.names,
        columns=table.columns,
        rows=tuple(row for view in views for row in _rows(view, table, window, since)),
    )


def _rows(view: View, table: Shape, window: Window, since: int | None) -> Iterable[tuple[Any, ...]]:
    dialect = view.engine.dialect.name
    if not since or not table.unit:
        return map(tuple, view.rows(question(table, view.urn, window, dialect)))
    assert view.runner is not None, "what changed is asked of the live read models"
    changed = changed_since(view.runner, view.ledger, since)
    asked = question(table, view.urn, window.within(changed.days), dialect)
    return (tuple(row) for row in view.rows(asked) if changed.of(table, row))
