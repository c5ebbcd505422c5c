"""The strip under the head of every page: as at when, and what of it was last verified."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from delivery.web.door.verifications import Verified
from ledger.calendar import london
from ledger.proof import merkle
from ledger.store import Ledger


class Proven(NamedTuple):
    """Whether the record was verified: in a word, in a sentence, and how that looks."""

    word: str
    says: str
    look: str


class Strip(NamedTuple):
    """
    As at when a page stands. ``asked``: what was asked for, empty for now.

    ``entry`` is that of the one school it is about; without it the page is about several.
    ``feed`` is where to hear of what is newer.
    """

    asked: str
    recorded_at: dt.datetime | None
    entry: int | None
    proven: Proven | None
    feed: str = ""


def proven(ledger: Ledger, last: Verified | None, shown: int) -> Proven:
    """
    What was last verified of a school's ledger, for a page that shows the first ``shown`` entries.

    It says what was checked and when, and no more: entries since then are counted, and a ledger
    of as many entries whose log is another one now is not the one that was verified.
    """
    if last is None:
        return Proven("Not verified yet", "Nobody had the entries verified here yet.", "open")
    when = _when(last.at)
    if last.wrong is not None:
        said = f"Verified on {when}: entry {last.wrong:,} was not as it was recorded."
        return Proven(f"Entry {last.wrong:,} is not as recorded", said, "bad")
    size, frontier = ledger.frontier()
    root = merkle.root(frontier).hex() if size == last.entries else last.root
    if size < last.entries or root != last.root:
        said = f"The {last.entries:,} entries that were verified on {when} are not these."
        return Proven("Not what was verified", said, "bad")
    if last.entries >= shown:
        said = f"Every entry up to {last.entries:,} was as it was recorded on {when}."
        return Proven(f"Verified {when}", said, "good")
    said = f"Every entry up to {last.entries:,} was as it was recorded on {when}; what came later "
    return Proven(f"Verified to entry {last.entries:,}", f"{said}was not verified yet.", "part")


def together(each: Sequence[Proven]) -> Proven | None:
    """The same of several schools: as good as the worst of them."""
    if not each:
        return None
    bad, good = ([one for one in each if one.look == look] for look in ("bad", "good"))
    if bad:
        return bad[0]
    said = "Each page of a school says when, and up to which entry."
    if len(good) == len(each):
        return Proven("Every school verified", said, "good")
    known = any(one.look != "open" for one in each)
    word = f"{len(good)} of {len(each)} schools verified" if known else "Not verified yet"
    return Proven(word, said, "part" if known else "open")


def _when(moment: dt.datetime) -> str:
    there = london(moment)
    return f"{there.day} {there:%b %Y, %H:%M}"
