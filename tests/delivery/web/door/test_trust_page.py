"""The schools side by side: to whoever sees figures, of the schools they see; nobody is named."""

import csv
import io
from decimal import Decimal

import pytest


def rows(client) -> list[dict[str, str]]:
    answered = client.get("/trust", params={"as": "csv"})
    assert answered.status_code == 200
    return list(csv.DictReader(io.StringIO(answered.text)))


def test_a_school_s_figures_are_those_of_its_own_report(signed_in):
    client = signed_in("trust")

    (one,) = rows(client)  # the other school has no session yet
    told = client.get("/api/100001/rates", params={"by": "school"}).json()["answer"]["rows"][-1]

    assert one["school"] == "100001"
    for word in ("pupils", "possible", "attended", "attendance", "persistently_absent"):
        assert one[word] == str(told[word])
    assert Decimal(one["attendance"]) == 100 * Decimal(one["attended"]) / Decimal(one["possible"])
    page = client.get("/trust").text
    assert f"Attendance is {one['attendance']}%" in page
    assert "Example" not in page
    assert "<polyline" in page


@pytest.mark.parametrize(("who", "sees"), [("head", True), ("bi", False), ("trust", True)])
def test_what_is_about_pupils_is_for_those_who_see_them(signed_in, who: str, sees: bool):
    (one,) = rows(signed_in(who))

    assert (one["at_threshold"] != "", one["registers_not_taken"] != "") == (sees, sees)


@pytest.mark.parametrize("who", ["teacher", "authority", "there"])
def test_whoever_sees_no_figures_is_turned_away(signed_in, who: str):
    """``there`` sees another school's alone, which has none yet."""
    assert signed_in(who).get("/trust").status_code == 403
