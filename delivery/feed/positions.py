"""
How far a reader has come in each school's ledger, written as one word.

Of one school it is the number of the entry read last: ``31659``. Of several it is each school with
its number, in the order of the URNs: ``999001-31659.999002-12``. Such a word is the ``id`` of an
event and the ``lastEventId`` to go on from; it needs no escaping in an address.
"""

import re
from collections.abc import Mapping

from delivery.usage import Usage

_ENTRY = r"\d{1,10}"
_ONE = re.compile(_ENTRY, re.ASCII)
_SEVERAL = re.compile(rf"\d{{1,10}}-{_ENTRY}(\.\d{{1,10}}-{_ENTRY})*", re.ASCII)
LONGEST = 20_000
"""Characters of such a word, for some nine hundred schools."""


def of_one(written: str | None) -> int:
    """The entry read last in one school's feed; 0 where nothing is said. Raises ``Usage``."""
    if not written:
        return 0
    if not _ONE.fullmatch(written):
        raise Usage(f"lastEventId: {written[:40]!r} is no id of an event of one school's feed.")
    return int(written)


def of_several(written: str | None) -> dict[int, int]:
    """The entry read last of each school in a feed of several. Raises ``Usage``."""
    if not written:
        return {}
    if not _SEVERAL.fullmatch(written):
        raise Usage(f"lastEventId: {written[:40]!r} is no id of an event of several schools' feed.")
    pairs = [one.split("-") for one in written.split(".")]
    found = {int(school): int(entry) for school, entry in pairs}
    if len(found) < len(pairs):
        raise Usage("lastEventId: it names a school twice.")
    return found


def written(positions: Mapping[int, int]) -> str:
    """Positions in several schools as one word."""
    return ".".join(f"{school}-{entry}" for school, entry in sorted(positions.items()))
