"""The documents say what the tables say, and their queries run."""

import datetime as dt
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from ledger import events as e
from ledger.calendar import instant
from projections.dictionary import VIEW_COLUMNS, markdown
from projections.engines import engine
from projections.penalty_questions import penalty_list
from projections.rates import rates
from projections.rates_view import VIEWS
from projections.returns import support
from projections.runner import Runner, set_up
from projections.schema import metadata
from projections.views import asof, live
from tests.projections.a_school import ASchool, made, present, sessions

DOCS = Path(__file__).parents[2] / "docs"
AUTUMN = sessions("2024-09-03", "2024-09-27")
QUERIES = re.findall(r"```sql\n(.*?)```", (DOCS / "dashboards.md").read_text(), re.DOTALL)


def test_the_dictionary_is_what_the_comments_of_the_tables_say() -> None:
    """Made anew by printing ``projections.dictionary.markdown()``."""
    assert markdown() in (DOCS / "reference" / "read-models.md").read_text()


def test_every_table_and_column_has_a_comment() -> None:
    for table in metadata.sorted_tables:
        assert table.comment
        assert all(column.comment for column in table.columns), table.name
    for name, (comment, question) in VIEWS.items():
        assert comment
        assert {column.name for column in question.selected_columns} <= VIEW_COLUMNS.keys(), name


def test_the_comments_are_in_postgres_too(postgres_url: str) -> None:
    there = engine(postgres_url)
    set_up(there)

    columns = inspect(there).get_columns("current_register")

    assert {column["name"]: column["comment"] for column in columns} == {
        column.name: column.comment for column in metadata.tables["current_register"].columns
    }
    there.dispose()


@pytest.fixture
def absent(school: ASchool) -> ASchool:
    school.opened()
    plan = {"pupil": 1, "fact": "EHC plan", "starts": AUTUMN[0].date}
    by = made(instant(AUTUMN[0].date, dt.time(9)))
    school.act(e.PupilFactRecorded(**plan, **by), command="record-pupil-fact")
    for number, one in enumerate(sessions("2024-09-03", "2024-09-27")):
        school.marked(one, {1: "O" if number < 12 else "I", 2: present(one.half), 3: "L"})
    sums = {"possible": 20, "authorised": 1, "unauthorised": 4, "late": 2, "position": 9}
    day, by = AUTUMN[9].date, made(instant(AUTUMN[9].date, dt.time(9)))
    span = {"first": AUTUMN[0].date, "last": day}
    kept = {"closed_on": day, "outcome": "Kept", "after": e.Figures(attended=18, **span, **sums)}
    for n, before in enumerate((e.Figures(attended=15, **span, **sums), None), 1):
        begun = {"kind": "meeting", "about": "Mondays", "opened_on": day, "before": before}
        school.act(e.SupportOpened(support=n, **begun, **by), command="open-support")
        school.act(e.SupportClosed(support=n, **kept, **by), command="close-support")
    return school


def rows(of: Engine, number: int) -> list[dict[str, object]]:
    with of.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text(QUERIES[number]))]


def test_the_queries_answer_as_the_questions_do(absent: ASchool, runner: Runner) -> None:
    view = live(runner, absent.ledger)
    span = {
        "first": view.school.calendar.by_day.rungs[0],
        "last": sessions("2024-09-27", "2024-09-27")[0].date,
    }

    assert len(QUERIES) == 7
    (by_school,) = rows(view.engine, 0)
    (asked,) = rates([view], by="school", period="half-term", **span).rows  # type: ignore[arg-type]
    assert (by_school["attended"], by_school["possible"], str(by_school["attendance"])) == (
        asked.attended, asked.possible, asked.attendance,
    )  # fmt: skip
    pupils = rates([view], by="pupil", **span).rows  # type: ignore[arg-type]
    assert [row["upn"] for row in rows(view.engine, 1)] == [
        row.group for row in pupils if row.persistent
    ]
    listed = penalty_list(view, span["last"]).rows
    assert [(row["upn"], row["counted"]) for row in rows(view.engine, 2)] == [
        (one.pupil.upn, one.counted) for one in listed
    ] == [("A000000000001", 12)]  # fmt: skip
    (given,) = rows(view.engine, 3)
    shown = [one for one in support(view, span["last"]).rows if one.closed_on and one.after]
    assert [(given["outcome"], given["before_attended"], given["after_attended"])] == [
        (one.outcome, one.before.attended, one.after.attended) for one in shown if one.before
    ]
    census = [(row["upn"][-1], row["code"], row["sessions"]) for row in rows(view.engine, 4)]
    assert sorted(census) == sorted(
        [("1", "O", 12), ("1", "I", len(AUTUMN) - 12), ("3", "L", len(AUTUMN))]
        + [("2", code, len(AUTUMN) // 2) for code in ("/", "\\")]
    )


def test_the_days_of_a_term_add_up_to_the_term(absent: ASchool, runner: Runner) -> None:
    view = live(runner, absent.ledger)
    days = rows(view.engine, 6)
    span = {"first": AUTUMN[0].date, "last": AUTUMN[-1].date, "period": "term"}
    (term,) = rates([view], by="school", **span).rows  # type: ignore[arg-type]

    assert len(days) == len(AUTUMN) // 2
    assert sum(int(str(day["attended"])) for day in days) == term.attended
    assert sum(int(str(day["possible"])) for day in days) == term.possible


def test_outcomes_by_fact_stand_beside_those_of_all_pupils(absent: ASchool, runner: Runner) -> None:
    by = made(instant(AUTUMN[0].date, dt.time(9)))
    said = {"leave": 1, "pupil": 1, "code": "C", "reason": "A holiday", "asked_by": "parent-1"}
    asked_for = {"first": AUTUMN[8], "back": AUTUMN[10], "received_at": by["made_at"]}
    sums = {"school_days": 1, "sessions": 2, "notice_school_days": 4}
    ask = e.LeaveRequested(**said, **asked_for, arithmetic=sums, **by)
    figures = {"entry": 1}
    no = e.LeaveRefused(leave=1, pupil=1, reason="-", figures=figures, policy="england", **by)
    absent.act(ask, no, command="refuse-leave")
    view = live(runner, absent.ledger)

    found = {row.pop("fact"): tuple(row.values()) for row in rows(view.engine, 5)}
    assert found == {"EHC plan": (1, 1, 1, 0, 0), "all pupils": (3, 1, 1, 0, 0)}


def test_they_run_on_postgres_and_answer_the_same(absent: ASchool, postgres_url: str) -> None:
    there, here = Runner(engine(postgres_url)), asof(absent.ledger).engine
    there.catch_up(absent.ledger)

    for number in range(len(QUERIES)):
        ours = [tuple(map(str, row.values())) for row in rows(there.engine, number)]
        assert ours == [tuple(map(str, row.values())) for row in rows(here, number)]
    there.engine.dispose()
