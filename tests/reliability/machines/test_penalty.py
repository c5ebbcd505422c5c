"""Penalty notices over three years and two parents, against a plain list of those issued."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.withdraw_penalty_notice import WithdrawPenaltyNotice
from ledger.events import CalendarSet, PenaltyNoticeIssued
from ledger.refusals import Refused
from tests.commands.penalty.a_case import ANSWERS, FATHER, MOTHER, Story, absent, day
from tests.given import HEAD, MADE, half_term
from tests.reliability.machines.a_machine import LONG

pytestmark = pytest.mark.slow
BLOCKS = [  # ten sessions each, ten school weeks and more apart, and a day after them
    ("2024-09-09", "2024-09-20"), ("2024-11-25", "2024-12-06"), ("2025-03-03", "2025-03-14"),
    ("2025-06-02", "2025-06-13"), ("2025-11-03", "2025-11-14"), ("2027-10-04", "2027-10-15"),
]  # fmt: skip
YEAR = CalendarSet(
    school_year="2025/26", half_terms=(half_term("Autumn", 1, "2025-09-01", "2025-12-19"),), **MADE
)
parents = st.sampled_from([MOTHER, FATHER])


class Notices(RuleBasedStateMachine):
    """``issued`` has the notices of each parent: when, of which block, and whether it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(YEAR)
        self.block = -1
        self.issued: dict[str, list[dict]] = {MOTHER: [], FATHER: []}
        self.absent()

    @rule()
    def absent(self):
        """Ten sessions more, some weeks or years later."""
        if self.block + 1 < len(BLOCKS):
            self.block += 1
            self.story.knows(*absent(BLOCKS[self.block][0]))

    @rule(parent=parents)
    def issue(self, parent):
        today = BLOCKS[self.block][1]
        try:
            self.story.aware(today, parent).checked(today, parent)
        except Refused:
            assert self._used(parent)  # nothing left that a notice has not used
            return
        assert not self._used(parent)
        counted = self._counted(parent, day(today))
        if len(counted) >= 2:
            with pytest.raises(Refused):
                self.story.would(IssuePenaltyNotice, today, HEAD, parent=parent, answers=ANSWERS)
            return
        self.story.issued(today, parent)
        (event,) = self.story.told.of(PenaltyNoticeIssued)[-1:]
        assert event.which == ("first", "second")[len(counted)]
        assert (event.full, event.early) == ((160, 80), (160, None))[len(counted)]
        assert len(event.sessions) == 10
        self.issued[parent].append({"on": day(today), "block": self.block, "stands": True})

    @rule(parent=parents)
    def withdraw(self, parent):
        standing = [n for n, one in enumerate(self.issued[parent], 1) if one["stands"]]
        if standing:
            said = {
                "parent": parent,
                "notice": standing[-1],
                "ground": "should not have been issued",
            }
            self.story.does(WithdrawPenaltyNotice, BLOCKS[self.block][1], HEAD, **said)
            self.issued[parent][standing[-1] - 1]["stands"] = False

    def _used(self, parent):
        """A session that a notice has named is not named by another, withdrawn or not."""
        return any(one["block"] == self.block for one in self.issued[parent])

    def _counted(self, parent, today):
        three_years_before = today.replace(year=today.year - 3)
        return [
            one for one in self.issued[parent] if one["stands"] and one["on"] >= three_years_before
        ]


Notices.TestCase.settings = LONG
TestNotices = Notices.TestCase
