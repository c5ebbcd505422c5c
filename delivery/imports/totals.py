"""Hold a file of totals to a school's register, and record that it was done."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from commands.import_totals import ImportTotals
from delivery import acts
from delivery.bootstrap import Desk, signed
from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.importers.source import look
from delivery.importers.totals import totals_file
from delivery.imports.schools import BadRow, unreadable
from projections.totals import Compared, compared


@dataclass(frozen=True)
class TotalsTaken:
    """What a file came to, the lines that could not be compared, and the act that says so."""

    found: Compared
    bad: tuple[BadRow, ...]
    done: acts.Done | None


def import_totals(
    desk: Desk,
    path: Path,
    person: str | None,
    *,
    first: dt.date,
    last: dt.date,
    school: int | None = None,
    key: str | None = None,
    dry_run: bool = False,
) -> TotalsTaken:
    """
    Compare the totals of the days from ``first`` to ``last``, both in; no total is kept.

    Raises ``FileUnreadable`` for what is no such file, and as ``commands.import_totals`` does.
    """
    ledger = desk.ledger(school)
    view = view_of(desk, ledger, Call())
    codes = {
        code for day in (first, last) for code in view.school.rules_on(day).codes
    }  # two code sets at most touch a period that somebody adds up
    file = totals_file(look(path), codes)
    found = compared(view, first, last, file.lines)
    unknown = (
        BadRow(line, f"No pupil {upn or 'without a UPN'} is in the admission register.")
        for line, upn in found.unknown
    )
    bad = tuple(sorted((*unreadable(file.spoilt), *unknown), key=lambda row: row.line))
    if not found.pupils:
        return TotalsTaken(found, bad, None)
    command = ImportTotals(
        **signed(desk, person, key),
        file=file.source.name,
        sha256=file.source.sha256,
        first=first,
        last=last,
        position=view.entry,
        pupils=found.pupils,
        differing=found.differing,
        differences=len(found.differences),
        absent=len(found.absent),
        refused=len(bad),
    )
    return TotalsTaken(found, bad, acts.do(desk, command, ledger.school, dry_run=dry_run))
