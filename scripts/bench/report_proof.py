"""The part of the report about what the proof costs."""

from typing import Any

from scripts.bench.report_parts import megabytes, table, time_of


def proofs(one: dict[str, Any]) -> list[str]:
    """What the log costs an append, and what verify, seal and prove take."""
    if "verify" not in one:
        return []
    held, bare = one["append"]["with"], one["append"]["without"]
    rows = [
        (name, *(time_of(1e6 * of[what]) for what in ("median", "p99", "cpu")))
        for name, of in (("with the log", held), ("without: no commitment, no leaf", bare))
    ]
    entries, proofs = one["entries"], one["proofs"]
    return [
        "## What the proof costs",
        "",
        f"A register of 30 taken at the store, {one['append']['takes']} of each in turn:",
        "",
        *table(("", "median", "p99", "of the processor"), rows),
        "",
        f"So the log costs {time_of(1e6 * (held['median'] - bare['median']))} of a take,",
        f"{time_of(1e6 * (held['cpu'] - bare['cpu']))} of the processor. On {entries:,} entries:",
        "",
        f"- `attendance verify`, every leaf recomputed: {one['verify']:.1f} s,",
        f"  {one['verify_cpu']:.1f} s of the processor,",
        f"  {entries / one['verify']:,.0f} entries a second,",
        f"  {megabytes(one['memory'])} of memory at most.",
        f"- Typed: `attendance verify --entries` of 100: {one['some']:.2f} s;",
        f"  `attendance prove`: {one['prove']:.2f} s.",
        *(
            f"- In the process: {name} proof {time_of(1e6 * took[0])},"
            f" 99th of 100 {time_of(1e6 * took[1])}."
            for name, took in proofs.items()
        ),
        f"- The first proof computes what is then remembered: {one['first_proof']:.1f} s,",
        f"  {one['bytes']:.1f} bytes an entry.",
        "",
    ]
