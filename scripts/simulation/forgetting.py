"""Six years later: what may go goes, cut off at every step, and the log stays what it was."""

from typing import TYPE_CHECKING, Any

from commands.base import Command
from commands.retention.approve_disposal import ApproveDisposal
from commands.retention.dispose_of_entries import DisposeOfEntries
from commands.retention.place_hold import PlaceHold
from commands.retention.request_disposal import RequestDisposal
from delivery import keeping
from delivery.bootstrap import Desk
from ledger.proof.proving import extends
from ledger.refusals import NotYetDue
from ledger.store.log import Log
from scripts.simulation.faults import Lost
from scripts.simulation.truth import must
from scripts.simulation.world import SchoolAt

if TYPE_CHECKING:
    from scripts.simulation.run import Simulation

YEARS = 8
HELD = 1  # the pupil whom a case in court keeps


def dispose(of: "Simulation") -> int:
    """Dispose of what is due at each school; how many entries went."""
    of.later(YEARS)
    of.doing = None  # nobody is at school then
    return sum(_of_school(of, school) for school in of.world.schools)


def _of_school(of: "Simulation", school: SchoolAt) -> int:
    desk = of.machines[of.dice.randrange(2)]
    ledger = desk.store.ledger(school.urn)
    _do(
        of, desk, school, PlaceHold, "head", case="C-1", reason="A case", pupils=(school.upn(HELD),)
    )
    try:
        _do(of, desk, school, RequestDisposal, "office")
    except NotYetDue:
        return 0
    for role in ("head", "chair"):
        _do(of, desk, school, ApproveDisposal, role, disposal=1)
    before = Log(ledger)
    held = _marks_of_held(desk, school)
    _do(of, desk, school, DisposeOfEntries, "ceo", disposal=1)
    after = Log(ledger)
    path = after.consistency(before.size)
    must(extends(before.size, before.root, after.size, after.root, path), "the log is another")
    for size, root in of.truths[school.urn].roots:
        path = after.consistency(size)
        must(extends(size, root, after.size, after.root, path), f"the log of {size} was another")
    of.sound(desk, ledger)
    gone = sum(page.count for page in ledger.pages() if page.gone)
    must(_marks_of_held(desk, school) == held > 0, "what a hold keeps is gone")
    return gone


def _marks_of_held(desk: Desk, school: SchoolAt) -> int:
    """How many marks of the pupil under the hold can be read."""
    runs = (run for page in desk.store.ledger(school.urn).pages("register/") for run in page.runs)
    return sum(run.column("pupil").count(HELD) for run in runs if run.topic == "mark-recorded")


def _do(
    of: "Simulation", desk: Desk, school: SchoolAt, kind: type[Command], role: str, **said: Any
) -> None:
    """One act about keeping, asked again under its key until it is answered."""
    clock = of.world.clock
    command = kind(by=school.staff(role), at=clock.now, key=of.people.key(), **said)
    of.luck.quiet = False
    for _ in range(50):
        try:
            done = keeping.do(desk, command, school.urn)
        except Lost:
            continue
        if any("up to date" in note or "not done" in note for note in done.notes):
            continue
        break
    of.luck.quiet = True
