"""Another system's totals held to the register as it stands: each difference, pupil by pupil."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ledger.kinds import Frozen, PupilId, Session
from ledger.reckoning import Rates
from projections.answers import Header, PupilRef
from projections.current_register import current_register
from projections.elsewhere import counted
from projections.views import View

t = current_register.c

SUMS = ("possible", "attended", "authorised", "unauthorised", "late", "not required")


@dataclass(frozen=True)
class TotalsLine:
    """
    What a line says of one pupil: ``sums`` by their names in ``SUMS``, ``codes`` by the code.

    A code in the file's heading that the line leaves empty is 0 of it.
    """

    line: int
    upn: str
    sums: Mapping[str, int]
    codes: Mapping[str, int]


class Difference(Frozen):
    """A total that is not what the register adds up to; ``what`` is a sum or ``code X``."""

    line: int
    pupil: PupilRef
    what: str
    file: int
    register_says: int


class Compared(Frozen):
    """
    A file of totals held to the register of some days, both in, as at the header's entry.

    ``absent`` had a session that counts on those days and no line; ``unknown`` are the lines of
    pupils who are not on the roll of this school, and never were.
    """

    header: Header
    first: dt.date
    last: dt.date
    pupils: int
    differences: tuple[Difference, ...]
    absent: tuple[PupilRef, ...]
    unknown: tuple[tuple[int, str], ...]

    @property
    def differing(self) -> int:
        """Of how many pupils something differs."""
        return len({one.pupil.id for one in self.differences})


def compared(view: View, first: dt.date, last: dt.date, lines: Iterable[TotalsLine]) -> Compared:
    """Hold each line to the codes that count for its pupil, layers and enrolment considered."""
    roll, marks = view.context.roll, _marks(view, first, last)
    seen: set[PupilId] = set()
    found: list[Difference] = []
    unknown = []
    for line in lines:
        pupil = roll.by_upn(line.upn)
        if pupil is None:
            unknown.append((line.line, line.upn))
            continue
        seen.add(pupil.id)
        theirs = marks.get(pupil.id, {})
        codes = Counter(theirs.values())
        held = _sums(counted(view.school, theirs))
        pairs = [(name, said, held[name]) for name, said in line.sums.items()]
        pairs += [(f"code {code}", said, codes[code]) for code, said in line.codes.items()]
        found += [
            Difference(line=line.line, pupil=PupilRef.of(pupil), what=what, file=said,
                       register_says=ours)
            for what, said, ours in pairs
            if said != ours
        ]  # fmt: skip
    absent = sorted(marks.keys() - seen)
    return Compared(
        header=view.header("import totals", [last]),
        first=first,
        last=last,
        pupils=len(seen),
        differences=tuple(found),
        absent=tuple(PupilRef.of(roll.pupils[one]) for one in absent),
        unknown=tuple(unknown),
    )


def _sums(found: Rates) -> dict[str, int]:
    return {
        "possible": found.possible,
        "attended": found.attended,
        "authorised": found.authorised,
        "unauthorised": found.unauthorised,
        "late": found.late,
        "not required": found.not_possible + found.administrative,
    }


def _marks(view: View, first: dt.date, last: dt.date) -> dict[PupilId, dict[Session, str]]:
    asked = (
        select(t.pupil, t.date, t.half, t.code)
        .where(t.school == view.urn, t.date.between(first, last))
        .order_by(t.pupil, t.date, t.half)
    )
    found: dict[PupilId, dict[Session, str]] = {}
    for row in view.rows(asked):
        if row.code:
            found.setdefault(row.pupil, {})[Session(row.date, row.half)] = row.code
    return found
