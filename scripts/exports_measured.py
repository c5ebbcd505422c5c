"""How fast files for others are written: ``python scripts/exports_measured.py URL SCHOOL DAY``.

Each kind is made three times in this process, of the whole ledger; the best time by the processor
is given, and from one more run under the profiler the share spent outside this project's code.
"""

import cProfile
import datetime as dt
import os
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from delivery.bootstrap import desk  # noqa: E402
from delivery.cli.asking import view_of  # noqa: E402
from delivery.cli.calls import Call  # noqa: E402
from delivery.exports import Export, census, ctf, daily, events, marks  # noqa: E402
from delivery.exports.numbered import DfeNumber  # noqa: E402
from projections.census import census as collected  # noqa: E402
from projections.daily import daily as by_day  # noqa: E402
from projections.transfer import transferred  # noqa: E402
from projections.views import EVERYTHING, this_year  # noqa: E402

NUMBER = DfeNumber("908", "2101")


def main(url: str, school: int, day: dt.date) -> None:
    with desk(url) as at:
        view = view_of(at, at.ledger(school), Call())
        kinds: dict[str, Callable[[], Export]] = {
            "marks, long": lambda: marks.marks(view, EVERYTHING),
            "marks, wide": lambda: marks.across(view, EVERYTHING),
            "events": lambda: events.events(view),
            "census, CSV": lambda: census.rows(view, collected(view, day)),
            "census, XML": lambda: census.xml(view, collected(view, day), NUMBER),
            "ctf": lambda: ctf.ctf(view, transferred(view, EVERYTHING), NUMBER),
            "daily": lambda: daily.daily(view, by_day(view, *this_year(view))),
        }
        print(f"{view.entry:,} entries; load {os.getloadavg()[0]:.1f}")
        for name, make in kinds.items():
            took, size = min(timed(make) for _ in range(3))
            rate = view.entry / took
            print(f"{name:12} {took:6.2f} s {size / 1e6:6.2f} MB {rate:9,.0f} entries/s", end=" ")
            print(f"{outside(make):4.0%} outside")


def timed(make: Callable[[], Export]) -> tuple[float, int]:
    begun = time.process_time()
    size = sum(map(len, make().parts()))
    return time.process_time() - begun, size


def outside(make: Callable[[], Export]) -> float:
    """The share of the time in functions that are not this project's."""
    profile = cProfile.Profile()
    profile.runcall(timed, make)
    held = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    spent = {str(where[0]): 0.0 for where, _ in held}
    for where, (_, _, own, *_) in held:
        spent[str(where[0])] += own
    ours = sum(
        own for file, own in spent.items() if file.startswith(str(ROOT)) and ".venv" not in file
    )
    return 1 - ours / sum(spent.values())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), dt.date.fromisoformat(sys.argv[3]))
