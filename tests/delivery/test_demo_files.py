"""The demonstration's world and files: the same every time, and as a school's would be."""

import csv
import datetime as dt
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from delivery.demo import exports, marks, stories, trust_files, world
from delivery.demo.exports import Exports
from delivery.demo.world import World
from delivery.importers.trust import trust_file

CODES_2006 = set("/\\BCDEGHIJLMNOPRSTUVWXYZ#")
CODES_2024 = (CODES_2006 - {"H", "J", "Y"}) | {
    *("C1", "C2", "J1", "K", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7")
}
THE_CHANGE = dt.date(2024, 8, 19)
UNAUTHORISED = {"G", "N", "O", "U"}

Row = dict[str, str]


@pytest.fixture(scope="module")
def whole() -> World:
    return world.build()


@pytest.fixture(scope="module")
def small() -> World:
    return world.build(share=8)


@pytest.fixture(scope="module")
def written(small: World, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return exports.write(small, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def seen(written: Exports) -> dict[tuple[str, dt.date], list[Row]]:
    """Every night's rows, by trust and night."""
    return {(night.trust, night.date): _rows(night.path) for night in written.nights}


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _trail(
    seen: dict[tuple[str, dt.date], list[Row]], upn: str, day: dt.date, half: str
) -> list[str]:
    """The codes shown for a session, night after night; '' where its day was, and it was not."""
    trail = []
    for (_, night), rows in sorted(seen.items(), key=lambda item: item[0][1]):
        there = {
            row["upn"]: row["code"]
            for row in rows
            if (row["date"], row["session"], row["upn"][:8]) == (day.isoformat(), half, upn[:8])
        }
        if there and night >= day:
            trail.append(there.get(upn, ""))
    return trail


def test_two_worlds_and_their_files_are_the_same(tmp_path: Path) -> None:
    hashes = []
    for name in ("one", "two"):
        built = world.build(share=12)
        trust_files.write_trusts(built, tmp_path / name)
        trust_files.write_rolls(built, tmp_path / name)
        exports.write(built, tmp_path / name, last=dt.date(2024, 6, 21))
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        hashes.append([(str(f.relative_to(tmp_path / name)), f.read_bytes()) for f in files])
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) > 30


def test_about_a_thousand_pupils_with_a_number_of_their_own(whole: World) -> None:
    pupils = [one.pupil for school in whole.schools for one in whole.enrolments[school.urn]]
    by_upn = defaultdict(set)
    for pupil in pupils:
        assert re.fullmatch(r"[A-Z0-9]{4,16}", pupil.upn)
        by_upn[pupil.upn].add(pupil)
    assert all(len(same) == 1 for same in by_upn.values())
    assert 1000 <= len(by_upn) <= 1200
    on_roll = sum(
        one.on_roll(dt.date(2024, 10, 1)) for found in whole.enrolments.values() for one in found
    )
    assert 900 <= on_roll <= 1100


def test_every_pupil_is_of_the_age_of_the_year_group(whole: World) -> None:
    for found in whole.enrolments.values():
        for one in found:
            for place in one.places:
                autumn = max(2023 if place.starts < world.NEW_YEAR else 2024, 2023)
                turns = autumn - world.YEARS.index(place.year)
                first = dt.date(turns - 5, 9, 1)
                assert first <= one.pupil.born < dt.date(turns - 4, 9, 1)


def test_in_september_everybody_moves_up_or_leaves(whole: World) -> None:
    for found in whole.enrolments.values():
        for one in found:
            if not one.on_roll(world.END_OF_YEAR):
                continue
            if one.last_day == world.END_OF_YEAR:
                assert one.places[-1].year in {"6", "11"}
            else:
                before = world.YEARS.index(one.place_on(world.END_OF_YEAR).year)
                assert world.YEARS.index(one.place_on(world.NEW_YEAR).year) == before + 1


def test_nobody_is_on_two_rolls_of_a_trust_on_one_day(whole: World) -> None:
    for day in (dt.date(2024, 6, 14), dt.date(2024, 6, 17), world.END_OF_YEAR, world.NEW_YEAR):
        here = [one.pupil.upn for f in whole.enrolments.values() for one in f if one.on_roll(day)]
        assert max(Counter(here).values()) == 1


def test_telephones_are_from_the_ranges_for_drama(whole: World) -> None:
    for found in whole.enrolments.values():
        for one in found:
            assert 1 <= len(one.pupil.parents) <= 2
            for parent in one.pupil.parents:
                assert re.fullmatch(r"(01632 960|07700 900)\d{3}", parent.telephone)


def test_school_days_are_those_of_the_calendar(whole: World) -> None:
    met = {
        school.name: school.days(dt.date(2023, 9, 1), dt.date(2024, 7, 31))
        for school in whole.schools
    }
    assert dt.date(2024, 7, 4) not in met["Otterham Primary School"]
    assert dt.date(2024, 7, 4) in met["Camelford Primary School"]
    for name, days in met.items():
        assert len(days) == (189 if name.startswith("Otterham") else 190)
        assert dt.date(2024, 5, 28) not in days


def test_the_trust_file_is_toml_that_names_everything(small: World, tmp_path: Path) -> None:
    read = tomllib.loads(trust_files.write_trusts(small, tmp_path)["nclt"].read_text("utf-8"))
    assert [school["urn"] for school in read["schools"]] == [999001, 999002, 999003, 999004, 999005]
    smiths = read["schools"][4]
    assert smiths["register_times"][0]["arrive_by"] == dt.time(8, 20)
    assert smiths["register_times"][0]["am_opens"] == dt.time(8, 25)
    taught = {name for person in smiths["staff"] for name in person["classes"]}
    assert taught == set(smiths["classes"])
    roles = {role for person in smiths["staff"] for role in person["roles"]}
    assert roles == {"teacher", "office", "attendance-officer", "champion", "head", "ceo", "board"}
    assert dt.date(2024, 7, 4) in read["schools"][1]["calendar"][0]["closed"]


def test_init_reads_the_trust_files(small: World, tmp_path: Path) -> None:
    for path in trust_files.write_trusts(small, tmp_path).values():
        read = trust_file(path)
        for school in read.schools:
            known = next(one for one in small.schools if one.urn == school.urn)
            assert list(school.classes) == known.groups
            assert len(school.staff) == len(known.staff)


def test_the_roll_of_september_shows_who_left_and_who_started(small: World, tmp_path: Path) -> None:
    paths = trust_files.write_rolls(small, tmp_path)
    june = {(r["school"], r["upn"]): r for r in _rows(paths["manor", dt.date(2024, 6, 1)])}
    september = {(r["school"], r["upn"]): r for r in _rows(paths["manor", dt.date(2024, 9, 3)])}
    assert set(june) < set(september)
    for key, row in june.items():
        assert not row["leaving_date"]
        assert bool(september[key]["leaving_date"]) == (row["year_group"] == "6")
    assert {september[key]["year_group"] for key in set(september) - set(june)} == {"R"}


def test_codes_shown_are_in_force_on_their_session_day(
    seen: dict[tuple[str, dt.date], list[Row]],
) -> None:
    strange: Counter[tuple[str, str]] = Counter()
    for rows in seen.values():
        for row in rows:
            day = dt.date.fromisoformat(row["date"])
            if row["code"] not in (CODES_2006 if day < THE_CHANGE else CODES_2024):
                strange[row["date"], row["code"]] += 1
            assert not (row["session"] == "PM" and row["code"] == "/")
            assert not (row["session"] == "AM" and row["code"] == "\\")
    assert {key for key, _ in strange.items()} == {("2024-06-12", "ZZ"), ("2024-09-19", "H")}
    assert strange["2024-06-12", "ZZ"] == 1  # in one night's file only


def test_natures_the_law_wants_are_given(seen: dict[tuple[str, dt.date], list[Row]]) -> None:
    told = [row for rows in seen.values() for row in rows if row["code"] in {"B", "K", "Y7"}]
    assert {row["code"] for row in told} == {"B", "K", "Y7"}
    assert all(row["comment"] for row in told)


def test_a_night_shows_the_last_ten_school_days_of_each_school(
    small: World, seen: dict[tuple[str, dt.date], list[Row]]
) -> None:
    for (trust, night), rows in seen.items():
        shown = defaultdict(set)
        for row in rows:
            shown[int(row["school_urn"])].add(row["date"])
        for school in small.schools:
            if school.trust == trust:
                days = school.days(dt.date(2024, 4, 15), night)[-10:]
                assert shown[school.urn] == {day.isoformat() for day in days}


def test_the_nights_are_the_school_days_of_both_halves(written: Exports) -> None:
    nights = {night.date for night in written.nights}
    assert min(nights) == dt.date(2024, 6, 3)
    assert max(nights) == dt.date(2024, 12, 20)
    assert not [n for n in nights if dt.date(2024, 7, 24) < n < dt.date(2024, 9, 3)]
    assert [night.date for night in written.nights] == sorted(
        night.date for night in written.nights
    )
    assert all(night.rows == len(_rows(night.path)) for night in written.nights[:3])


def test_corrections_come_days_later_and_some_marks_are_never_explained(
    seen: dict[tuple[str, dt.date], list[Row]],
) -> None:
    shown: dict[tuple[str, str, str, str], str] = {}
    first_n: dict[tuple[str, str, str, str], dt.date] = {}
    pairs: Counter[tuple[str, str]] = Counter()
    lags: Counter[bool] = Counter()
    for (_, night), rows in sorted(seen.items(), key=lambda item: item[0][1]):
        for row in rows:
            key = (row["school_urn"], row["upn"], row["date"], row["session"])
            before = shown.get(key)
            if before is None and row["code"] == "N":
                first_n[key] = night
            if before is not None and before != row["code"]:
                pairs[before, row["code"]] += 1
                lags[(night - dt.date.fromisoformat(row["date"])).days > 7] += 1
            shown[key] = row["code"]
    for pair in (
        ("N", "I"),
        ("N", "O"),
        ("N", "M"),
        ("N", "G"),
        ("L", "U"),
        ("N", "U"),
        ("ZZ", "M"),
    ):
        assert pairs[pair], pair
    assert lags[True]
    assert any(shown[key] == "N" for key in first_n if key[2] < "2024-12-01")


def test_the_disputed_mark_was_put_right_twice(
    written: Exports, seen: dict[tuple[str, dt.date], list[Row]]
) -> None:
    story = written.stories["disputed"]
    trail = _trail(seen, story.upn, story.date, story.half)
    assert trail == ["N", *["I"] * 9, "G"]  # one night is that of an INSET day


def test_the_disputed_mark_is_what_makes_ten(
    written: Exports, seen: dict[tuple[str, dt.date], list[Row]]
) -> None:
    story = written.stories["disputed"]
    shown = {}
    for (_, _), rows in sorted(seen.items(), key=lambda item: item[0][1]):
        for row in rows:
            if row["upn"] == story.upn and row["date"] >= THE_CHANGE.isoformat():
                shown[row["date"], row["session"]] = row["code"]
    away = {session for session, code in shown.items() if code in UNAUTHORISED}
    assert len(away) == 10
    assert len([day for day, _ in away if day == "2024-10-18"]) == 2


def test_the_vanished_mark_is_gone_while_its_day_is_still_shown(
    written: Exports, seen: dict[tuple[str, dt.date], list[Row]]
) -> None:
    story = written.stories["vanished"]
    trail = _trail(seen, story.upn, story.date, story.half)
    assert trail == ["I"] * 4 + [""] * 6


def test_the_closed_school_shows_one_code_for_everybody(
    seen: dict[tuple[str, dt.date], list[Row]],
) -> None:
    rows = seen["nclt", dt.date(2024, 11, 26)]
    shut = [row for row in rows if row["date"] == "2024-11-26" and row["school_urn"] == "999004"]
    assert shut
    assert {row["code"] for row in shut} == {"Y4"}


def test_no_pupil_of_the_whole_world_lives_two_stories_at_once(whole: World) -> None:
    told = [
        story
        for school in whole.schools
        for story in stories.tell(marks.blank(school, whole.enrolments[school.urn]))
    ]
    at_once = Counter((story.upn, story.date.year, story.date.month) for story in told)
    assert max(at_once.values()) == 1
    assert len(told) > 20
