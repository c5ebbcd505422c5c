"""Which schools and which pupils an account is for, as somebody typed it."""

from typing import TYPE_CHECKING

from delivery.cli.calls import Call
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.bootstrap import Desk


def schools_of(at: "Desk", typed: list[str] | None, staff: str | None) -> frozenset[int] | None:
    """
    The schools an account is for; ``None`` for all. Raises ``Usage`` where nobody could tell.

    Two schools may give two people the same staff id: then it has to be said which is meant.
    """
    from delivery.cli.asking import view_of
    from ledger.calendar.london import london

    held = {one.school: one for one in at.ledgers(None)}
    today = london(at.clock()).date()
    there = {
        urn
        for urn, ledger in held.items()
        if staff is None or view_of(at, ledger, Call()).school.person_on(staff, today)
    }
    if staff is not None and not there:
        raise Usage(f"Nobody is {staff} on the staff of any school here today.")
    if typed == ["all"]:
        return None
    if not typed:
        if len(there) > 1:
            known = ", ".join(map(str, sorted(there)))
            raise Usage(f"Say which: --school URN, or --school all. It could be {known}.")
        return frozenset(there)
    meant = {int(one) for one in typed if one.isdigit()}
    if len(meant) < len(set(typed)) or not meant <= there:
        known = ", ".join(map(str, sorted(there)))
        raise Usage(f"--school {', '.join(typed)}: it can be {known}, or all.")
    return frozenset(meant)


def pupils_of(
    at: "Desk", typed: list[str] | None, schools: frozenset[int] | None
) -> frozenset[tuple[int, int]]:
    """The pupils named, at each of the schools that knows them. Raises ``Usage`` for none."""
    from delivery.cli.asking import view_of

    found: set[tuple[int, int]] = set()
    for written in typed or ():
        before = len(found)
        for ledger in at.ledgers(None):
            if schools is None or ledger.school in schools:
                pupil = view_of(at, ledger, Call()).context.roll.find(written)
                found |= {(ledger.school, pupil.id)} if pupil else set()
        if len(found) == before:
            raise Usage(f"--pupil {written} is in no admission register of these schools.")
    return frozenset(found)
