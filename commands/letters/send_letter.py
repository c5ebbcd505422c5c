"""Send a letter: what it says is kept exactly, with the entry its figures were reckoned at."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue

from commands.absence.history import History
from commands.absence.notify_parent import NotifyParent
from commands.base import Command, made
from commands.letters.telling import Telling, notices, requirement
from commands.permits import Ask, permitted
from ledger.events import Event, LetterSent, LetterTemplateKept
from ledger.events.letter import LetterChannel, LetterKind
from ledger.kinds import Person, PupilId, Said, Session
from ledger.letters import Letters, template_hash
from ledger.refusals import Forbidden, UnknownParent, UnknownPupil
from ledger.roll import Roll
from ledger.school import School


class SendLetter(Command):
    """
    A letter as it was made: ``merged`` into the files of ``template`` (their hash), as ``pdf``.

    ``pupil`` is a UPN or the school's own number, ``parent`` the parent's id within the pupil.
    ``position`` is the ledger entry at which the figures were reckoned. ``notifies``: the
    sessions of illness that it says will be unauthorised; ``requires_from``: the day from which
    it requires evidence of every illness. Both count as the act of their own name.
    """

    NAME: ClassVar[str] = "send-letter"

    kind: LetterKind
    pupil: str
    parent: Said | None = None
    about: Said | None = None
    dated: dt.date
    channel: LetterChannel = "first class post"
    merged: Mapping[str, JsonValue]
    position: int
    files: Mapping[str, str]
    pdf: Said
    made_with: Said
    notifies: tuple[Session, ...] = ()
    requires_from: dt.date | None = None

    @property
    def template(self) -> str:
        """The hash of the template's files."""
        return template_hash(self.files)


def decide(
    command: SendLetter,
    school: School,
    roll: Roll,
    letters: Letters,
    seen: int,
    *,
    known: Mapping[dt.date, History],
) -> list[Event]:
    """
    Record the letter, the wording of its template where it is used for the first time, and
    what it tells: ``parent-notified``, ``evidence-requirement-set``, each once.

    ``known``: what is known around each day that the letter tells of.
    """
    pupil = roll.find(command.pupil)
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    held = [parent.id for parent in pupil.parents]
    if command.parent is not None and command.parent not in held:
        listed = ", ".join(held) or "none"
        raise UnknownParent(pupil=pupil.name, parent=command.parent, known=listed)
    group = pupil.group_on(command.day)
    by = permitted(school, Ask(command.NAME, command.by, command.at, group))
    number, first = letters.next_number, command.requires_from
    told = Telling(number, command.channel, pupil, command.parent, school, by, command.at)
    also: list[Event] = []
    if first is not None:
        also += requirement(told, first, known[first])
    if command.notifies:
        permitted(school, Ask(NotifyParent.NAME, command.by, command.at, group))
        also += notices(told, {session: known[session.date] for session in command.notifies})
    if command.position > seen:
        why = f"The figures are as at entry {command.position}, and the ledger has {seen}"
        raise Forbidden(why=why)
    return [*_kept(command, letters, by), _sent(command, pupil.id, number, by), *also]


def _kept(command: SendLetter, letters: Letters, by: Person) -> list[Event]:
    """The wording of the template, unless it is kept already."""
    if command.template in letters.templates:
        return []
    kept = LetterTemplateKept(
        sha256=command.template,
        kind=command.kind,
        files=command.files,
        **made(by, command.at),
    )
    return [kept]


def _sent(command: SendLetter, pupil: PupilId, number: int, by: Person) -> LetterSent:
    said = {"by", "at", "key", "pupil", "files", "notifies", "requires_from"}
    return LetterSent(
        letter=number,
        pupil=pupil,
        template=command.template,
        **command.model_dump(exclude=said),
        **made(by, command.at),
    )
