"""Question 13 in words: every entry in order, and what was left out."""

import json
from collections.abc import Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of


def text(found: Any) -> str:
    """Every entry told in order, then what was withheld and why."""
    parts = [summary(found)]
    parts += [
        f"Entry {one.entry:,}, recorded {london(one.recorded_at)} by {one.made_by}\n    {one.said}"
        for one in found.entries
    ]
    return "\n\n".join(parts)


def summary(found: Any) -> str:
    """How much is held, and what was left out of it."""
    lines = [
        f"Everything held on {found.pupil.name} ({found.pupil.upn}): "
        f"{count_of(len(found.entries), 'entry', 'entries')}."
    ]
    counts: dict[tuple[str, str], int] = {}
    for one in found.withheld:
        counts[one.what, one.why] = counts.get((one.what, one.why), 0) + 1
    lines += [f"Left out {count}×: {what} ({why})." for (what, why), count in counts.items()]
    if found.gone:
        lines.append(
            f"Disposed of: {count_of(found.gone, 'entry', 'entries')} of the registers and of what "
            "is about this pupil, under certificates; whose marks they were is not known any more."
        )
    return "\n".join(lines)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row an entry."""
    headings = ("entry", "recorded_at", "event", "made_by", "said", "fields")
    return headings, [
        (
            one.entry,
            one.recorded_at.isoformat(),
            one.event,
            one.made_by,
            one.said,
            json.dumps(one.fields, ensure_ascii=False, sort_keys=True),
        )
        for one in found.entries
    ]
