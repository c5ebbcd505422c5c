"""Charts: what each states, that its bars are its table's figures, and its CSV beside it."""

import csv
import datetime as dt
import io
import re
import xml.etree.ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from delivery.render import charts
from delivery.web.figures import figures_of
from ledger.policy import load
from projections.patterns import Band, Patterns, Reason, SchoolWeek, Slot
from tests.delivery.web.test_brand import contrast

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_a_bar_is_as_long_as_its_figure_is_among_the_others():
    rows = [charts.Bar("a < b", 40, "40"), charts.Bar("c", 20, "20"), charts.Bar("d", 0, "0")]

    made = drawn(charts.bars("Two & three", rows))

    long = [int(one.get("width", "")) for one in made.iter(f"{SVG}rect")]
    assert long[0] == long[1] * 2
    assert long[2] == 0
    said = [one.text for one in made.iter(f"{SVG}text")]
    assert said == ["a < b", "40", "c", "20", "d", "0"]
    assert made.find(f"{SVG}title").text == "Two & three"


def test_a_line_lies_between_its_rules():
    made = drawn(
        charts.line("x", [charts.Dot("1", 1000, "100%"), charts.Dot("2", 700, "70%")], 800)
    )

    (through,) = made.iter(f"{SVG}polyline")
    heights = [int(pair.split(",")[1]) for pair in through.get("points", "").split()]
    rules = sorted({int(one.get("y1", "")) for one in made.iter(f"{SVG}line")})
    assert heights == [rules[0], rules[-1]]  # what is lower than the foot stands on the foot


@pytest.mark.parametrize("kind", [charts.bars, charts.columns])
def test_nothing_to_draw_is_an_empty_chart(kind):
    assert drawn(kind("Nothing", [])).find(f"{SVG}rect") is None
    assert drawn(charts.line("Nothing", [], 800)).find(f"{SVG}polyline") is None


@pytest.mark.parametrize(
    "colour", [charts.NAVY, charts.SOFT, charts.TEAL, charts.PLUM, charts.LATE]
)
def test_a_bar_is_seen_on_white(colour: str):
    """Every bar has its figure beside it as well, so that this is no one's only way to read it."""
    assert contrast(colour, "#ffffff") > 2.9


@pytest.mark.parametrize("colour", [charts.INK, charts.MUTE])
def test_what_is_written_on_a_chart_is_read(colour: str):
    assert contrast(colour, "#ffffff") >= 4.5


def test_every_chart_has_its_table_and_its_csv_with_the_same_figures(reading: TestClient):
    page = reading.get("/100001/reports?to=2024-09-03").text

    sections = page.split('<section class="report">')[1:]
    charted = [one for one in sections if "<svg" in one]
    assert len(charted) == 5
    for one in charted:
        assert "<details><summary>The figures as a table" in one
        address = re.search(r'href="([^"]*as=csv[^"]*)"', one)[1].replace("&amp;", "&")
        told = reading.get(address)
        assert told.headers["content-type"].startswith("text/csv")
        assert len(list(csv.reader(io.StringIO(told.text)))) > 1


def test_every_page_with_a_chart_has_csv_beside_it(reading: TestClient):
    for address in ("pupils/A100", "penalties", "pupils/A100/penalty", "reports"):
        page = reading.get(f"/100001/{address}").text
        assert "as=csv" in page, address


def test_a_heading_states_what_the_chart_shows():
    week = {"possible": 100, "authorised": 6, "unauthorised": 4}
    half_day = {"possible": 10, "late": 0}
    found = Patterns.model_construct(
        least=20,
        too_few=0,
        bands=(Band(low=0, high=5, pupils=9), Band(low=10, high=15, pupils=1)),
        reasons=(Reason(code="I", meaning="Illness", counts_as="authorised", sessions=6),),
        slots=(
            Slot(weekday=0, name="Monday", half="AM", missed=2, absence="20.0", **half_day),
            Slot(weekday=4, name="Friday", half="PM", missed=3, absence="30.0", **half_day),
        ),
        weeks=(
            SchoolWeek(starts="2024-09-02", attended=90, late=1, attendance="90.0", **week),
            SchoolWeek(starts="2024-09-09", attended=80, late=0, attendance="80.0", **week),
        ),
    )

    assert [one.states for one in figures_of(found)] == [
        "1 pupil misses 10% or more",
        "Illness (I): 6 of 6 sessions missed",
        "Lowest in the week of 9 Sep 2024: 80.0%",
        "Most is missed on Friday afternoons: 30.0%",
        "1 late arrival in 170 sessions",
    ]


@pytest.mark.parametrize("day", [dt.date(2024, 8, 18), dt.date(2024, 9, 3)])
def test_no_label_of_a_chart_is_cut_and_none_is_wider_than_it(day: dt.date):
    """Of every code of a day; a letter of 14 pixels is on average no wider than 6.3."""
    for code in load("england").on(day).codes.values():
        reason = Reason(
            code=code.code, meaning=code.meaning, counts_as="unauthorised", sessions=12_345
        )
        found = Patterns.model_construct(
            least=20, too_few=0, bands=(), reasons=(reason,), slots=(), weeks=()
        )
        said = list(drawn(list(figures_of(found))[1].svg).iter(f"{SVG}text"))
        assert [one.text for one in said] == [
            f"{code.code} {code.meaning}",
            "12,345 unauthorised",
        ]
        for one in said:
            assert int(one.get("x", "")) + 6.3 * len(one.text or "") <= charts.WIDE + 30, one.text
