"""The star for dashboards: it adds up to what the questions answer, on both engines."""

import datetime as dt

import pytest
from sqlalchemy import Engine, text

from ledger.calendar import instant
from projections.rates import rates
from projections.rates_view import VIEWS
from projections.runner import Runner
from projections.star import STAR
from projections.views import live
from tests.projections.a_school import ASchool, present, sessions

AUTUMN = sessions("2024-09-03", "2024-09-13")


@pytest.fixture
def amended(school: ASchool, runner: Runner) -> ASchool:
    school.opened()
    for number, one in enumerate(AUTUMN):
        school.marked(one, {1: "N" if number < 3 else "I", 2: present(one.half), 3: "L"})
    at = instant(AUTUMN[0].date, dt.time(16))
    school.amended(AUTUMN[0], 1, "N", "I", at=at)
    runner.catch_up(school.ledger)
    return school


def rows(of: Engine, sql: str) -> list[tuple[object, ...]]:
    with of.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def test_days_add_up_to_the_rates(amended: ASchool, runner: Runner) -> None:
    span = {"first": AUTUMN[0].date, "last": AUTUMN[-1].date, "period": "year"}
    (school,) = rates([live(runner, amended.ledger)], by="school", **span).rows

    (summed,) = rows(
        runner.engine,
        "SELECT SUM(f.possible), SUM(f.attended), SUM(f.authorised), SUM(f.unauthorised), "
        "SUM(f.late) FROM v1_fact_rate_daily f JOIN v1_dim_date d USING (school, date) "
        "WHERE d.year = '2024/25'",
    )
    counts = (school.possible, school.attended, school.authorised, school.unauthorised, school.late)
    assert summed == counts


def test_the_history_has_the_first_entry_and_the_amendment(
    amended: ASchool, runner: Runner
) -> None:
    day = AUTUMN[0].date
    found = rows(
        runner.engine,
        "SELECT step, original, amended FROM v1_fact_mark_history "
        f"WHERE pupil = 1 AND date = '{day}' AND half = 'AM' ORDER BY entry",
    )

    assert found == [("entered", None, "N"), ("amended", "N", "I")]


def test_the_last_step_of_every_mark_is_the_mark_that_stands(amended, runner: Runner) -> None:
    odd = rows(
        runner.engine,
        "SELECT m.entry FROM v1_fact_mark_current m JOIN v1_fact_mark_history h "
        "ON h.school = m.school AND h.entry = m.entry WHERE h.amended <> m.entered",
    )
    every = rows(runner.engine, "SELECT COUNT(*) FROM v1_fact_mark_current")
    assert odd == []
    assert every == [(3 * len(AUTUMN),)]


def test_every_mark_has_its_date_code_pupil_and_class(amended, runner: Runner) -> None:
    found = rows(
        runner.engine,
        "SELECT COUNT(*) FROM v1_fact_mark_current m "
        "JOIN v1_dim_date d ON d.school = m.school AND d.date = m.date "
        "JOIN v1_dim_code c ON c.school = m.school AND c.code = m.code "
        "AND m.date BETWEEN c.begins AND c.ends "
        "JOIN v1_dim_pupil p ON p.school = m.school AND p.pupil = m.pupil "
        "JOIN v1_dim_enrolment e ON e.school = m.school AND e.pupil = m.pupil "
        "AND m.date BETWEEN e.starts AND e.ends JOIN v1_dim_school s ON s.school = m.school "
        "WHERE c.attended = m.attended",
    )

    assert found == [(3 * len(AUTUMN),)]


def test_only_the_view_that_says_so_holds_names() -> None:
    names = {"surname", "forename", "upn", "born"}
    with_names = {
        view
        for view, (_, question) in STAR.items()
        if names & set(question.selected_columns.keys())
    }

    assert with_names == {"v1_dim_pupil_named"}


COLUMNS_OF_VERSION_1 = {
    "v1_fact_mark_current": "school date half pupil class code layer possible attended authorised "
    "unauthorised late entered first_code first_entry entry amendments vanished",
    "v1_fact_mark_history": "school date half pupil entry step original amended reason "
    "position lag",
    "v1_fact_rate_daily": "school date pupil class possible attended authorised unauthorised late",
    "v1_dim_date": "school date week half_term term year",
    "v1_dim_code": "school code begins ends meaning statistical possible attended authorised "
    "unauthorised late threshold",
    "v1_dim_pupil": "school pupil compulsory_from compulsory_to",
    "v1_dim_pupil_named": "school pupil upn surname forename born",
    "v1_dim_enrolment": "school pupil starts ends class year_group",
    "v1_dim_school": "school name phase local_authority trust",
}


def test_version_1_stays_as_it_is() -> None:
    """A change here breaks dashboards: give it a name of its own, v2_…, beside these."""
    held = {view: " ".join(VIEWS[view][1].selected_columns.keys()) for view in STAR}

    assert held == COLUMNS_OF_VERSION_1
