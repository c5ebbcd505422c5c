"""
Play a school's days in one process with faults at every commit, and hold each step to the truth.

``python scripts/simulate.py [--seed N] [--seeds K] [--days D] [--pupils P] [--marks M]``.
Two schools, two machines on one database, a virtual clock. A commit is cut off before or after it
was made, or somebody else comes between; requests arrive twice; machines start again; clocks step
back. After each step ``scripts/simulation/truth.py`` says what must be true. The same seed plays
the same days: one that fails is named, and becomes a test.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from scripts.simulation.run import Report, Simulation
from scripts.simulation.truth import Broken


def main() -> int:
    """Play, print what was played, and exit 1 at the first seed that breaks something."""
    asked = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    asked.add_argument("--seed", type=int, default=1, help="the first seed")
    asked.add_argument("--seeds", type=int, default=1, help="how many, one after the other")
    asked.add_argument("--days", type=int, default=30, help="school days, from 3 June 2024 on")
    asked.add_argument("--pupils", type=int, default=8, help="a class; two classes a school")
    asked.add_argument("--marks", type=int, default=0, help="go on until so many marks were made")
    asked.add_argument("--db", help="a PostgreSQL address, emptied first; else files of their own")
    said = asked.parse_args()
    began, total, seed = time.monotonic(), Report(said.seed), said.seed
    while seed < said.seed + said.seeds or total.marks < said.marks:
        try:
            _add(total, play(seed, said.days, said.pupils, said.db))
        except Exception as broken:
            if not isinstance(broken, Broken):
                traceback.print_exc()
            print(f"seed {seed} --days {said.days} --pupils {said.pupils}: {broken}")
            return 1
        seed += 1
    _print(total, seed - said.seed, time.monotonic() - began)
    return 0


def play(seed: int, days: int, pupils: int, url: str | None = None) -> Report:
    """One simulation, on a database of its own. Raises ``Broken``."""
    with tempfile.TemporaryDirectory() as folder:
        at = url or f"sqlite:///{Path(folder) / 'simulated.db'}"
        return Simulation(seed, at, days, pupils).run()


def _add(total: Report, one: Report) -> None:
    for mine, theirs in (
        (total.acts, one.acts),
        (total.refused, one.refused),
        (total.faults, one.faults),
    ):
        mine.update(theirs)
    total.marks += one.marks
    total.entries += one.entries
    total.disposed += one.disposed


def _print(total: Report, seeds: int, seconds: float) -> None:
    print(f"{seeds} seeds from {total.seed}, {seconds:.0f} s: nothing was found")
    print(f"{total.marks:,} marks, {total.entries:,} entries, {total.disposed:,} disposed of")
    for name, counted in (
        ("acts", total.acts),
        ("refused", total.refused),
        ("faults", total.faults),
    ):
        print(f"{name}: {_in_words(counted)}")


def _in_words(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {many:,}" for name, many in counted.most_common())


if __name__ == "__main__":
    sys.exit(main())
