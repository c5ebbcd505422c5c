"""Which schools' entries a visitor is told, and in which form."""

import hashlib
import re
from collections.abc import Callable

from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.feed.cloud import everything
from delivery.feed.following import Source
from delivery.feed.pseudonymous import pseudonymous
from delivery.kept import holding
from delivery.pseudonyms import Pseudonyms, pseudonyms
from delivery.web.door.doorman import Door, Pass, inside
from delivery.web.door.rules import Topic
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.door.visitor import Visitor
from ledger.kinds import Urn
from ledger.refusals import UnknownSchool

FEED = "feed"
"""The word by which a token may be limited to it."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,50}")


def sources(
    door: Door, visitor: Visitor, school: Urn | None, *, pseudonymously: bool = False
) -> list[Source]:
    """
    The ledgers whose entries the visitor is told, in the order of their URNs.

    ``school``: of that one alone. ``pseudonymously``: though they might see all of it. Raises
    ``NotYoursToSee`` where there is none, ``UnknownSchool`` for one they have no business with.
    """
    if visitor.questions is not None and FEED not in visitor.questions:
        raise NotYoursToSee
    under = _Pseudonyms(door, visitor)
    if school is not None:
        return [_source(door, visitor, school, under, pseudonymously)]
    found = []
    for urn in door.desk.store.schools():
        try:
            found.append(_source(door, visitor, urn, under, pseudonymously))
        except (UnknownSchool, NotYoursToSee):
            continue
    if not found:
        raise NotYoursToSee
    return found


class _Pseudonyms:
    """The visitor's own pseudonyms; their key is made when the first is asked for, not before."""

    def __init__(self, door: Door, visitor: Visitor) -> None:
        self._make: Callable[[], Pseudonyms] = lambda: pseudonyms(door.keys, recipient_of(visitor))
        self._made: Pseudonyms | None = None

    def __call__(self) -> Pseudonyms:
        if self._made is None:
            self._made = self._make()
        return self._made


def recipient_of(visitor: Visitor) -> str:
    """
    The name under which a visitor's pseudonyms are made: the account's own, as far as it can be.

    So the account ``powerbi`` has the pseudonyms of the exports made for ``powerbi``.
    """
    who = "this-machine" if visitor.local else visitor.who
    if _NAME.fullmatch(who):
        return who
    told = re.sub(r"[^a-z0-9-]", "-", who.lower()).strip("-")[:40]
    return f"{told}-{hashlib.sha256(who.encode()).hexdigest()[:8]}"


def _source(
    door: Door, visitor: Visitor, school: Urn, under: _Pseudonyms, pseudonymously: bool
) -> Source:
    with holding(door.desk), inside(door.desk, visitor, school):
        ledger = door.desk.ledger(school)
        passed = Pass.of(door, visitor, view_of(door.desk, ledger, Call()))
        if passed.sees(Topic.ENTRIES) and not pseudonymously:
            return Source(ledger, everything)
        passed.check(Topic.SCHOOL)
    return Source(ledger, pseudonymous(under()))
