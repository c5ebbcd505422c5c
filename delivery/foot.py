"""The foot of whatever leaves the school: where its log stood, and what was signed last."""

from base64 import b64encode

from ledger.kinds import Frozen
from ledger.proof import merkle
from ledger.store import Ledger

AT_HAND = 20_000
"""So many entries are looked through for a foot that nobody insists on: a fraction of a second."""


class Signed(Frozen):
    """A signed checkpoint as a page gives it: of how many entries, and the root in base64."""

    entries: int
    root: str


class Foot(Frozen):
    """
    The root of the school's log after an entry (base64, as a checkpoint has it).

    ``signed`` is the last checkpoint of no more entries than that, if there is any. ``root`` is
    ``None`` where it was not at hand and nobody insisted. Whoever keeps a page can hold both
    against the ledger: ``attendance verify --root ENTRIES:ROOT``.
    """

    entry: int
    root: str | None
    signed: Signed | None

    @property
    def is_signed(self) -> bool:
        """Whether the checkpoint is of this very entry."""
        return self.signed is not None and self.signed.entries == self.entry


def foot(ledger: Ledger, entry: int, *, insist: bool = True) -> Foot:
    """
    The foot of a page as at an entry. Raises ``LogDeparts``.

    At the last entry it costs nothing. At an earlier one the log is asked, which may have to
    be computed first: only for whoever insists.
    """
    size, frontier = ledger.frontier()
    root: merkle.Hash | None = merkle.root(frontier) if entry == size else None
    if root is None:
        from ledger.store.log import Log, unremembered

        if insist or unremembered(ledger) <= AT_HAND:
            root = Log(ledger).root_at(entry)
    return Foot(
        entry=entry,
        root=b64encode(root).decode() if root is not None else None,
        signed=_signed(ledger.last_checkpoint(entry)),
    )


def _signed(note: str | None) -> Signed | None:
    if note is None:
        return None
    _, entries, root, *_ = note.split("\n")  # the three lines that were signed
    return Signed(entries=int(entries), root=root)


def said(one: Foot) -> str:
    """The foot in words, for a page of text."""
    if one.root is None:
        return f"Root of the log at entry {one.entry:,}: not computed yet ('attendance seal' does)."
    root = f"Root of the log at entry {one.entry:,}: {one.root}"
    if one.signed is None:
        return f"{root} (no checkpoint was signed by then)"
    if one.is_signed:
        return f"{root} (a signed checkpoint)"
    return f"{root}\nSigned last: {one.signed.entries:,} entries, root {one.signed.root}"
