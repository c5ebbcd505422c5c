"""Acts about keeping, done whole: the entry, the database's own guard, and the removal."""

from commands.base import Command
from commands.handle import handle
from commands.retention.dispose_of_entries import DisposeOfEntries
from commands.retention.place_hold import PlaceHold
from commands.retention.redact import Redact
from commands.states import states_of
from delivery import expired
from delivery.acts import Done, last_seen
from delivery.bootstrap import Desk
from delivery.going_on import where_it_goes_on
from ledger.calendar import london
from ledger.events import HoldPlaced, RedactionAsked
from ledger.refusals import DatabaseForbids, LedgerBusy, LedgerUnwritable
from ledger.retention import plan
from ledger.retention.certified import guard, reapply
from ledger.retention.state import Hold, retention_of
from ledger.store import Ledger


def do(desk: Desk, command: Command, school: int | None, *, dry_run: bool = False) -> Done:
    """
    Do one act about keeping; ``dry_run`` decides it and records nothing.

    A hold guards before it is recorded and until its release is, so that there is no moment
    at which it stands and does not guard. A removal follows its certificate: values, salts,
    read models, and then the bytes.
    """
    return where_it_goes_on(desk, school, lambda ledger: _do(desk, command, ledger, dry_run))


def _do(desk: Desk, command: Command, ledger: Ledger, dry_run: bool) -> Done:
    if dry_run:
        return Done(ledger.school, handle(command, ledger, dry_run=True, seen=last_seen()))
    if isinstance(command, DisposeOfEntries):
        files = expired.certified(_going(desk, ledger, command))
        command = command.model_copy(update={"files": files})
    if isinstance(command, PlaceHold):
        coming = handle(command, ledger, dry_run=True, seen=last_seen()).events
        holds = [Hold(one, 0) for one in coming if isinstance(one, HoldPlaced)]
        guard(ledger, *(row for hold in holds for row in hold.rows()))
    outcome = handle(command, ledger, seen=last_seen())
    # Done already, it is done again: what cut it short may have left bytes.
    removes = isinstance(command, DisposeOfEntries | Redact) and not any(
        isinstance(one, RedactionAsked) for one in outcome.events
    )
    try:
        if removes:
            said = _files(desk, ledger, command)
            return Done(ledger.school, outcome, (*remove(desk, ledger), *said))
        guard(ledger)
    except (DatabaseForbids, LedgerBusy, LedgerUnwritable) as undone:
        why = undone.particulars.get("why") or str(undone).rstrip(".")
        undo = f"Recorded; but not done in the database yet ({why}): do the same again."
        return Done(ledger.school, outcome, (*desk.follow(ledger), undo))
    return Done(ledger.school, outcome, desk.follow(ledger))


def _going(desk: Desk, ledger: Ledger, command: DisposeOfEntries) -> list[expired.Going]:
    """The files that go with a disposal that was asked for and is not done."""
    found = retention_of(ledger).disposals.get(command.disposal)
    if found is None or found.done is not None:
        return []
    return expired.going(desk, ledger, found.requested.ranges)


def _files(desk: Desk, ledger: Ledger, command: Command) -> list[str]:
    """Remove the files that go with a disposal, while its entries still say which."""
    if not isinstance(command, DisposeOfEntries):
        return []
    known = retention_of(ledger).disposals.get(command.disposal)
    if known is None:  # the key was that of another act, which was done long ago
        return []
    return expired.remove(desk, ledger, known.requested.ranges)


def remove(desk: Desk, ledger: Ledger) -> tuple[str, ...]:
    """Remove what certificates say is gone, everywhere; what to say of it."""
    many = removed(desk, ledger)
    return (f"School {ledger.school}: {many:,} entries removed, and their bytes with them.",)


def removed(desk: Desk, ledger: Ledger, *, restored: bool = False) -> int:
    """Values and salts, then what was computed from them, then the bytes; how many entries."""
    many = reapply(ledger, restored=restored)
    desk.let_go(ledger)
    desk.rebuild(ledger)
    if many or not restored:
        desk.at(ledger).store.database.scrub()
    return many


def due(desk: Desk, ledger: Ledger) -> int:
    """How many entries there are whose time is over today."""
    school = states_of(ledger).school_if_open
    if school is None:
        return 0
    today = london(desk.clock()).date()
    return len(plan(ledger, school, retention_of(ledger), today).going)
