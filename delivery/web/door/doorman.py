"""Lets in or turns away: who a request comes from, and whether they see what they ask for."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hmac import compare_digest
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from delivery.bootstrap import Desk
from delivery.kept import within
from delivery.web.door.accounts import Account, Accounts
from delivery.web.door.book import Book
from delivery.web.door.openid import Provider
from delivery.web.door.passwords import Passwords
from delivery.web.door.readings import By, Readings, Shown, Whole
from delivery.web.door.rules import Asked, Grant, Topic, Verdict, judged
from delivery.web.door.sessions import Sessions, form_token
from delivery.web.door.turned_away import (
    FormOutOfDate,
    NotYoursToSee,
    PasswordToChange,
    SignInNeeded,
    TokenUnknown,
)
from delivery.web.door.verifications import Verifications, Verified
from delivery.web.door.visitor import Visitor, class_of, here, in_class
from ledger.calendar.london import london
from ledger.kinds import Urn
from ledger.refusals import UnknownPupil, UnknownSchool
from ledger.roll import Pupil
from projections.views import View

FORM_FIELD = "form"
"""The field of every form that says its page was given to this session."""


@dataclass(frozen=True)
class Door:
    """
    The door of one open ledger.

    Without ``asks`` whoever asks sits at this machine, and acts as ``person``. With it they sign
    in, or send a token. ``book`` is the door's own file; without one no reading is kept.
    ``secure``: nothing is told but over TLS. ``keys``: the folder of the keys of pseudonyms.
    """

    desk: Desk
    person: str | None = None
    book: Book | None = None
    asks: bool = False
    secure: bool = False
    providers: tuple[Provider, ...] = ()
    passwords: Passwords | None = None
    keys: Path = Path("attendance-keys")

    @cached_property
    def accounts(self) -> Accounts:
        assert self.book is not None, "a door that asks has its file"
        return Accounts(self.book, self.passwords)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.accounts)

    def visitor(self, request: Request, stands: int | None = None) -> Visitor:
        """
        Who a request comes from. Raises ``SignInNeeded`` where that has to be known first.

        ``stands``: where the door's file stands, for whoever has looked since the request came.
        """
        return self._coming(request, stands) if self.asks else here(self.person)

    def still_in(self, request: Request) -> bool:
        """Whether whoever began a long answer would still be let in, asking nothing more."""
        if not self.asks:
            return True
        told = request.headers.get("authorization", "")
        if told and request.url.path.startswith("/api/"):
            return self._of_token(told) is not None
        secret = request.cookies.get(cookie_name(self.secure), "")
        return bool(secret) and self.sessions.of(secret, self.now(), seen=False) is not None

    def now(self) -> int:
        """The moment in whole seconds, UTC, as the door's file counts."""
        return int(self.desk.clock().timestamp())

    def today(self) -> dt.date:
        return london(self.desk.clock()).date()

    def reads(self, passed: "Pass", pupil: Pupil, what: str) -> None:
        """Keep that a pupil's record is read, before it is shown."""
        if self.book is not None:
            Readings(self.book).add(self._by(passed.visitor, passed.view.urn), pupil.id, what)

    def reads_class(self, passed: "Pass", shown: Shown, what: str) -> None:
        """Keep that the register of a class is read, before it is shown."""
        if self.book is not None:
            by = self._by(passed.visitor, passed.view.urn)
            Readings(self.book).add_class(by, shown, what, lambda: in_class(passed.view, shown))

    def reads_school(
        self, visitor: Visitor, school: Urn, whole: Whole, what: str, *, once: bool
    ) -> None:
        """Keep that something of a whole school is given, before it is."""
        if self.book is not None:
            Readings(self.book).add_school(self._by(visitor, school), whole, what, once=once)

    def verified(self, school: Urn) -> Verified | None:
        """The last verification of a school that is known here."""
        return Verifications(self.book).last(school) if self.book is not None else None

    def _by(self, visitor: Visitor, school: Urn) -> By:
        return By(self.now(), visitor.who, visitor.staff, school)

    def _of_token(self, told: str) -> tuple[Account, frozenset[str] | None] | None:
        return self.sessions.of_token(told.removeprefix("Bearer ").strip(), self.now())

    def _coming(self, request: Request, stands: int | None) -> Visitor:
        path: str = request.scope["path"]
        api = path.startswith("/api/")
        told = request.headers.get("authorization", "")
        if api and told:
            found = self._of_token(told)
            if found is None:
                raise TokenUnknown
            account, questions = found
            return account.visitor(machine=True, questions=questions)
        secret = request.cookies.get(cookie_name(self.secure), "")
        session = self.sessions.of(secret, self.now(), stands=stands) if secret else None
        if session is None:
            raise SignInNeeded
        if session.must_change and path not in OPEN:
            raise PasswordToChange
        if api and request.method not in ASKING and not _from_here(request, secret):
            raise FormOutOfDate
        return session.visitor(form_token=form_token(secret))


ASKING = {"GET", "HEAD", "OPTIONS"}
OPEN = {"/password", "/sign-out"}
"""What somebody may ask for who still has the password of the first time."""


def cookie_name(secure: bool) -> str:
    """``__Host-``: a browser takes it over TLS alone, and for this very host alone."""
    return "__Host-attendance" if secure else "attendance"


def _from_here(request: Request, secret: str) -> bool:
    """Whether a page of ours sent it: browsers say so, and a program repeats the form's token."""
    token = request.headers.get("x-form-token", "")
    if token:
        return compare_digest(token, form_token(secret))
    same = request.headers.get("sec-fetch-site") == "same-origin"
    return same or request.headers.get("origin") is not None  # which the guard has compared


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


async def check_form(request: Request, token: str) -> None:
    """Raises ``FormOutOfDate`` where what changes something lacks the token of its session."""
    if request.method in ASKING or not token:
        return
    sent = (await request.form()).get(FORM_FIELD, "")
    if not isinstance(sent, str) or not compare_digest(sent.encode(), token.encode()):
        raise FormOutOfDate
