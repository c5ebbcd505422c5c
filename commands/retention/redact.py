"""Strike out words that should not stand in an entry, keeping the entry and the log's root."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from commands.base import Command, made
from commands.permits import Ask, permitted, same_person
from ledger.events import Event, ReasonRedacted, RedactionAsked
from ledger.kinds import Said
from ledger.proof.leaves import PART_OF
from ledger.refusals import AnotherPersonNeeded, Forbidden, ReasonMissing, UnderHold, UnknownEntry
from ledger.retention import Retention
from ledger.school import School

PART: Literal["reason"] = "reason"


class Redact(Command):
    """
    Strike the words out of entry number ``entry``.

    The first person says what should stand ``instead`` and ``why``; the second does it.
    """

    NAME: ClassVar[str] = "redact"

    entry: int
    instead: Said | None = None
    why: Said | None = None


def decide(
    command: Redact,
    school: School,
    retention: Retention,
    entry: Callable[[], Event | None],
    held: Callable[[], int | None],
) -> list[Event]:
    """
    Ask for it, or, where another has asked, certify it. Done already, it is nothing.

    Only words go (reason, comment, nature): an amendment keeps a reason, the one said
    ``instead``, because the register has to contain one. Marks are amended, never struck out.

    Reference: UK GDPR Art. 5(1)(c), 9; SI 2024/208 reg. 6(1)(c).
    """
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    event = entry()
    if event is None:
        raise UnknownEntry(entry=command.entry)
    if any(one.entry == command.entry for _, one in retention.redacted):
        return []
    asked = retention.asked.get(command.entry)
    if asked is None and (not command.instead or not command.why):
        raise ReasonMissing
    words = [name for name, part in PART_OF.items() if part == PART]
    if not any(getattr(event, name, None) for name in words):
        raise Forbidden(why=f"Entry {command.entry} has no words to strike out")
    if (hold := held()) is not None:
        raise UnderHold(what=f"Entry {command.entry}", holds=str(hold))
    signed = made(by, command.at)
    if asked is None:
        said: dict[str, Any] = {"instead": command.instead, "why": command.why}
        return [RedactionAsked(entry=command.entry, part=PART, **said, **signed)]
    if same_person(asked.made_by, by):
        raise AnotherPersonNeeded(what="Words are struck out", who=asked.made_by.name)
    said = {"instead": asked.instead, "why": asked.why, "asked_by": asked.made_by}
    return [ReasonRedacted(entry=command.entry, part=PART, **said, **signed)]
