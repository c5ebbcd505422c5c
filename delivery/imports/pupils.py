"""Bring the admission registers up to a file."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.handle import PupilsImported, handle_pupils
from commands.import_pupils import ImportPupils
from delivery.bootstrap import Desk, signed
from delivery.going_on import where_it_goes_on
from delivery.importers.pupils import PupilLine, PupilsFile, pupils_file
from delivery.importers.source import look
from delivery.imports.schools import BadRow, held, keyed, no_such_school, shown, unreadable
from ledger.refusals import BadRows
from ledger.store import Ledger


@dataclass(frozen=True)
class PupilsTaken:
    """What a file of pupils came to at one school."""

    school: int
    outcome: PupilsImported
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PupilsTakenIn:
    """
    What a whole file came to: at each school, and the lines that are no school's.

    ``passed_over`` counts the lines of schools that were not asked for.
    """

    file: str
    seen_at: dt.datetime
    schools: Sequence[PupilsTaken]
    spoilt: Sequence[BadRow]
    passed_over: int


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
) -> PupilsTakenIn:
    """
    Take in a file of pupils: its differences become admissions, moves and leavings.

    ``seen_at`` is the moment whose roll the file shows: by default when it was last written.
    A file without a school column is of ``school``, or of the only one there is; of one with
    it, ``school`` takes that school's lines alone. Raises ``BadRows`` where ``strict``.
    """
    source = look(path)
    said = signed(desk, person, key)
    file = pupils_file(source)
    of_school, passed_over, unknown = _by_school(desk, file, school)
    spoilt = sorted((*unreadable(file.spoilt), *unknown), key=lambda row: row.line)
    if strict and spoilt:
        raise BadRows(count=len(spoilt), file=source.name, rows=tuple(spoilt))
    of_file = {**shown(source, seen_at, said["at"]), "strict": strict}
    commands = {urn: ImportPupils(**keyed(said, urn), **of_file) for urn in of_school}
    if strict:  # a bad line at one school stops the others too
        for urn, command in commands.items():
            handle_pupils(command, of_school[urn], desk.ledger(urn), dry_run=True)
    taken = []
    for urn, command in commands.items():

        def take(ledger: Ledger, command: ImportPupils = command) -> PupilsTaken:
            outcome = handle_pupils(command, of_school[ledger.school], ledger, dry_run=dry_run)
            return PupilsTaken(ledger.school, outcome, () if dry_run else desk.follow(ledger))

        taken.append(where_it_goes_on(desk, urn, take))
    return PupilsTakenIn(source.name, of_file["seen_at"], taken, spoilt, passed_over)


def _by_school(
    desk: Desk, file: PupilsFile, school: int | None
) -> tuple[dict[int, list[PupilLine]], int, list[BadRow]]:
    """The lines of each school, how many are of schools not asked for, and those of none."""
    if not file.has_school:
        return {desk.ledger(school).school: file.lines}, 0, []
    there_are = held(desk, school)
    lines: dict[int, list[PupilLine]] = {}
    passed_over: Counter[str] = Counter()
    unknown = []
    for line in file.lines:
        urn = there_are.get(line.school)
        if urn is not None and school in (None, urn):
            lines.setdefault(urn, []).append(line)
        elif school is not None:
            passed_over[line.school] += 1
        else:
            unknown.append(BadRow(line.line, no_such_school(line.school, there_are)))
    return lines, passed_over.total(), unknown
