"""What the packs say on a day, above all on 18 and 19 August 2024."""

import datetime as dt
import tomllib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.calendar import compulsory_school_age
from ledger.policy import load, shipped

LAST_OLD_DAY = dt.date(2024, 8, 18)
FIRST_NEW_DAY = dt.date(2024, 8, 19)
TEN_IN_TEN_WEEKS = {
    "sessions": 10,
    "within": 10,
    "of": "school weeks",
    "not_before": FIRST_NEW_DAY,
}
TWELVE_IN_A_HUNDRED = {"sessions": 12, "within": 100, "of": "sessions"}
SIXTY = {"early": 60, "early_days": 21, "full": 120, "full_days": 28}
EIGHTY = {"early": 80, "early_days": 21, "full": 160, "full_days": 28}
ENGLAND, CORNWALL = "england", "local_authorities/cornwall"
NCLT, MANOR = "trusts/nclt_2023", "trusts/manor_2024"
SILENT = object()


@pytest.mark.parametrize(
    ("name", "pack", "on_the_18th", "on_the_19th"),
    [
        ("retention.entry", ENGLAND, 3, 6),
        ("retention.entry", NCLT, 3, 6),
        ("retention.entry", MANOR, 3, 6),
        ("retention.backup", ENGLAND, 3, 6),
        ("penalty.threshold", ENGLAND, SILENT, TEN_IN_TEN_WEEKS),
        ("penalty.threshold", CORNWALL, TWELVE_IN_A_HUNDRED, TEN_IN_TEN_WEEKS),
        ("penalty.threshold", NCLT, TWELVE_IN_A_HUNDRED, TEN_IN_TEN_WEEKS),
        ("penalty.threshold", MANOR, SILENT, TEN_IN_TEN_WEEKS),
        (
            "penalty.amounts",
            NCLT,
            {"first": SIXTY, "second": SIXTY},
            {"first": EIGHTY, "second": {"full": 160, "full_days": 28}},
        ),
        (
            "penalty.limit",
            ENGLAND,
            SILENT,
            {"notices": 2, "years": 3, "offences_from": FIRST_NEW_DAY},
        ),
        (
            "penalty.last_days",
            ENGLAND,
            {"early": 21, "full": 28, "prosecute_from": 29},
            {"early": 20, "full": 28, "prosecute_from": 29},
        ),
        ("unexplained.resolve_by", ENGLAND, SILENT, {"length": 5, "unit": "school days"}),
        (
            "unexplained.resolve_by",
            NCLT,
            {"length": 5, "unit": "working days"},
            {"length": 5, "unit": "school days"},
        ),
        ("register.open_minutes_max", ENGLAND, SILENT, 30),
        ("register.open_minutes_max", MANOR, SILENT, 30),
        (
            "notice_to_improve.period",
            MANOR,
            SILENT,
            {"least": 3, "most": 6, "unit": "weeks"},
        ),
        ("leave.notice", MANOR, SILENT, {"length": 15, "unit": "days"}),
        ("absence.persistent", ENGLAND, *[{"numerator": 1, "denominator": 10}] * 2),
        ("absence.severe", NCLT, *[{"numerator": 1, "denominator": 2}] * 2),
    ],
)
def test_the_rules_turn_between_18_and_19_august_2024(name, pack, on_the_18th, on_the_19th):
    policy = load(pack)
    for day, expected in ((LAST_OLD_DAY, on_the_18th), (FIRST_NEW_DAY, on_the_19th)):
        rules = policy.on(day)
        if expected is SILENT:
            assert name not in rules
        else:
            assert rules.get(name).value == expected


def test_nclts_rules_begin_on_the_day_the_ceo_approved_them():
    policy = load(NCLT)
    assert policy.on(dt.date(2023, 7, 20)).get("may.adopt-policy").pack == ENGLAND
    assert policy.on(dt.date(2023, 7, 21)).get("may.adopt-policy").value == {"ceo": "school"}


def test_the_amounts_of_2013_begin_on_1_september_2013():
    policy = load(ENGLAND)
    assert "penalty.amounts" not in policy.on(dt.date(2013, 8, 31))
    assert policy.on(dt.date(2013, 9, 1)).penalty.amounts["first"] == SIXTY


@pytest.mark.parametrize(
    ("school", "times"),
    [
        ("Camelford Primary School", "08:45 08:45 09:00 13:00 13:15"),
        ("Otterham Primary School", "09:00 09:00 09:15 13:00 13:15"),
        ("St Breward Primary School", "09:00 09:00 09:15 13:05 13:20"),
        ("St Teath Primary School", "08:45 08:45 09:00 13:20 13:35"),
        ("Sir James Smith's School", "08:20 08:25 08:40 12:05 12:20"),
    ],
)
def test_the_register_times_of_the_five_schools(school, times):
    found = load(NCLT).on(dt.date(2024, 9, 3)).register.times[school]
    keys = ("arrive_by", "am_opens", "am_closes", "pm_opens", "pm_closes")
    assert " ".join(f"{found[key]:%H:%M}" for key in keys) == times


