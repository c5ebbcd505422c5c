"""
A file of totals, one line a pupil: what another system adds up, or a census collects.

The sums are known by the names that systems give them (SIMS' summary, a census extract, Wonde's
attendance summaries); sessions by reason stand under ``T_Reason_X``, or under the code itself. No
line says which days it is about: whoever takes the file in does.
"""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from delivery.importers.source import Source
from delivery.importers.table import Table, open_table, plain, unreadable
from projections.totals import TotalsLine

UPN = ("upn", "pupil_upn", "unique_pupil_number")
_NAMES = {
    "possible": ("possible_marks", "possible_sessions", "sessions_possible",
                 "termlysessionspossible", "possible"),
    "attended": ("present_plus_aea", "sessions_attended", "attended"),
    "authorised": ("authorised_absences", "sessions_authorised", "termlysessionsauthorised",
                   "authorised"),
    "unauthorised": ("unauthorised_absences", "sessions_unauthorised",
                     "termlysessionsunauthorised", "unauthorised"),
    "late": ("late_both", "late"),
    "not required": ("attendance_not_required",),
}  # fmt: skip
_AS_CODES = {"unexplained_absences": "N", "late_before_reg": "L", "late_after_reg": "U"}
_COUNT = re.compile(r"[0-9]{1,6}")
_REASON = re.compile(r"T_Reason_(\S{1,2})", re.IGNORECASE)
_LAYOUT = "a file of totals is headed upn and then such as possible_marks, T_Reason_I or a code"


@dataclass
class TotalsFile:
    """The lines of a file of totals; ``spoilt`` are those that are none, each with why."""

    source: Source
    lines: list[TotalsLine] = field(default_factory=list)
    spoilt: list[tuple[int, str]] = field(default_factory=list)


def totals_file(source: Source, codes: Collection[str]) -> TotalsFile:
    """
    Read a file of totals whole; ``codes`` are those a column may be headed with.

    Raises ``FileUnreadable`` where it names no pupil, or no total that is known.
    """
    found = TotalsFile(source)
    with open_table(source) as table:
        (upn,) = table.required([UPN], _LAYOUT)
        columns = _columns(table, upn, codes)
        if not columns.sums and not columns.by_code:
            raise source.refused(f"it has no total that is known; {_LAYOUT}")
        try:
            for row in table.rows:
                if any(cell.strip() for cell in row):
                    _take(found, table.line(), row, columns)
        except csv.Error as problem:
            refusal = unreadable(source, problem)
            if refusal is not None:
                raise refusal from None
            found.spoilt.append((table.line(), f"it cannot be read ({problem})"))
    return found


@dataclass(frozen=True)
class _Columns:
    """Where a line says whose it is, its sums, and its sessions by code."""

    upn: int
    sums: dict[int, str]
    by_code: dict[int, str]


def _columns(table: Table, upn: int, codes: Collection[str]) -> _Columns:
    named = {name: total for total, names in _NAMES.items() for name in names}
    sums: dict[int, str] = {}
    by_code: dict[int, str] = {}
    for place, written in enumerate(table.heading.written):
        reason = _REASON.fullmatch(written)
        code = reason[1].upper() if reason else _AS_CODES.get(plain(written), written)
        if code in codes:
            by_code[place] = code
        elif (total := named.get(plain(written))) and total not in sums.values():
            sums[place] = total
    return _Columns(upn, sums, by_code)


def _take(found: TotalsFile, line: int, row: list[str], columns: _Columns) -> None:
    sums, by_code = columns.sums, columns.by_code
    if len(row) <= max(columns.upn, *sums, *by_code):
        found.spoilt.append((line, "it has fewer columns than the first line names"))
        return
    told = {place: row[place].strip() for place in (*sums, *by_code)}
    off = [one for one in told.values() if one and not _COUNT.fullmatch(one)]
    if off:
        found.spoilt.append((line, f"{off[0]!r} is no number of sessions"))
        return
    found.lines.append(
        TotalsLine(
            line=line,
            upn=row[columns.upn].strip(),
            sums={total: int(told[place]) for place, total in sums.items() if told[place]},
            codes={code: int(told[place] or 0) for place, code in by_code.items()},
        )
    )
