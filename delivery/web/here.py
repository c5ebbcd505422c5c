"""One page asked for: the school's view as at a moment, and what the visitor may see of it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from delivery.bootstrap import Desk
from delivery.cli.asking import day_of
from delivery.web.door.askable import may_do
from delivery.web.door.doorman import Pass
from delivery.web.door.pages import topic_of
from delivery.web.door.readings import Shown
from delivery.web.door.rules import Topic
from delivery.web.door.visitor import Visitor
from delivery.web.roles import in_words
from ledger.refusals import UnknownPupil
from ledger.roll import Pupil
from ledger.school import Staff
from projections.views import View

_PLACES = {
    "today": "Today",
    "registers": "Registers",
    "pupils": "Pupils",
    "leave": "Leave",
    "absences": "Absence",
    "penalties": "Penalty notices",
    "letters": "Letters",
    "reports": "Reports",
    "audit": "Audit",
    "data": "Data",
    "settings": "Settings",
}


@dataclass(frozen=True)
class Here:
    """
    One page asked for: the school's view as at the moment asked, and the address of that.

    ``passed`` is what the visitor may see of the school now, whatever moment is asked about.
    """

    desk: Desk
    view: View
    asked: str
    person: str | None
    passed: Pass
    _may: dict[tuple[str, str | None, bool], bool] = field(default_factory=dict, compare=False)

    @property
    def visitor(self) -> Visitor:
        return self.passed.visitor

    @property
    def someone(self) -> Staff | None:
        """The member of staff that the visitor is here today, with name, position and roles."""
        if self.visitor.staff is None:
            return None
        return self.passed.view.school.person_on(self.visitor.staff, self.passed.door.today())

    @property
    def roles(self) -> tuple[str, ...]:
        return (*self.visitor.roles, *(self.someone.roles if self.someone else ()))

    def sees(self, pupil: Pupil) -> bool:
        """Whether the visitor may see a pupil: for lists, which leave out the others."""
        return self.passed.sees(Topic.PUPIL, pupil=self.passed.now(pupil))

    def sees_class(self, group: str) -> bool:
        """Whether the visitor may see a class."""
        return self.passed.sees(Topic.CLASS, group=group)

    def sees_school(self, topic: Topic = Topic.SCHOOL) -> bool:
        """Whether the visitor may see what is about the whole school, or of another topic."""
        return self.passed.sees(topic)

    def sees_case(self, pupil: Pupil) -> bool:
        """Whether the visitor may see what is kept of a pupil beside the register."""
        return self.passed.sees(Topic.CASE, pupil=self.passed.now(pupil))

    @property
    def acts(self) -> bool:
        """Whether to offer anything to do here: not in the past, nor to whoever may do nothing."""
        return not self.asked and _may_act(self.passed)

    @property
    def deeds(self) -> bool:
        """Whether to offer the acts that have a form: whoever sees but a class has the register."""
        return self.acts and self.sees_school()

    def may(self, act: str, group: str | None = None, *, inside: bool = True) -> bool:
        """Whether to offer one act: somebody may act here, and this one is theirs to do."""
        asked = (act, group, inside)
        if asked not in self._may:
            found = self.acts and may_do(self.passed, self.person, act, group, inside=inside)
            self._may[asked] = found
        return self._may[asked]

    def who_may(self, act: str, *, later: bool = False) -> str:
        """The roles that may do an act, in words; ``later``: once the register has closed."""
        rules, name = self.view.school.rules_on(self.passed.door.today()), f"may.{act}"
        scopes = rules.get(name).value if name in rules else {}
        return in_words(one for one, scope in scopes.items() if not (later and "window" in scope))

    @property
    def limits(self) -> str:
        """What somebody is to know who may not ask every question there is; else nothing."""
        if self.sees_school():
            return ""
        if self.passed.grant and self.passed.grant.whole:
            return "Answers hold no names; what cannot be said without them is refused."
        return "What is about the whole school is refused; name a pupil or a class of yours."

    @property
    def proves(self) -> bool:
        """Whether the visitor may have every entry verified."""
        return self.sees_school(Topic.LEDGER)

    @property
    def places(self) -> list[tuple[str, str]]:
        """The pages of the school that the visitor may see, each with its name."""
        return [
            (path, name)
            for path, name in _PLACES.items()
            if self.passed.sees(topic_of(f"/{{school}}/{path}", {}))
            and (path != "registers" or self.sees_some_class)
        ]

    @property
    def sees_some_class(self) -> bool:
        """Whether any class is the visitor's to see: pupils named to somebody are no class."""
        grant = self.passed.grant
        return grant is not None and (grant.whole or bool(grant.groups))

    def reads(self, number: int, page: str) -> None:
        """Keep that a pupil's record is read on a page whose address does not name the pupil."""
        pupil = self.view.context.roll.pupils.get(number)
        if pupil is not None:
            self.passed.door.reads(self.passed, pupil, f"page {page}")

    def reads_class(self, group: str, first: dt.date, last: dt.date, page: str) -> None:
        """Keep that the register of a class is read, between two days."""
        self.passed.door.reads_class(self.passed, Shown(group, first, last), f"page {page}")

    @property
    def urn(self) -> int:
        return self.view.urn

    def link(self, path: str, **more: Any) -> str:
        """An address within the school, which keeps the moment asked about."""
        said = {**more, **({"asof": self.asked} if self.asked else {})}
        query = urlencode({name: value for name, value in said.items() if value is not None})
        return f"/{self.urn}/{path}" + (f"?{query}" if query else "")

    def pupil(self, written: str) -> Pupil:
        """The pupil meant by a number or UPN. Raises ``UnknownPupil``, also if not to be seen."""
        found = self.view.context.roll.find(written)
        if found is None:
            raise UnknownPupil(pupil=written)
        self.passed.check(Topic.PUPIL, pupil=self.passed.now(found), written=written)
        return found

    @property
    def last_day(self) -> dt.date:
        """The last day with an entry, as at the moment asked."""
        return day_of(self.view)

    @property
    def work_day(self) -> dt.date:
        """Today, while it is now and school is held; else the last day with an entry."""
        today = self.passed.door.today()
        held = not self.asked and self.view.school.calendar.is_school_day(today)
        return max(today, self.last_day) if held else self.last_day

    @property
    def asof_entry(self) -> int | None:
        return self.view.entry if self.asked else None


def _may_act(passed: Pass) -> bool:
    visitor, grant = passed.visitor, passed.grant
    return visitor.local or (visitor.staff is not None and grant is not None and grant.changes)
