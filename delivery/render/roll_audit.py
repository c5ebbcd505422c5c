"""Question 12 on paper: who came and went, who is long away, marks of nobody on roll."""

from collections.abc import Iterator, Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table


def text(found: Any) -> str:
    """How many joined and left, and how many of these were put down after the day; then each."""
    joined = sum(one.kind == "admitted" for one in found.changes)
    left = len(found.changes) - joined
    parts = [
        f"The roll from {found.first} to {found.last}: {joined:,} admitted, {left:,} left; "
        f"{len(found.backdated):,} put down after the day."
    ]
    return "\n\n".join([*parts, *_changes(found), _away(found), *_off_roll(found)])


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row for each change of the roll, who is long away, each mark of nobody on roll."""
    headings: tuple[str, ...] = (
        "what",
        "upn",
        "name",
        "class",
        "code",
        "first_day",
        "last_day",
        "sessions",
        "longest_run",
    )
    headings += ("entry", "recorded_at", "school_days_after", "ground", "by")
    lines: list[Sequence[Cell]] = []
    for one in found.changes:
        days = (one.day, None) if one.kind == "admitted" else (None, one.day)
        said = (one.entry, one.recorded_at.isoformat(), one.school_days, one.ground, one.by)
        who = (one.kind, one.pupil.upn, one.pupil.name, one.group, None)
        lines.append((*who, *days, None, None, *said))
    for one in found.away:
        who = ("long away", one.pupil.upn, one.pupil.name, one.group, one.code)
        lines.append((*who, one.first, one.last, one.sessions, one.longest, *[None] * 5))
    for mark in found.off_roll:
        who = ("not on roll", mark.pupil.upn, mark.pupil.name, None, mark.code)
        lines.append((*who, mark.session, mark.session, 1, 1, mark.entry, *[None] * 4))
    return headings, lines


def _changes(found: Any) -> Iterator[str]:
    if found.changes:
        headings = ("Entry", "Pupil", "", "Day", "Recorded", "School days after", "Class", "Ground")
        yield table(
            (*headings, "By"),
            [
                (
                    one.entry,
                    one.pupil.name,
                    one.kind,
                    one.day,
                    london(one.recorded_at),
                    one.school_days or "",
                    one.group,
                    (one.ground or "not given") if one.kind == "left" else "",
                    one.by,
                )
                for one in found.changes
            ],
        )


def _away(found: Any) -> str:
    codes = ", ".join(found.codes)
    if not found.away:
        return f"Nobody has {found.least} sessions under one of {codes}."
    rows = [
        (
            one.pupil.name,
            one.group,
            f"{one.code} ({one.meaning})",
            one.first,
            f"{one.last}{', goes on' if one.goes_on else ''}",
            one.sessions,
            one.longest,
        )
        for one in found.away
    ]
    headings = ("Pupil", "Class", "Code", "From", "To", "Sessions", "Longest run")
    return f"{found.least} sessions or more under one of {codes}\n{table(headings, rows)}"


def _off_roll(found: Any) -> Iterator[str]:
    if found.off_roll:
        rows = [(one.entry, one.pupil.name, one.session, one.code) for one in found.off_roll]
        shown = table(("Entry", "Pupil", "Session", "Code"), rows)
        count = count_of(len(rows), "mark")
        yield f"{count} for a day on which the pupil is not on roll\n{shown}"
