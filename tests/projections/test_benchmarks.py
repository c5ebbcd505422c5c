"""Published figures beside rates: only what a policy adopts, and how far the school is from it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from delivery.render import rates as render
from ledger.policy import load, load_text
from ledger.refusals import Refused
from projections.benchmarks import national
from projections.rates import rates
from projections.rates_answers import RatesAnswer
from projections.runner import Runner
from projections.views import View, live
from tests.projections.a_school import ASchool, present, sessions

PACK = """
[pack]
title = "A school's own values"
layer = "school"
lies_over = "trusts/manor_2024"
confirmed = 2026-11-26

[monitor.benchmarks.values.2024-09-12]
reference = "Minutes of 12 September 2024"
value = [@FIGURES@]
"""
FIGURE = (
    '{{ compared_with = "{0}", measure = "{1}", percent = "{2}", period = "2023/24", of = "{3}", '
    'source = "A publication", published_on = 2024-09-05{4} }}'
)
PRIMARY = FIGURE.format("national", "attendance", "94.5", "primary schools", ', phase = "primary"')
ALL = FIGURE.format("national", "attendance", "92.8", "all schools", "")
SECONDARY = FIGURE.format("national", "absence", "9.0", "secondaries", ', phase = "secondary"')
SHARE = FIGURE.format("local", "persistently absent", "33.33", "the authority's schools", "")


def pack(*figures: str) -> str:
    return PACK.replace("@FIGURES@", ", ".join(figures))


@pytest.fixture
def view(school: ASchool, runner: Runner) -> View:
    """Two pupils for ten sessions: one is always there, the other misses one."""
    school.opened(("trusts/manor_2024", dt.date(2024, 8, 19)))
    for number, at in enumerate(sessions("2024-09-09", "2024-09-13")):
        there = present(at.half)
        school.marked(at, {1: "I" if number == 0 else there, 2: there, 3: "X"})
    return live(runner, school.ledger)


def under(view: View, tmp_path: Path, *figures: str) -> View:
    file = tmp_path / "ours.toml"
    file.write_text(pack(*figures))
    return view.under(load(file))


def asked(view: View, by: Any = "school", last: dt.date = dt.date(2024, 9, 13)) -> RatesAnswer:
    return rates([view], by=by, first=dt.date(2024, 9, 9), last=last)


def test_nothing_is_shown_where_no_figure_is_adopted_and_the_answer_says_so(view: View):
    found = asked(view)

    assert (found.figures, found.rows[0].beside) == ((), ())
    assert found.compared == (
        "The policy compares with local, regional and national figures (Manor attendance policy "
        "(August 2024) ss 8 and 8.1); no local, regional or national figure is adopted "
        "(monitor.benchmarks: a school's own pack)."
    )


def test_a_figure_stands_beside_each_row_with_the_points_between(view: View, tmp_path: Path):
    found = asked(under(view, tmp_path, PRIMARY, SHARE))
    national_, local = found.rows[0].beside

    assert (national_.percent, national_.difference) == ("94.5", "+0.5")  # 19 of 20 is 95%
    # one of the two pupils for whom anything was possible, and not of three
    assert (local.percent, local.difference) == ("33.33", "+16.67")
    assert "no regional figure is adopted" in found.compared


def test_a_figure_of_the_own_phase_stands_before_one_of_all_schools(view: View, tmp_path: Path):
    (one,) = asked(under(view, tmp_path, ALL, SECONDARY, PRIMARY)).rows[0].beside
    assert one.percent == "94.5"
    held = national(under(view, tmp_path, ALL, PRIMARY), dt.date(2024, 9, 13))
    assert held is not None
    assert held.of == "primary schools"


def test_a_pupil_has_rates_beside_and_no_share_of_pupils(view: View, tmp_path: Path):
    rows = asked(under(view, tmp_path, PRIMARY, SHARE), "pupil").rows

    assert [[one.difference for one in row.beside] for row in rows] == [["-4.5"], ["+5.5"], [None]]


def test_a_figure_is_adopted_from_its_day_on(view: View, tmp_path: Path):
    ours = under(view, tmp_path, PRIMARY)

    assert asked(ours, last=dt.date(2024, 9, 11)).figures == ()
    assert len(asked(ours, last=dt.date(2024, 9, 12)).figures) == 1


def test_text_names_period_source_and_day_and_rows_have_two_columns_each(
    view: View, tmp_path: Path
):
    found = asked(under(view, tmp_path, PRIMARY))
    text, (headings, (row,)) = render.text(found), render.rows(found)

    assert "National attendance: 94.5%, primary schools, 2023/24 (A publication, published" in text
    assert "2024-09-05; Minutes of 12 September 2024)" in text
    assert dict(zip(headings, row, strict=True))["national_attendance"] == "94.5"
    assert dict(zip(headings, row, strict=True))["national_attendance_points"] == "+0.5"


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ([PRIMARY.replace("94.5", "194.5")], "more than all of it"),
        ([PRIMARY.replace('"94.5"', "94.5")], "valid string"),
        ([PRIMARY.replace("published_on = 2024-09-05, ", "")], "published_on"),
        ([PRIMARY, PRIMARY], "two figures for national, attendance, primary"),
    ],
)
def test_a_figure_that_is_none_or_has_no_day_is_refused(figures: list[str], said: str):
    with pytest.raises(Refused, match=said):
        load_text(pack(*figures), "ours")
