"""For whom a pack is made, and what is therefore withheld or left out of it, and why."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from ledger.events import Event, LetterSent, ParentsChanged, PupilAdmitted, PupilFactRecorded
from ledger.events.absence import AbsenceEscalated
from ledger.events.penalty import PenaltyEvent
from ledger.events.register import SheetEvent
from ledger.events.support import SupportOpened
from ledger.proof.disclosing import Opened
from ledger.roll import Pupil, Roll

ProfileName = Literal["parent", "authority", "court", "auditor", "school"]
PROFILES: tuple[ProfileName, ...] = get_args(ProfileName)

SAFEGUARDING = "safeguarding"
ANOTHER_PARENT = "another parent"
_SAFEGUARDING_TO = {"MASH", "police", "youth offending team"}
_SAFEGUARDING_KINDS = {"safeguarding considered", "disclosure", "concern"}

LEFT_OUT = {
    SAFEGUARDING: "Whatever was recorded about safeguarding, if anything was, is left out: whether "
    "it may be disclosed is for a person to decide.",
    ANOTHER_PARENT: "Notices, letters and dealings with any other parent, if there are any, are "
    "left out: they are that parent's.",
}


@dataclass(frozen=True)
class Reader:
    """Who reads a pack: its profile, and for a parent which parent."""

    profile: ProfileName
    pupil: Pupil
    parent: str | None = None

    def left_out(self, event: Event, quiet: Collection[str]) -> str | None:
        """Why an entry is not in the pack at all; ``None`` where it is. ``quiet``: streams."""
        if self.profile in ("authority", "auditor"):
            return None
        to_safeguard = isinstance(event, AbsenceEscalated) and event.kind in _SAFEGUARDING_TO
        if to_safeguard or event.stream in quiet:
            return SAFEGUARDING
        if self.profile == "parent" and self._is_of_another_parent(event):
            return ANOTHER_PARENT
        return None

    def _is_of_another_parent(self, event: Event) -> bool:
        if isinstance(event, PenaltyEvent):
            return event.parent != self.parent
        return isinstance(event, LetterSent) and event.parent not in (None, self.parent)

    def withheld(
        self, event: Event, opened: Opened, others: "Others", theirs: Collection[str]
    ) -> Mapping[str, str]:
        """
        The parts of an entry that are not shown, each with the reason.

        ``theirs`` are the streams that another parent began.
        """
        spoken = [name for name in opened.parts if name not in ("act", "prior")]
        found: dict[str, str] = {}
        if self.profile == "auditor" and not isinstance(event, SheetEvent):
            return dict.fromkeys(spoken, "not needed to audit the register")
        if self.profile in ("court", "parent") and isinstance(event, PupilFactRecorded):
            return dict.fromkeys(spoken, "not about attendance")
        if event.stream in theirs or self.names_another_parent(event):
            found = dict.fromkeys(spoken, "another parent's particulars")
        for name in spoken:
            if name not in found and others.named_in(opened.parts[name].text):
                found[name] = "it names another pupil"
            elif self.profile == "auditor" and name == "reason" and self._named(opened, name):
                found[name] = "it names the pupil or a parent"
        return found

    def names_another_parent(self, event: Event) -> bool:
        """Whether a parent reads this, and the entry is about another one."""
        if self.profile != "parent":
            return False
        named: set[Any] = set()
        if isinstance(event, PupilAdmitted):
            named = {one.id for one in event.parents}
        elif isinstance(event, ParentsChanged):
            named = {one.id for one in (*event.original, *event.amended)}
        else:
            named = {getattr(event, field, None) for field in ("parent", "contact", "asked_by")}
            named |= set(getattr(event, "parents", ()))
        return bool(named - {None, self.parent, "pupil"})

    def _named(self, opened: Opened, part: str) -> bool:
        names = {self.pupil.forename, self.pupil.surname, self.pupil.upn}
        names |= {word for one in self.pupil.parents for word in one.name.split()}
        text = opened.parts[part].text
        return any(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in names)


class Others:
    """The other pupils of the school, to be found in nothing that is handed out."""

    def __init__(self, roll: Roll, pupil: Pupil) -> None:
        own = {pupil.name.casefold(), *(one.name.casefold() for one in pupil.parents)}
        self._names: dict[str, set[str]] = {}  # by their first word
        for one in roll.pupils.values():
            if one.id != pupil.id:
                backwards = f"{one.surname}, {one.forename}"
                names = {one.name.casefold(), backwards.casefold(), one.upn.casefold()}
                for name in names - own:
                    self._names.setdefault(next(iter(_words(name)), ""), set()).add(name)

    def named_in(self, text: str) -> bool:
        """Whether a text holds the full name or the number of another pupil."""
        low = text.casefold()
        return any(
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", low)
            for word in {*_words(low), ""} & self._names.keys()
            for name in self._names[word]
        )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def quiet_streams(events: Iterable[Event]) -> set[str]:
    """The streams of support that are about safeguarding."""
    return {
        event.stream
        for event in events
        if isinstance(event, SupportOpened) and event.kind in _SAFEGUARDING_KINDS
    }
