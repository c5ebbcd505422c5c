"""Leave asked for, granted, refused and withdrawn, against plain lists of half-days."""

import datetime as dt

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from commands.handle import handle
from commands.leave.grant_leave import GrantLeave
from commands.leave.refuse_leave import RefuseLeave
from commands.leave.request_leave import RequestLeave
from commands.leave.withdraw_leave import WithdrawLeave
from commands.states import states_of
from commands.take_register import TakeRegister
from ledger.events import Parent, ParentsChanged
from ledger.events.leave import FiguresShown
from ledger.events.register import register_stream
from ledger.kinds import Session
from ledger.register import Sheet
from ledger.store import Act
from tests.given import AMY, BEN, HEAD, MADE, MONDAY, OFFICE, UPN, ask, at
from tests.reliability.machines.a_machine import LONG, OnALedger

pytestmark = pytest.mark.slow
DAYS = [MONDAY + dt.timedelta(days) for days in (14, 15, 16, 17, 18)]
days = st.sampled_from(DAYS)
OPEN, GRANTED, REFUSED = "open", "granted", "refused"


class Leave(OnALedger):
    """``asked`` has for each request its pupil, code, what became of it and the days it covers."""

    def __init__(self) -> None:
        super().__init__()
        parent = Parent(id="parent-1", name="Wenna Penrose", lives_with=True)
        told = [
            ParentsChanged(pupil=pupil, original=(), amended=(parent,), reason="The form", **MADE)
            for pupil in (AMY, BEN)
        ]
        self.ledger.append(Act("parents", "import-pupils", HEAD, MADE["made_at"]), told)
        self.asked: list[dict] = []
        self.given: list[int] = []  # in the order in which they were granted
        self.taken: dict[dt.date, dict[int, str]] = {}

    @rule(pupil=st.sampled_from([AMY, BEN]), span=st.tuples(days, days), code=st.sampled_from("CM"))
    def ask_for(self, pupil, span, code):
        first, last = sorted(span)
        command = ask(
            RequestLeave, OFFICE, pupil=UPN[pupil], asked_by="parent-1", code=code,
            first=Session(first, "AM"), back=Session(last + dt.timedelta(1), "AM"),
            reason=f"Reason {len(self.asked)}",
        )  # fmt: skip
        assert handle(command, self.ledger).receipt is not None
        covers = [one for one in DAYS if first <= one <= last]
        self.asked.append(
            {"pupil": pupil, "code": code, "state": OPEN, "asks": covers, "covers": []}
        )

    @rule(data=st.data())
    def grant(self, data):
        number, one = self._some(data)
        command = ask(GrantLeave, HEAD, leave=number, figures=FiguresShown(entry=1), reason="Rare")
        if one is None:
            with self.refused():
                handle(command, self.ledger)
        elif one["state"] in (OPEN, REFUSED):  # a refusal may be thought over
            handle(command, self.ledger)
            one |= {"state": GRANTED, "covers": one["asks"], "ever": True}
            self.given.append(number)

    @rule(data=st.data())
    def refuse(self, data):
        number, one = self._some(data)
        command = ask(RefuseLeave, HEAD, leave=number, figures=FiguresShown(entry=1), reason="Term")
        if one is None or one["state"] == GRANTED:
            with self.refused():
                handle(command, self.ledger)
        elif one["state"] == OPEN:
            handle(command, self.ledger)
            one["state"] = REFUSED

    @rule(data=st.data(), starts=st.none() | days)
    def withdraw(self, data, starts):
        number, one = self._some(data)
        command = ask(WithdrawLeave, HEAD, leave=number, reason="Called off", starts=starts)
        if one is None or "ever" not in one:
            with self.refused():
                handle(command, self.ledger)
        elif not one["covers"]:
            assert handle(command, self.ledger).receipt is None
        elif starts is None or starts <= one["covers"][-1]:
            handle(command, self.ledger)
            one["covers"] = [day for day in one["covers"] if starts is not None and day < starts]
            if not one["covers"]:
                one["state"] = OPEN  # it may be decided anew

    @rule(day=days)
    def take(self, day):
        """The register of a morning: whoever has leave is entered under its code, once."""
        session = Session(day, "AM")
        command = ask(
            TakeRegister, OFFICE, at("08:50", day), session=session, group="4B", rest_present=True
        )
        handle(command, self.ledger)
        self.taken.setdefault(day, {p: self._planned(p, day) or "/" for p in (AMY, BEN)})

    def _some(self, data):
        number = data.draw(st.integers(1, len(self.asked) + 1))
        return number, self.asked[number - 1] if number <= len(self.asked) else None

    def _planned(self, pupil, day):
        for number in reversed(self.given):
            one = self.asked[number - 1]
            if one["pupil"] == pupil and day in one["covers"]:
                return one["code"]
        return None

    @invariant()
    def planned_as_in_the_lists(self):
        leaves = states_of(self.ledger).leaves
        for pupil in (AMY, BEN):
            for day in DAYS:
                planned = leaves.planned(pupil, Session(day, "PM"))
                assert (planned[0].code if planned else None) == self._planned(pupil, day)

    @invariant()
    def entries_once_made_stay(self):
        for day, codes in self.taken.items():
            events = [
                one.event for one in self.ledger.stream(register_stream(Session(day, "AM"), "4B"))
            ]
            sheet = Sheet.fold(events)
            assert {pupil: sheet.code_of(pupil) for pupil in (AMY, BEN)} == codes


Leave.TestCase.settings = LONG
TestLeave = Leave.TestCase
