"""The doctor finds what is wrong, and the year from the entries agrees with the read models."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from projections.amendments import amendments
from projections.current_register import current_register
from projections.doctor import Doctored, doctor
from projections.engines import writing
from projections.penalties import penalty_thresholds
from projections.penalty_questions import penalty_list
from projections.rates import rates
from projections.reckon import school_year
from projections.runner import Runner
from projections.tracking import positions
from projections.views import live
from tests.projections.a_school import ASchool, present, session, sessions

pytestmark = pytest.mark.slow

YEAR = (dt.date(2024, 9, 1), dt.date(2025, 7, 31))


@pytest.fixture
def kept(school: ASchool, runner: Runner) -> ASchool:
    """Four weeks with all that can happen to a mark, taken in act by act."""
    school.opened()
    for number, one in enumerate(sessions("2024-09-09", "2024-10-04")):
        late = "L" if number % 3 else "U"
        school.marked(one, {1: "O" if number < 12 else "I", 2: present(one.half), 3: late})
        if number % 5 == 0:
            school.amended(one, 3, late, "N")
        runner.catch_up(school.ledger)
    school.closed(1, session("2024-09-16 AM"), session("2024-09-16 PM"), "Y4")
    school.closed(2, session("2024-09-17 AM"), session("2024-09-18 PM"), "#", ("4B",))
    school.withdrawn(2, dt.datetime(2024, 9, 20, 8, tzinfo=dt.UTC))
    school.left(2, dt.date(2024, 9, 27))
    runner.catch_up(school.ledger)
    return school


def found_by(check: str, answer: Doctored) -> str:
    return " ".join(one.what for one in answer.findings if one.check == check)


def test_a_sound_ledger_has_no_findings(kept: ASchool, runner: Runner) -> None:
    answer = doctor(runner, kept.ledger)

    assert answer.findings == ()
    assert [check.check for check in answer.checks] == [
        "entries without gaps",
        "positions chain",
        "rebuilt equals live",
        "rates equal the entries",
    ]


@pytest.mark.parametrize("model", [current_register, amendments, penalty_thresholds])
def test_a_row_gone_from_a_read_model_is_found(
    kept: ASchool, runner: Runner, model: object
) -> None:
    with writing(runner.engine) as connection:
        connection.execute(delete(model).where(model.c.pupil == 1))  # type: ignore[attr-defined]
        connection.execute(delete(model).where(model.c.pupil == 3))  # type: ignore[attr-defined]

    said = found_by("rebuilt equals live", doctor(runner, kept.ledger))

    assert "0 rows only live" in said


def test_a_count_changed_by_hand_is_found_twice(kept: ASchool, runner: Runner) -> None:
    t = current_register.c
    with writing(runner.engine) as connection:
        one = (t.pupil == 1) & (t.date == dt.date(2024, 9, 9)) & (t.half == "AM")
        connection.execute(update(current_register).where(one).values(unauthorised=0))

    answer = doctor(runner, kept.ledger)

    assert "1 rows only live, 1 only rebuilt" in found_by("rebuilt equals live", answer)
    assert found_by("rates equal the entries", answer)


def test_a_missing_step_is_found(kept: ASchool, runner: Runner) -> None:
    with writing(runner.engine) as connection:
        second = runner.catch_up(kept.ledger) - 1
        connection.execute(delete(positions).where(positions.c.upto.between(10, second - 5)))

    assert "the step before ended at" in found_by("positions chain", doctor(runner, kept.ledger))


def test_an_entry_taken_out_behind_the_ledgers_back_is_found(
    kept: ASchool, runner: Runner, tmp_path: Path
) -> None:
    raw = sqlite3.connect(tmp_path / "ledger.db")
    raw.execute("DROP TRIGGER pages_no_delete")
    raw.execute("DELETE FROM pages WHERE stream = ?", ("register/2024-09-10/AM/4B",))
    raw.commit()
    raw.close()

    said = found_by("entries without gaps", doctor(runner, kept.ledger))

    assert "the next entry there is has number" in said


def test_read_models_behind_the_ledger_are_no_finding(kept: ASchool, runner: Runner) -> None:
    kept.marked(session("2024-10-07 AM"), {1: "/"})

    answer = doctor(runner, kept.ledger)

    assert answer.findings == ()
    assert answer.header.asof.entry == kept.ledger.size() - 1


def test_the_year_from_the_entries_equals_rates_and_thresholds(
    kept: ASchool, runner: Runner
) -> None:
    view = live(runner, kept.ledger)
    year = school_year(kept.ledger, *YEAR, on=dt.date(2024, 10, 4))

    rows = rates([view], by="pupil", first=YEAR[0], last=YEAR[1]).rows
    listed = penalty_list(view, dt.date(2024, 10, 4)).rows

    by_upn = {pupil.upn: pupil.id for pupil in view.context.roll.pupils.values()}
    assert len(rows) == 3
    for row in rows:
        found = year.rates[by_upn[row.group]]
        assert (row.possible, row.attended, row.authorised, row.unauthorised, row.late) == (
            found.possible,
            found.attended,
            found.authorised,
            found.unauthorised,
            found.late,
        )
    met = {pupil: found.met_on for pupil, found in year.thresholds.items() if found.met}
    assert met == {one.pupil.id: one.met_on for one in listed} != {}


def test_the_year_as_of_an_entry_knows_nothing_later(kept: ASchool) -> None:
    halfway = kept.ledger.size() // 2

    year = school_year(kept.ledger, *YEAR, asof=halfway)

    assert 0 < year.rates[2].possible < school_year(kept.ledger, *YEAR).rates[2].possible