REFERS = {
    "school": "refers",
    "check_with_local_authority": True,
    "copy_to_local_authority": False,
}
PERIODS = ["half-term", "term", "year"]


@pytest.mark.parametrize(
    ("pack", "name", "applied", "others"),
    [
        (MANOR, "leave.notice", {"length": 15, "unit": "days"}, [{"length": 4, "unit": "weeks"}]),
        (MANOR, "leave.evidence", "may", ["will"]),
        (
            NCLT,
            "leave.notice",
            {"length": 15, "unit": "days"},
            [{"length": 15, "unit": "school days"}],
        ),
        (NCLT, "penalty.threshold", TWELVE_IN_A_HUNDRED, [None, None]),
        (NCLT, "penalty.issuing", REFERS, [REFERS | {"school": "issues"}]),
        (MANOR, "monitor.periods", ["day", *PERIODS], [PERIODS]),
        (MANOR, "monitor.compared_with", ["local", "regional", "national"], [["national"]]),
    ],
)
def test_where_a_policy_contradicts_itself_every_clause_is_kept_and_one_applied(
    pack, name, applied, others
):
    value = load(pack).pack.values[name][0]
    assert value.value == applied
    assert [c.value for c in value.clauses if c.clause != value.applied] == others
    assert all(clause.says for clause in value.clauses)


def test_a_value_is_read_bare_or_with_its_clause():
    rules = load(ENGLAND).on(FIRST_NEW_DAY)
    assert rules.retention.entry == 6
    value = rules.get("retention.entry")
    assert (value.starts, value.pack) == (FIRST_NEW_DAY, ENGLAND)
    assert value.reference == "SI 2024/208 reg. 7(a)"
    assert str(value) == "6 years"


def test_a_silence_and_a_slip_are_told_apart():
    rules = load(ENGLAND).on(LAST_OLD_DAY)
    with pytest.raises(KeyError, match=r"no pack says what penalty.threshold is"):
        rules.get("penalty.threshold")
    with pytest.raises(KeyError, match=r"there is no policy parameter retention.entri"):
        rules.get("retention.entri")
    with pytest.raises(AttributeError, match=r"no pack says"):
        _ = rules.penalty.threshold
    with pytest.raises(AttributeError):
        _ = rules.retension


@pytest.mark.parametrize("name", shipped())
def test_every_value_has_its_clause_and_the_day_it_was_last_confirmed(name):
    values = [v for found in load(name).pack.values.values() for v in found]
    assert values
    assert all(v.reference and v.confirmed and v.pack == name for v in values)


def test_every_pack_of_the_seed_policies_is_shipped_and_loads():
    assert shipped() == (ENGLAND, CORNWALL, MANOR, NCLT)
    for name in shipped():
        assert load(name).name == name


def test_the_school_age_in_the_data_is_the_one_the_calendar_reckons_with():
    age = load(ENGLAND).on(FIRST_NEW_DAY).compulsory_school_age
    for month in range(1, 13):
        born = dt.date(2014, month, 15)
        first, last = compulsory_school_age(born)
        fifth = born.replace(year=born.year + age.begins["age"])
        days = [dt.date.fromisoformat(f"{y}-{d}") for y in (2019, 2020) for d in age.begins["on"]]
        assert first == min(day for day in days if day >= fifth)
        assert age.ends == {"age": 16, "on": ["last Friday in June"]}
        assert (last.month, last.weekday()) == (6, 4)


def test_the_rules_of_every_day_between_two_changes_are_one_answer():
    policy = load(NCLT)
    assert policy.on(dt.date(2024, 9, 3)) is policy.on(dt.date(2024, 12, 20))
    assert policy.on(LAST_OLD_DAY) is not policy.on(FIRST_NEW_DAY)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2040, 1, 1)))
@settings(max_examples=100, deadline=None)
def test_the_law_on_a_day_is_the_last_value_that_began_by_then(day):
    """
    Against the file itself, read without the loader.
    """
    text = (resources.files("ledger.policy") / "england.toml").read_text("utf-8")
    rules = load(ENGLAND).on(day)
    for group, table in tomllib.loads(text).items():
        for key, body in table.items() if group != "pack" else ():
            begun = [start for start in body.get("values", ()) if start <= day.isoformat()]
            name = f"{group}.{key}"
            if name == "register.codes":
                continue
            assert (name in rules) == bool(begun)
            if begun:
                assert rules.get(name).reference == body["values"][max(begun)]["reference"]


@given(st.dates(dt.date(2006, 1, 1), dt.date(2040, 1, 1)))
def test_the_codes_on_a_day_are_the_rows_whose_days_hold_it(day):
    policy = load(ENGLAND)
    far = dt.date.max
    naive = {row.code for row in policy.pack.codes if row.begins <= day <= (row.ends or far)}
    assert set(policy.on(day).codes) == naive
