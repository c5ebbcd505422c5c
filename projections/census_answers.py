"""What a census collects of each pupil, as an answer."""

import datetime as dt
from collections.abc import Mapping

from ledger.kinds import Code, Frozen, PupilId
from ledger.reckoning.census import Census, Part, PartName
from projections.answers import Header


class PartCollected(Frozen):
    """
    The sessions of one pupil in one part.

    ``codes`` are those the census asks for and there are. Of a pupil whose absence is collected
    as a whole (``overall_only``) there are none, and all of it stands as authorised. ``absent`` is
    what the Department counts.
    """

    name: PartName
    possible: int
    authorised: int
    unauthorised: int
    codes: Mapping[Code, int]
    absent: int
    overall_only: bool


class PupilCollected(Frozen):
    """A pupil in the census: on roll on its day, or who left in the term collected."""

    id: PupilId
    upn: str
    surname: str
    forename: str
    born: dt.date
    year_group: str
    on_roll: bool
    entered_on: dt.date
    left_on: dt.date | None
    parts: tuple[PartCollected, ...]


class CensusCollected(Frozen):
    """
    The attendance that the census of a day collects, by pupil in the order of their numbers.

    ``codes`` are the columns asked for, in the Regulations' order; ``left_out`` says how many
    pupils are not collected, and why; ``missing`` counts sessions of somebody on roll with no mark.
    ``known`` is whether a policy names the day as a census day.
    """

    header: Header
    census: Census
    day: dt.date
    known: bool
    parts: tuple[Part, ...]
    counts: str
    codes: tuple[Code, ...]
    rows: tuple[PupilCollected, ...]
    left_out: Mapping[str, int]
    missing: int
