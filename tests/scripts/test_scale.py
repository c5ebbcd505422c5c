"""A trust built and measured small: what is there is right, and every figure has its place."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import psycopg
import pytest

from delivery.bootstrap import desk
from scripts.bench.workload import CODES
from scripts.scaling import build, peak, plots, rebuild, report, served
from scripts.scaling.england import PUPILS, England
from scripts.scaling.grow import grow
from scripts.scaling.pages import pages
from scripts.scaling.sizes import sizes
from scripts.scaling.trust import KEPT_BACK, Place, SchoolYear, trust, write_pupils

YEARS, DAYS = 2, 8
SMALL = Place(100000, "Invented School 1", "secondary", ("7", "8"), 2, 4)
SMALLER = Place(100001, "Invented School 2", "primary", ("R", "1"), 1, 5)


def test_the_trust_is_of_thirty_schools_and_some_fifteen_thousand_pupils() -> None:
    places = trust()

    assert len({place.urn for place in places}) == 30
    assert Counter(place.size for place in places) == {960: 9, 420: 9, 210: 12}
    assert sum(place.size for place in places) * 380 * 6 == 34_063_200


def test_a_year_later_the_lowest_group_is_new_and_the_highest_is_gone(tmp_path: Path) -> None:
    before, after = (SchoolYear(SMALL, year, DAYS) for year in (2020, 2021))

    assert set(after.classes["8A"]) == set(before.classes["7A"])
    assert not set(after.classes["7A"]) & set(before.marks)
    write_pupils(tmp_path / "pupils.csv", after)
    lines = (tmp_path / "pupils.csv").read_text().splitlines()
    left = {line.split(",")[1] for line in lines if ",2021-07-31," in line}
    assert left == {SMALL.upn(one) for group in ("8A", "8B") for one in before.classes[group]}


def test_england_is_reckoned_from_what_was_measured() -> None:
    """Given round figures, then every line is their product, by hand."""
    found = England(ledger=10, read_models=90, pupils_a_register=30, register=0.016, rebuilt=1e-5)

    assert found.marks_a_year == PUPILS * 380 == 3_420_000_000
    assert (found.registers, found.a_second, found.cores) == (300_000, 500, 8)
    assert found.servers == 2
    told = {what: comes_to for what, _, comes_to in found.lines()}
    assert told["the ledgers, a year"] == "34 GB"
    assert told["with every read model, six years"] == "2.05 TB"
    assert told["registers a minute at nine"] == "30,000"
    assert told["every read model made anew"] == "57 hours of a core"


def test_a_panel_s_columns_are_as_high_as_their_figures() -> None:
    drawn = plots.panels("Growth", [plots.Panel("Takes & pages", [("1", 10.0), ("6", 20.0)])])

    svg = "{http://www.w3.org/2000/svg}"
    heights = [
        int(bar.get("height", "0"))
        for bar in ElementTree.fromstring(drawn).iter(f"{svg}rect")
        if bar.find(f"{svg}title") is not None
    ]
    assert heights[1] == 2 * heights[0] == 110
    assert "Takes &amp; pages" in drawn


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may enter, which pytest's are not."""
    with TemporaryDirectory(prefix="scale-") as made:
        yield Path(made)


@pytest.mark.slow  # it starts a server of its own, more than once
def test_a_tiny_trust_is_built_once_and_measured_whole(folder: Path) -> None:
    places = [SMALL, SMALLER]
    build.build(folder, places, YEARS, DAYS, 2)
    built = served.noted(folder)["build"]
    expected = {
        place.urn: place.size * 2 * (YEARS * DAYS - KEPT_BACK) for place in places
    }  # of every pupil, both halves, but for the days kept back
    with served.running(folder) as at:
        url = served.address(at)
        weighed = sizes(url)
        assert _marks(url) == expected
        assert _found_out(url)
    assert sum(one["marks"] for one in built) == sum(expected.values())

    build.build(folder, places, YEARS, DAYS, 2)  # a second time there is nothing to do
    assert served.noted(folder)["build"] == built

    grown = grow(folder, SMALL, YEARS, len(places), DAYS, 1, anew=True)
    assert [(one["schools"], one["years"]) for one in grown] == [(1, 1), (1, 2), (2, 2)]
    seen = pages(folder, SMALL, YEARS, DAYS, 1)
    assert {one["status"] for one in seen["pages"]} == {200}
    assert seen["pages"][-1]["page"] == "trust"
    anew = rebuild.rebuild(folder, places, 2)
    morning = peak.morning(folder, places, YEARS, DAYS, 300, 2)
    taken = [len(SchoolYear(place, 2021, DAYS).classes) for place in places]
    assert (morning["registers"], morning["marks"]) == (sum(taken), SMALL.size + SMALLER.size)
    assert 0 < morning["answered_p50"] <= morning["answered_p99"] <= morning["answered_max"]
    assert morning["cpu"] > 0 < morning["server_cpu"]

    measured = {"build": built, "sizes": weighed, "grow": grown, "pages": seen, "rebuild": anew,
                "peak-300": morning}  # fmt: skip
    on = dict.fromkeys(("cores", "processor", "memory_gib", "system", "python", "flush_us"), 1)
    (folder / "pictures").mkdir()
    report.write(folder / "scale.md", json.loads(json.dumps(measured)), on)
    page = (folder / "scale.md").read_text()
    assert f"{sum(expected.values()):,} marks" in page
    assert "| Take a register, ms |" in page
    assert (folder / "pictures" / "scale-years.svg").exists()


def _marks(url: str) -> dict[int, int]:
    with psycopg.connect(url) as db:
        return dict(
            db.execute(
                "SELECT school, count(*) FROM current_register WHERE entered IS NOT NULL GROUP BY 1"
            ).fetchall()
        )


def _found_out(url: str) -> bool:
    """Whether no ``N`` stands but those of a year's last day, and each mark is as it was drawn."""
    place, year = SMALL, SchoolYear(SMALL, 2020, DAYS)
    with desk(url) as at:
        named = build.pupil_ids(at.ledger(place.urn))
    with psycopg.connect(url) as db:
        rows = db.execute(
            "SELECT pupil, date, half, first_code, entered FROM current_register"
            " WHERE school = %s AND date < %s", (place.urn, dt.date(2021, 8, 1)),
        ).fetchall()  # fmt: skip
    drawn = {
        (named[place.upn(pupil)], year.dates[session // 2], ("AM", "PM")[session % 2]): CODES[code]
        for pupil, marks in year.marks.items()
        for session, code in enumerate(marks)
    }
    assert {(pupil, date, half): first for pupil, date, half, first, _ in rows} == drawn
    return all(entered != "N" or date == year.dates[-1] for _, date, _, _, entered in rows)
