"""Years go by, marks are amended, held and disposed of, against a plain list of last days."""

import datetime as dt

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.retention.approve_disposal import ApproveDisposal
from commands.retention.dispose_of_entries import DisposeOfEntries
from commands.retention.place_hold import PlaceHold
from commands.retention.release_hold import ReleaseHold
from commands.retention.request_disposal import RequestDisposal
from delivery import keeping
from delivery.bootstrap import Desk
from ledger.calendar import instant
from ledger.events import MarkAmended, MarkRecorded, StaffAppointed
from ledger.kinds import Person, Session
from ledger.refusals import NotYetDue
from ledger.retention import retention_of
from ledger.store import Act
from ledger.store.verify import verify
from tests.given import AMY, BEN, HEAD, MADE, MONDAY, OFFICE, TEACHER, UPN
from tests.reliability.machines.a_machine import LONG, OnALedger

pytestmark = pytest.mark.slow
CEO = Person(id="ceo", name="Cora Chief", position="Chief executive")
Place = tuple[int, Session]
pupils = st.sampled_from([AMY, BEN])


class Keeping(OnALedger):
    """``last`` is the day of the last entry about each mark that is still there."""

    def __init__(self) -> None:
        super().__init__()
        chief = StaffAppointed(
            staff=CEO.id, name=CEO.name, position=CEO.position, roles=("ceo",), groups=(),
            starts="2020-09-01", **MADE,
        )  # fmt: skip
        self.ledger.append(Act("chief", "open-school", HEAD, MADE["made_at"]), [chief])
        self.today, self.count = MONDAY, 0
        self.desk = Desk(self.url, self.store, self._now, self._key)
        self.last: dict[Place, dt.date] = {}
        self.marked = 0
        self.held: dict[int, int] = {}  # number, pupil
        self.holds = 0

    def teardown(self) -> None:
        self.desk.runner.engine.dispose()
        super().teardown()

    def _now(self) -> dt.datetime:
        self.count += 1
        return instant(self.today, dt.time(14)) + dt.timedelta(seconds=self.count)

    def _key(self) -> str:
        return f"key-{self.count}"

    @rule(some=st.sets(pupils, min_size=1))
    def mark(self, some):
        """The register of another session: the first one today, or one that was left."""
        session = Session(MONDAY + dt.timedelta(self.marked // 2), ("AM", "PM")[self.marked % 2])
        self.marked += 1
        made = {"made_by": TEACHER, "made_at": self._now()}
        act = Act(self._key(), "take-register", TEACHER, made["made_at"])
        events = [
            MarkRecorded(session=session, group="4B", pupil=pupil, code="N", **made)
            for pupil in sorted(some)
        ]
        self.ledger.append(act, events)
        self.last |= {(pupil, session): self.today for pupil in some}

    @rule(data=st.data(), code=st.sampled_from("IMO"))
    def amend(self, data, code):
        if not self.last:
            return
        pupil, session = place = data.draw(st.sampled_from(sorted(self.last)))
        said = {"pupil": UPN[pupil], "session": session, "code": code, "reason": "A letter came"}
        command = AmendMark(by=OFFICE.id, at=self._now(), key=self._key(), **said)
        if handle(command, self.ledger).receipt is not None:
            self.last[place] = self.today

    @rule(days=st.sampled_from([1, 2, 364, 365, 366, 6 * 365, 6 * 365 + 1, 6 * 365 + 2]))
    def wait(self, days):
        self.today = min(self.today + dt.timedelta(days), dt.date(2060, 1, 1))

    @rule(pupil=pupils)
    def hold(self, pupil):
        self._do(PlaceHold, HEAD, case="A v B", reason="Prosecution", pupils=(UPN[pupil],))
        self.holds += 1
        self.held[self.holds] = pupil

    @rule()
    def release(self):
        if self.held:
            number = min(self.held)
            self._do(ReleaseHold, HEAD, hold=number, reason="Over")
            self._do(ReleaseHold, CEO, hold=number)
            del self.held[number]

    @rule()
    def dispose(self):
        kept = set(self.held.values())
        due = {
            place
            for place, day in self.last.items()
            if _six_years_after(day) <= self.today and place[0] not in kept
        }
        try:
            self._do(RequestDisposal, OFFICE)
        except NotYetDue:
            assert not due
            return
        number = max(retention_of(self.ledger).disposals)
        for person in (HEAD, CEO):
            self._do(ApproveDisposal, person, disposal=number)
        self._do(DisposeOfEntries, HEAD, disposal=number)
        for place in due:
            del self.last[place]

    def _do(self, kind, by, **said):
        command = kind(by=by.id, at=self._now(), key=self._key(), **said)
        return keeping.do(self.desk, command, None)

    @invariant()
    def what_is_not_due_or_held_can_be_read(self):
        found = set()
        for one in self.ledger.entries():
            if isinstance(one.event, MarkRecorded | MarkAmended):
                found.add((one.event.pupil, one.event.session))
        assert found == set(self.last)
        assert verify(self.ledger).sound


def _six_years_after(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 6)
    except ValueError:  # entered on 29 February
        return dt.date(day.year + 6, 3, 1)


Keeping.TestCase.settings = settings(LONG, max_examples=20, stateful_step_count=30)
TestKeeping = Keeping.TestCase
