"""Persistent lateness as text and rows."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, count_of, table

_PLAIN = ("late", "after_close", "reached_on", "last_late", "meeting", "meeting_on")


class Lateness:
    """Those at or over the figure."""

    @staticmethod
    def text(found: Any) -> str:
        """A line a pupil, and by which figure."""
        rule = f"{found.needed} late sessions (L or U) within {found.within} ({found.clause})"
        if not found.rows:
            return f"Nobody is late persistently on {found.on}: {rule}."
        headings = ("Pupil", "Class", "Late", "Of them U", "Reached", "Last", "Meeting")
        rows = [
            (
                f"{one.pupil.name} ({one.pupil.upn})",
                one.group,
                one.late,
                one.after_close,
                one.reached_on,
                one.last_late,
                f"{one.meeting}, {one.meeting_on}" if one.meeting else "none yet",
            )
            for one in found.rows
        ]
        told = f"{count_of(len(rows), 'pupil')} since {found.since}: {rule}"
        ends = found.asks_to_meet
        said = f"Parents are asked to meet the senior leader ({ends})." if ends else _NO_CLAUSE
        return f"{told}\n\n{table(headings, rows)}\n\n{said}"

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a pupil."""
        return ("upn", "name", "class", *_PLAIN), [
            (one.pupil.upn, one.pupil.name, one.group, *(getattr(one, name) for name in _PLAIN))
            for one in found.rows
        ]


_NO_CLAUSE = "The policy in force asks for no meeting; one may be held all the same."
