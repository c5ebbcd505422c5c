"""What the schools of a trust come to together: counted again by hand."""

import datetime as dt
from fractions import Fraction

import pytest
from fastapi.testclient import TestClient

from delivery.bootstrap import Desk
from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.web.side_by_side import all_patterns, moved, of_school
from projections.patterns import Reason, patterns
from projections.rates import rates

DAY = dt.date(2024, 9, 3)


def test_bands_and_reasons_of_several_schools_are_added_up(desk: Desk):
    one = patterns(view_of(desk, desk.ledger(100001), Call()), dt.date(2024, 9, 2), DAY)
    other = one.model_copy(
        update={
            "reasons": (
                Reason(code="M", meaning="Medical", counts_as="authorised", sessions=5),
                Reason(code="I", meaning="Illness", counts_as="authorised", sessions=2),
            )
        }
    )

    both = all_patterns([one, other])

    told = {(found.code, found.sessions) for found in both.reasons}
    mine = {found.code: found.sessions for found in one.reasons}
    assert told == {("M", 5), ("I", 2 + mine["I"])}
    assert [found.sessions for found in both.reasons] == sorted(
        (found.sessions for found in both.reasons), reverse=True
    )
    assert [(b.low, b.pupils) for b in both.bands] == [(b.low, 2 * b.pupils) for b in one.bands]
    assert both.too_few == 2 * one.too_few
    assert all_patterns([one]).bands == one.bands


def test_weeks_of_a_school_are_those_of_the_rates_by_week(desk: Desk):
    view = view_of(desk, desk.ledger(100001), Call())
    (found,) = of_school(view, whole=True)
    span = {"first": found.first, "last": found.last}

    by_week = rates([view], by="school", period="week", **span).rows  # type: ignore[arg-type]

    assert list(found.weeks) == [
        (row.starts, Fraction(row.attended, row.possible)) for row in by_week if row.possible
    ]
    assert found.before is None  # a year before there was no register
    assert found.moved == ""


@pytest.mark.parametrize(
    ("by", "told"),
    [(Fraction(3, 1000), "up 0.3"), (Fraction(-9, 1000), "down 0.9"),
     (Fraction(1, 10_000), "the same"), (Fraction(0), "the same")],
)  # fmt: skip
def test_a_direction_is_a_word(by: Fraction, told: str):
    assert moved(by) == told


def test_each_chart_of_the_trust_page_has_its_table_and_its_csv(reading: TestClient):
    page = reading.get("/trust").text

    for of in ("bands", "reasons"):
        assert f'href="/trust?as=csv&amp;of={of}"' in page
        file = reading.get("/trust", params={"as": "csv", "of": of})
        assert file.headers["content-type"].startswith("text/csv")
        head, *rows = file.text.splitlines()
        for row in rows:
            first = row.split(",")[0]
            assert f'<th scope="row">{first}</th>' in page, (of, head, first)
    assert reading.get("/trust", params={"as": "csv", "of": "names"}).status_code == 400
