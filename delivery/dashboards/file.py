"""One table of the star as one file, handed over: typed, or over HTTP."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from delivery.dashboards import columns
from delivery.dashboards.stands import Wanted
from delivery.exports import Export

if TYPE_CHECKING:
    import polars as pl

    from projections.star_shape import Shape
    from projections.views import View


def file(
    wanted: Wanted, name: str, form: str, since: int | None, views: "Sequence[View] | None"
) -> Export:
    """
    The file of a table; ``since`` an entry, only what changed; from ``views`` as at an earlier one.

    Raises ``Usage`` where the extra is not installed.
    """
    from projections.star_shape import shape

    columns.needed()
    table, kind = shape(name), cast(columns.Form, form)
    if views is not None:
        parts = [_then(table, view, wanted) for view in views]
        told = wanted.at({view.urn: view.entry for view in views})
    else:
        for ledger in wanted.ledgers:
            wanted.desk.runner.caught_up(ledger, 0)
        with columns.source(wanted.desk) as source:
            entries = {one.school: source.position(one.school) for one in wanted.ledgers}
            told = wanted.at(entries)
            parts = [_now(source, table, one.school, wanted, since) for one in wanted.ledgers]
    found = columns.frame(table, parts, wanted.who)
    ending = "".join(f"-{one.school}-{one.entry}" for one in told.schools[:1])
    ending = ending if len(told.schools) == 1 else ""
    made = columns.written(found, kind, told)
    return Export(f"{name}{ending}.{form}", columns.MEDIA[kind], made, found.height)


def _now(
    source: columns.Source, table: "Shape", school: int, wanted: Wanted, since: int | None
) -> "pl.DataFrame":
    if not since or not table.unit:
        return source.table(table, school, wanted.window)
    from projections.star_rows import changed_since

    desk = wanted.desk
    changed = changed_since(desk.runner, desk.store.ledger(school), since)
    found = source.table(table, school, wanted.window.within(changed.days))
    return columns.of_units(found, table, changed)


def _then(table: "Shape", view: "View", wanted: Wanted) -> "pl.DataFrame":
    from projections.star_rows import question

    asked = question(table, view.urn, wanted.window, view.engine.dialect.name)
    return columns.of_rows(table, [tuple(row) for row in view.rows(asked)])
