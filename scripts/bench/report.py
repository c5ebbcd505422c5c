"""A run as Markdown: targets first, then every operation with its absolute medians."""

from collections.abc import Iterator
from statistics import median
from typing import Any

from scripts.bench.report_parts import sizes, table, tails, time_of, typed, writers
from scripts.bench.report_proof import proofs
from scripts.bench.targets import lines, middle

OPERATIONS = {
    "take": "Take a register of 30 marks (one durable commit)",
    "amend": "Amend one mark (one durable commit), on the whole year",
    "load": "Append a school-year at the store",
    "history": "History of one mark",
    "register": "A class register as of a point in recorded time",
    "day": "A whole school day as of a point in recorded time",
    "rebuild": "Rebuild rates and ten-week thresholds from a year",
}


PREFACE = """# Performance

What the ledger costs beside what a school's programmer would use instead, and beside the limit
that hand-written SQL reaches on the same machine. Written by `scripts/bench.py`; to write it
again: `python scripts/bench.py --postgres --write docs/performance.md`.

**How to read it.** Ratios carry over to other machines, times do not. Every peer does the same
work with the same marks: one school of 900 pupils in 30 classes, two sessions a day, 190 days,
342,000 marks of which one in a hundred is amended. In each round every peer runs once, in a
fresh process and in rotated order; a figure is the median over rounds of each round's median.
Every commit is durable (SQLite: write-ahead log with `synchronous=FULL`; PostgreSQL: `fsync` and
`synchronous_commit` on). Every answer is compared with a plain-Python oracle, and one wrong
answer ends the run. Ours keeps what no peer keeps: salted commitments and a Merkle log that
advances in the same transaction. "Ours, the whole act" also decides who may do it and what the
rules of that day allow; no peer does. SQLAlchemy-Continuum is given fewer registers and four
days: the year would take it minutes.

"""


def markdown(run: dict[str, Any]) -> str:
    """The whole report."""
    parts = [*_facts(run), *_targets(run)]
    for op, words in OPERATIONS.items():
        parts += _operation(run.get("sqlite", {}), op, words)
    parts += sizes(run.get("sqlite", {}))
    parts += typed(run.get("typed", {}))
    parts += proofs(run.get("typed", {}).get("proof", {}))
    parts += _postgres(run.get("postgres", {}))
    return "\n".join(parts) + "\n"


def _facts(run: dict[str, Any]) -> Iterator[str]:
    facts = run["machine"]
    packages = ", ".join(f"{name} {found}" for name, found in facts["packages"].items())
    yield f"`{run['command']}`, {run['rounds']} rounds, {run['checked']:,} answers checked"
    yield "against the oracle, none wrong."
    yield ""
    yield f"- Machine: {facts['cores']} cores ({facts['processor']}), {facts['memory_gib']} GiB,"
    yield f"  {facts['system']}; appending 4 KiB to a file and flushing it: {facts['flush_us']} µs."
    during = facts.get("load_during")
    yield f"- Load {facts['load_at_start']} at the start, {during} during the rounds."
    if during and during > 1.5:
        yield "  **The machine was shared with other work: read the sizes, not the times.**"
    server = run.get("postgres", {}).get("version")
    yield f"- Python {facts['python']}, SQLite {facts['sqlite']}" + (
        f", PostgreSQL {server}." if server else "."
    )
    yield f"- {packages}."
    yield f"- Commit {facts['commit']}."
    yield ""


def _targets(run: dict[str, Any]) -> list[str]:
    said = {True: "met", False: "**not met**", None: "not measured"}
    rows = [(one.operation, one.target, one.measured, said[one.reached]) for one in lines(run)]
    return ["## Targets", "", *table(("operation", "target", "ours", ""), rows, 2), ""]


def _operation(rounds: dict[str, Any], op: str, words: str) -> list[str]:
    mine = middle(rounds.get("ours", []), op)
    rows = []
    for found in rounds.values():
        took = middle(found, op)
        if took is None:
            continue
        marks = found[0]["marks"]
        whole = op in ("load", "rebuild")
        each = [one["took"][op]["median"] for one in found]
        rows.append(
            (
                found[0]["title"],
                time_of(took),
                f"{time_of(min(each))} – {time_of(max(each))}",
                f"{marks / took * 1e6:,.0f}" if whole else time_of(middle(found, op, "p99") or 0),
                _ratio(took, mine, found[0]["slow"] and whole),
            )
        )
    if not rows:
        return []
    fourth = "marks/s" if op in ("load", "rebuild") else "p99"
    heads = ("", "median", "rounds", fourth, "ours is … as fast")
    return [f"## {words}", "", *table(heads, rows), ""]


def _ratio(theirs: float, mine: float | None, fewer: bool) -> str:
    if mine is None:
        return "–"
    return "(fewer marks)" if fewer else f"{theirs / mine:.2f}×"


def _postgres(found: dict[str, Any]) -> list[str]:
    if "missing" in found:
        return [found["missing"], ""]
    takes = {
        "ours" if name == "pg-ours" else name: rounds
        for name, rounds in found.get("take", {}).items()
    }
    ends = []
    if found.get("runner"):
        rate = median(one["rate"] for one in found["runner"])
        ends = [f"The library's projection runner: {rate:,.0f} marks a second.", ""]
    return [
        *_operation(takes, "take", "PostgreSQL: take a register, one writer"),
        *writers(found.get("writers", {}), "on 16 schools, a process each"),
        *writers(found.get("served", {}), "on 16 schools, threads of one process"),
        *tails(found.get("tail", {})),
        *ends,
    ]
