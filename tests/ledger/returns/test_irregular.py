"""Irregular attendance is proposed at the policy's figure, and settled by a person."""

import datetime as dt

from ledger.events import PupilFactRecorded, Returned, ReturnMade
from ledger.returns import Returns, irregular
from ledger.roll import Roll
from tests.given import AMY, CAI, MADE, ROLL
from tests.ledger.returns.test_absence import DAYS, TRELIGHTS


def proposed(count: int, returns=None, on=DAYS[-1], days=DAYS, roll=ROLL, pupil=AMY):
    """One unauthorised session on each of so many days."""
    who = Roll.fold(roll).pupils[pupil]
    return irregular(who, days[:count], TRELIGHTS, returns or Returns(), on)


def returned(on: dt.date) -> Returns:
    named = Returned(pupil=AMY, since=on, held={"name": "Amy"})
    made = ReturnMade(
        kind="attendance", number=1, made_on=on, to="Cornwall", pupils=(named,),
        reason="Mondays", clause="SI 2024/208 reg. 13(7)(a)", **MADE,
    )  # fmt: skip
    return Returns.fold([made])


def test_nine_sessions_are_not_proposed_and_ten_are_from_the_tenth_on():
    assert proposed(9) is None
    found = proposed(10)
    assert (found.kind, found.since, found.facts["unauthorised sessions"]) == (
        "attendance", DAYS[9], "10",
    )  # fmt: skip
    assert "own judgement" in found.note


def test_what_a_return_said_is_not_proposed_again():
    assert proposed(10, returned(DAYS[9])) is None
    assert proposed(19, returned(DAYS[9])) is None
    assert proposed(20, returned(DAYS[9])).since == DAYS[19]


def test_not_for_a_boarder_nor_outside_compulsory_school_age():
    boards = PupilFactRecorded(
        pupil=AMY, fact="boarder", starts=dt.date(2024, 9, 1), **MADE
    )  # fmt: skip
    assert proposed(10, roll=[*ROLL, boards]) is None
    assert proposed(10, pupil=CAI) is None


def test_no_rule_before_19_august_2024():
    days = TRELIGHTS.calendar.school_days(dt.date(2024, 8, 1), dt.date(2024, 8, 23))
    friday, monday = dt.date(2024, 8, 16), dt.date(2024, 8, 19)
    assert proposed(10, on=friday, days=days) is None
    assert proposed(10, on=monday, days=days) is not None


def test_sessions_before_the_window_no_longer_count():
    autumn_and_summer = [*TRELIGHTS.calendar.school_days(dt.date(2024, 6, 3), dt.date(2024, 6, 7)),
                         *DAYS[:5]]  # fmt: skip
    assert proposed(10, days=autumn_and_summer) is None
