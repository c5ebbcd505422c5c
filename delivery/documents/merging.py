"""What every letter is merged with: school, pupil, parent, terms in force, and where it stands."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from commands.base import in_words
from delivery.documents.asked import Asked
from delivery.foot import foot
from ledger.calendar import london
from ledger.events import Parent
from ledger.kinds import Session
from ledger.policy import PolicyDay
from ledger.refusals import StepMissing, UnknownParent, UnknownPerson, UnknownPupil
from ledger.roll import Pupil
from ledger.school import School, Staff
from projections.letter_figures import LetterFigures
from projections.views import View

TITLES = {
    "leave-refused": "Your request for leave of absence",
    "concern": "Concern about attendance",
    "general": "Attendance and leave of absence",
    "notice-to-parents": "Leave of absence in term time: notice to parents and carers",
    "notice-to-improve": "Notice to improve attendance",
    "illness-notice": "Absence reported as illness: notice before it is recorded as unauthorised",
    "penalty-warning": "Warning: a penalty notice may be issued",
}


@dataclass(frozen=True)
class Writing:
    """A letter being written: what was asked, and the school as at the view's entry."""

    asked: Asked
    view: View

    @property
    def school(self) -> School:
        return self.view.school

    @cached_property
    def rules(self) -> PolicyDay:
        """The rules in force on the date of the letter."""
        return self.view.policy.on(self.asked.dated)

    @cached_property
    def pupil(self) -> Pupil:
        """The pupil. Raises ``UnknownPupil``."""
        found = self.view.context.roll.find(self.asked.pupil or "")
        if found is None:
            raise UnknownPupil(pupil=self.asked.pupil or "")
        return found

    @cached_property
    def parent(self) -> Parent | None:
        """The parent named, or the only one there is. Raises ``UnknownParent``."""
        held = self.pupil.parents if self.asked.pupil is not None else ()
        named = self.asked.parent
        if named is None:
            return held[0] if len(held) == 1 else None
        for one in held:
            if named.casefold() in (one.id.casefold(), one.id.removeprefix("parent-")):
                return one
        known = ", ".join(f"{one.id} ({one.name})" for one in held) or "none"
        raise UnknownParent(pupil=self.pupil.name, parent=named, known=known)

    @cached_property
    def one_parent(self) -> Parent:
        """The one parent that a letter of this kind goes to. Raises ``StepMissing``."""
        if self.parent is None:
            known = ", ".join(f"{one.id} ({one.name})" for one in self.pupil.parents) or "none"
            why = f"This goes to one parent: give --parent, one of {known}"
            raise StepMissing(why=why)
        return self.parent

    @cached_property
    def signed(self) -> Staff:
        """Who signs: whoever is named, else the head that day. Raises ``UnknownPerson``."""
        day, named = self.asked.dated, self.asked.signed_by
        ids = [named] if named else dict.fromkeys(one.staff for one in self.school.appointments)
        for staff in ids:
            held = self.school.person_on(staff, day)
            if held is not None and (named or "head" in held.roles):
                return held
        raise UnknownPerson(person=named or "head", date=in_words(day))


def merged(
    writing: Writing, own: dict[str, Any], terms_on: dt.date, position: int, *, draft: bool
) -> dict[str, Any]:
    """
    All that goes into a letter: what is common to all, and ``own`` to its kind.

    ``position`` is the entry at which its figures were reckoned.
    """
    asked, school = writing.asked, writing.school
    day, signed = asked.dated, writing.signed
    about = writing.pupil if asked.pupil is not None else None
    return {
        "kind": asked.kind,
        "title": TITLES[asked.kind],
        "draft": draft,
        "school": {
            "name": school.name,
            "trust": school.trust,
            "local_authority": school.local_authority,
        },
        "to": _to(writing),
        "pupil": _pupil(about, day),
        "date": {
            "year": day.year,
            "month": day.month,
            "day": day.day,
            "iso": day.isoformat(),
            "words": in_words(day),
        },
        "signed": {"name": signed.name, "position": signed.position},
        "contact": asked.contact,
        "asat": _asat(writing.view, position),
        **_terms(writing, terms_on),
        **own,
    }


