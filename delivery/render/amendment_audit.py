"""Question 7 on paper: what stands out first, then the counts it rests on."""

from collections.abc import Iterator, Sequence
from typing import Any

from delivery.render.table import Cell, count_of, table

_SHOWN = 12
_LAGS = ("Before", "Same session", "Same day", "Within 5 days", "Later")
_TALLY = ("Amendments", *_LAGS, "Late decisions", "Into attendance", "By chance", "Stands out")
_DECISIONS = "Decisions are the fewest pupils and registers that account for the changes."
_FAMILIES = (
    ("person", "Person", "people"),
    ("month", "Month made", "months"),
    ("class", "Class", "classes"),
    ("school", "School", "schools"),
)


def text(found: Any) -> str:
    """What stands out, then by code, person, month, class and school; bulk; reasons."""
    parts = [
        f"Amendments of sessions from {found.first} to {found.last}: "
        f"{count_of(found.amendments, 'amendment')} of {count_of(found.marks, 'mark')}.",
        "\n".join(_out(found)),
    ]
    if not found.amendments:
        return "\n\n".join(parts)
    pairs = [
        (*_codes(one), one.amendments, *one.by_lag, one.per_thousand)
        for one in found.pairs[:_SHOWN]
    ]
    headings: tuple[str, ...] = ("From", "To", "Amendments", *_LAGS, "Per 1,000 marks")
    parts.append(f"By code\n{table(headings, pairs)}{_more(found.pairs)}")
    for _, heading, name in _FAMILIES:
        rows = getattr(found, name)
        if rows:
            shown = table((heading, *_TALLY), [_tally(one) for one in rows[:_SHOWN]])
            parts.append(f"{shown}{_more(rows)}")
    parts += [_returns(found), *_bulk(found), *_reasons(found), *_picked(found)]
    return "\n\n".join(parts)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row for each code pair, person, month, class, school and reason that was counted."""
    headings: tuple[str, ...] = (
        "by",
        "what",
        "amendments",
        "before_the_session",
        "same_session",
        "same_day",
    )
    headings += ("within_five_school_days", "later", "late_decisions", "into_attendance")
    headings += ("by_chance", "stands_out")
    lines: list[Sequence[Cell]] = [("all", None, found.amendments, *found.by_lag, *[None] * 4)]
    lines += [("code", _pair(one), one.amendments, *one.by_lag, *[None] * 4) for one in found.pairs]
    for by, _, name in _FAMILIES:
        lines += [(by, *_cells(one)) for one in getattr(found, name)]
    if found.before_returns:
        lines.append(("return", *_cells(found.before_returns)))
    lines += [
        ("bulk", f"{one.person}, {one.made_on}, {_pair(one)}", one.amendments, *[None] * 9)
        for one in found.bulk
    ]
    lines += [("reason", one.reason, one.amendments, *[None] * 9) for one in found.reasons]
    return headings, lines


def _cells(one: Any) -> tuple[Cell, ...]:
    out = "yes" if one.stands_out else "no"
    return (one.what, one.amendments, *one.by_lag, one.late, one.to_attending, one.odds, out)


def _tally(one: Any) -> tuple[Cell, ...]:
    *cells, _ = _cells(one)
    return (*cells, "YES" if one.stands_out else "")


def _out(found: Any) -> Iterator[str]:
    standing = found.standing_out
    if not standing:
        yield (
            f"Nothing stands out among {count_of(found.compared, 'comparison')}: no share of "
            "absences that became attendance"
        )
        yield f"after the day is higher than chance allows, at {found.chance}."
        return
    yield "What stands out: absences made attendance after the day, more than chance allows."
    for by, one in standing:
        who = one.what if by == "before a return" else f"{by} {one.what}"
        yield (
            f"  {who}: {one.to_attending} of {count_of(one.late, 'decision')}; "
            f"by chance alone {one.odds}."
        )
    yield (
        f"{_DECISIONS} {count_of(found.compared, 'comparison')}; blameless registers show anything "
        f"{found.chance}."
    )
    yield "This is a question to put to a person, and proves nothing against anybody."


def _returns(found: Any) -> str:
    if not found.return_days:
        return "No census day and no return is known from these days on."
    days = ", ".join(day.isoformat() for day in found.return_days)
    one = found.before_returns
    if one is None:
        return f"Nothing was amended just before a census day or a return ({days})."
    return f"Just before a census day or a return ({days})\n" + table(("", *_TALLY), [_tally(one)])


def _bulk(found: Any) -> Iterator[str]:
    if found.bulk:
        rows = [
            (
                one.person,
                one.made_on,
                *_codes(one),
                one.amendments,
                one.pupils,
                one.registers,
                f"{one.first_entry} to {one.last_entry}",
                "yes" if one.to_attending else "",
            )
            for one in found.bulk[:_SHOWN]
        ]
        headings = ("Person", "Day", "From", "To", "Amendments", "Pupils", "Registers", "Entries")
        shown = table((*headings, "Into attendance"), rows)
        yield f"In bulk: one person, one day, one kind\n{shown}{_more(found.bulk)}"


def _reasons(found: Any) -> Iterator[str]:
    if found.reasons:
        rows = [
            (one.reason, one.amendments, one.persons, one.pupils) for one in found.reasons[:_SHOWN]
        ]
        shown = table(("Reason", "Amendments", "Persons", "Pupils"), rows)
        yield f"The same words again and again\n{shown}{_more(found.reasons)}"
    if found.no_reason:
        yield (
            f"{count_of(found.no_reason, 'amendment')} without a reason: "
            "the other system did not provide it."
        )


def _picked(found: Any) -> Iterator[str]:
    if found.picked:
        rows = [
            (
                one.entry,
                one.pupil.name if one.pupil else None,
                one.session,
                *_codes(one),
                one.made_on,
                one.person,
            )
            for one in found.picked[:_SHOWN]
        ]
        headings = ("Entry", "Pupil", "Session", "From", "To", "Day made", "Person")
        yield f"The changes behind whoever stands out\n{table(headings, rows)}{_more(found.picked)}"


def _codes(one: Any) -> tuple[str, str]:
    return one.original or "none", one.amended or "vanished"


def _pair(one: Any) -> str:
    return f"{one.original or ''}>{one.amended or ''}"


def _more(rows: Sequence[Any]) -> str:
    left = len(rows) - _SHOWN
    return f"\nand {left:,} more, with --json." if left > 0 else ""
