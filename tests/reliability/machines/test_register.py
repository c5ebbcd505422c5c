"""A morning's register, taken and amended in any order, against a list of codes a pupil."""

import datetime as dt

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.take_register import TakeRegister
from commands.taking import Given
from ledger.events import MarkAmended, MarkRecorded
from ledger.events.register import register_stream
from tests.given import AM, AMY, BEN, OFFICE, UPN, ask, at
from tests.reliability.machines.a_machine import LONG, OnALedger

pytestmark = pytest.mark.slow
OPENS, CLOSES, OVER = dt.time(8, 45), dt.time(9, 0), dt.time(13, 0)
GIVEN = "IMOGL"
NOT_BEFORE = "L"  # nobody is late for a register that is still to open
pupils = st.sampled_from([AMY, BEN])


class Registers(OnALedger):
    """``codes`` holds what stood for each pupil, first to last; the clock only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[int, list[str]] = {}
        self.now = dt.time(8, 30)
        self.opened = self.closed = False

    @rule(minutes=st.integers(1, 25))
    def wait(self, minutes):
        now = dt.datetime.combine(AM.date, self.now) + dt.timedelta(minutes=minutes)
        self.now = min(now.time(), dt.time(12, 55))

    @rule(
        given=st.dictionaries(pupils, st.sampled_from(GIVEN)),
        rest=st.booleans(),
        close=st.booleans(),
    )
    def take(self, given, rest, close):
        said = tuple(Given(pupil=UPN[pupil], code=code) for pupil, code in given.items())
        command = ask(
            TakeRegister, OFFICE, at(f"{self.now:%H:%M}"),
            session=AM, group="4B", marks=said, rest_present=rest, close=close,
        )  # fmt: skip
        if not self._may_be_taken(given, rest):
            with self.refused():
                handle(command, self.ledger)
            return
        handle(command, self.ledger)
        ended = self.closed or self.now >= CLOSES
        begun = self.now >= OPENS
        for pupil, code in given.items():
            self.codes.setdefault(pupil, [code])
        unmarked = [one for one in (AMY, BEN) if one not in self.codes]
        came_late = ended and self.opened
        if rest:
            for pupil in unmarked:
                self.codes[pupil] = ["N", "U"] if came_late else ["/"]
            unmarked = []
        if begun and not self.closed and (ended or close):
            self.codes |= {pupil: ["N"] for pupil in unmarked}
            self.opened = self.closed = True
        self.opened = self.opened or (begun and bool(given or rest))

    def _may_be_taken(self, given, rest):
        if any(self.codes.get(pupil, [code])[-1] != code for pupil, code in given.items()):
            return False
        if self.now >= OPENS:
            return True
        waiting = {AMY, BEN} - {*self.codes, *given}
        return not (NOT_BEFORE in given.values() or (rest and waiting))

    @rule(
        pupil=pupils, code=st.sampled_from([*GIVEN, "/"]), reason=st.sampled_from(["A letter", " "])
    )
    def amend(self, pupil, code, reason):
        command = ask(
            AmendMark, OFFICE, at(f"{self.now:%H:%M}"),
            pupil=UPN[pupil], session=AM, code=code, reason=reason,
        )  # fmt: skip
        stood = self.codes.get(pupil)
        if stood and stood[-1] == code:
            assert handle(command, self.ledger).receipt is None
        elif stood and reason.strip():
            handle(command, self.ledger)
            stood.append(code)
        else:
            with self.refused():
                handle(command, self.ledger)

    @invariant()
    def the_sheet_is_the_lists(self):
        found: dict[int, list[str]] = {}
        for one in self.ledger.stream(register_stream(AM, "4B")):
            if isinstance(one.event, MarkRecorded):
                assert one.event.pupil not in found
                found[one.event.pupil] = [one.event.code]
            elif isinstance(one.event, MarkAmended):
                assert one.event.original == found[one.event.pupil][-1]
                assert one.event.reason.strip()
                assert one.event.made_by.position
                found[one.event.pupil].append(one.event.amended)
        assert found == self.codes


Registers.TestCase.settings = LONG
TestRegisters = Registers.TestCase
