"""What watching and concluding a notice to improve share."""

import datetime as dt

from commands.penalty.knowing import Known
from ledger.penalty import Improvement
from ledger.refusals import UnknownNotice


def improvement_of(known: Known, number: int | None) -> Improvement:
    """The notice to improve meant: the last one where none is named. Raises ``UnknownNotice``."""
    found = {one.number: one for one in known.improvements}
    meant = max(found, default=0) if number is None else number
    if meant not in found:
        raise UnknownNotice(
            kind="notice to improve",
            notice=meant,
            parent=known.parent.name,
            pupil=known.pupil.name,
            known=", ".join(map(str, found)) or "none",
        )
    return found[meant]


def until(one: Improvement, day: dt.date) -> dt.date:
    """The last day of the period that a day may speak for; never before its first."""
    return max(one.issued.starts, min(day, one.issued.ends))
