"""Why a figure moved: both figures, and every entry with its share."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from delivery.render.table import Cell, table

SHOWN = 40
"""How many entries are shown as text; ``--json`` and ``--csv`` hold all."""
_COUNTS = ("possible", "attended", "authorised", "unauthorised", "late")
_ROWS = (
    *("group", "name", "entry", "recorded_at", "kind", "what", "pupil", "session"),
    *("made_by", "position", *_COUNTS, "share", "points"),
)


class Diff:
    """The shares of the entries between two others."""

    @staticmethod
    def text(found: Any) -> str:
        """The figures, the greatest shares first, and the sum."""
        return "\n\n".join(_parts(found))

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row for each figure and entry that moved it, in entry order."""
        rows: list[Sequence[Cell]] = [
            (
                *(row.group, row.name, one.entry, one.recorded_at.isoformat(), one.kind, one.what),
                *(one.pupil, one.session, one.name, one.position),
                *(getattr(one, name) for name in _COUNTS),
                *(one.share, one.points),
            )
            for row in found.rows
            for one in row.shares
        ]
        return _ROWS, rows


def _parts(found: Any) -> Iterator[str]:
    what = {"authorised": "Authorised absence", "unauthorised": "Unauthorised absence"}
    named = what.get(found.measure, found.measure.capitalize())
    ends = f"between entries {found.before.entry:,} and {found.after.entry:,}"
    yield f"{named} from {found.first} to {found.last}, by {found.by}, {ends}"
    figures = (found.by.capitalize(), "Then", "Of", "Rate", "Now", "Of", "Rate", "Moved by")
    yield table(figures, [_figures(row, found.measure) for row in found.rows])
    shares = [(row, one) for row in found.rows for one in row.shares]
    shares.sort(key=lambda pair: (-abs(Fraction(pair[1].share)), pair[1].entry))
    entries = ("Entry", found.by.capitalize(), "What", "By", "Possible", "Counted", "Share")
    yield table(entries, [_line(row, one, found.measure) for row, one in shares[:SHOWN]])
    if len(shares) > SHOWN:
        yield f"The {SHOWN} greatest shares of {len(shares):,}; --csv and --json hold all."
    sums = "equals" if all(row.adds_up for row in found.rows) else "DOES NOT EQUAL"
    yield (
        f"{found.read:,} entries about these sessions came between; {found.without_effect:,} of "
        f"them moved no count.\nThe sum of the shares {sums} the difference, exactly. Shares are "
        "percentage points:\nthe rate after an entry less the rate before it, in entry order."
    )


def _counted(of: Any, measure: str) -> int:
    if measure == "absence":
        return int(of.authorised + of.unauthorised)
    return int(getattr(of, "attended" if measure == "attendance" else measure))


def _figures(row: Any, measure: str) -> list[Cell]:
    then, now = row.before, row.after
    named = row.name if row.name == row.group else f"{row.name} ({row.group})"
    return [
        named,
        *(_counted(then, measure), then.possible, _percent(then.shown)),
        *(_counted(now, measure), now.possible, _percent(now.shown), row.points),
    ]


def _line(row: Any, one: Any, measure: str) -> list[Cell]:
    by = f"{one.name}, {one.position}" if one.position else one.name
    counted = _counted(one, measure)
    return [one.entry, row.group, one.what, by, one.possible, counted, one.points]


def _percent(written: str | None) -> str:
    return f"{written}%" if written is not None else "none possible"
