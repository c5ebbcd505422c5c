"""
Taking files in: pupils and marks, of one school or of several in one file.

The command line and the demonstration both call these; none of them prints.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.handle import PupilsImported, handle_pupils
from commands.import_pupils import ImportPupils
from delivery.acts import signed
from delivery.bootstrap import Desk
from delivery.importers.pupils import PupilLine, PupilsFile, pupils_file
from delivery.importers.source import look
from ledger.refusals import BadRows


@dataclass(frozen=True)
class BadRow:
    """A line of a file that was not taken in, and why; told by line."""

    line: int
    why: str


@dataclass(frozen=True)
class PupilsTaken:
    """What a file of pupils came to at one school."""

    school: int
    file: str
    seen_at: dt.datetime
    outcome: PupilsImported


@dataclass(frozen=True)
class TakenIn:
    """What a whole file came to: at each school, and the lines that are no school's."""

    schools: Sequence[PupilsTaken]
    spoilt: Sequence[BadRow]
    passed_over: Counter[str]


def import_pupils(
    desk: Desk,
    path: Path,
    person: str | None,
    *,
    school: int | None = None,
    seen_at: dt.datetime | None = None,
    strict: bool = False,
    key: str | None = None,
    dry_run: bool = False,
) -> TakenIn:
    """
    Bring the admission registers up to a file.

    ``seen_at`` is the moment whose roll the file shows: by default when it was last written.
    A file without a school column is of ``school``, or of the only one there is; of one with
    it, ``school`` takes that school's lines alone.
    """
    source = look(path)
    said = signed(desk, person, key)
    file = pupils_file(source)
    seen = seen_at or min(source.modified, said["at"])
    spoilt = [BadRow(line, f"{why[0].upper()}{why[1:]}.") for line, why in file.spoilt]
    of_school, passed_over, unknown = _by_school(desk, file, school)
    spoilt += unknown
    if strict and spoilt:
        raise BadRows(count=len(spoilt), file=source.name, rows=tuple(spoilt))
    shown: dict[str, Any] = {
        "file": source.name,
        "sha256": source.sha256,
        "seen_at": seen,
        "strict": strict,
    }
    commands = {
        urn: ImportPupils(**_own(said, key, urn, len(of_school)), **shown) for urn in of_school
    }
    if strict:  # a bad line at one school stops the others too
        for urn, command in commands.items():
            handle_pupils(command, of_school[urn], desk.ledger(urn), dry_run=True)
    taken = []
    for urn, command in commands.items():
        ledger = desk.ledger(urn)
        outcome = handle_pupils(command, of_school[urn], ledger, dry_run=dry_run)
        taken.append(PupilsTaken(urn, source.name, seen, outcome))
        if not dry_run:
            desk.catch_up(ledger)
    return TakenIn(taken, sorted(spoilt, key=lambda row: row.line), passed_over)


def _own(said: dict[str, Any], key: str | None, urn: int, schools: int) -> dict[str, Any]:
    """Who, when, and a key of its own for each school of a file that holds several."""
    return said if schools == 1 and key else {**said, "key": f"{said['key']}-{urn}"}


def _by_school(
    desk: Desk, file: PupilsFile, school: int | None
) -> tuple[dict[int, list[PupilLine]], Counter[str], list[BadRow]]:
    """The lines of each school, those of schools not asked for, and those of none."""
    if not file.has_school:
        return {desk.ledger(school).school: file.lines}, Counter(), []
    held = _held(desk, school)
    lines: dict[int, list[PupilLine]] = {}
    passed_over: Counter[str] = Counter()
    unknown = []
    for line in file.lines:
        urn = held.get(line.school)
        if urn is not None and school in (None, urn):
            lines.setdefault(urn, []).append(line)
        elif urn is not None:
            passed_over[line.school] += 1
        else:
            unknown.append(BadRow(line.line, no_such_school(line.school, held)))
    return lines, passed_over, unknown


def _held(desk: Desk, school: int | None) -> dict[str, int]:
    """The schools there are, by their URN as text. Raises as ``Desk.ledger`` does."""
    desk.ledgers(school)
    return {str(urn): urn for urn in desk.store.schools()}


def no_such_school(written: str, held: Iterable[str]) -> str:
    """Why a line of another school is not taken in."""
    if not written:
        return "It names no school."
    return f"This ledger holds no school {written}; it holds {', '.join(held)}."
