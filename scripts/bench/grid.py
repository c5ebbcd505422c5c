"""A year as bytes, pupil by session, and the two sums over it: for peers that read blobs."""

from scripts.bench.oracle import Reckoned
from scripts.bench.workload import ATTENDED, AUTHORISED, CODES, UNAUTHORISED, Workload

NOTHING = 255


def table(counted: tuple[str, ...]) -> bytes:
    """A translation of code numbers to 1 where the code counts, to 0 where not."""
    return bytes(n < len(CODES) and CODES[n] in counted for n in range(256))


class Grid:
    """One byte per pupil and session: the number of the code in ``CODES``."""

    def __init__(self, work: Workload) -> None:
        self.weeks = work.weeks
        blank = bytes([NOTHING]) * len(work.sessions)
        self.rows = {pupil: bytearray(blank) for pupil in work.marks}

    def reckoned(self) -> Reckoned:
        tables = [table(counted) for counted in (ATTENDED, AUTHORISED, UNAUTHORISED)]
        starts = [n for n, week in enumerate(self.weeks) if n == 0 or self.weeks[n - 1] != week]
        spans = list(zip(starts, [*starts[1:], len(self.weeks)], strict=True))
        found: Reckoned = {}
        for pupil, row in self.rows.items():
            attended, authorised, bad = (row.translate(one) for one in tables)
            total, met = bad.count(1), None
            if total >= 10:
                met = ten_weeks([bad.count(1, first, last) for first, last in spans])
            found[pupil] = (attended.count(1), authorised.count(1), total, met)
        return found


def ten_weeks(by_week: list[int]) -> int | None:
    """The first week in which the last ten weeks hold ten or more."""
    running = 0
    for week, count in enumerate(by_week):
        running += count - (by_week[week - 10] if week >= 10 else 0)
        if running >= 10:
            return week
    return None
