"""``docs/scale.md`` and its pictures, made of what was measured and of nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from textwrap import wrap
from typing import Any

from scripts.scaling.england import PUPILS, SCHOOLS, England, mornings_of
from scripts.scaling.plots import Panel, figure, panels
from scripts.scaling.served import SETTINGS

Measured = Mapping[str, Any]
Row = Mapping[str, Any]

MEASURES: tuple[tuple[str, Callable[[Row], float | None]], ...] = (
    ("Take a register, ms", lambda one: one["take"]["cpu_ms"]),
    ("A class's register as at an entry, ms", lambda one: one["as of: class"]["cpu_ms"]),
    ("A school day as at an entry, ms", lambda one: one["as of: day"]["cpu_ms"]),
    ("A pupil's year as at an entry, ms", lambda one: one["as of: pupil"]["cpu_ms"]),
    ("Page: Today, ms", lambda one: one["page: today"]["cpu_ms"]),
    ("Page: reports of the year, ms", lambda one: one["page: reports"]["cpu_ms"]),
    ("Page: a pupil, ms", lambda one: one["page: pupils"]["cpu_ms"]),
    ("Rebuild of the school, s", lambda one: one["rebuild"] and (
        one["rebuild"]["cpu"] + one["rebuild"]["server_cpu"])),
    ("On disk, MB", lambda one: (one["size"]["ledger"] + one["size"]["read_models"]) / 1e6),
)  # fmt: skip
"""What grows, of the processor where it is a time: other work does not lengthen that."""


def write(path: Path, measured: Measured, machine: Measured) -> None:
    """The page, and beside it in ``pictures`` a picture of growth along each axis."""
    path.write_text("\n".join(page(measured, machine)) + "\n", encoding="utf-8")
    for axis, rows in axes(measured["grow"]).items():
        drawn = panels(f"What grows with {axis}", panels_of(rows, axis))
        (path.parent / "pictures" / f"scale-{axis}.svg").write_text(drawn, encoding="utf-8")


def axes(grown: Sequence[Row]) -> dict[str, list[Row]]:
    """The copies by years of one school, and by schools of as many years."""
    most = max(one["years"] for one in grown)
    return {
        "years": sorted((o for o in grown if o["schools"] == 1), key=lambda one: one["years"]),
        "schools": sorted((o for o in grown if o["years"] == most), key=lambda one: one["schools"]),
    }  # fmt: skip


def panels_of(rows: Sequence[Row], axis: str) -> list[Panel]:
    """A panel a measure, with the copies of which it was taken; two at least."""
    found = []
    for title, value in MEASURES:
        values = [(f"{one[axis]}", value(one)) for one in rows]
        known = [(at, float(of)) for at, of in values if of is not None]
        if len(known) > 1:
            found.append(Panel(title, known))
    return found


def page(measured: Measured, machine: Measured) -> Iterator[str]:
    """The page, line by line."""
    sizes = measured["sizes"]
    yield "# Scale"
    yield from said(f"""
        A trust of {sizes["schools"]} invented schools and six school-years, on PostgreSQL:
        {sizes["marks"]:,} marks. What it weighs, what a morning of it takes, how cost grows with
        schools and years; and England, reckoned from that. Written by `scripts/scale.py`; to write
        it again: `python scripts/scale.py FOLDER build sizes pages grow rebuild peak report`.""")
    yield from said(f"""
        **How to read it.** The machine was shared with other work: each table says the load on its
        {machine["cores"]} cores. Times by the clock are those of such a machine; times *of the
        processor*, ours and the server's together, are not lengthened by waiting for others, and
        England is reckoned from them. The parts were measured one by one over an
        evening. Every commit waited for the disk (`fsync` and
        `synchronous_commit` on) but while the ledger was built.""")
    settings = ", ".join(f"`{name} = {value}`" for name, value in SETTINGS.items())
    yield from said(f"""
        {machine["cores"]} cores ({machine["processor"]}), {machine["memory_gib"]} GiB,
        {machine["system"]}, Python {machine["python"]}; to append 4 KiB and flush it
        {machine["flush_us"]} µs. PostgreSQL with its defaults, but {settings}.""")
    yield from _what_it_is(measured["build"])
    yield from _sizes(sizes)
    yield from _mornings(measured)
    yield from _rebuild(measured["rebuild"])
    yield from _pages(measured["pages"])
    yield from _growth(measured["grow"])
    yield from _england(measured)
    yield from headed("What it showed")
    yield from said("""
        Mended: rows filled twice as dear as need be, a leaving year group rewritten, a condition a
        pupil where one a day does
        ([0074](decisions/0074-a-row-of-a-read-model-goes-straight-in.md)). Since then: the
        schools side by side, which asked every school anew each time, ask those that have moved
        ([measured](performance.md#the-schools-side-by-side)). Not mended: a process that was just
        started reads each school's roll before its first answer. What a question costs one school
        does not grow with the schools beside it; with its years grow what is asked as at an
        earlier moment, Today, and the rebuild.""")


def said(words: str) -> list[str]:
    """A paragraph, wrapped, after an empty line."""
    text = " ".join(words.split())
    return ["", *wrap(text, 150, break_long_words=False, break_on_hyphens=False)]


def headed(title: str) -> list[str]:
    return ["", f"## {title}"]


def table(head: Sequence[str], left: int = 1) -> list[str]:
    """The head of a table, its first columns to the left."""
    rule = ["---"] * left + ["--:"] * (len(head) - left)
    return ["", row(head), "|" + "|".join(rule) + "|"]


def row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _what_it_is(built: Sequence[Row]) -> Iterator[str]:
    append = median(1e6 * one["append_cpu"] / one["marks"] for one in built)
    taken_in = median(1e6 * one["read_models_cpu"] / one["marks"] for one in built)
    loads = [one["load"] for one in built]
    pupils = {one["school"]: one["pupils"] for one in built}
    kinds = ", ".join(
        f"{list(pupils.values()).count(size)} of {size}"
        for size in sorted(set(pupils.values()), reverse=True)
    )
    yield from headed("What was built")
    yield from said(f"""
        Schools by pupils: {kinds}; those of 960 are secondaries of five year groups, the others
        primaries of seven. September 2020 to July 2026, both sets of codes by date. Every
        September a year group comes, each class moves up and the highest leaves, by `import
        pupils`. Each day's marks are an act, appended as a night's import appends them,
        commitments and Merkle log included; each `N`, one mark in a hundred, is amended the next
        day with a reason. Nobody moves within a year. The last five days are kept back: their
        sessions are those measured below.""")
    yield from said(f"""
        At the median of the school-years a mark took {append:.1f} µs of our processor to append,
        the roll included, and {taken_in:.1f} µs to take into the read models, at a load of
        {min(loads):.0f} to {max(loads):.0f}.""")


def _sizes(sizes: Row) -> Iterator[str]:
    marks, both = sizes["marks"], sizes["ledger"] + sizes["read_models"]
    yield from headed("Sizes")
    yield from said(f"""
        {sizes["entries"]:,} entries, {sizes["acts"]:,} acts, {sizes["pages"]:,} pages. **The ledger
        takes {sizes["ledger"] / marks:.1f} bytes a mark**, who, when, why and the log included
        (target 20); with every read model {both / marks:.0f}: {both / 1e9:.2f} GB in all.""")
    yield from table(("table", "rows, MB", "indexes, MB", "bytes a mark"))
    for name, (rows, indexes) in sizes["tables"].items():
        if rows + indexes >= 1e6:
            weighs = f"{(rows + indexes) / marks:.2f}"
            yield row((f"`{name}`", f"{rows / 1e6:,.1f}", f"{indexes / 1e6:,.1f}", weighs))


def _mornings(measured: Measured) -> Iterator[str]:
    mornings = mornings_of(measured)
    one = mornings[0]
    yield from headed("The morning")
    yield from said(f"""
        Every class of every school sends its register once, {one["registers"]} registers of
        {one["marks"] / one["registers"]:.1f} pupils, at moments drawn evenly over ten minutes; and
        again with the ten minutes pressed together. Open-loop: a register is sent at its moment
        whatever became of those before, and its time is counted from that moment, waiting
        included. {one["workers"]} processes do the whole act: who may, what stands, entered,
        flushed; *answered* is when the read models were up to it too. HTTP is not in it. A worker
        was up to {max(each["late_start_max"] for each in mornings):.1f} s late to begin with a
        register where there was most else to do: there the 99th of 100 is a wait for the
        processor.""")
    yield from table((
        "window", "a second", "recorded: median, p99, longest", "answered: median, p99, longest",
        "of the processor, ours + the server's", "load",
    ), 0)  # fmt: skip
    for each in mornings:
        recorded, answered = (
            ", ".join(f"{each[f'{what}_{at}']:,.0f}" for at in ("p50", "p99", "max")) + " ms"
            for what in ("recorded", "answered")
        )
        spent = f"{1000 * each['cpu']:.1f} + {1000 * each['server_cpu']:.1f} ms"
        yield row((f"{each['window']:.0f} s", f"{each['a_second']:.1f}", recorded, answered, spent,
                   f"{each['load']:.0f}"))  # fmt: skip


def _rebuild(found: Row) -> Iterator[str]:
    many, one_by_one, together = (
        len(found["alone"]),
        found["one_after_the_other"],
        found["together"],
    )
    yield from headed("Read models made anew")
    yield from table((
        "pupils", "marks", "by the clock", "of the processor, ours + the server's",
        "marks a second of it", "load",
    ), 0)  # fmt: skip
    for one in found["alone"]:
        spent = one["cpu"] + one["server_cpu"]
        yield row((one["pupils"], f"{one['marks']:,}", f"{one['seconds']:.0f} s",
                   f"{one['cpu']:.1f} + {one['server_cpu']:.1f} s",
                   f"{one['marks'] / spent:,.0f}", f"{one['load']:.0f}"))  # fmt: skip
    yield from said(f"""
        These {many} one after the other: {one_by_one:.0f} s; by
        `attendance rebuild --workers {found["workers"]}`: {together:.0f} s
        ({one_by_one / together:.2f}×), load {found["load"]:.0f}.""")


def _pages(found: Row) -> Iterator[str]:
    yield from headed("Pages")
    yield from said(f"""
        Of the first school, a secondary of 960, on the whole trust's ledger, as `attendance serve`
        gives them; {found["rounds"]} rounds, load {found["load"]:.0f}. `trust` is every school side
        by side. *Of the processor* is the server of pages alone. The first time is that of a
        process which nobody has asked for this page yet.""")
    yield from table(
        ("page", "as", "first", "median", "longest", "of the processor", "compressed"), 2
    )
    for one in found["pages"]:
        yield row((f"`{one['page']}`", one["role"], f"{one['first']:,} ms",
                   f"{one['median']:,.0f} ms", f"{one['longest']:,.0f} ms",
                   f"{one['cpu']:,.0f} ms", f"{one['bytes'] / 1000:.1f} KB"))  # fmt: skip


def _growth(grown: Sequence[Row]) -> Iterator[str]:
    loads = [one["load"] for one in grown]
    yield from headed("How cost grows")
    yield from said(f"""
        Always of the same school, a secondary of 960 pupils: alone with one to six of its years,
        and with six years among more schools. Measured beside other work, part of it in runs
        of their own (load {min(loads):.0f} to {max(loads):.0f}): read the direction, not what
        neighbours differ by. Times are of the processor, ours and the server's; of pages, ours.""")
    for axis, rows in axes(grown).items():
        told = f"What grows with {axis}; the table below has the figures."
        yield from ("", f"![{told}](pictures/scale-{axis}.svg)")
        yield from table((axis, *(one[axis] for one in rows), "last ÷ first"))
        for panel in panels_of(rows, axis):
            at = dict(panel.values)
            cells = [figure(at[f"{one[axis]}"]) if f"{one[axis]}" in at else "–" for one in rows]
            values = list(at.values())
            yield row((panel.title, *cells, f"{values[-1] / values[0]:.1f}×"))


def _england(measured: Measured) -> Iterator[str]:
    found = England.of(measured)
    yield from headed("England, on paper")
    yield from said(f"""
        {SCHOOLS:,} schools and {PUPILS:,} pupils, in round figures; every register of a session
        taken within the same ten minutes, which is harder than life. Schools share nothing but the
        machine: each has its own head row, log and entries, and the schools' axis above shows what
        it costs one school that others lie beside it.""")
    yield from table(("what", "reckoned", "comes to"), 2)
    for line in found.lines():
        yield row(line)
