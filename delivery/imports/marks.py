"""Take in a file of marks: each school's rows as one act, read as they come."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from commands.handle_marks import MarksOutcome, handle_marks
from commands.import_marks import ImportMarks
from commands.snapshot.rows import MarkRow
from commands.snapshot.stretches import Cut
from delivery.bootstrap import Desk, signed
from delivery.going_on import where_it_goes_on
from delivery.importers.marks import Layout, MarksFile
from delivery.importers.source import Source, Told
from delivery.imports.files import a_file, of_this_school, read_as
from delivery.imports.schools import BadRow, held, keyed, no_such_school, shown, unreadable
from ledger.refusals import BadRows
from ledger.store import Ledger

if TYPE_CHECKING:  # what reads other systems' files is imported where there is one
    from delivery.importers.formats.file import Format, Keys, OtherFile

HELD = 4_000_000
"""The rows of a file of up to so many bytes are sorted by school in memory, in one reading."""


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

    ``passed_over`` counts the lines of schools that were not asked for. ``read_as`` says what
    another system's file was taken to be, and what was assumed of it.
    """

    source: Source
    layout: "Layout | Format"
    seen_at: dt.datetime
    schools: Sequence[MarksTaken]
    spoilt: Sequence[BadRow]
    passed_over: int
    read_as: tuple[str, ...] = ()


def import_marks(
    desk: Desk,
    path: Path,
    person: str | None,
    *,
    layout: "Layout | Format | None" = None,
    keys: "Keys | None" = None,
    school: int | None = None,
    seen_at: dt.datetime | None = None,
    strict: bool = False,
    key: str | None = None,
    dry_run: bool = False,
    told: Told | None = None,
) -> MarksTakenIn:
    """
    Take in a file that shows the registers as at ``seen_at``, by default when it was written.

    What the file is, is told by its first bytes and columns; ``keys`` explain another system's
    numbers. A file without a school column is of ``school``, or of the only one there is; of
    one with it, ``school`` takes that school's rows alone. ``told`` hears of the bytes read.
    A long file is read once for each school in it and never held. Raises ``BadRows`` where
    ``strict``, and what ``handle_marks`` raises.
    """
    file = a_file(path, layout, keys)
    source = file.source
    said = signed(desk, person, key)
    of_this_school(desk, file, school, asked=layout is not None)
    shares, unknown = _shares(desk, file, school, told)
    if strict and unknown:
        raise BadRows(count=len(unknown), file=source.name, rows=tuple(unknown))
    of_file = {**shown(source, seen_at, said["at"]), "strict": strict}
    bad: dict[int, BadRow] = {row.line: row for row in unknown}
    taken: list[MarksTaken] = []
    passes = [True, False] if strict and len(shares) > 1 and not dry_run else [dry_run]
    for trying in passes:  # a bad row at one school stops the others too
        taken = []
        for urn, share in shares.items():
            command = ImportMarks(**keyed(said, urn), **of_file)

            def take(
                ledger: Ledger,
                command: ImportMarks = command,
                share: Share = share,
                trying: bool = trying,
            ) -> MarksTaken:
                rows = _strictly(file, share()) if strict else share()
                outcome = handle_marks(command, rows, ledger, dry_run=trying)
                after = () if trying else desk.follow(ledger)
                return MarksTaken(ledger.school, outcome, after)

            taken.append(where_it_goes_on(desk, urn, take))
            bad |= {row.line: row for row in unreadable(file.spoilt)}
    in_order = sorted(bad.values(), key=lambda row: row.line)
    others = file.others if school is not None else 0
    seen = of_file["seen_at"]
    return MarksTakenIn(source, file.layout, seen, taken, in_order, others, read_as(file))


Share = Callable[[], Iterable[MarkRow] | Cut]
"""The rows of one school: read anew, cut, or held."""


def _shares(
    desk: Desk, file: "MarksFile | OtherFile", school: int | None, told: Told | None
) -> tuple[dict[int, Share], list[BadRow]]:
    """The rows of each school; a bad row for each school that the ledger does not hold."""
    if file.school_column is None:
        return {desk.ledger(school).school: partial(_read, file, None, told)}, []
    there_are = held(desk, school)
    if school is not None:
        return {school: partial(_read, file, str(school), told)}, []
    by_text: dict[str, Share] = {}
    marks = file.by_school(told) if file.source.size <= HELD else None
    for text in file.schools() if marks is None else marks:
        by_text[text] = partial(_read, file, text, told) if marks is None else marks[text].copy
    unknown = [
        _unknown(text, file.rows(text) if marks is None else marks[text], there_are)
        for text in by_text
        if text not in there_are
    ]
    return {there_are[text]: by_text[text] for text in by_text if text in there_are}, unknown


def _read(
    file: "MarksFile | OtherFile", school: str | None, told: Told | None
) -> Iterable[MarkRow] | Cut:
    """The rows of a school, in pieces where they are many and stand together by session."""
    cut = None
    if isinstance(file, MarksFile) and file.source.size > HELD:
        cut = file.cut(school, told)
    return cut or file.rows(school, told)


def _unknown(text: str, rows: Iterable[MarkRow], there_are: Iterable[str]) -> BadRow:
    """One bad row for all the rows of a school that the ledger does not hold."""
    first, count = 0, 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is wanted
        first = first or row[0]
    more = f" So it is with {count:,} rows in all." if count > 1 else ""
    return BadRow(first, no_such_school(text, there_are) + more)


def _strictly(
    file: "MarksFile | OtherFile", rows: Iterable[MarkRow] | Cut
) -> Iterable[MarkRow] | Cut:
    """The rows; a line that is no row refuses the file."""
    if callable(rows):
        return lambda kept: _all_good(file, rows(kept))
    return _all_good(file, rows)


Part = TypeVar("Part")


def _all_good(file: "MarksFile | OtherFile", parts: Iterable[Part]) -> Iterator[Part]:
    yield from parts
    if file.spoilt:
        bad = tuple(unreadable(file.spoilt))
        raise BadRows(count=len(bad), file=file.source.name, rows=bad)
