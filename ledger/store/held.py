"""
The checkpoints that entries are held against: those the ledger keeps, and those others kept.

A checkpoint says how many entries there were and their root; beside it is known when it was
there: by the sealer's word, kept with it, and by the word of each witness that signed it. So it
bounds the time of the entries around it as well.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ledger.proof.checkpoints import Checkpoint
from ledger.proof.merkle import Hash
from ledger.proof.notes import BadNote, Note, Verifier
from ledger.store.decoding import moment_of
from ledger.store.growing import Fault
from ledger.store.ledger import Ledger

APART = dt.timedelta(minutes=5)
"""By so much the clocks of those who record, who sign and who witness may differ."""


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint, the moments at which it was there, and whether a key given signed it."""

    checkpoint: Checkpoint
    moments: tuple[dt.datetime, ...] = ()
    signed: bool = False

    @classmethod
    def of(cls, note: Note, keys: Sequence[Verifier], at: dt.datetime | None = None) -> "Held":
        """
        A note, its signatures checked as far as there are keys; ``at``: when it was signed.

        Raises ``BadNote`` where it is no checkpoint, or a signature by one of the keys is false.
        """
        by = note.by(keys)
        said = (dt.datetime.fromtimestamp(each, dt.UTC) for each in by.values() if each)
        return cls(Checkpoint.of(note), (*((at,) if at else ()), *said), bool(by))


def kept(ledger: Ledger, keys: Sequence[Verifier] = ()) -> list[Held]:
    """The checkpoints the ledger keeps. Raises ``Fault`` for one that cannot be, or is false."""
    found = []
    for size, signed_at, note in ledger.kept_checkpoints():
        try:
            one = Held.of(Note.read(note), keys, moment_of(signed_at))
            if one.checkpoint.size != size:
                raise BadNote(f"it is of {one.checkpoint.size:,} entries")
        except (BadNote, OverflowError) as bad:
            how = f"the checkpoint kept of {size:,} entries is not as it was signed: {bad}"
            raise Fault(max(size, 1), how) from bad
        found.append(one)
    return found


def joined(held: Iterable[Checkpoint | Held]) -> list[Held]:
    """Each checkpoint once, in the order of their sizes, with all that is known of it."""
    found: dict[tuple[int, Hash], Held] = {}
    for each in held:
        one = each if isinstance(each, Held) else Held(each)
        at = one.checkpoint.size, one.checkpoint.root
        before = found.get(at, one)
        signed = before.signed or one.signed
        found[at] = Held(one.checkpoint, before.moments + one.moments, signed)
    return sorted(found.values(), key=lambda one: (one.checkpoint.size, one.checkpoint.root))


def matched(held: Sequence[Held], roots: dict[int, Hash], size: int, before: int = 0) -> int:
    """
    Hold each against the roots of a log of ``size``. Raises ``Fault`` at the first.

    ``before`` is how many entries are known to be as they were signed; how many then are comes
    back.
    """
    for one in (each.checkpoint for each in held):
        if one.size > size:
            how = f"a checkpoint was signed over {one.size:,} entries, and there are fewer"
            raise Fault(size + 1, how)
        if roots[one.size] != one.root:
            how = f"between entry {before + 1} and {one.size} something is not as it was signed"
            raise Fault(before + 1, how)
        before = one.size
    return before


class Bounds:
    """Between which moments an entry was recorded, by the checkpoints before and after it."""

    def __init__(self, held: Iterable[Held]) -> None:
        known = sorted((one.checkpoint.size, at) for one in held for at in one.moments)
        self._sizes = [size for size, _ in known]
        self._not_before = list(accumulate((at for _, at in known), max))
        self._not_after = list(accumulate((at for _, at in reversed(known)), min))[::-1]

    def fault(self, entry: int, recorded_at: dt.datetime) -> str | None:
        """What is wrong with the moment at which an act that begins with ``entry`` was recorded."""
        at = bisect_left(self._sizes, entry)
        if at and recorded_at < self._not_before[at - 1] - APART:
            before = f"the checkpoint of {self._sizes[at - 1]:,} entries that it follows"
            return _back_dated(recorded_at, "before", before, self._not_before[at - 1])
        if at < len(self._sizes) and recorded_at > self._not_after[at] + APART:
            after = f"the checkpoint of {self._sizes[at]:,} entries that it is in"
            return _back_dated(recorded_at, "after", after, self._not_after[at])
        return None


def _back_dated(recorded_at: dt.datetime, when: str, which: str, signed: dt.datetime) -> str:
    said, then = (f"{each:%Y-%m-%d %H:%M} UTC" for each in (recorded_at, signed))
    return f"it is said to be recorded {said}, {when} {which} was signed ({then})"
