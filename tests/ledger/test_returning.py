"""Back after a long absence: fifteen school days, of whatever reason, and the meeting since."""

import datetime as dt

import pytest

from ledger.events import SupportOpened
from ledger.returning import met_on, returned
from ledger.support import Supports
from tests.given import AMY, BEN, MADE
from tests.ledger.returns.test_absence import DAYS, TRELIGHTS, marks


def back(said: str, until=DAYS[-1]):
    return list(returned(marks(said), TRELIGHTS, 15, until))


@pytest.mark.parametrize("code", ["I", "O", "C", "E"])
def test_fourteen_days_away_ask_for_no_meeting_and_fifteen_do(code):
    assert back(code * 14 + "//") == []
    (one,) = back(code * 15 + "//")
    assert (one.first, one.last, one.days, one.back_on) == (DAYS[0], DAYS[14], 15, DAYS[15])


def test_whatever_the_reasons_were_and_whichever_way_they_were_mixed():
    assert [one.days for one in back("I" * 8 + "C" * 4 + "O" * 3 + "/")] == [15]


def test_a_morning_or_an_afternoon_attended_ends_it():
    assert back("I" * 8 + "h" + "I" * 7 + "/") == []


def test_nobody_is_back_before_they_are():
    assert back("I" * 20) == []
    assert back("I" * 15 + "/", until=DAYS[14]) == []


def meeting(day: dt.date, kind="meeting", pupil=AMY) -> Supports:
    opened = SupportOpened(
        support=1, kind=kind, about="Back at school", opened_on=day, pupil=pupil, **MADE
    )
    return Supports.fold([opened])


def test_a_meeting_since_it_began_is_that_meeting_and_an_earlier_one_is_not():
    (one,) = back("/" + "I" * 15 + "/")

    assert met_on(one, AMY, meeting(DAYS[16])) == DAYS[16]
    assert met_on(one, AMY, meeting(DAYS[10], "reintegration plan")) == DAYS[10]
    assert met_on(one, AMY, meeting(DAYS[0])) is None
    assert met_on(one, AMY, meeting(DAYS[16], "reward")) is None
    assert met_on(one, AMY, meeting(DAYS[16], pupil=BEN)) is None