def _to(writing: Writing) -> dict[str, Any]:
    """The address block; without a parent named, to whoever the pupil lives with."""
    if writing.asked.pupil is None:
        return {"name": "", "lines": [], "dear": "parent or carer", "parent": None}
    parent, pupil = writing.parent, writing.pupil
    if parent is None:
        at_home = [one for one in pupil.parents if one.lives_with and one.address]
        name, lines = f"The parents or carers of {pupil.name}", at_home[:1]
    else:
        name, lines = parent.name, [parent]
    address = next((one.address for one in lines if one.address), None)
    return {
        "name": name,
        "lines": [part.strip() for part in address.split(",")] if address else [],
        "dear": parent.name if parent else "parent or carer",
        "parent": parent.name if parent else None,
    }


def _pupil(pupil: Pupil | None, day: dt.date) -> dict[str, Any]:
    """The pupil's names and class; the date of birth is for the form alone."""
    if pupil is None:
        return dict.fromkeys(("name", "forename", "class", "year_group", "born"))
    place = pupil.place_on(day)
    return {
        "name": pupil.name,
        "forename": pupil.forename,
        "class": place.group,
        "year_group": place.year_group,
        "born": None,
    }


def _asat(view: View, position: int) -> dict[str, Any]:
    act = next(view.ledger.acts(position, position), None)
    when = london(act.recorded_at) if act else None
    recorded = f"{in_words(when.date())}, {when:%H:%M}" if when else None
    below = foot(view.ledger, position)
    signed = below.signed and {"written": f"{below.signed.entries:,}", "root": below.signed.root}
    return {
        "entry": position,
        "written": f"{position:,}",
        "recorded": recorded,
        "root": below.root,
        "signed": signed,
        "is_signed": below.is_signed,
    }


def _terms(writing: Writing, day: dt.date) -> dict[str, Any]:
    """What a penalty notice would cost, by the day on which an offence period begins."""
    rules = writing.view.policy.on(day)
    issuing = value(rules, "penalty.issuing")
    return {
        "terms_on": day.isoformat(),
        "terms": value(rules, "penalty.amounts"),
        "terms_clause": clause(rules, "penalty.amounts"),
        "limit": value(rules, "penalty.limit"),
        "issuing": issuing["school"] if issuing else "issues",
        "on_conviction": value(rules, "penalty.on_conviction"),
        "policy": rules.name,
    }


def value(rules: PolicyDay, name: str) -> Any:
    """A parameter's value as JSON has it; ``None`` where no pack speaks."""
    return _json(rules.get(name).value) if name in rules else None


def clause(rules: PolicyDay, name: str) -> str | None:
    """The clause that settles a parameter; ``None`` where no pack speaks."""
    return rules.get(name).reference if name in rules else None


def _json(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: _json(part) for key, part in said.items()}
    return said.isoformat() if isinstance(said, dt.date | dt.time) else said


def session(one: Session) -> dict[str, Any]:
    """A session for a sentence: its day in words, and its half-day."""
    words = {"AM": "morning", "PM": "afternoon"}
    return {"day": in_words(one.date), "half": one.half, "half_words": words[one.half]}


def threshold(rules: PolicyDay) -> dict[str, Any] | None:
    """The threshold clause in force; two sessions are one school day."""
    rule = value(rules, "penalty.threshold")
    if rule is None:
        return None
    return {
        "sessions": rule["sessions"],
        "days": rule["sessions"] // 2,
        "within": rule["within"],
        "of": rule["of"],
        "clause": clause(rules, "penalty.threshold"),
    }


def evidence(rules: PolicyDay) -> dict[str, Any]:
    """What the policy says of medical evidence."""
    return {
        "required": bool(value(rules, "evidence.standing")),
        "kinds": value(rules, "evidence.kinds") or [],
        "clause": clause(rules, "evidence.notice_first"),
    }


def figures(found: LetterFigures) -> dict[str, Any]:
    """Figures with their days in words as well."""
    return {
        **found.model_dump(mode="json"),
        "starts": in_words(found.starts),
        "ends": in_words(found.ends),
        "first": found.starts.isoformat(),
        "last": found.ends.isoformat(),
    }
