"""Take in a file of marks: each school's rows as one act, read as they come."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.handle_marks import MarksOutcome, handle_marks
from commands.import_marks import ImportMarks
from delivery.acts import signed
from delivery.bootstrap import Desk
from delivery.importers.marks import Layout, MarkRow, MarksFile, marks_file
from delivery.importers.source import Source, Told, look
from delivery.imports.schools import BadRow, held, keyed, no_such_school, shown, unreadable
from ledger.refusals import BadRows


@dataclass(frozen=True)
class MarksTaken:
    """What a file of marks came to at one school."""

    school: int
    outcome: MarksOutcome
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MarksTakenIn:
    """
    What a whole file came to: at each school, and the lines that are no school's.

    ``passed_over`` counts the lines of schools that were not asked for.
    """

    source: Source
    layout: Layout
    seen_at: dt.datetime
    schools: Sequence[MarksTaken]
    spoilt: Sequence[BadRow]
    passed_over: int


def import_marks(
    desk: Desk,
    path: Path,
    person: str | None,
    *,
    layout: Layout | None = None,
    school: int | None = None,
    seen_at: dt.datetime | None = None,
    strict: bool = False,
    key: str | None = None,
    dry_run: bool = False,
    told: Told | None = None,
) -> MarksTakenIn:
    """
    Take in a file that shows the registers as at ``seen_at``, by default when it was written.

    A file without a school column is of ``school``, or of the only one there is; of one with
    it, ``school`` takes that school's rows alone. ``told`` hears how many bytes were read.
    The file is read once for each school in it, never held. Raises ``BadRows`` where
    ``strict``, and what ``handle_marks`` raises.
    """
    source = look(path)
    said = signed(desk, person, key)
    file = marks_file(source, layout)
    texts, unknown = _schools(desk, file, school)
    if strict and unknown:
        raise BadRows(count=len(unknown), file=source.name, rows=tuple(unknown))
    of_file = {**shown(source, seen_at, said["at"]), "strict": strict}
    spoilt: dict[int, BadRow] = {row.line: row for row in unknown}
    taken: list[MarksTaken] = []
    passes = [True, False] if strict and len(texts) > 1 and not dry_run else [dry_run]
    for trying in passes:  # a bad row at one school stops the others too
        taken = []
        for urn, text in texts.items():
            ledger = desk.ledger(urn)
            command = ImportMarks(**keyed(said, urn), **of_file)
            rows = _rows(file, text, told, strict=strict)
            outcome = handle_marks(command, rows, ledger, dry_run=trying)
            spoilt |= {row.line: row for row in unreadable(file.spoilt)}
            taken.append(MarksTaken(urn, outcome, () if trying else desk.follow(ledger)))
    bad = sorted(spoilt.values(), key=lambda row: row.line)
    others = file.others if school is not None else 0
    return MarksTakenIn(source, file.layout, of_file["seen_at"], taken, bad, others)


def _schools(
    desk: Desk, file: MarksFile, school: int | None
) -> tuple[dict[int, str | None], list[BadRow]]:
    """How each school is written in the file; a row for each school that the ledger lacks."""
    if file.school_column is None:
        return {desk.ledger(school).school: None}, []
    there_are = held(desk, school)
    if school is not None:
        return {school: str(school)}, []
    texts: dict[int, str | None] = {}
    unknown = []
    for text, count in file.schools().items():
        if text in there_are:
            texts[there_are[text]] = text
        else:
            line = next((row[0] for row in file.rows(text)), 0)
            more = f" So it is with {count:,} rows in all." if count > 1 else ""
            unknown.append(BadRow(line, no_such_school(text, there_are) + more))
    return texts, unknown


def _rows(
    file: MarksFile, text: str | None, told: Told | None, *, strict: bool
) -> Iterator[MarkRow]:
    """The rows of one school; where ``strict``, a line that is no row refuses the file."""
    yield from file.rows(text, told)
    if strict and file.spoilt:
        rows = tuple(unreadable(file.spoilt))
        raise BadRows(count=len(rows), file=file.source.name, rows=rows)
