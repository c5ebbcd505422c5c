"""One spell of absence as it was followed up: told, called about, escalated, decided."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, get_args

from ledger.calendar import london
from ledger.events.absence import (
    AbsenceDecided,
    AbsenceEscalated,
    AbsenceReported,
    ContactAttempted,
    IllnessRefused,
    LatenessMeetingRecorded,
    ParentNotified,
)
from ledger.events.evidence import (
    EvidenceJudged,
    EvidenceReceived,
    EvidenceRequested,
    EvidenceRequirementLifted,
    EvidenceRequirementSet,
)

SpellEvents = (
    AbsenceReported
    | ContactAttempted
    | AbsenceEscalated
    | AbsenceDecided
    | ParentNotified
    | IllnessRefused
    | EvidenceRequested
    | EvidenceReceived
    | EvidenceJudged
    | EvidenceRequirementSet
    | EvidenceRequirementLifted
    | LatenessMeetingRecorded
)
SPELL_EVENTS = get_args(SpellEvents)


@dataclass(frozen=True, slots=True)
class Spell:
    """
    What was done about an absence from its ``first`` day on, each kind of act in order.

    A standing requirement of evidence and a meeting about lateness stand in the stream of their
    own day, which need not be a spell of absence: ``followed_up`` says whether it is one.
    """

    first: dt.date
    reports: tuple[AbsenceReported, ...] = ()
    contacts: tuple[ContactAttempted, ...] = ()
    escalations: tuple[AbsenceEscalated, ...] = ()
    decisions: tuple[AbsenceDecided, ...] = ()
    notices: tuple[ParentNotified, ...] = ()
    refusals: tuple[IllnessRefused, ...] = ()
    asked: tuple[EvidenceRequested, ...] = ()
    received: tuple[EvidenceReceived, ...] = ()
    judged: tuple[EvidenceJudged, ...] = ()
    requirement: EvidenceRequirementSet | None = None
    lifted: EvidenceRequirementLifted | None = None
    meetings: tuple[LatenessMeetingRecorded, ...] = ()
    version: int = 0

    @classmethod
    def fold(cls, first: dt.date, events: Iterable[SpellEvents]) -> "Spell":
        spell = cls(first)
        for event in events:
            spell = evolve(spell, event)
        return spell

    @property
    def followed_up(self) -> bool:
        """Whether anything was done about an absence that began on this day."""
        done = (self.reports, self.contacts, self.escalations, self.decisions, self.notices)
        return any(done) or any((self.refusals, self.asked, self.received, self.judged))

    @property
    def reached(self) -> bool:
        """Whether anybody was reached, or told the school of their own accord."""
        return bool(self.reports) or any(one.outcome == "reached" for one in self.contacts)

    @property
    def satisfied(self) -> bool | None:
        """Whether the evidence was last judged enough; ``None``: not judged since it was asked."""
        return self.judged[-1].satisfied if self.judged else None

    def called_on(self, day: dt.date) -> bool:
        """Whether anybody tried to reach a contact on a day, by London's clocks."""
        return any(london(one.tried_at).date() == day for one in self.contacts)

    def told_on(self, day: dt.date, return_day_suffices: bool) -> AbsenceReported | None:
        """
        The report that explains the absence of a day, if there is one.

        Where the policy wants to be told on each day of absence, a report speaks for its first
        day and the day it was received; where the day of return suffices, for all it covers.
        """
        for one in reversed(self.reports):
            if not one.starts <= day <= one.ends:
                continue
            if return_day_suffices or day in (one.starts, london(one.received_at).date()):
                return one
        return None

    def decided_on(self, day: dt.date) -> AbsenceDecided | None:
        """The last decision about the absence of a day."""
        of_day = (one for one in reversed(self.decisions) if one.starts <= day <= one.ends)
        return next(of_day, None)

    def notice_of(self, day: dt.date, before: dt.datetime) -> ParentNotified | None:
        """The notice, given before a moment, that illness on a day will be unauthorised."""
        for one in self.notices:
            covered = one.starts <= day and (one.ends is None or day <= one.ends)
            if covered and one.notified_at < before:
                return one
        return None

    def told(self, parent: str, day: dt.date, by: dt.datetime) -> bool:
        """Whether a parent was told by a moment that illness on a day will be unauthorised."""
        return any(
            one.parent == parent
            and one.starts <= day
            and (one.ends is None or day <= one.ends)
            and one.notified_at <= by
            for one in self.notices
        )

    def on_its_way(self, day: dt.date) -> ParentNotified | None:
        """The notice of illness on a day that was sent first."""
        of_day = (o for o in self.notices if o.starts <= day and (o.ends is None or day <= o.ends))
        return next(of_day, None)

    def requires_on(self, day: dt.date) -> bool:
        """Whether evidence is required of an illness on a day, by the requirement begun here."""
        if self.requirement is None or day < self.first:
            return False
        return self.lifted is None or day <= self.lifted.last_day


def evolve(spell: Spell, event: SpellEvents) -> Spell:
    """
    Fold one event into the spell.

    It refuses nothing: what is in the ledger happened, whatever the rules say now.
    """
    changed: dict[str, Any]
    if isinstance(event, EvidenceRequirementSet):
        changed = {"requirement": event, "lifted": None}
    elif isinstance(event, EvidenceRequirementLifted):
        changed = {"lifted": event}
    else:
        name = _KEPT[type(event)]
        changed = {name: (*getattr(spell, name), event)}
    return replace(spell, version=spell.version + 1, **changed)


_KEPT: dict[type[SpellEvents], str] = {
    AbsenceReported: "reports",
    ContactAttempted: "contacts",
    AbsenceEscalated: "escalations",
    AbsenceDecided: "decisions",
    ParentNotified: "notices",
    IllnessRefused: "refusals",
    EvidenceRequested: "asked",
    EvidenceReceived: "received",
    EvidenceJudged: "judged",
    LatenessMeetingRecorded: "meetings",
}
"""Where each kind of event is kept."""
