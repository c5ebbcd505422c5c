"""
Who sees what: role, question and scope to *allowed*, *allowed without names* or *refused*.

Pure: no request, no database. Who may *do* an act is not said here but in ``commands.permits``;
here it is said only who may change nothing at all. What is not listed is not shown, except to
those who see the whole school.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from ledger.kinds import GroupId, PupilId


class Topic(Enum):
    """What a question or a page is about."""

    PUPIL = "one pupil's register and what follows from it"
    CASE = "one pupil's case: evidence, leave, letters, support, an evidence pack"
    CLASS = "the register of one class"
    LISTED = "lists that hold only what the visitor may see"
    SCHOOL = "pupils of the whole school"
    FIGURES = "figures that name no pupil"
    PEOPLE = "what members of staff did and read"
    ITS_OWN = "pages that ask at the door about each thing they show"
    LEDGER = "the ledger itself: whether it is whole, and its policy"
    ENTRIES = "every entry with everything in it"


class Verdict(Enum):
    """What comes of asking. ``HIDDEN``: as if it were not there."""

    ALLOWED = "allowed"
    WITHOUT_NAMES = "allowed without names"
    BARRED = "refused"
    HIDDEN = "refused as if it were not there"


@dataclass(frozen=True)
class Grant:
    """
    What one visitor sees of one school.

    ``whole``: every pupil; else the pupils of ``groups`` (their class today) and ``pupils``, by
    their numbers. ``cases``: also what is kept about a pupil beside the register.
    """

    whole: bool = False
    groups: frozenset[GroupId] = frozenset()
    pupils: frozenset[PupilId] = frozenset()
    cases: bool = False
    figures: bool = False
    people: bool = False
    ledger: bool = False
    names: bool = False
    changes: bool = False

    def also(self, other: "Grant") -> "Grant":
        """What two roles see together."""
        return Grant(
            whole=self.whole or other.whole,
            groups=self.groups | other.groups,
            pupils=self.pupils | other.pupils,
            cases=self.cases or other.cases,
            figures=self.figures or other.figures,
            people=self.people or other.people,
            ledger=self.ledger or other.ledger,
            names=self.names or other.names,
            changes=self.changes or other.changes,
        )


EVERYTHING = Grant(
    whole=True, cases=True, figures=True, people=True, ledger=True, names=True, changes=True
)
_OFFICE = Grant(whole=True, cases=True, figures=True, names=True, changes=True)
_ROLES = {
    "teacher": Grant(names=True, changes=True),
    "office": _OFFICE,
    "attendance-officer": _OFFICE,
    "champion": replace(_OFFICE, ledger=True),
    "head": EVERYTHING,
    "ceo": EVERYTHING,
    "trust": replace(EVERYTHING, changes=False),
    "board": Grant(figures=True, ledger=True, names=True, changes=True),
    "la": Grant(cases=True, ledger=True, names=True, changes=True),
    "authority": Grant(cases=True, ledger=True, names=True),
    "auditor": replace(EVERYTHING, changes=False),
    "bi": Grant(whole=True, figures=True),
}
"""By role, as both seed policies share the reading out. Most are held on the staff of a school;
those of ``OF_ACCOUNTS`` may be an account's, of somebody on no staff."""
OF_ACCOUNTS = ("trust", "board", "authority", "auditor", "bi")


def grant_of(
    roles: Iterable[str],
    *,
    groups: Iterable[GroupId] = (),
    pupils: Iterable[PupilId] = (),
    names: bool = False,
) -> Grant | None:
    """
    What somebody with these roles sees of a school; ``None`` where they have no business there.

    ``groups`` are a teacher's classes, ``pupils`` those named to an authority, ``names`` says
    that names were granted to a role that goes without. Whoever is an auditor changes nothing,
    whatever else they are.
    """
    held = set(roles)
    found: Grant | None = None
    for role in sorted(held & _ROLES.keys()):
        one = _ROLES[role]
        if role == "teacher":
            one = replace(one, groups=frozenset(groups))
        if role in {"la", "authority"}:
            one = replace(one, pupils=frozenset(pupils))
        found = one if found is None else found.also(one)
    if found is None:
        return None
    found = replace(found, names=found.names or names)
    return replace(found, changes=False) if "auditor" in held else found


def profiles_for(grant: Grant | None) -> tuple[str, ...]:
    """For which readers somebody may make a pack: who sees named pupils alone, for an authority."""
    if grant is None or not grant.cases:
        return ()
    return ("authority", "parent", "court", "auditor") if grant.whole else ("authority",)


@dataclass(frozen=True)
class Asked:
    """What is asked for: a topic, and the pupil (with the class they are in today) or class."""

    topic: Topic
    pupil: PupilId | None = None
    group: GroupId | None = None


def judged(grant: Grant | None, asked: Asked) -> Verdict:
    """What comes of asking for something."""
    if grant is None:
        return Verdict.HIDDEN
    if not _within(grant, asked):
        hidden = asked.topic in {Topic.PUPIL, Topic.CASE}
        return Verdict.HIDDEN if hidden and not _knows(grant, asked) else Verdict.BARRED
    nameless = asked.topic in {Topic.FIGURES, Topic.LEDGER, Topic.ITS_OWN} or grant.names
    return Verdict.ALLOWED if nameless else Verdict.WITHOUT_NAMES


def _within(grant: Grant, asked: Asked) -> bool:
    return {
        Topic.PUPIL: _knows(grant, asked),
        Topic.CASE: grant.cases and _knows(grant, asked),
        Topic.CLASS: grant.whole or asked.group in grant.groups,
        Topic.LISTED: grant.whole or bool(grant.groups or grant.pupils),
        Topic.SCHOOL: grant.whole,
        Topic.ITS_OWN: True,
        Topic.FIGURES: grant.figures,
        Topic.PEOPLE: grant.people,
        Topic.LEDGER: grant.ledger,
        Topic.ENTRIES: grant.whole and grant.cases and grant.people and grant.ledger,
    }[asked.topic]


def _knows(grant: Grant, asked: Asked) -> bool:
    """Whether the visitor may know that the pupil is at the school."""
    return grant.whole or asked.pupil in grant.pupils or asked.group in grant.groups
