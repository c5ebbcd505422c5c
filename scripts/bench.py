"""Measure the ledger beside its peers: ``python scripts/bench.py``.

One run: each round runs every peer once, each in a fresh process, in rotated order. Every
answer is held against a plain oracle, and a wrong one ends the run. Figures are medians.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.bench import asof, runner, typed, typed_pack, typed_proof  # noqa: E402
from scripts.bench.machine import facts  # noqa: E402
from scripts.bench.report import PREFACE, markdown  # noqa: E402


def main() -> None:
    asked = arguments()
    ops = tuple(asked.only.split(",")) if asked.only else runner.OPS
    if unknown := set(ops) - set(runner.OPS):
        sys.exit(f"There is no {', '.join(unknown)}. There are: {', '.join(runner.OPS)}.")
    peers = tuple(asked.peers.split(",")) if asked.peers else ()
    plan = runner.Plan("quick" if asked.quick else "full", asked.rounds, ops, peers)
    keep = [Path(name).resolve() if name else None for name in (asked.json, asked.write)]
    run: dict[str, Any] = {
        "command": " ".join(["python scripts/bench.py", *sys.argv[1:]]),
        "machine": facts(ROOT), "rounds": asked.rounds,
    }  # fmt: skip
    with a_copy():
        stages = {"sqlite": runner.sqlite_rounds, "typed": typed_ops}
        if asked.postgres:
            stages["postgres"] = runner.postgres_rounds
        for stage, measure in stages.items():
            run[stage] = measure(plan)
            if keep[0]:
                keep[0].write_text(json.dumps(run, indent=1), encoding="utf-8")
    loads = [one["load"] for rounds in run["sqlite"].values() for one in rounds]
    run["machine"]["load_during"] = round(median(loads), 2) if loads else None
    run["checked"] = sum(one["checked"] for rounds in run["sqlite"].values() for one in rounds)
    report = markdown(run)
    if keep[1]:
        keep[1].write_text(PREFACE + report, encoding="utf-8")
    print(report)


@contextmanager
def a_copy() -> Iterator[None]:
    """Measure a copy of the code as it is now, so that an edit while it runs changes nothing."""
    with runner.folder() as place:
        for room in ("ledger", "commands", "projections", "delivery", "scripts"):
            shutil.copytree(ROOT / room, place / room)
        os.environ["PYTHONPATH"] = str(place)
        os.chdir(place)
        yield
        os.chdir(ROOT)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a small workload, for development")
    parser.add_argument("--only", metavar="OP,…", help="of: " + ", ".join(runner.OPS))
    parser.add_argument("--peers", metavar="PEER,…", help="these peers alone")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL as well")
    parser.add_argument("--write", metavar="FILE", help="the report, as docs/performance.md has it")
    parser.add_argument("--json", metavar="FILE", help="keep every figure of the run")
    return parser.parse_args()


def typed_ops(plan: runner.Plan) -> dict[str, Any]:
    """What is typed: imports in every round, the great file and the cold question once."""
    if plan.peers and "ours" not in plan.peers:
        return {}
    found: dict[str, Any] = {}
    if "import" in plan.ops:
        said(typed.import_marks, replace(plan, size="quick"))  # so that all of it is compiled
        found["import"] = [said(typed.import_marks, plan) for _ in range(plan.rounds)]
    once = (
        ("stream", typed.stream),
        ("explain", typed.explain),
        ("pack", typed_pack.pack),
        ("proof", typed_proof.proof),
        ("asof", asof.asof),
    )
    for op, measure in once:
        if op in plan.ops:
            found[op] = said(measure, plan)
    return found


def said(measure: Callable[[str, Path], dict[str, Any]], plan: runner.Plan) -> dict[str, Any]:
    """What was measured; or, where the command line cannot do it, its own words."""
    runner.tell(f"typed: {measure.__name__}")
    with runner.folder() as place:
        try:
            return measure(plan.size, place)
        except typed.NotYet as missing:
            runner.tell(str(missing))
            return {"missing": str(missing)}


if __name__ == "__main__":
    main()
