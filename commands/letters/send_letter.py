"""Send a letter: what it says is kept exactly, with the entry its figures were reckoned at."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue

from commands.base import Command, made
from commands.permits import Ask, permitted
from ledger.events import Event, LetterSent, LetterTemplateKept
from ledger.events.letter import LetterChannel, LetterKind
from ledger.kinds import Said
from ledger.letters import Letters, template_hash
from ledger.refusals import Forbidden, UnknownParent, UnknownPupil
from ledger.roll import Roll
from ledger.school import School


class SendLetter(Command):
    """
    A letter as it was made: ``merged`` into the files of ``template`` (their hash), as ``pdf``.

    ``pupil`` is a UPN or the school's own number, ``parent`` the parent's id within the pupil.
    ``position`` is the ledger entry at which the figures were reckoned.
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

    @property
    def template(self) -> str:
        """The hash of the template's files."""
        return template_hash(self.files)


def decide(
    command: SendLetter, school: School, roll: Roll, letters: Letters, seen: int
) -> list[Event]:
    """Record the letter, and the wording of its template where it is used for the first time."""
    pupil = roll.find(command.pupil)
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    held = [parent.id for parent in pupil.parents]
    if command.parent is not None and command.parent not in held:
        listed = ", ".join(held) or "none"
        raise UnknownParent(pupil=pupil.name, parent=command.parent, known=listed)
    group = pupil.group_on(command.day)
    by = permitted(school, Ask(command.NAME, command.by, command.at, group))
    if command.position > seen:
        why = f"The figures are as at entry {command.position}, and the ledger has {seen}"
        raise Forbidden(why=why)
    kept = LetterTemplateKept(
        sha256=command.template,
        kind=command.kind,
        files=command.files,
        **made(by, command.at),
    )
    sent = LetterSent(
        letter=letters.next_number,
        pupil=pupil.id,
        template=command.template,
        **command.model_dump(exclude={"by", "at", "key", "pupil", "files"}),
        **made(by, command.at),
    )
    return [sent] if command.template in letters.templates else [kept, sent]
