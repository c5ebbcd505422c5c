"""Nightly files of another system in any order, against that system's own list of marks."""

import datetime as dt

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from ledger.events import AmendmentObserved, MarkRecorded, MarkVanished
from ledger.kinds import Session
from ledger.refusals import OutOfOrder
from tests.commands.a_ledger import take_in
from tests.given import AMY, BEN, MONDAY, UPN
from tests.reliability.machines.a_machine import LONG, OnALedger

pytestmark = pytest.mark.slow
SESSIONS = [
    Session(MONDAY + dt.timedelta(days), half) for days in range(3) for half in ("AM", "PM")
]
places = st.tuples(st.sampled_from([AMY, BEN]), st.sampled_from(SESSIONS))


class Nights(OnALedger):
    """``there`` is the other system; ``here`` what the ledger must hold: code, whether shown."""

    def __init__(self) -> None:
        super().__init__()
        self.there: dict[tuple[int, Session], str] = {}
        self.here: dict[tuple[int, Session], tuple[str, bool]] = {}
        self.night = dt.date(2024, 9, 12)
        self.last: list[tuple] | None = None

    @rule(marks=st.dictionaries(places, st.sampled_from("IMON"), min_size=1, max_size=8))
    def mark(self, marks):
        self.there |= marks

    @rule(place=places)
    def drop(self, place):
        self.there.pop(place, None)

    @rule(days=st.integers(0, 2), shuffled=st.randoms(use_true_random=False))
    def take_file(self, days, shuffled):
        """A file of all, or of the last days; its rows in any order."""
        first = MONDAY + dt.timedelta(days)
        told = [(UPN[p], s, code) for (p, s), code in self.there.items() if s.date >= first]
        shuffled.shuffle(told)
        self.night += dt.timedelta(days=1)
        came = take_in(self.ledger, f"{self.night} 18:00", *told).came
        assert came.already == (told != [] and told == self.last)
        if came.already or not told:
            return
        self.last = told
        span = sorted(session for _, session, _ in told)
        days_shown = (span[0].date, span[-1].date)
        before = dict(self.here)
        for (pupil, session), code in self.there.items():
            if session.date >= first:
                self.here[pupil, session] = (code, True)
        gone = [
            place
            for place, (_, seen) in before.items()
            if seen and days_shown[0] <= place[1].date <= days_shown[1] and place not in self.there
        ]
        for place in gone:
            self.here[place] = (before[place][0], False)
        changed = [p for p in before if self.here[p] != before[p] and p not in gone]
        counted = (came.recorded, came.amended, came.vanished)
        assert counted == (len(self.here) - len(before), len(changed), len(gone))

    @rule()
    def again(self):
        """The file last taken in, once more; and the same rows as if of an earlier night."""
        if self.last is None:
            return
        size = self.ledger.size()
        assert take_in(self.ledger, f"{self.night} 18:00", *self.last).came.already
        with pytest.raises(OutOfOrder):
            take_in(self.ledger, "2024-09-12 17:00", *self.last, ("X", SESSIONS[0], "I"))
        assert self.ledger.size() == size

    @invariant()
    def the_ledger_holds_what_was_shown(self):
        found: dict[tuple[int, Session], tuple[str, bool]] = {}
        for one in self.ledger.entries():
            event = one.event
            if isinstance(event, MarkRecorded):
                found[event.pupil, event.session] = (event.code, True)
            elif isinstance(event, AmendmentObserved):
                found[event.pupil, event.session] = (event.amended, True)
            elif isinstance(event, MarkVanished):
                found[event.pupil, event.session] = (event.original, False)
        assert found == self.here


Nights.TestCase.settings = LONG
TestNights = Nights.TestCase
