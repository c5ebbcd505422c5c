"""What came of taking a file in, in three parts: the answer, the same as JSON, what to note."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from delivery.render import envelope
from delivery.render.receipts import entries, london, receipt_fields
from delivery.render.table import by_line, count_of

_KINDS = {
    "pupil-admitted": "admission",
    "pupil-moved": "move",
    "pupil-left": "leaving",
    "particulars-changed": "change of particulars",
    "parents-changed": "change of parents",
}


@dataclass(frozen=True)
class Told:
    """
    What to tell of a file taken in. ``refused`` counts the bad rows, ``bad`` are those kept;
    ``took`` says whether anything in it was taken in, now or before.
    """

    lines: Sequence[str]
    fields: dict[str, Any]
    refused: int
    bad: Sequence[Any]
    passed_over: int
    notes: Sequence[str]
    took: bool = True

    def text(self) -> str:
        """The answer, a line or two a school."""
        return "\n".join(self.lines) or "Nothing was taken in."

    def document(self) -> str:
        """The same as one JSON document."""
        return envelope.document(
            {
                **self.fields,
                "refused": self.refused,
                "refused_rows": [{"line": row.line, "why": row.why} for row in self.bad],
                "passed_over": self.passed_over,
            }
        )

    def beside(self) -> Iterator[str]:
        """The rows that were not taken in, each with why."""
        if self.refused:
            yield f"{count_of(self.refused, 'row')} could not be taken in:"
            yield from by_line(self.bad, self.refused)
        if self.passed_over:
            yield f"{count_of(self.passed_over, 'row')} of other schools passed over."
        yield from self.notes


def pupils(taken: Any, *, dry_run: bool) -> Told:
    """What a file of pupils came to."""
    lines: list[str] = []
    schools = []
    bad = list(taken.spoilt)
    refused = len(bad)
    for one in taken.schools:
        head = f"School {one.school}, {taken.file}, as at {london(taken.seen_at)}: "
        lines += _pupils_lines(head, one.outcome, dry_run=dry_run)
        fields = _head(one)
        decided = one.outcome.decided
        if decided:
            bad += decided.refusals
            refused += decided.refused
            fields |= {_name(kind): count for kind, count in _kinds(decided).items()}
            fields |= {"unchanged": decided.unchanged, "missing": list(decided.missing)}
        schools.append(fields)
    fields = _fields("import-pupils", taken.file, taken, schools, dry_run=dry_run)
    took = any(
        one.outcome.decided is None or fields["unchanged"] or fields["receipt"]
        for one, fields in zip(taken.schools, schools, strict=True)
    )
    return Told(lines, fields, refused, _in_order(bad), taken.passed_over, _notes(taken), took=took)


def marks(taken: Any, *, dry_run: bool) -> Told:
    """What a file of marks came to."""
    lines: list[str] = []
    schools = []
    bad = list(taken.spoilt)
    refused = len(bad)
    for one in taken.schools:
        came = one.outcome.came
        head = f"School {one.school}, {came.file}, as at {london(taken.seen_at)}: "
        lines += _marks_lines(head, one.outcome, dry_run=dry_run)
        bad += came.refusals
        refused += came.refused
        counts = ("rows", "recorded", "amended", "vanished", "unchanged", "repeated", "blank")
        fields = _head(one) | {name: getattr(came, name) for name in counts}
        fields |= {"first": came.first, "last": came.last, "already": came.already}
        fields |= {"refused": came.refused, "flagged": list(came.flagged)}
        schools.append(fields)
    fields = _fields("import-marks", taken.source.name, taken, schools, dry_run=dry_run)
    fields |= {"format": taken.layout, "sha256": taken.source.sha256}
    fields |= {"read_as": list(taken.read_as)}
    if taken.read_as:
        what, *assumed = taken.read_as
        lines.append(f"The file was read as {what}" + "".join(f"; {one}" for one in assumed) + ".")
    if taken.source.encoding == "cp1252":
        lines.append("The file was read as Windows-1252 text.")
    took = any(
        one.outcome.came.already or one.outcome.came.rows > one.outcome.came.refused
        for one in taken.schools
    )
    return Told(lines, fields, refused, _in_order(bad), taken.passed_over, _notes(taken), took=took)


def _pupils_lines(head: str, outcome: Any, *, dry_run: bool) -> Iterator[str]:
    receipt, decided = outcome.receipt, outcome.decided
    if decided is None:
        yield f"{head}taken in before, under the same key; nothing was added."
        return
    counts = [
        count_of(count, kind, kind.replace("change", "changes") if " " in kind else None)
        for kind, count in _kinds(decided).items()
        if count
    ]
    told = ", ".join(counts) or "nothing new"
    yield f"{head}{'would record ' if dry_run else ''}{told}; {decided.unchanged:,} unchanged."
    if receipt:
        yield f"  Recorded as {entries(receipt.first, receipt.last)}."
    if decided.missing:
        some = ", ".join(decided.missing[:5]) + (", …" if len(decided.missing) > 5 else "")
        yield (
            f"  {count_of(len(decided.missing), 'pupil')} on roll not in the file ({some}): "
            "they stay on roll; give a leaving date to take them off."
        )


def _marks_lines(head: str, outcome: Any, *, dry_run: bool) -> Iterator[str]:
    receipt, came = outcome.receipt, outcome.came
    if came.already:
        yield f"{head}taken in before; nothing was added."
        return
    span = f"{came.first} to {came.last}" if came.first else "no session"
    would = "would record " if dry_run else ""
    yield (
        f"{head}{count_of(came.rows, 'row')}, {span}: "
        f"{would}{count_of(came.recorded, 'new mark')}, "
        f"{count_of(came.amended, 'amendment')} observed, {came.vanished:,} vanished, "
        f"{came.unchanged:,} unchanged."
    )
    if receipt:
        yield f"  Recorded as {entries(receipt.first, receipt.last)}."
    for flag in came.flagged:
        yield f"  {count_of(flag.count, 'mark')}, first on line {flag.line}: {flag.what}."


def _kinds(decided: Any) -> dict[str, int]:
    counts = dict.fromkeys(_KINDS.values(), 0)
    for event in decided.events:
        counts[_KINDS[event.TOPIC]] += 1
    return counts


def _name(kind: str) -> str:
    noun, _, of = kind.partition(" of ")
    return f"{of}_changed" if of else f"{noun}s"


def _head(one: Any) -> dict[str, Any]:
    receipt = one.outcome.receipt
    return {"school": one.school, "receipt": receipt and receipt_fields(receipt)}


def _fields(
    act: str, file: str, taken: Any, schools: list[dict[str, Any]], *, dry_run: bool
) -> dict[str, Any]:
    return {
        "schema": f"attendance.{act}/1",
        "act": act,
        "dry_run": dry_run,
        "file": file,
        "seen_at": taken.seen_at,
        "schools": schools,
    }


def _notes(taken: Any) -> list[str]:
    return [note for one in taken.schools for note in one.notes]


def _in_order(rows: Sequence[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.line)
