"""Open support: a contract, a plan, a meeting, a goal; or log a training or a disclosure."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import Event, Figures, SupportOpened
from ledger.events.support import OF_A_PUPIL, SupportKind
from ledger.kinds import Said
from ledger.refusals import Forbidden, UnknownParent, UnknownPupil
from ledger.roll import Pupil
from ledger.school import School
from ledger.support import Supports


class OpenSupport(Command):
    """
    Begin something of a kind on ``opened_on`` (else today), about a pupil or none.

    ``parents`` are ids of parents of the pupil, ``others`` whoever else. ``measured_from`` is
    the first day of the figures before it, else that of the school year.
    """

    NAME: ClassVar[str] = "open-support"

    kind: SupportKind
    about: Said
    pupil: str | None = None
    opened_on: dt.date | None = None
    parents: tuple[Said, ...] = ()
    others: tuple[Said, ...] = ()
    agenda: tuple[Said, ...] = ()
    review_on: dt.date | None = None
    measured_from: dt.date | None = None


def decide(
    command: OpenSupport,
    school: School,
    pupil: Pupil | None,
    supports: Supports,
    before: Figures | None,
) -> list[Event]:
    """
    Record it with the pupil's attendance up to then. The same one again is nothing.

    Reference: policy (support, meetings, training, disclosure).
    """
    if command.pupil is not None and pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    _check_parents(command, pupil)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    opened_on = command.opened_on or command.day
    if pupil is None and command.kind in OF_A_PUPIL:
        raise Forbidden(why=f"An entry of the kind {command.kind} is about a pupil: say which")
    if command.review_on is not None and command.review_on < opened_on:
        raise Forbidden(why=f"It cannot be reviewed on {in_words(command.review_on)}, before it")
    opened = SupportOpened(
        support=supports.next_number,
        kind=command.kind,
        about=command.about,
        opened_on=opened_on,
        pupil=pupil.id if pupil else None,
        parents=command.parents,
        others=command.others,
        agenda=command.agenda,
        review_on=command.review_on,
        before=before,
        **made(by, command.at),
    )
    if any(_same(one.opened, opened) for one in supports.by_number.values() if one.open):
        return []
    return [opened]


def _check_parents(command: OpenSupport, pupil: Pupil | None) -> None:
    held = [parent.id for parent in pupil.parents] if pupil else []
    for parent in command.parents:
        if parent not in held:
            whose = pupil.name if pupil else "nobody in particular"
            raise UnknownParent(pupil=whose, parent=parent, known=", ".join(held) or "none")


def _same(one: SupportOpened, other: SupportOpened) -> bool:
    def said(it: SupportOpened) -> tuple[object, ...]:
        return (it.kind, it.about, it.pupil, it.opened_on, it.parents, it.others, it.agenda)

    return said(one) == said(other)
