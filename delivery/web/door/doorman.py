"""Lets in or turns away: who a request comes from, and whether they see what they ask for."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from delivery.bootstrap import Desk, within
from delivery.web.door.rules import Asked, Grant, Topic, Verdict, judged
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.door.visitor import Visitor, class_of, here
from ledger.calendar.london import london
from ledger.kinds import Urn
from ledger.refusals import UnknownPupil, UnknownSchool
from ledger.roll import Pupil
from projections.views import View

FORM_FIELD = "form"
"""The field of every form that says its page was given to this session."""


@dataclass(frozen=True)
class Door:
    """The door of one open ledger. ``person``: who acts where nobody need sign in."""

    desk: Desk
    person: str | None = None

    def visitor(self, request: Request) -> Visitor:
        """Who a request comes from. Raises ``SignInNeeded`` where that has to be known first."""
        return here(self.person)

    def reads(self, passed: "Pass", pupil: Pupil, what: str) -> None:
        """Keep that a pupil's record is read, before it is shown."""

    def today(self) -> dt.date:
        return london(self.desk.clock()).date()


@dataclass(frozen=True)
class Pass:
    """What one visitor may see of one school, for the length of one request."""

    door: Door
    visitor: Visitor
    view: View
    grant: Grant | None = field(default=None)

    @classmethod
    def of(cls, door: Door, visitor: Visitor, view: View) -> "Pass":
        """Raises ``UnknownSchool`` for a school the visitor has no business with."""
        grant = visitor.grant(view.school, door.today())
        if grant is None:
            raise UnknownSchool(school=view.urn, known=_named(door.desk, visitor))
        return cls(door, visitor, view, grant)

    def now(self, pupil: Pupil) -> Pupil:
        """A pupil as the admission register has them now: by that a teacher's classes go."""
        return self.view.context.roll.pupils.get(pupil.id, pupil)

    def judged(
        self, topic: Topic, *, pupil: Pupil | None = None, group: str | None = None
    ) -> Verdict:
        """What comes of asking; of a pupil, by the class they are in today."""
        if pupil is not None:
            group = class_of(pupil, self.door.today())
        return judged(self.grant, Asked(topic, pupil.id if pupil else None, group))

    def sees(self, topic: Topic, *, pupil: Pupil | None = None, group: str | None = None) -> bool:
        """Whether it is shown, names and all: for lists that leave out what is not."""
        return self.judged(topic, pupil=pupil, group=group) is Verdict.ALLOWED

    def check(
        self,
        topic: Topic,
        *,
        pupil: Pupil | None = None,
        group: str | None = None,
        written: str = "",
    ) -> Verdict:
        """
        Let in, or raise.

        Raises ``UnknownPupil``, in the words used of a pupil there is not, where the visitor may
        not even know of them; ``NotYoursToSee`` else.
        """
        found = self.judged(topic, pupil=pupil, group=group)
        if found is Verdict.HIDDEN:
            raise UnknownPupil(pupil=written or (pupil.upn if pupil else ""))
        if found is Verdict.BARRED:
            raise NotYoursToSee
        return found


@contextmanager
def inside(desk: Desk, visitor: Visitor, school: Urn) -> Iterator[None]:
    """Within it, only the visitor's schools are there. Raises ``UnknownSchool`` for another."""
    if not visitor.may_enter(school):
        raise UnknownSchool(school=school, known=_named(desk, visitor))
    with within(visitor.schools):
        yield


def _named(desk: Desk, visitor: Visitor) -> str:
    """The schools a visitor has business with, to end a sentence with."""
    mine = [urn for urn in desk.store.schools() if visitor.may_enter(urn)]
    return ", ".join(f"{urn} ({desk.name_of(urn)})" for urn in mine) or "none of yours"


def _visitor(request: Request) -> Visitor:
    door: Door = request.app.state.door
    return door.visitor(request)


Visited = Annotated[Visitor, Depends(_visitor)]
"""Who asks, to be taken by any handler; raises where somebody has to sign in first."""
