"""Measure a trust of thirty schools on PostgreSQL, and reckon England from it."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)

from scripts.scaling import served, trust  # noqa: E402


def main() -> None:
    asked = arguments()
    for what in asked.what:
        DOING[what](asked, asked.folder)


def build(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling import build

    build.build(folder, trust.trust()[: asked.schools], asked.years, asked.days, asked.workers)


def peak(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling.peak import morning

    places = trust.trust()[: asked.schools]
    for faster in asked.faster:
        found = morning(folder, places, asked.years, asked.days, faster, asked.processes)
        _keep(folder, f"peak-{faster:g}", found)


def rebuild(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling.rebuild import rebuild

    places = trust.trust()[: min(asked.schools, asked.rebuilt)]
    _keep(folder, "rebuild", rebuild(folder, places, asked.workers))


def pages(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling.pages import pages

    first = trust.trust()[0]
    _keep(folder, "pages", pages(folder, first, asked.years, asked.days, asked.rounds))


def beside(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling.beside import beside

    places = trust.trust()[: asked.schools]
    year = trust.SchoolYear(places[0], trust.FIRST_YEAR + asked.years - 1, asked.days)
    _keep(folder, "beside", beside(folder, places, year))


def grow(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling.grow import grow

    of = (trust.trust()[0], asked.years, asked.schools, asked.days, asked.rounds)
    _keep(folder, "grow", grow(folder, *of, anew=not asked.no_rebuild))


def sizes(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling.sizes import sizes

    with served.running(folder) as at:
        _keep(folder, "sizes", sizes(served.address(at)))


def england(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.scaling.england import England

    for what, how, comes_to in England.of(served.noted(folder)).lines():
        print(f"{what:40}{how:42}{comes_to:>20}")


def report(asked: argparse.Namespace, folder: Path) -> None:
    from scripts.bench import machine
    from scripts.scaling.report import write

    measured = served.noted(folder)
    on = measured.get("machine") or machine.facts(ROOT)
    served.note(folder, "machine", on)
    write(asked.write, measured, on)


DOING = {
    "build": build, "sizes": sizes, "pages": pages, "beside": beside, "peak": peak,
    "rebuild": rebuild, "grow": grow, "england": england, "report": report,
}  # fmt: skip


def _keep(folder: Path, what: str, found: Any) -> None:
    served.note(folder, what, found)
    print(what, json.dumps(found, indent=1), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the ledger and of what was measured")
    parser.add_argument("what", nargs="+", choices=DOING)
    parser.add_argument("--schools", type=int, default=30)
    parser.add_argument("--years", type=int, default=trust.YEARS)
    parser.add_argument("--days", type=int, default=trust.DAYS, help="of a school-year")
    parser.add_argument("--workers", type=int, default=2, help="that build or rebuild side by side")
    parser.add_argument("--processes", type=int, default=4, help="that take a morning's registers")
    parser.add_argument("--faster", type=float, nargs="+", default=[1, 10], help="than life")
    parser.add_argument("--rebuilt", type=int, default=4, help="schools made anew")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-rebuild", action="store_true", help="leave it out of grow")
    parser.add_argument("--write", type=Path, default=ROOT / "docs" / "scale.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
