"""
What an entry says, in words: each field with a label, its value as a school would say it.

Numbers become names, days and moments are written out, codes have their meaning, and what an
entry is about can be followed. The entry as it is stored stands beneath on its own page.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel

from delivery.web.field_words import is_day, label, plainly, session_in_words
from delivery.web.here import Here
from delivery.web.looks import look
from delivery.web.site import dated, short
from ledger.events import Event
from ledger.events.register import SheetEvent
from ledger.kinds import Person, Session
from ledger.roll import Pupil

_MOST = 40
"""Things of a list that are told one by one; of a longer one, how many."""
_STORED_ONLY = {
    *("made_by", "made_at", "sha256", "pdf", "template", "text", "merged", "files", "marks"),
    *("proof", "showed", "stretches", "made_with", "listed", "told", "read_by"),
}
"""Fields that say nothing to a reader; they stand in the entry as it is stored."""
_POUNDS = {"early", "full", "amount"}
_PARENTS = {"parent", "parents", "asked_by", "contact"}
_PEOPLE = {"staff", "delegate"}
_OF_MARKS = {"original": "Before", "amended": "Now"}
"""Of anything but a mark."""
_OWN = {"id", "name"}
_STREAM = re.compile(r"(letter|leave)/(\d+)")
_PARENT = re.compile(r"parent-\d+")
_LEADS = {
    "letter": "letters/{0}",
    "leave": "leave/{0}",
    "entry": "entries/{0}",
    "position": "entries/{0}",
    "disposal": "audit/retention",
    "hold": "audit/retention",
    "notice": "pupils/{pupil}/penalty",
    "case": "pupils/{pupil}/penalty",
    "improvement": "pupils/{pupil}/penalty",
}
"""Where a number leads to, within the school."""


class Part(NamedTuple):
    """A piece of a value: its words, where they lead, and the look of a code before them."""

    words: str
    to: str = ""
    code: str = ""
    look: str = ""


class Fact(NamedTuple):
    """A field in words; several parts are a list."""

    label: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Telling:
    """One entry told to one visitor. ``pupil`` is whom it is about, if the visitor sees them."""

    here: Here
    event: Event

    @property
    def pupil(self) -> Pupil | None:
        return self._pupil(getattr(self.event, "pupil", None))

    def facts(self, leaving_out: frozenset[str] = frozenset()) -> list[Fact]:
        """Every field that says something, in the order of the event."""
        return [
            Fact(self._label(name), parts)
            for name in type(self.event).model_fields
            if name not in _STORED_ONLY | leaving_out
            if (parts := list(self._parts(name, getattr(self.event, name))))
        ]

    def _label(self, name: str) -> str:
        if name in _OF_MARKS and not isinstance(self.event, SheetEvent):
            changed = hasattr(self.event, "original")  # of a file, how many marks were amended
            return _OF_MARKS[name] if changed else label(name).partition(" ")[0]
        if name == "seen_at" and not isinstance(self.event, SheetEvent):
            return "As shown at"
        if name == "position" and isinstance(getattr(self.event, name), str):
            return "Position"
        return label(name)

    def _parts(self, name: str, value: Any) -> Iterator[Part]:
        if value is None or value in ((), {}, ""):
            return
        if name == "ranges":
            yield from (Part(f"{a:,} to {b:,}" if b > a else f"{a:,}") for a, b in value)
        elif isinstance(value, tuple) and not isinstance(value, Session):
            if len(value) > _MOST:
                yield Part(f"{len(value):,} of them")
            else:
                of_one = "pupil" if name == "pupils" else name
                yield from (self._part(of_one, one) for one in value)
        elif isinstance(value, Mapping):
            yield from (
                Part(f"{label(key)}: {self._words(key, one)}") for key, one in value.items()
            )
        else:
            yield self._part(name, value)

    def _part(self, name: str, value: Any) -> Part:
        if name == "pupil" and isinstance(value, int):
            return self._named(value)
        about = _STREAM.fullmatch(value) if isinstance(value, str) else None
        if about is not None and about[1] in _LEADS:
            return Part(f"{about[1]} {about[2]}", self._lead(about[1], int(about[2])))
        if self._is_code(name) and isinstance(value, str):
            found = look(value, self.here.view.school.rules_on(self._day))
            return Part(found.meaning, code=value, look=found.name)
        if isinstance(value, Session):
            return Part(session_in_words(value), self._of_session(value))
        if name in {"group", "groups"}:
            return Part(f"{value}", self.here.link(f"registers/{value}", week=self._day))
        session = getattr(value, "session", None)  # of a session that is named with its code
        to = self._of_session(session) if isinstance(session, Session) else ""
        return Part(self._words(name, value), to or self._lead(name, value))

    def _words(self, name: str, value: Any) -> str:
        """One value that leads nowhere, in words."""
        if isinstance(value, BaseModel):
            return self._of_model(value)
        if name == "pupil":
            return self._named(value).words
        if name in _PARENTS:
            return self._parent(str(value))
        if name in _PEOPLE:
            held = self.here.view.school.person_on(str(value), self._day)
            return held.name if held else str(value)
        return f"£{value}" if name in _POUNDS else plainly(name, value)

    def _parent(self, known_as: str) -> str:
        """A parent by id; who is in the admission register no longer has no name here."""
        known = {one.id: one.name for one in self.pupil.parents} if self.pupil else {}
        gone = f"{known_as.replace('-', ' ')} of those once in the admission register"
        return known.get(known_as) or (gone if _PARENT.fullmatch(known_as) else known_as)

    def _of_model(self, value: BaseModel) -> str:
        if isinstance(value, Person):
            return f"{value.name}, {value.position}"
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        said = {name: one for name, one in fields.items() if one not in (None, (), {}, "")}
        session = said.get("session")
        if isinstance(session, Session):  # with the code that it had, and the entry
            return f"{session_in_words(session)}: {said.get('code', '')}"
        if said and all(isinstance(one, str) for one in said.values()) and len(said) <= 2:
            return ": ".join(said.values())
        told = [f"{label(n).lower()} {self._inner(n, o)}" for n, o in said.items() if n not in _OWN]
        return ", ".join([said["name"], *told] if "name" in said else told)

    def _inner(self, name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return "; ".join(f"{key}: {dated(one)}" for key, one in value.items())
        if isinstance(value, tuple) and not isinstance(value, Session):
            return "; ".join(self._inner(name, one) for one in value)
        return short(value) if is_day(value) else self._words(name, value)

    def _named(self, number: int) -> Part:
        found = self._pupil(number)
        if found is None:
            return Part(f"number {number}")
        return Part(found.name, self.here.link(f"pupils/{found.id}"))

    def _pupil(self, number: Any) -> Pupil | None:
        found = self.here.view.context.roll.pupils.get(number)
        return found if found is not None and self.here.sees(found) else None

    def _is_code(self, name: str) -> bool:
        marks = isinstance(self.event, SheetEvent) and name in {"original", "amended"}
        return marks or name == "code"

    def _of_session(self, session: Session) -> str:
        pupil, group = self.pupil, getattr(self.event, "group", None)
        at = f"{session.date}/{session.half}"
        if pupil is not None:
            return self.here.link(f"pupils/{pupil.id}/marks/{at}")
        return self.here.link(f"registers/{group}/{at}") if group else ""

    def _lead(self, name: str, value: Any) -> str:
        path = _LEADS.get(name, "") if isinstance(value, int) else ""
        if "{pupil}" in path and self.pupil is None:
            return ""
        of = self.pupil.id if self.pupil else ""
        return self.here.link(path.format(value, pupil=of)) if path else ""

    @property
    def _day(self) -> dt.date:
        """The day by whose rules, and on whose staff, the entry is read."""
        session = getattr(self.event, "session", None) or getattr(self.event, "first", None)
        if isinstance(session, Session):
            return session.date
        starts = getattr(self.event, "starts", None)
        return starts if is_day(starts) else self.event.made_at.date()
