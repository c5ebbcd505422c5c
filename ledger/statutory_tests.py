"""Statutory tests that a request for leave would miss: what is weighed is reckoned here, once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ledger.events.leave import MissedTest
from ledger.kinds import Session
from ledger.roll import Pupil
from ledger.school import School

WINDOWS = "leave.test_windows"


def missed_tests(pupil: Pupil, sessions: Iterable[Session], school: School) -> Iterator[MissedTest]:
    """
    The tests of the pupil's year group whose window some of these sessions lie in.

    Each session by the windows in force on its own day. None of it is a bar: policies name it
    among what is weighed.

    Reference: policy (leave of absence: the factors weighed).
    """
    found: Counter[tuple[Any, ...]] = Counter()
    for session in sessions:
        rules, place = school.rules_on(session.date), pupil.place_on(session.date)
        for window in rules.get(WINDOWS).value if WINDOWS in rules else ():
            inside = window["first"] <= session.date <= window["last"]
            if inside and place.year_group in window["year_groups"]:
                found[window["test"], window["first"], window["last"]] += 1
    for (test, first, last), count in found.items():
        yield MissedTest(test=test, first=first, last=last, sessions=count)


def windows_known(pupil: Pupil, sessions: Iterable[Session], school: School) -> bool:
    """
    Whether the windows of every session's school year are known, where the pupil's year group
    is one that is ever tested: else nobody may read their absence as "no test is missed".
    """
    tested = {
        group
        for standing in school.policy.stack
        for value in standing.pack.values.get(WINDOWS, ())
        for window in value.value
        for group in window["year_groups"]
    }
    for session in sessions:
        if pupil.place_on(session.date).year_group not in tested:
            continue
        rules, year = school.rules_on(session.date), school.calendar.period_of(session.date, "year")
        windows = rules.get(WINDOWS).value if WINDOWS in rules else ()
        if year is None or not any(year.starts <= one["first"] <= year.ends for one in windows):
            return False
    return True
