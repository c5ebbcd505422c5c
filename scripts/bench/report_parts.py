"""The report's other parts: sizes, what is typed, PostgreSQL."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], text: int = 1) -> list[str]:
    """A Markdown table; the first ``text`` columns to the left, figures to the right."""
    marks = ["---"] * text + ["--:"] * (len(heads) - text)
    return ["| " + " | ".join(row) + " |" for row in (heads, marks, *rows)]


def time_of(microseconds: float) -> str:
    """A time in the unit that reads best."""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{microseconds / size:.2f} {unit}"
    return f"{microseconds:.0f} µs"


def megabytes(count: float) -> str:
    return f"{count / 1e6:.0f} MB"


def sizes(rounds: dict[str, Any]) -> list[str]:
    """Bytes a mark and peak memory, a line a peer."""
    rows = []
    for found in rounds.values():
        if not found or not found[0]["bytes"]:
            continue
        each = [
            f"{median(one['bytes'][what] for one in found):.1f}"
            if what in found[0]["bytes"]
            else "–"
            for what in ("taken", "year", "amended")
        ]
        peak = max((peak for one in found for peak in one["memory"].values()), default=0)
        rows.append((found[0]["title"], *each, megabytes(peak)))
    heads = ("", "taken", "year appended", "and amended", "peak memory")
    words = ["## Bytes a mark on disk, every index included; memory", ""]
    return [*words, *table(heads, rows), ""] if rows else []


IMPORTS = {
    "first": "a year's file",
    "changed": "the same with 50 changes",
    "again": "that once more: nothing is new",
    "rebuild": "`attendance rebuild`: every read model from the entries",
}
CLOCKS = {"seconds": "by the clock", "cpu": "of the processor"}


def typed(found: dict[str, Any]) -> list[str]:
    """The command line, from outside."""
    return [
        *_imports([one for one in found.get("import", []) if "first" in one]),
        *_stream(found.get("stream", {})),
        *_explain(found.get("explain", {})),
        *_pack(found.get("pack", {})),
        *_asof(found.get("asof", {})),
        *_missing(found),
    ]


def _imports(found: list[dict[str, Any]]) -> list[str]:
    if not found:
        return []
    rows = []
    for step, words in IMPORTS.items():
        took = (median(one[step][clock] for one in found) for clock in CLOCKS)
        most = megabytes(max(one[step]["memory"] for one in found))
        rows.append((words, *(f"{seconds:.2f} s" for seconds in took), most))
    one = found[0]
    shares = [
        f"{words} "
        + ", ".join(f"{one['changed'][clock] / one['first'][clock]:.3f}×" for one in found)
        for clock, words in CLOCKS.items()
    ]
    return [
        "## `attendance import marks`, end to end",
        "",
        f"{one['lines']:,} lines, {one['file'] / 1e6:.1f} MB, every mark read back and compared.",
        f"Afterwards the database with its read models holds {one['bytes']:.1f} bytes a mark.",
        "",
        *table(("", "time", "of the processor", "peak memory"), rows),
        "",
        f"The second beside the first, round by round: {'; '.join(shares)}.",
        "",
    ]


def _stream(one: dict[str, Any]) -> list[str]:
    if "seconds" not in one:
        return []
    return [
        f"A file of {megabytes(one['file'])} ({one['lines']:,} marks: six years, each with who",
        f"took it): {one['seconds']:.1f} s, {megabytes(one['memory'])} of memory at most.",
        "",
    ]


def _explain(one: dict[str, Any]) -> list[str]:
    if "seconds" not in one:
        return []
    return [
        f"`attendance explain-mark` on {one['marks']:,} marks, a new process each time:",
        f"{one['seconds']:.2f} s with the database out of the file cache, {one['warm']:.2f} s with",
        f"it there, {one['first']:.2f} s the first time after the marks came in;",
        f"{megabytes(one['memory'])} of memory at most.",
        "",
    ]


def _pack(one: dict[str, Any]) -> list[str]:
    if "seconds" not in one:
        return []
    return [
        f"`attendance pack` of one pupil's {one['sessions']} sessions, in a school of",
        f"{one['marks']:,} marks, a new process each time: {one['seconds']:.2f} s,",
        f"{one['cpu']:.2f} s of the processor,",
        f"{megabytes(one['memory'])} of memory at most, a PDF of {one['bytes'] / 1000:,.0f} kB;",
        "checked by the program that is in it.",
        "",
    ]


ASOF = {
    "class": "a class's register of a day, then beside now",
    "day": "a school day, every class",
    "pupil": "a pupil's school year, then beside now",
    "rates": "each pupil's rates of a school year",
    "penalties": "every pupil at the threshold",
}


def _asof(one: dict[str, Any]) -> list[str]:
    if "class" not in one:
        return []
    rows = [
        (words, *(f"{1000 * one[name + of]:,.0f} ms" for of in ("", "_worst", "_cpu")))
        for name, words in ASOF.items()
    ]
    return [
        f"As at an earlier entry of {one['marks']:,} marks, in a warm process, the view made and",
        f"closed each time, under a load of up to {one['load']:.1f}:",
        "",
        *table(("", "median", "longest", "of the processor"), rows),
        "",
    ]


def _missing(found: dict[str, Any]) -> Iterator[str]:
    for op, said in found.items():
        for one in said if isinstance(said, list) else [said]:
            if "missing" in one:
                yield f"- {op} was not measured: {one['missing']}"
                yield ""


def writers(found: dict[str, Any], who: str) -> list[str]:
    """Sixteen writers: registers a second and the slowest hundredth."""
    rounds_of = {name: rounds for name, rounds in found.items() if rounds}
    if not rounds_of:
        return []
    ours = rounds_of.get("pg-ours", [])
    mine = median(one["rate"] for one in ours) if ours else None
    rows = []
    for name, rounds in rounds_of.items():
        rate, p99 = (median(one[what] for one in rounds) for what in ("rate", "p99"))
        share = f"{mine / rate:.2f}×" if mine else "–"
        rows.append((name, f"{rate:,.0f}", time_of(p99), share))
    heads = ("", "registers/s", "p99", "ours does … as many")
    return [f"## PostgreSQL: 16 writers {who}", "", *table(heads, rows), ""]


def tails(found: dict[str, Any]) -> list[str]:
    """What readers missed."""
    if not found:
        return []
    rows = [
        (name, f"{one['recorded']:,}", f"{one['missed']:,}", f"{one['rate']:,.0f}")
        for name, one in found.items()
    ]
    heads = ("", "entries", "missed", "registers/s")
    words = "## PostgreSQL: a reader follows six writers on three schools"
    return [words, "", *table(heads, rows), ""]
