"""What was found when a ledger, or some of its entries, were verified."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.proof.merkle import Hash
from ledger.store.growing import Fault
from ledger.store.held import Held


@dataclass(frozen=True)
class Verdict:
    """
    What ``verify`` found in one school's ledger, or in some of its entries.

    ``entries`` were checked, from ``first`` on; ``root`` is the hash of the log they make, or
    are held in. ``first_bad`` is the number of the first entry that is not as recorded, with
    ``fault`` saying how; both are ``None`` where all is well. ``checkpoints`` are those that were
    matched: how many entries each was of; ``signed`` of them by a key that was given. Where the
    ledger was asked about as at an entry, that is ``entries``; ``asof`` is set, and ``later`` says
    what is wrong after it, if anything is.
    """

    school: int
    entries: int
    root: str
    first_bad: int | None
    fault: str | None
    checkpoints: tuple[int, ...] = ()
    signed: int = 0
    first: int = 1
    asof: bool = False
    later: str | None = None

    @property
    def sound(self) -> bool:
        """Nothing was found."""
        return self.fault is None

    @classmethod
    def of(
        cls,
        school: int,
        root: Hash,
        held: Sequence[Held],
        *,
        first: int = 1,
        entries: int,
        fault: Fault | None = None,
    ) -> "Verdict":
        """The verdict over entries that were held against checkpoints."""
        return cls(
            school,
            entries,
            root.hex(),
            fault.entry if fault else None,
            fault.how if fault else None,
            tuple(one.checkpoint.size for one in held),
            sum(one.signed for one in held),
            first,
        )
