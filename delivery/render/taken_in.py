"""What came of taking a file in."""

from collections.abc import Iterator, Sequence
from typing import Any

from delivery.render import envelope, receipts
from delivery.render.table import count_of

SHOWN = 20
"""How many bad lines are shown; all are counted, and ``--json`` holds those kept."""


def pupils_text(taken: Any, *, dry_run: bool) -> str:
    """What a file of pupils came to, school by school."""
    lines = []
    for one in taken.schools:
        lines += _pupils(one, dry_run=dry_run)
    return "\n".join(lines) or "Nothing was taken in."


def pupils_document(taken: Any, *, dry_run: bool) -> str:
    """The same as one JSON document."""
    return envelope.document(
        {
            "schema": "attendance.import-pupils/1",
            "act": "import-pupils",
            "dry_run": dry_run,
            "schools": [_pupils_fields(one) for one in taken.schools],
            "refused_rows": [{"line": row.line, "why": row.why} for row in _bad(taken)],
            "passed_over": dict(taken.passed_over),
        }
    )


def told_by_line(taken: Any) -> Iterator[str]:
    """The lines that were not taken in, each with why; the first of them."""
    bad = _bad(taken)
    count = len(taken.spoilt) + sum(
        one.outcome.decided.refused for one in taken.schools if one.outcome.decided
    )
    if count:
        yield f"{count_of(count, 'row')} could not be taken in:"
        yield from by_line(bad, count)
    for school, lines in taken.passed_over.items():
        yield f"{count_of(lines, 'row')} of school {school} passed over, as --school says."


def by_line(rows: Sequence[Any], count: int) -> Iterator[str]:
    """``line 7: why`` for the first rows, and how many more there are."""
    for row in rows[:SHOWN]:
        yield f"  line {row.line}: {row.why}"
    if count > SHOWN:
        yield f"  and {count - SHOWN:,} more."


def _bad(taken: Any) -> list[Any]:
    rows = list(taken.spoilt)
    for one in taken.schools:
        if one.outcome.decided:
            rows += one.outcome.decided.refusals
    return sorted(rows, key=lambda row: row.line)


def _pupils(one: Any, *, dry_run: bool) -> list[str]:
    receipt, decided = one.outcome.receipt, one.outcome.decided
    head = f"School {one.school}, {one.file}, as at {receipts.london(one.seen_at)}: "
    if decided is None:
        said = receipts.entries(receipt.first, receipt.last)
        return [f"{head}taken in before, under the same key ({said}). Nothing was added."]
    counts = [
        count_of(count, kind, kind.replace("change", "changes") if " " in kind else None)
        for kind, count in _kinds(decided).items()
        if count
    ]
    told = ", ".join(counts) or "nothing new"
    lines = [f"{head}{'would record ' if dry_run else ''}{told}; {decided.unchanged:,} unchanged."]
    if receipt:
        lines.append(f"  Recorded as {receipts.entries(receipt.first, receipt.last)}.")
    if decided.missing:
        some = ", ".join(decided.missing[:5]) + (", …" if len(decided.missing) > 5 else "")
        lines.append(
            f"  {count_of(len(decided.missing), 'pupil')} on roll not in the file ({some}): "
            "they stay on roll; give a leaving date to take them off."
        )
    return lines


def _kinds(decided: Any) -> dict[str, int]:
    names = {
        "pupil-admitted": "admission",
        "pupil-moved": "move",
        "pupil-left": "leaving",
        "particulars-changed": "change of particulars",
        "parents-changed": "change of parents",
    }
    counts = dict.fromkeys(names.values(), 0)
    for event in decided.events:
        counts[names[event.TOPIC]] += 1
    return counts


def _pupils_fields(one: Any) -> dict[str, Any]:
    receipt, decided = one.outcome.receipt, one.outcome.decided
    fields = {
        "school": one.school,
        "file": one.file,
        "seen_at": one.seen_at,
        "receipt": receipt and receipts.receipt_fields(receipt),
    }
    if decided:
        counts = {kind.replace(" ", "_"): count for kind, count in _kinds(decided).items()}
        fields |= {**counts, "unchanged": decided.unchanged, "refused": decided.refused}
        fields["missing"] = list(decided.missing)
    return fields
