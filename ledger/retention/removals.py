"""Whether anything was removed from a ledger, for whoever remembers what was read of it."""

from dataclasses import dataclass, field

from ledger.retention.state import retention_of
from ledger.store.reading import Reader
from ledger.store.rows import DISPOSED


@dataclass(slots=True)
class Removals:
    """
    The certificates of one school, and how many of them were carried out when last looked at.

    A certificate comes before the removal that it certifies, so what stands under one not yet
    carried out may still have been read; and a removal that was cut short is done later, with
    no other entry to tell of it.
    """

    _version: int = -1
    _waiting: list[tuple[int, bool]] = field(default_factory=list)
    _again: bool = False

    def moved(self, ledger: Reader) -> bool:
        """
        Whether a removal was carried out since the last look; at the look after that, once more.

        The second time is for what somebody was reading while the first was answered.
        """
        begun = self._version >= 0
        before = self._version, len(self._waiting)
        version = ledger.version("retention")
        if version != self._version:
            self._version, self._waiting = version, _entries_of(ledger)
        if self._waiting:
            self._waiting = [one for one in self._waiting if not _is_gone(ledger, *one)]
        moved = begun and before != (self._version, len(self._waiting))
        again, self._again = self._again, moved
        return moved or again


def _entries_of(ledger: Reader) -> list[tuple[int, bool]]:
    """The last entry under each certificate, and whether it goes whole."""
    found = retention_of(ledger)
    whole = [(one.ranges[-1][1], True) for _, one in found.certificates if one.ranges]
    return whole + [(one.entry, False) for _, one in found.redacted]


def _is_gone(ledger: Reader, entry: int, whole: bool) -> bool:
    """Whether an entry, or words of it, are gone: a certificate is carried out in one go."""
    page = next(ledger.pages_from(entry, limit=1))
    at = page.first
    for run in page.runs:
        if entry < at + run.count:
            struck = (run.kept or {}).get("struck", {}).values()
            return run.topic == DISPOSED or (
                not whole and any(str(entry - at) in part for part in struck)
            )
        at += run.count
    return False
