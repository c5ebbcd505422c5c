"""
Is everything still as it was recorded?

Every page is read, every leaf recomputed from the stored values, and the log grown from the
first entry on; at the end it must be the log the head row holds. What is found first is named
with its entry. ``docs`` say what this cannot see: whoever rewrites values, salts, checks and
head together passes, until an older checkpoint is held against it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ledger.proof import leaves, merkle
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.notes import Verifier
from ledger.store import packing
from ledger.store.decoding import act_row_of, moment_of
from ledger.store.growing import Fault, Growing
from ledger.store.held import Bounds, Held, joined, kept, matched
from ledger.store.ledger import Ledger
from ledger.store.rows import ActRow, Run
from ledger.store.verdict import Verdict


def verify(
    ledger: Ledger,
    progress: Callable[[int], None] | None = None,
    checkpoints: Iterable[Checkpoint | Held] = (),
    *,
    keys: Sequence[Verifier] = (),
    upto: int | None = None,
) -> Verdict:
    """
    Recompute a school's ledger from its stored values.

    Every checkpoint that the ledger keeps, and those given, must be a beginning of it, and
    its signatures by ``keys`` true. ``progress`` is told the number of entries checked so far,
    now and then. With ``upto`` the verdict is of the first so many entries; the whole is read all
    the same, because only the log as it is now says what the beginning of it was.
    """
    growing = Growing()
    until: list[Held] = []
    fault = None
    try:
        size, frontier = ledger.frontier()
        held = joined([*kept(ledger, keys), *checkpoints])
        asked = [] if upto is None else [upto]
        growing.sizes = sorted([*(one.checkpoint.size for one in held), *asked])
        for of_page in leaves_of(ledger, Bounds(held)):
            growing.add(of_page)
            if progress is not None and growing.told():
                progress(growing.size)
        growing.flush()
        first = [one for one in held if upto is None or one.checkpoint.size <= upto]
        before = matched(first, growing.roots, growing.size)
        until = first
        matched(held[len(first) :], growing.roots, growing.size, before)
        _compare(growing.size, growing.frontier, size, frontier)
        certified(ledger, 1, size)
    except Fault as found:
        fault = found
    root, asof, later = merkle.root(growing.frontier), upto is not None, None
    entries = growing.size
    if upto is not None and upto in growing.roots and (fault is None or fault.entry > upto):
        later = f"entry {fault.entry}: {fault.how}" if fault else None
        root, entries, fault = growing.roots[upto], upto, None
    known = Verdict.of(ledger.school, root, until, entries=entries, fault=fault)
    return replace(known, asof=asof, later=later)


def leaves_of(
    ledger: Ledger, bounds: Bounds | None = None, *, first: int = 1, last: int | None = None
) -> Iterator[list[merkle.Hash]]:
    """
    The leaves of each page, recomputed. Raises ``Fault`` at the first bad entry.

    From ``first``, with which a page begins, to ``last``, with which one ends. What is recorded
    is not recorded before what came before it, nor outside the ``bounds`` that checkpoints set.
    """
    expected = first
    act_ends = first - 1
    act: tuple[ActRow, str] | None = None
    versions: dict[str, int] = {}
    rows = ledger.raw(first, last)
    while (found := _next(rows, expected)) is not None:
        stream, version, begins, count, of_act, checks, body, *row = found
        if begins != expected:
            raise Fault(expected, "entries are missing" if begins > expected else "numbered twice")
        if act is None or act[0].first != of_act or expected > act_ends:
            if expected <= act_ends:
                raise Fault(expected, "the act of these entries is not the one recorded")
            within = begins == first > 1  # the act of the first page may have begun before it
            before, act = act, _act(ledger.school, row, of_act if within else begins)
            act_ends = act[0].last
            if not act[0].first <= begins <= act_ends:
                raise Fault(begins, "the act of these entries is not the one recorded")
            _in_time(act[0], before and before[0], bounds, begins)
        at = versions.get(stream) or _version_after(ledger, stream, version, first)
        if version != at:
            raise Fault(begins, f"the versions of {stream} are not in order")
        runs = _runs(body, begins, count)
        of_page = _recomputed(act, runs, (stream, version, begins), bytes(checks))
        versions[stream] = version + count
        expected = begins + count
        yield of_page
    if last is None and expected <= act_ends:
        raise Fault(expected, "entries are missing from the act that was recorded last")


def _version_after(ledger: Ledger, stream: str, version: int, first: int) -> int:
    """The version with which a stream goes on: looked up only where the walk began later."""
    before = ledger.version_before(stream, version) if first > 1 else None
    return before + 1 if before is not None else version if version in (0, 1) else 1


def _in_time(act: ActRow, before: ActRow | None, bounds: Bounds | None, entry: int) -> None:
    """Raise ``Fault`` for an act, read from ``entry`` on, whose moment cannot be."""
    if before is not None and act.recorded_at < before.recorded_at:
        raise Fault(entry, "it is said to be recorded before what came before it")
    how = bounds.fault(act.first, act.recorded_at) if bounds else None
    if how is not None:
        raise Fault(entry, how)


def _next(rows: Iterator[tuple[Any, ...]], expected: int) -> tuple[Any, ...] | None:
    try:
        return next(rows, None)
    except Exception as damage:  # a damaged database can fail in any way; all mean the same
        raise Fault(expected, "the entries from here on cannot be read") from damage


def _act(school: int, row: Sequence[Any], first: int) -> tuple[ActRow, str]:
    """The act a page belongs to, and its commitment."""
    if row[0] is None:
        raise Fault(first, "the act of these entries is missing")
    try:
        act = act_row_of(school, tuple(row))
        recorded_at = moment_of(row[2]).isoformat()
        commitment = leaves.act_commitment(school, act, recorded_at, act.salt)
    except (ValueError, TypeError, OverflowError) as damage:
        raise Fault(first, "the act of these entries cannot be read") from damage
    if act.first != first:
        raise Fault(first, "the act of these entries is not the one recorded")
    return act, commitment


def _runs(body: bytes, first: int, count: int) -> tuple[Run, ...]:
    try:
        runs = packing.unpack(body)
        whole = sum(run.count for run in runs) == count and all(
            len(values) == run.count for run in runs for values in run.each.values()
        )
    except Exception as damage:  # damaged bytes can fail in any way; all mean the same
        raise Fault(first, "the entries cannot be read") from damage
    if not whole:
        raise Fault(first, "the entries are not as many as were recorded")
    return runs


def _recomputed(
    act: tuple[ActRow, str], runs: Sequence[Run], place: tuple[str, int, int], checks: bytes
) -> list[merkle.Hash]:
    stream, version, first = place
    row, commitment = act
    try:
        of_page = leaves.page_leaves(
            runs,
            stream=stream,
            version=version,
            first=first,
            index=first - row.first,
            on=row.recorded_at.date().isoformat(),
            act=commitment,
            salt=row.salt,
        )
    except (TypeError, ValueError, KeyError) as damage:
        raise Fault(first, "the entries cannot be read") from damage
    if leaves.checks(of_page) != checks:
        kept = [checks[at : at + leaves.CHECK] for at in range(0, len(checks), leaves.CHECK)]
        pairs = enumerate(zip(of_page, kept, strict=False))
        bad = next((at for at, (leaf, few) in pairs if not leaf.startswith(few)), 0)
        raise Fault(first + bad, "the entry is not as it was recorded")
    return of_page


def certified(ledger: Ledger, first: int, last: int) -> None:
    """Raise ``Fault`` for the first entry of which something is gone without a certificate."""
    from ledger.retention.certified import uncertified

    for entry, how in sorted(uncertified(ledger)):
        if first <= entry <= last:
            raise Fault(entry, how)


def _compare(checked: int, grown: merkle.Frontier, size: int, frontier: merkle.Frontier) -> None:
    """Hold the recomputed log against the head row."""
    if checked != size:
        raise Fault(min(checked, size) + 1, f"{checked} entries stand where {size} were recorded")
    if grown == frontier:
        return
    # The perfect subtrees, largest first, say from which entry on the log departs.
    start = 1
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            at = bin(size & ((1 << level) - 1)).count("1")
            if grown[at] != frontier[at]:
                raise Fault(start, "an entry from here on is not as it was recorded")
            start += 1 << level
