"""The published figure a letter compares with: typed, or adopted by the school's policy."""

from typing import Any

from commands.base import in_words
from delivery.documents.asked import National
from delivery.documents.merging import Writing
from projections.benchmarks import national as adopted


def national(writing: Writing) -> dict[str, Any] | None:
    """The national rate to print: the one typed, else the one the policy adopts, or none."""
    typed, held = writing.asked.national, adopted(writing.view, writing.asked.dated)
    if typed is None and held is not None:
        source = f"{held.source}: {held.of}, {held.period}"
        typed = National(held.percent, held.published_on, source)
    if typed is None:
        return None
    day = in_words(typed.published)
    return {"percent": typed.percent, "source": typed.source, "published": day}
