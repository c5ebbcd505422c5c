"""The amendment record: every amendment with the five particulars that the register must hold."""

import datetime as dt

from delivery.exports.made import Export, table
from delivery.render.amendments import rows
from projections.completeness import audit_completeness
from projections.views import View


def amendments(
    view: View,
    first: dt.date | None,
    last: dt.date | None,
    pupils: frozenset[int] | None = None,
    group: str | None = None,
) -> Export:
    """
    The amendments of sessions between two days, in the order of their entries.

    Reference: SI 2024/208 reg. 6.
    """
    found = audit_completeness(view, first, last, pupils=pupils)
    kept = tuple(one for one in found.rows if group is None or one.group == group)
    headings, lines = rows(found.model_copy(update={"rows": kept}))
    return table("amendments", view, headings, lines)
