"""A run as Markdown: targets first, then every operation with its absolute medians."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

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


def markdown(run: dict[str, Any]) -> str:
    """The whole report."""
    parts = [*_facts(run), *_targets(run)]
    for op, words in OPERATIONS.items():
        parts += _operation(run.get("sqlite", {}), op, words)
    parts += _sizes(run.get("sqlite", {}))
    parts += _typed(run.get("typed", {}))
    parts += _postgres(run.get("postgres", {}))
    return "\n".join(parts) + "\n"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], text: int = 1) -> list[str]:
    """A Markdown table; the first ``text`` columns to the left, figures to the right."""
    marks = ["---"] * text + ["--:"] * (len(heads) - text)
    return ["| " + " | ".join(row) + " |" for row in (heads, marks, *rows)]


def _facts(run: dict[str, Any]) -> Iterator[str]:
    facts = run["machine"]
    packages = ", ".join(f"{name} {found}" for name, found in facts["packages"].items())
    yield f"`{run['command']}`, {run['rounds']} rounds, {run['checked']:,} answers checked"
    yield "against the oracle, none wrong."
    yield ""
    yield f"- Machine: {facts['cores']} cores ({facts['processor']}), {facts['memory_gib']} GiB,"
    yield f"  {facts['system']}; load {facts['load_at_start']} at the start; appending 4 KiB and"
    yield f"  flushing it takes {facts['flush_us']} µs."
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
            )  # fmt: skip
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


def time_of(microseconds: float) -> str:
    """A time in the unit that reads best."""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{microseconds / size:.2f} {unit}"
    return f"{microseconds:.0f} µs"


def _sizes(rounds: dict[str, Any]) -> list[str]:
    rows = []
    for found in rounds.values():
        if not found:
            continue
        sizes = [
            f"{median(one['bytes'][what] for one in found):.1f}"
            if what in found[0]["bytes"]
            else "–"
            for what in ("taken", "year", "amended")
        ]
        peak = max((peak for one in found for peak in one["memory"].values()), default=0)
        rows.append((found[0]["title"], *sizes, f"{peak / 1e6:.0f} MB"))
    heads = ("", "taken", "year appended", "and amended", "peak memory")
    words = ["## Bytes a mark on disk, every index included; memory", ""]
    return [*words, *table(heads, rows), ""] if rows else []


def _typed(found: dict[str, Any]) -> list[str]:
    parts: list[str] = []
    imports = [one for one in found.get("import", []) if "first" in one]
    if imports:
        names = {"first": "a year's file", "changed": "the same with 50 changes",
                 "again": "that once more: nothing is new"}  # fmt: skip
        rows = [
            (words, f"{median(one[step]['seconds'] for one in imports):.2f} s",
             f"{max(one[step]['memory'] for one in imports) / 1e6:.0f} MB")
            for step, words in names.items()
        ]  # fmt: skip
        one = imports[0]
        head = (
            f"{one['lines']:,} lines, {one['file'] / 1e6:.1f} MB; {one['bytes']:.1f} bytes a mark"
        )
        parts += ["## `attendance import marks`, end to end", "", f"{head} afterwards, with the",
                  "read models.", "", *table(("", "time", "memory"), rows), ""]  # fmt: skip
    if "seconds" in found.get("stream", {}):
        one = found["stream"]
        parts += [f"A file of {one['file'] / 1e6:.0f} MB ({one['lines']:,} marks, six years with who"
                  f" took each and when): {one['seconds']:.1f} s, {one['memory'] / 1e6:.0f} MB.",
                  ""]  # fmt: skip
    if "seconds" in found.get("explain", {}):
        one = found["explain"]
        parts += [f"`attendance explain-mark` on {one['marks']:,} marks, in a new process each"
                  f" time: {one['seconds']:.2f} s with the file out of the cache, {one['warm']:.2f} s"
                  f" with it there, {one['first']:.2f} s the first time after the marks came in;"
                  f" {one['memory'] / 1e6:.0f} MB.", ""]  # fmt: skip
    missing = [f"- {op}: {said['missing']}" for op, said in _missing(found)]
    return parts + ([*missing, ""] if missing else [])


def _missing(found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for op, said in found.items():
        for one in said if isinstance(said, list) else [said]:
            if "missing" in one:
                yield op, one


def _postgres(found: dict[str, Any]) -> list[str]:
    if "missing" in found:
        return [found["missing"], ""]
    parts = _operation(
        {"ours" if name == "pg-ours" else name: rounds for name, rounds in
         found.get("take", {}).items()}, "take", "PostgreSQL: take a register, one writer")  # fmt: skip
    writers = {name: rounds for name, rounds in found.get("writers", {}).items() if rounds}
    if writers:
        mine = median(one["rate"] for one in writers["pg-ours"]) if "pg-ours" in writers else None
        rows = []
        for name, rounds in writers.items():
            rate, p99 = (median(one[what] for one in rounds) for what in ("rate", "p99"))
            share = f"{mine / rate:.2f}×" if mine else "–"
            rows.append((name, f"{rate:,.0f}", time_of(p99), share))
        heads = ("", "registers/s", "p99", "ours does … as many")
        parts += ["## PostgreSQL: 16 writers on 16 schools", "", *table(heads, rows), ""]
    tails = found.get("tail", {})
    if tails:
        rows = [
            (name, f"{one['recorded']:,}", f"{one['missed']:,}", f"{one['rate']:,.0f}")
            for name, one in tails.items()
        ]
        heads = ("", "entries", "missed", "registers/s")
        parts += ["## PostgreSQL: a reader follows six writers on three schools", "",
                  *table(heads, rows), ""]  # fmt: skip
    if found.get("runner"):
        rate = median(one["rate"] for one in found["runner"])
        parts += [f"The library's projection runner: {rate:,.0f} marks a second.", ""]
    return parts
