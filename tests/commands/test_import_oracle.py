"""Night after night of random files and acts, against a plain reading of the rule, mark by mark.

The oracle keeps for each mark the code that stands and what the source last said, in ordinary
dictionaries, and knows nothing of columns, digests, sheets or the store.
"""

import datetime as dt
import random
from dataclasses import dataclass, field

import pytest

from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.take_register import Given, TakeRegister
from ledger.events import AmendmentObserved, MarkRecorded, MarkVanished
from ledger.kinds import HALVES, Session
from tests.commands.a_ledger import take_in
from tests.given import AMY, BEN, CAI, MONDAY, OFFICE, UPN, ask, at

DAYS = [MONDAY + dt.timedelta(days=n) for n in range(5)]
SESSIONS = [Session(day, half) for day in DAYS for half in HALVES]
GROUP = {AMY: "4B", BEN: "4B", CAI: "NU"}
CODES = ["I", "M", "N", "O", "G"]


@dataclass
class Oracle:
    stands: dict = field(default_factory=dict)
    said: dict = field(default_factory=dict)  # what a snapshot last showed, by an entry of ours
    agreed: dict = field(default_factory=dict)  # what stood when one first spoke of our own mark
    waiting: set = field(default_factory=set)  # our own marks no snapshot has spoken of
    gone: set = field(default_factory=set)

    def night(self, shown: dict) -> set:
        """What a file that shows these marks, and no others of its days, comes to."""
        first, last = min(s.date for _, s in shown), max(s.date for _, s in shown)
        events = set()
        for mark in [(p, s) for p in GROUP for s in SESSIONS if first <= s.date <= last]:
            events |= self._mark(mark, shown.get(mark))
            if mark in self.waiting:
                self.waiting.discard(mark)
                self.agreed[mark] = self.stands[mark]
        return events

    def _mark(self, mark: tuple, code: str | None) -> set:
        before = self.said.get(mark) or self.agreed.get(mark)
        if code is None:
            if mark in self.said and mark not in self.gone:
                self.gone.add(mark)
                return {("vanished", *mark, self.said[mark])}
            return set()
        if mark not in self.stands:
            self.stands[mark] = self.said[mark] = code
            return {("recorded", *mark, code)}
        if mark in self.gone:
            self.gone.discard(mark)
            self._observe(mark, code)
            return {("observed", *mark, None, code)}
        if code in (before, self.stands[mark]):
            return set()
        event = ("observed", *mark, self.stands[mark], code)
        self._observe(mark, code)
        return {event}

    def _observe(self, mark: tuple, code: str) -> None:
        self.stands[mark] = self.said[mark] = code
        self.agreed.pop(mark, None)
        self.waiting.discard(mark)


def told(ledger, outcome) -> set:
    found = set()
    if outcome.receipt is None:
        return found
    for one in ledger.entries(after=outcome.receipt.first - 1, upto=outcome.receipt.last):
        match one.event:
            case MarkRecorded(pupil=p, session=s, code=c):
                found.add(("recorded", p, s, c))
            case AmendmentObserved(pupil=p, session=s, original=o, amended=c):
                found.add(("observed", p, s, o, c))
            case MarkVanished(pupil=p, session=s, original=o):
                found.add(("vanished", p, s, o))
    return found


def act_here(dice, ledger, oracle, when) -> None:
    """A mark taken or amended in the ledger itself."""
    mark = pupil, session = dice.choice(list(GROUP)), dice.choice(SESSIONS)
    code = dice.choice(CODES)
    if mark in oracle.stands:
        said = {"pupil": UPN[pupil], "session": session, "code": code, "reason": "Rang"}
        handle(ask(AmendMark, OFFICE, when, **said), ledger)
        oracle.stands[mark] = code
        return
    marks = (Given(pupil=UPN[pupil], code=code),)
    said = {"session": session, "group": GROUP[pupil], "marks": marks}
    early = at("08:46" if session.half == "AM" else "13:01", session.date)
    handle(ask(TakeRegister, OFFICE, when, taken_at=early, **said), ledger)
    oracle.stands[mark] = code
    oracle.waiting.add(mark)


@pytest.mark.parametrize("seed", range(24))
def test_every_night_comes_to_what_a_plain_reading_of_the_rule_says(ledger, seed):
    dice = random.Random(seed)
    oracle = Oracle()
    source: dict = {}
    for night in range(14, 24):
        when = at("18:00", MONDAY.replace(day=night))
        for _ in range(dice.choice([0, 0, 1, 3])):
            act_here(dice, ledger, oracle, when)
        for _ in range(dice.choice([0, 2, 6, 20])):
            mark = dice.choice(list(GROUP)), dice.choice(SESSIONS)
            source[mark] = dice.choice([*CODES, "-"])
        days = sorted(dice.sample(DAYS, 2)) if dice.random() < 0.4 else [DAYS[0], DAYS[-1]]
        shown = {m: c for m, c in source.items() if c != "-" and days[0] <= m[1].date <= days[1]}
        if not shown:
            continue
        rows = [(UPN[pupil], session, code) for (pupil, session), code in shown.items()]
        if dice.random() < 0.5:
            dice.shuffle(rows)  # no session's rows stand together then
        else:
            rows.sort(key=lambda row: row[1])
        cut = set() if seed % 2 else None
        outcome = take_in(ledger, f"2024-09-{night} 18:00", *rows, read_sessions=cut)

        assert told(ledger, outcome) == oracle.night(shown), (seed, night)
