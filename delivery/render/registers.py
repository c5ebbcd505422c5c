"""Question 2: a register as the weeks of a page, as known then and as known now."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from delivery.foot import said
from delivery.render.amendments import NOT_SAID, between
from delivery.render.herringbone import GONE, differs, page
from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table


def text(found: Any) -> str:
    """The page as known then beside now; what differs, and who changed it; the totals."""
    names = {one.pupil.id: one.pupil for one in found.pupils}
    one = next(iter(names.values())) if len(names) == 1 else None
    whose = f" of {one.name} ({one.upn})" if one else ""
    parts = [f"Register{whose} from {found.first} to {found.last}", page(found), *_legend(found)]
    changes = [one for one in found.later if one.original is not None]
    if changes:
        lines = "\n".join(_change(one, names, several=len(names) > 1) for one in changes)
        parts.append(f"What came after\n{lines}")
    new = len(found.later) - len(changes)
    if new:
        parts.append(f"{count_of(new, 'mark')} entered for the first time after that.")
    amended = getattr(found, "amendments", ())
    if amended:
        lines = "\n".join(_amended(held, several=len(names) > 1) for held in amended)
        parts.append(f"Amendments, with the five particulars of each\n{lines}")
    parts.append(_totals(found))
    if getattr(found, "foot", None) is not None:
        parts.append(said(found.foot))
    return "\n\n".join(parts)


def _change(one: Any, names: dict[int, Any], *, several: bool) -> str:
    """One later change on a line or two: what it was and became, why, by whom."""
    whose = f" {names[one.pupil].name}," if several and one.pupil in names else ""
    head = f"{one.entry:>7}{whose} {one.session}: {one.original} became {one.code or 'vanished'}"
    return _told(f"{head}, recorded {london(one.recorded_at)};", one.reason, one.name, one.position)


def _amended(one: Any, *, several: bool) -> str:
    """One amendment: original and amended entry, date, reason, name and position."""
    five = one.five
    whose = f" {one.pupil.name}," if several and one.pupil else ""
    head = (
        f"{one.entry:>7}{whose} {one.session}: {five.original or 'none'} to "
        f"{five.amended or 'vanished'}, {five.made_on or between(five) or NOT_SAID};"
    )
    return _told(head, five.reason, five.name, five.position)


def _told(head: str, reason: str | None, name: str | None, position: str | None) -> str:
    who = f"{name}, {position or 'position ' + NOT_SAID}" if name else f"name {NOT_SAID}"
    why = f"reason: {reason}" if reason else f"reason {NOT_SAID}"
    tail = f"reason and name {NOT_SAID}" if not (reason or name) else f"{why}; {who}"
    return textwrap.fill(f"{head} {tail}", 110, subsequent_indent=" " * 8)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row for each pupil and session."""
    names = {one.pupil.id: one.pupil for one in found.pupils}
    headings = (
        "upn",
        "name",
        "class",
        "date",
        "half",
        "code_then",
        "layer_then",
        "entry_then",
        "code_now",
        "layer_now",
        "entry_now",
        "changed",
    )
    return headings, [
        (
            names[line.pupil].upn if line.pupil in names else line.pupil,
            names[line.pupil].name if line.pupil in names else "",
            line.group,
            line.session.date,
            line.session.half,
            *_known(line.then),
            *_known(line.now),
            "yes" if line.changed else "no",
        )
        for line in found.lines
    ]


def _legend(found: Any) -> Iterator[str]:
    """What the signs on the page mean, where they are used."""
    differ = sum(differs(line) for line in found.lines)
    if differ:
        yield f"* {count_of(differ, 'mark')} not now as it was then."
    if any(line.now and line.now.layer == "leave" for line in found.lines):
        yield "A code in brackets is leave, planned and not entered yet."
    if getattr(found, "gone", ()):
        yield f"{GONE} {gone_said(found)}"


def gone_said(found: Any) -> str:
    """Of which sheets entries were disposed of."""
    sheets = [f"{one.session} ({one.group})" for one in found.gone]
    more = f" and {len(sheets) - 6} more" if len(sheets) > 6 else ""
    return (
        f"Disposed of: entries of {count_of(len(sheets), 'sheet')}, {', '.join(sheets[:6])}{more}; "
        "what they said cannot be told any more."
    )


def _known(mark: Any) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if mark is None else (mark.code, mark.layer, mark.entry)


def _totals(found: Any) -> str:
    names = ("possible", "attended", "authorised", "unauthorised", "late", "attendance")
    asked = [("Now", found.now_totals)]
    if found.header.asof.entry != found.now:
        asked.insert(0, ("Then", found.then_totals))
    rows = [
        (when, *(getattr(total, name) for name in names[:-1]), _percent(total.attendance))
        for when, total in asked
    ]
    headings = ("", *(name.capitalize() for name in names))
    return f"Sessions\n{table(headings, rows)}"


def _percent(written: str | None) -> str:
    return f"{written}%" if written is not None else "none possible"
