"""What the ledger set out to reach, and whether a run reached it."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Line:
    """One target beside what was measured. ``reached`` is ``None`` where nothing was."""

    operation: str
    target: str
    measured: str
    reached: bool | None


FASTER = (
    ("take", "take a register of 30", "audit", 3.0),
    ("take", "take a register of 30", "library", 0.9),
    ("take", "take a register of 30", "packed", 0.5),
    ("amend", "amend one mark", "audit", 1.5),
    ("amend", "amend one mark", "library", 1.0),
    ("load", "append a school-year at the store", "audit-bulk", 2.0),
    ("history", "history of one mark", "audit", 2.0),
    ("register", "a class register as-of", "audit", 2.0),
    ("day", "a school day as-of", "audit", 2.0),
    ("rebuild", "rebuild rates and thresholds", "rows", 2.0),
)
"""Operation, its words, the peer, and how many times as fast as it ours has to be."""

PEER_WORDS = {
    "audit": "the audit table", "audit-bulk": "the audit table's bulk", "packed": "packed raw",
    "library": "the bare library per register", "rows": "the SQL window over a current table",
}  # fmt: skip


def middle(rounds: list[dict[str, Any]], op: str, what: str = "median") -> float | None:
    """The median over rounds of one operation's time, in microseconds."""
    found = [one["took"][op][what] for one in rounds if op in one["took"]]
    return median(found) if found else None


def lines(run: dict[str, Any]) -> Iterator[Line]:
    """Every target with what this run says of it."""
    yield from _store(run.get("sqlite", {}))
    yield from _runner(run)
    yield from _typed(run.get("typed", {}))
    yield from _postgres(run.get("postgres", {}))


def _store(rounds: dict[str, Any]) -> Iterator[Line]:
    ours = rounds.get("ours", [])
    for op, words, name, wanted in FASTER:
        mine, theirs = middle(ours, op), middle(rounds.get(name, []), op)
        ratio = theirs / mine if mine and theirs else None
        if wanted >= 2 and op in ("history", "register", "day"):
            said = None if ratio is None else f"{1 / ratio:.2f}× its time"
            target = f"≤ {1 / wanted:g}× {PEER_WORDS[name]}'s time"
        else:
            said = None if ratio is None else f"{ratio:.2f}×"
            target = f"≥ {wanted:g}× {PEER_WORDS[name]}"
        yield Line(words, target, said or "–", None if ratio is None else ratio >= wanted)
    for what, words in (("taken", "taken register by register"), ("year", "a year appended")):
        sizes = [one["bytes"][what] for one in ours if what in one["bytes"]]
        most = max(sizes, default=None)
        yield Line(
            f"bytes a mark, {words}", "≤ 20", f"{most:.1f}" if most else "–",
            None if most is None else most <= 20,
        )  # fmt: skip
    peaks = [peak for one in ours for peak in one["memory"].values()]
    yield _at_most("memory of any of these", 250e6, max(peaks, default=None), "MB", 1e6)


def _at_most(words: str, most: float, found: float | None, unit: str, scale: float) -> Line:
    said = "–" if found is None else f"{found / scale:.3g} {unit}"
    reached = None if found is None else found <= most
    return Line(words, f"≤ {most / scale:g} {unit}", said, reached)


def _runner(run: dict[str, Any]) -> Iterator[Line]:
    ours = run.get("sqlite", {}).get("ours", [])
    mine = middle(ours, "rebuild")
    theirs = [one["rate"] for one in run.get("postgres", {}).get("runner", [])]
    ratio = ours[0]["marks"] / (mine / 1e6) / median(theirs) if mine and theirs else None
    yield Line(
        "rebuild rates and thresholds", "≥ 100× the library's projection runner",
        f"{ratio:.0f}×" if ratio else "–", None if ratio is None else ratio >= 100,
    )  # fmt: skip


def _typed(found: dict[str, Any]) -> Iterator[Line]:
    imports = [one for one in found.get("import", []) if "first" in one]
    shares = [one["changed"]["seconds"] / one["first"]["seconds"] for one in imports]
    share = median(shares) if shares else None
    yield Line(
        "the same file with 50 changes", "≤ 0.2× of the first import",
        "–" if share is None else f"{share:.2f}×", None if share is None else share <= 0.2,
    )  # fmt: skip
    peaks = [one[step]["memory"] for one in imports for step in ("first", "changed")]
    yield _at_most("memory of `import marks` of a year", 250e6, max(peaks, default=None), "MB", 1e6)
    streamed = found.get("stream", {})
    words = "memory of a 200 MB file, streamed"
    yield _at_most(words, 300e6, streamed.get("memory"), "MB", 1e6)
    cold = found.get("explain", {})
    marks = cold.get("marks", 0)
    words = f"`explain-mark`, cold, on {marks:,} marks" if marks else "`explain-mark`, cold"
    yield _at_most(words, 0.5, cold.get("seconds"), "s", 1)
    packed = found.get("pack", {})
    yield _at_most("`pack` of a pupil's year", 1, packed.get("seconds"), "s", 1)
    proved = found.get("proof", {})
    words = f"`verify` of {proved['entries']:,} entries" if "entries" in proved else "`verify`"
    yield _at_most(words, 20, proved.get("verify"), "s", 1)
    yield _at_most("memory of `verify`", 200e6, proved.get("memory"), "MB", 1e6)
    past = found.get("asof", {})
    yield _at_most("a class's register as at an entry", 0.05, past.get("class"), "ms", 0.001)
    yield _at_most("a school day as at an entry", 0.3, past.get("day"), "ms", 0.001)


def _writers(found: dict[str, Any], who: str) -> Iterator[Line]:
    for what, words, bound in (("rate", "registers a second", 2.5), ("p99", "p99", 1 / 3)):
        pair = [
            median([one[what] for one in found[name]]) if found.get(name) else None
            for name in ("pg-ours", "pg-library")
        ]
        share = pair[0] / pair[1] if pair[0] and pair[1] else None
        more = bound > 1
        reached = None if share is None else (share >= bound if more else share <= bound)
        target = "≥ 2.5× the bare library" if more else "≤ a third of the bare library's"
        said = "–" if share is None else f"{share:.2f}×"
        yield Line(f"PostgreSQL: {who}, {words}", target, said, reached)


def _postgres(found: dict[str, Any]) -> Iterator[Line]:
    takes, writers = found.get("take", {}), found.get("writers", {})
    mine, theirs = (
        middle(takes.get("pg-ours", []), "take"),
        middle(takes.get("pg-library", []), "take"),
    )
    ratio = theirs / mine if mine and theirs else None
    yield Line(
        "PostgreSQL: take, one writer", "≥ 2× the bare library per register",
        f"{ratio:.2f}×" if ratio else "–", None if ratio is None else ratio >= 2,
    )  # fmt: skip
    yield from _writers(writers, "16 writers on 16 schools")
    yield from _writers(found.get("served", {}), "16 writers of one process")
    tails = found.get("tail", {})
    ours, control = tails.get("pg-ours"), tails.get("pg-library-marks-functions")
    yield Line(
        "PostgreSQL: entries a tailing reader misses", "0",
        f"{ours['missed']:,} of {ours['recorded']:,}" if ours else "–",
        None if not ours else ours["missed"] == 0,
    )  # fmt: skip
    yield Line(
        "… and with the library's database functions", "the control, which does miss",
        f"{control['missed']:,} of {control['recorded']:,}" if control else "–",
        None if not control else control["missed"] > 0,
    )  # fmt: skip
