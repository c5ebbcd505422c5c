"""What a census collects is what a plain count of the entries comes to, and what ``rates`` says."""

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events import PupilFactRecorded
from ledger.layers import covering
from ledger.reckoning.census import Part, collected
from ledger.store import Ledger, open_store
from projections.census import census
from projections.rates import rates
from projections.views import View, asof
from tests.projections.a_school import ASchool, made, present, session, sessions
from tests.projections.little_ledgers import plainly, write
from tests.projections.test_asof import LITTLE

SPRING, AUTUMN = dt.date(2025, 1, 16), dt.date(2024, 10, 3)


def plain_count(ledger: Ledger, view: View, part: Part) -> dict[int, tuple[object, ...]]:
    """Possible, authorised, unauthorised and the codes of each pupil, counted one by one."""
    calendar, roll = view.school.calendar, view.context.roll
    met = set(calendar.sessions(part.first, part.last))
    rows = {key: row for key, row in plainly(ledger, view.entry).items() if key[0] in met}
    entered = {key: row for key, row in rows.items() if row[2] is not None}
    found: dict[int, tuple[Counter[str], Counter[str]]] = {}
    for (_, pupil), row in entered.items():
        if row[1] == "not on roll":
            continue
        codes, sums = found.setdefault(pupil, (Counter(), Counter()))
        codes[row[0]] += 1
        sums["possible"] += row[7] + row[8] + row[9]
        sums["authorised"] += row[8]
        sums["unauthorised"] += row[9]
    for one in met:
        for pupil, group in roll.places(one.date).items():
            over = covering(view.school.closures.values(), one, group)
            if over and (one, pupil) not in entered:
                codes, _ = found.setdefault(pupil, (Counter(), Counter()))
                codes[sorted(over, key=lambda each: each.closure)[-1].code] += 1
    return {
        pupil: (
            *(sums[name] for name in ("possible", "authorised", "unauthorised")),
            {code: n for code, n in codes.items() if code not in "Z#"},
        )
        for pupil, (codes, sums) in found.items()
    }


@pytest.mark.slow
@LITTLE
@given(data=st.data())
def test_the_sums_are_those_of_a_plain_count_and_of_rates(data: st.DataObject) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{Path(folder) / 'x.db'}", create=True) as store,
    ):
        school = ASchool(store.ledger(101_234))
        write(data.draw, school, 25)
        view = asof(school.ledger)
        for day in (SPRING, AUTUMN):
            found = census(view, day)
            for number, part in enumerate(collected(day)):
                held = {
                    one.id: next((p for p in one.parts if p.name == part.name), None)
                    for one in found.rows
                }
                sums = {
                    pupil: (p.possible, p.authorised, p.unauthorised, dict(p.codes))
                    for pupil, p in held.items()
                    if p is not None
                }
                assert sums == plain_count(school.ledger, view, part)
                assert found.parts[number] == part
                asked = rates([view], by="school", first=part.first, last=part.last).rows
                assert sum(one[0] for one in sums.values()) == sum(row.possible for row in asked)
                away = sum(row.authorised + row.unauthorised for row in asked)
                assert sum(p.absent for p in held.values() if p is not None) == away


def marked(school: ASchool, codes: dict[int, str]) -> None:
    for one in sessions("2024-09-03", "2024-09-04"):
        there = {pupil: code or present(one.half) for pupil, code in codes.items()}
        school.marked(one, there)


def test_ages_and_boarders(school: ASchool) -> None:
    school.opened(pupils=0)
    ages = {1: (2014, 5, 1), 2: (2020, 8, 31), 3: (2020, 9, 1), 4: (2014, 5, 1), 5: (2014, 5, 1)}
    for pupil, born in ages.items():
        school.admitted([pupil], born=dt.date(*born))
    boards = {4: (None, True), 5: (dt.date(2025, 1, 15), False)}  # 5 goes home the day before
    for pupil, (ends, _) in boards.items():
        by = made(dt.datetime(2024, 9, 1, tzinfo=dt.UTC))
        starts = dt.date(2024, 9, 1)
        fact = PupilFactRecorded(pupil=pupil, fact="boarder", starts=starts, ends=ends, **by)
        school.act(fact, command="record-pupil-fact")
    marked(school, {1: "O", 2: "O", 3: "", 4: "", 5: ""})

    found = census(asof(school.ledger), SPRING)

    assert [one.id for one in found.rows] == [1, 2, 5]
    assert found.left_out == {"boarders": 1, "not of the ages collected": 1}
    ten, four = found.rows[0].parts[0], found.rows[1].parts[0]
    assert (ten.authorised, ten.unauthorised, dict(ten.codes), ten.absent) == (0, 4, {"O": 4}, 4)
    assert (four.authorised, four.unauthorised, dict(four.codes), four.absent) == (4, 0, {}, 4)


def test_who_left_in_the_term_is_no_longer_on_roll(school: ASchool) -> None:
    school.opened()
    marked(school, {1: "", 2: "", 3: ""})
    school.left(2, dt.date(2024, 12, 20))
    school.left(3, SPRING)

    rows = census(asof(school.ledger), SPRING).rows

    assert [(one.id, one.on_roll) for one in rows] == [(1, True), (2, False), (3, True)]
    assert [one.left_on for one in rows] == [None, dt.date(2024, 12, 20), None]


def test_a_cancelled_session_counts_for_each_pupil_as_a_record(school: ASchool) -> None:
    school.opened()
    school.marked(session("2024-09-03 AM"), {1: "/", 2: "/"})
    school.closed(1, session("2024-09-03 AM"), session("2024-09-03 PM"), "Y4")

    found = census(asof(school.ledger), SPRING)

    assert [dict(one.parts[0].codes) for one in found.rows] == [{"Y4": 2}] * 3
    assert {one.parts[0].possible for one in found.rows} == {0}


def test_by_reason_alone_before_19_august_2024(school: ASchool) -> None:
    """The summer census of 2024 asks for reasons of absence; the autumn one for every code."""
    school.opened()
    school.marked(session("2024-06-04 AM"), {1: "I", 2: "/", 3: "J"})

    before = census(asof(school.ledger), dt.date(2024, 8, 18))
    after = census(asof(school.ledger), dt.date(2024, 10, 3))

    assert (before.counts, after.counts) == ("absences", "every code")
    assert [dict(one.parts[0].codes) for one in after.rows] == [{"I": 1}, {"/": 1}, {"J": 1}]
    assert "/" not in before.codes
    assert "I" in before.codes
