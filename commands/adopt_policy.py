"""Adopt a policy: the school works under a pack from a day on."""

import datetime as dt
from typing import ClassVar

from commands.base import Command
from commands.permits import Ask, permitted
from ledger.events import Event, PolicyAdopted
from ledger.kinds import Person, Said
from ledger.policy import lay_over, load, load_text
from ledger.school import School, read_pack


class AdoptPolicy(Command):
    """
    Work under a policy pack from ``starts`` on.

    ``pack`` names one that this software ships, such as ``local_authorities/cornwall``, or is the
    name of the school's own file, whose ``text`` is then given and kept whole.
    """

    NAME: ClassVar[str] = "adopt-policy"

    pack: Said
    starts: dt.date
    text: str | None = None


def decide(command: AdoptPolicy, school: School) -> list[Event]:
    """
    Adopt a pack, with the hash of its bytes, so that "under which rules?" has one answer.

    Raises ``PackUnreadable`` for a pack that cannot be read and ``NotLower`` for one that sets
    what it may not. The same pack with the same bytes from the same day is nothing.
    """
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    adopted = adopting(command.pack, command.starts, command.text, by, command.at)
    if any(_same(adopted, other) for other in school.packs):
        return []
    packs = [*school.packs, adopted]
    lay_over([(one.starts, read_pack(one)) for one in packs])  # refuses what is not allowed
    return [adopted]


def adopting(
    pack: str, starts: dt.date, text: str | None, by: Person, at: dt.datetime
) -> PolicyAdopted:
    """The event of adopting a pack as its bytes are now."""
    policy = load(pack) if text is None else load_text(text, pack)
    return PolicyAdopted(
        pack=pack, starts=starts, sha256=policy.sha256, text=text, made_by=by, made_at=at
    )


def _same(one: PolicyAdopted, other: PolicyAdopted) -> bool:
    return (one.pack, one.starts, one.sha256) == (other.pack, other.starts, other.sha256)
