"""
Charts as SVG, the same on a page and in a PDF: text beside every bar, no meaning in colour alone.

Colours are attributes and no styles, so that a page's policy lets them through and a PDF shows
them. To somebody who listens each is one picture with its name: its figures are in a table beside
it. Whole numbers decide every length; what a length stands for is written beside it.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

INK, MUTE, LINE = "#0b0c0c", "#505a5f", "#b1b8be"
NAVY, SOFT, TEAL, PLUM, LATE, NONE = (
    "#12436d",
    "#7a92a9",
    "#28a197",
    "#801650",
    "#f46a25",
    "#b1b8be",
)
WIDE = 420
_FONT = "Source Sans 3, Source Sans Pro, sans-serif"


class Bar(NamedTuple):
    """One bar: what it is of, how long it is among the others, what is written at its end."""

    label: str
    length: int
    told: str
    colour: str = NAVY


class Dot(NamedTuple):
    """One point of a line: what it is of, its height in thousandths, what is written of it."""

    label: str
    height: int
    told: str


def bars(name: str, rows: Sequence[Bar], *, above: bool = False) -> str:
    """Bars from the left; labels before them, or where they are long, above them."""
    most = max([one.length for one in rows], default=0) or 1
    start, step = (0, 42) if above else (88, 26)
    room = WIDE - start - (130 if above else 60)

    def drawn() -> Iterator[str]:
        for place, one in enumerate(rows):
            top, long = place * step, one.length * room // most
            bar = top + (18 if above else 3)
            yield _text(0, top + (14 if above else 18), one.label)
            yield (f'<rect x="{start}" y="{bar}" width="{long}" height="18" fill="{one.colour}"/>')
            yield _text(start + long + 6, bar + 14, one.told)

    return _svg(name, step * len(rows) + 4, drawn())


def columns(name: str, rows: Sequence[Bar]) -> str:
    """Bars from the foot, one a week, with the figure over each; labels as there is room."""
    most = max([one.length for one in rows], default=0) or 1
    step = min(44, (WIDE - 4) // max(len(rows), 1))
    every = -(-len(rows) * 48 // WIDE) or 1

    def drawn() -> Iterator[str]:
        for place, one in enumerate(rows):
            left, high = place * step, one.length * 110 // most
            yield (
                f'<rect x="{left}" y="{130 - high}" width="{max(step - 6, 3)}" height="{high}"'
                f' fill="{one.colour}"><title>{escape(f"{one.label}: {one.told}")}</title></rect>'
            )
            yield f'<rect x="{left}" y="130" width="{max(step - 6, 3)}" height="1" fill="{LINE}"/>'
            middle = left + (step - 6) // 2
            if step >= 20:
                yield _text(middle, 126 - high, one.told, "middle")
            if place % every == 0:
                yield _text(max(middle, 20), 148, one.label, "middle", MUTE)

    return _svg(name, 154, drawn())


def line(name: str, rows: Sequence[Dot], lowest: int, step: int = 50) -> str:
    """A line of shares in thousandths, from ``lowest`` to the whole, with a rule each ``step``."""
    high = 150

    def at(height: int) -> int:
        return 8 + high - (max(height, lowest) - lowest) * high // (1000 - lowest)

    def drawn() -> Iterator[str]:
        for mark in range(lowest, 1001, step):
            yield (
                f'<line x1="40" x2="{WIDE}" y1="{at(mark)}" y2="{at(mark)}" stroke="{LINE}"'
                ' stroke-dasharray="3 4"/>'
            )
            yield _text(0, at(mark) + 5, f"{mark // 10}%", colour=MUTE)
        gap = (WIDE - 68) // max(len(rows) - 1, 1)
        points = [(50 + place * gap, at(one.height)) for place, one in enumerate(rows)]
        if len(points) > 1:
            through = " ".join(f"{x},{y}" for x, y in points)
            yield f'<polyline points="{through}" fill="none" stroke="{NAVY}" stroke-width="2.5"/>'
        every = -(-len(rows) * 52 // (WIDE - 50)) or 1
        for place, ((x, y), one) in enumerate(zip(points, rows, strict=True)):
            told = escape(f"{one.label}: {one.told}")
            yield f'<circle cx="{x}" cy="{y}" r="3" fill="{NAVY}"><title>{told}</title></circle>'
            if place % every == 0:
                yield _text(x, high + 28, one.label, "middle", MUTE)
        if points:
            x, y = points[-1]
            yield _text(x, max(y - 8, 14), rows[-1].told, "middle")

    return _svg(name, high + 36, drawn())


def _text(x: int, y: int, said: str, anchor: str = "start", colour: str = INK) -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">{escape(said)}</text>'


def _svg(name: str, high: int, parts: Iterator[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="{WIDE}"'
        f' height="{high}" viewBox="0 0 {WIDE} {high}" font-family="{_FONT}" font-size="14">'
        f"<title>{escape(name)}</title>"
        f'<g aria-hidden="true">{"".join(parts)}</g></svg>'
    )
