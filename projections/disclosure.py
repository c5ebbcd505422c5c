"""Question 13: everything held on one pupil, and on nobody else."""

import json
import re
from collections.abc import Mapping
from typing import Any

from ledger.kinds import Frozen, Instant
from ledger.policy import Codes
from ledger.roll import Pupil, Roll
from ledger.store import ActRow
from projections.answers import Header, PupilRef
from projections.pupil_entries import Held, everything_about, id_in
from projections.sentences import MarkEvent, sentence
from projections.views import View

ANOTHER = "[another pupil]"
WITHHELD = "[withheld]"
_PRIVATE = ("address", "telephone", "email")


class EntryHeld(Frozen):
    """One entry as held: its number, event, who and when, what it says in words and in fields."""

    entry: int
    recorded_at: Instant
    stream: str
    event: str
    made_by: str
    said: str
    fields: Mapping[str, Any]


class Withheld(Frozen):
    """What was left out of one entry, and why."""

    entry: int
    what: str
    why: str


class Disclosure(Frozen):
    """
    Question 13. ``withheld`` says of every value that was left out of what is shown.

    ``to`` is the id of the parent it goes to, whose own address may stand in it; ``None``: no
    parent's does. ``gone`` counts entries of the registers and of the pupil's own streams that
    were disposed of: whose marks they were is not known any more.
    """

    header: Header
    pupil: PupilRef
    to: str | None
    entries: tuple[EntryHeld, ...]
    withheld: tuple[Withheld, ...]
    gone: int = 0


def disclose(view: View, pupil: Pupil, to: str | None = None) -> Disclosure:
    """
    Every entry about a pupil up to the view's entry, in order, without anybody else's data.

    Other pupils' names and UPNs are struck from free text, other pupils from entries about
    several, and the address and telephone number of every parent but ``to``. What free text
    says of others without their full name no machine finds: a person reads it first.

    Reference: UK GDPR art. 15; Data Protection Act 2018 Sch. 2 para. 16.
    """
    clean = Clean(pupil, to, view.context.roll)
    found, gone = everything_about(view.ledger, pupil.id, view.entry)
    entries = tuple(_held(one, clean, view) for one in found)
    days = [min(spell.starts for spell in pupil.spells)]
    return Disclosure(
        header=view.header("disclose", days),
        pupil=PupilRef.of(pupil),
        to=to,
        entries=entries,
        withheld=tuple(clean.withheld),
        gone=gone,
    )


class Clean:
    """Takes out of an entry what is about others, and remembers what was taken."""

    def __init__(self, pupil: Pupil, to: str | None, roll: Roll) -> None:
        self.pupil, self.to = pupil, to
        self.withheld: list[Withheld] = []
        others = [one for one in roll.pupils.values() if one.id != pupil.id]
        names = {one.name for one in others} | {f"{o.surname}, {o.forename}" for o in others}
        names -= {pupil.name, f"{pupil.surname}, {pupil.forename}"}
        named = sorted(names | {one.upn for one in others}, key=len, reverse=True)
        found = "|".join(r"\s+".join(map(re.escape, one.split())) for one in named)
        self._named = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE) if named else None

    def text(self, entry: int, said: str) -> str:
        """Free text without other pupils' names and numbers."""
        made, times = self._named.subn(ANOTHER, said) if self._named else (said, 0)
        if times:
            self.took(entry, "a name or number in free text", "another pupil's")
        return made

    def value(self, entry: int, said: Any) -> Any:
        """A value of an entry, without what is about others."""
        if isinstance(said, str):
            return self.text(entry, said)
        if isinstance(said, list):
            return [self.value(entry, one) for one in said]
        if isinstance(said, dict):
            parent = "name" in said and said.get("id", said.get("parent")) != self.to
            return {
                name: self._private(entry, name) if parent and name in _PRIVATE and one else one
                for name, one in ((key, self.value(entry, at)) for key, at in said.items())
            }
        return said

    def fields(self, entry: int, held: dict[str, Any]) -> dict[str, Any]:
        """The fields of an entry: no other pupil among several, no other parent's letter head."""
        if isinstance(held.get("pupils"), list):
            ours = [one for one in held["pupils"] if id_in(one) == self.pupil.id]
            if len(ours) < len(held["pupils"]):
                self.took(entry, "other pupils named in the same entry", "another pupil's")
            held = {**held, "pupils": ours}
        merged = held.get("merged")
        if (
            isinstance(merged, dict)
            and "to" in merged
            and (self.to is None or held.get("parent") != self.to)
        ):
            self.took(entry, "the address a letter went to", "another parent's")
            held = {**held, "merged": {**merged, "to": WITHHELD}}
        return {name: self.value(entry, one) for name, one in held.items()}

    def whole(self, text: str) -> bool:
        """Whether nothing would be left out of a part of an entry, given as JSON."""
        held = json.loads(text)
        return self.fields(0, held) == held if isinstance(held, dict) else True

    def _private(self, entry: int, name: str) -> str:
        self.took(entry, f"a parent's {name}", "another parent's")
        return WITHHELD

    def took(self, entry: int, what: str, why: str) -> None:
        """Remember that something was left out."""
        self.withheld.append(Withheld(entry=entry, what=what, why=why))


def _held(one: Held, clean: Clean, view: View) -> EntryHeld:
    number, event, act = one.entry, one.event, one.page.act
    held = event.model_dump(mode="json", exclude={"made_by", "made_at", "line"}, exclude_none=True)
    fields = clean.fields(number, held)
    said = _words(event, act, fields, view)
    return EntryHeld(
        entry=number,
        recorded_at=act.recorded_at,
        stream=one.page.stream,
        event=event.TOPIC,
        made_by=f"{act.made_by.name} ({act.made_by.position})",
        said=clean.text(number, said),
        fields=fields,
    )


def _words(event: Any, act: ActRow, fields: Mapping[str, Any], view: View) -> str:
    """What an entry says, in words: a mark as a sentence, anything else by its fields."""
    if isinstance(event, MarkEvent):
        codes: Codes = view.school.rules_on(event.session.date).codes
        return f"{event.session}: {sentence(event, act, codes)}."
    told = {
        name: one
        for name, one in fields.items()
        if name != "pupil" and not isinstance(one, dict | list)
    }
    said = "; ".join(f"{name.replace('_', ' ')}: {one}" for name, one in told.items())
    topic = str(event.TOPIC).replace("-", " ")
    return f"{topic.capitalize()}. {said}".strip()
