"""One pupil's leave, straight from its entries. No read model and no SQLAlchemy."""

from ledger.kinds import PupilId
from ledger.leave import Leaves, evolve
from ledger.store import Ledger


def leave_of(ledger: Ledger, pupil: PupilId, upto: int) -> Leaves:
    """A pupil's requests as at an entry; those of other pupils are passed over unread."""
    leaves = Leaves()
    for page in ledger.pages("leave/", upto=upto):
        if page.runs[0].column("pupil")[0] != pupil:
            continue
        for recorded in page.events():
            if recorded.entry <= upto:
                leaves = evolve(leaves, recorded.event, recorded.entry)  # type: ignore[arg-type]
    return leaves
