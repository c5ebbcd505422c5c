"""Leave is given in advance: what an absence already taken may not be decided to be."""

from collections.abc import Collection, Mapping, Sequence

from commands.absence.history import History
from commands.leave.conditions import begins_at
from commands.leave.grounds import ground
from ledger.kinds import Code, Session
from ledger.leave import Planned
from ledger.refusals import Forbidden
from ledger.school import School

APPOINTMENT = "M"
PART_TIME = "C2"
AGREED = "SI 2024/208 reg. 11(6)"


def check_given(
    code: Code,
    sessions: Sequence[Session],
    school: School,
    known: History,
    planned: Mapping[Session, Collection[Planned]],
) -> None:
    """
    Raise ``Forbidden`` for a code of leave that nobody gave, or asked for in advance.

    Leave under the code that stands for the session will do; of an appointment, that the school
    was told before the session began, which both seed policies take for the asking.

    Reference: SI 2024/208 reg. 11(2)-(6) and (11); SI 2006/1751 reg. 7 for earlier sessions.
    """
    for session in sessions:
        reference = _asked_first(code, session)
        if reference is None or any(one.code == code for one in planned.get(session, ())):
            continue
        if code == APPOINTMENT and _told_before(session, school, known):
            continue
        if code == APPOINTMENT:
            why = f"Nobody told the school of an appointment before {session} began"
            raise Forbidden(
                why=f"{why}: leave under M is asked for in advance", reference=reference
            )
        why = f"{code} is leave, and none was given for {session}: it is given by the head, in"
        raise Forbidden(
            why=f"{why} advance, and is not a reason found afterwards", reference=reference
        )


def _asked_first(code: Code, session: Session) -> str | None:
    """The regulation that wants it asked, agreed or licensed before; ``None``: none does."""
    if code == PART_TIME:
        return AGREED
    found = ground(code, session.date)
    return found.reference if found and (found.advance or found.wants == "licence") else None


def _told_before(session: Session, school: School, known: History) -> bool:
    begins = begins_at(school, session)
    return any(
        one.received_at < begins and one.starts <= session.date <= one.ends
        for spell in known.spells.values()
        for one in spell.reports
    )
