"""How cost grows, drawn: a panel of columns a measure, with the project's own charts."""

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from delivery.render import charts

WIDE, HIGH, ACROSS = 300, 184, 3
_TOP = 22


class Panel(NamedTuple):
    """One measure: what it is, and its values, each under what it was measured at."""

    title: str
    values: Sequence[tuple[str, float]]


def panels(name: str, some: Sequence[Panel]) -> str:
    """Panels side by side as one SVG; every column says its figure, and begins at nothing."""
    high = -(-len(some) // ACROSS) * HIGH
    drawn = []
    for number, panel in enumerate(some):
        x, y = number % ACROSS * WIDE, number // ACROSS * HIGH
        bars = [charts.Bar(at, round(1000 * value), figure(value)) for at, value in panel.values]
        chart = charts.columns(panel.title, bars)
        chart = re.sub(r"<svg ", f'<svg x="{x}" y="{y + _TOP}" ', chart, count=1)
        drawn.append(
            f'<text x="{x}" y="{y + 14}" fill="{charts.INK}" font-weight="600">'
            f"{escape(panel.title)}</text>{chart}"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDE * ACROSS}"'
        f' height="{high}" viewBox="0 0 {WIDE * ACROSS} {high}" font-size="14"'
        f' font-family="Source Sans 3, Source Sans Pro, sans-serif">'
        f'<title>{escape(name)}</title><rect width="100%" height="100%" fill="#ffffff"/>'
        f"{''.join(drawn)}</svg>\n"
    )


def figure(value: float) -> str:
    """A value with as many digits as say something."""
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"
