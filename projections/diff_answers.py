"""What an answer about a figure that moved holds: both figures, and each change with its share."""

import datetime as dt
from typing import Literal

from ledger.kinds import Frozen, Instant, PupilId, Session, Urn
from projections.answers import AsOf, Header

DiffBy = Literal["pupil", "class", "school"]
Measure = Literal["attendance", "absence", "authorised", "unauthorised"]


class Figure(Frozen):
    """
    Sessions counted at one entry, and the rate they give.

    ``rate`` is exact, a fraction in lowest terms such as ``187/190``, and ``0`` where nothing was
    possible; ``shown`` is the percentage, rounded once, and empty there.
    """

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    rate: str
    shown: str | None


class Share(Frozen):
    """
    One entry, and what it moved of one figure.

    The counts are differences. ``share`` is the rate after the entry less the rate before it,
    an exact fraction; ``points`` the same in percentage points, rounded to be shown.
    """

    entry: int
    recorded_at: Instant
    kind: str
    what: str
    pupil: PupilId | None
    session: Session | None
    name: str
    position: str
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    share: str
    points: str


class FigureMoved(Frozen):
    """
    One figure as at both entries, and every entry between them that moved it, in entry order.

    ``difference`` is exact, and so is ``shares_sum``: they are equal, and ``adds_up`` says so.
    """

    group: str
    name: str
    before: Figure
    after: Figure
    difference: str
    points: str
    shares_sum: str
    adds_up: bool
    shares: tuple[Share, ...]


class RatesDiff(Frozen):
    """
    Question 6: why a rate is not what it was.

    ``read`` entries about these sessions, pupils and rules came between; ``without_effect`` of
    them moved no figure. ``unmoved`` figures are not listed.
    """

    header: Header
    school: Urn
    by: DiffBy
    measure: Measure
    first: dt.date
    last: dt.date
    before: AsOf
    after: AsOf
    read: int
    without_effect: int
    unmoved: int
    rows: tuple[FigureMoved, ...]
