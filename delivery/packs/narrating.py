"""What was done about a pupil, told from the entries a pack's reader may see, in order."""

import datetime as dt
from collections.abc import Iterator, Sequence

from commands.base import in_words
from delivery.packs.record import Shown
from delivery.packs.telling import WITHHELD, codes_on, day, moment
from ledger.events import Event, LetterSent, MarkRecorded
from ledger.events.absence import AbsenceEvent
from ledger.events.leave import LeaveEvent
from ledger.events.penalty import PenaltyEvent
from ledger.events.support import SupportEvent
from ledger.kinds import Session
from ledger.roll import Pupil
from projections.last_seen_parts import taken
from projections.sentences import MarkEvent, sentence
from projections.views import View

_SKIPPED = frozenset(
    {"made_by", "made_at", "pupil", "parent", "position", "case", "notice", "improvement",
     "leave", "support", "figures", "before", "after", "arithmetic", "policy", "pack", "earlier",
     "merged", "template", "pdf", "made_with", "letter"}
)  # fmt: skip


def steps(pupil: Pupil, entries: Sequence[Shown]) -> list[dict[str, str]]:
    """Contacts and whatever else was done about absence."""
    theirs = [
        (one.held.entry, one.held.event)
        for one in entries
        if isinstance(one.held.event, AbsenceEvent) and one.whole
    ]
    return [
        {
            "when": moment(one.at),
            "what": one.what,
            "who": one.who or "",
            "came": "; ".join(said for said in (one.outcome, one.said) if said),
            "by": one.by,
            "entry": f"{one.entry:,}",
        }
        for one in taken(theirs, pupil, dt.date.min)
    ]


def letters(pupil: Pupil, entries: Sequence[Shown]) -> list[dict[str, str]]:
    """The letters sent whose text is shown."""
    names = {one.id: one.name for one in pupil.parents}
    return [
        {
            "number": str(event.letter),
            "kind": event.kind.replace("-", " "),
            "dated": in_words(event.dated),
            "to": names.get(event.parent or "", event.parent or "the parents"),
            "channel": event.channel,
            "by": _by(event),
            "entry": f"{one.held.entry:,}",
        }
        for one in entries
        if isinstance(event := one.held.event, LetterSent) and one.main
    ]


def told(pupil: Pupil, entries: Sequence[Shown], kind: type[Event]) -> list[dict[str, str]]:
    """Entries of one kind (leave, notices, support) in words, in order."""
    return [
        {"when": moment(one.held.event.made_at), "entry": f"{one.held.entry:,}"}
        | {"what": words(one.held.event, pupil), "by": _by(one.held.event)}
        for one in entries
        if isinstance(one.held.event, kind) and one.whole
    ]


def chronology(view: View, pupil: Pupil, entries: Sequence[Shown]) -> list[dict[str, str]]:
    """Everything but plain presence, in the order of the entries."""
    return list(_chronology(view, pupil, entries))


def _chronology(view: View, pupil: Pupil, entries: Sequence[Shown]) -> Iterator[dict[str, str]]:
    for one in entries:
        event = one.held.event
        if not one.whole:
            what = f"{event.TOPIC.replace('-', ' ')}: {WITHHELD} in part or whole"
        elif isinstance(event, MarkEvent):
            codes = codes_on(view, event.session)
            known = codes.known(event.code) if isinstance(event, MarkRecorded) else None
            if known and known.statistical == "present" and not known.late:
                continue
            what = f"{day(event.session.date)} {event.session.half}. "
            told = sentence(event, one.held.page.act, codes)
            what += f"{told[0].upper()}{told[1:]}."
        elif isinstance(event, AbsenceEvent):
            ((step),) = taken([(one.held.entry, event)], pupil, dt.date.min)
            what = "; ".join(x for x in (step.what, step.who, step.outcome, step.said) if x)
        else:
            what = words(event, pupil)
        recorded = one.held.page.act.recorded_at
        yield {"entry": f"{one.held.entry:,}", "when": moment(recorded), "what": what}


def words(event: Event, pupil: Pupil) -> str:
    """An entry's name and what it says, in the words it is kept in."""
    names = {one.id: one.name for one in pupil.parents}
    given = ((name, getattr(event, name)) for name in type(event).model_fields)
    said = [
        f"{name.replace('_', ' ')} {names.get(shown, shown).rstrip('.')}"
        for name, value in given
        if name not in _SKIPPED and (shown := _shown(name, value))
    ]
    who = names.get(getattr(event, "parent", None) or "", "")
    head = event.TOPIC.replace("-", " ").capitalize() + (f" ({who})" if who else "")
    return f"{head}: {'; '.join(said)}." if said else f"{head}."


def _shown(name: str, value: object) -> str:
    """A field's value in words; "" for one that has none, or is not for a page."""
    if isinstance(value, Session):
        return f"{day(value.date)} {value.half}"
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return in_words(value)
    if isinstance(value, tuple) and name in ("sessions", "evidence", "conditions", "agenda"):
        return ", ".join(str(getattr(one, "session", one)) for one in value)
    if value is True:
        return "yes"
    return str(value) if isinstance(value, str | int) and value is not False else ""


def _by(event: Event) -> str:
    return f"{event.made_by.name} ({event.made_by.position})"


SECTIONS: dict[str, type[Event]] = {
    "leave": LeaveEvent,
    "notices": PenaltyEvent,
    "support": SupportEvent,
}
"""Sections of the pages that are the entries of one kind."""
