"""Packs over packs: what a lower one may do, and what becomes of it when the law moves on."""

import datetime as dt

import pytest

from ledger.policy import Policy, Standing, check, lay_over, load, load_text
from ledger.refusals import NotLower

NCLT, MANOR = "trusts/nclt_2023", "trusts/manor_2024"
JULY_2023 = dt.date(2023, 7, 21)
LAST_OLD_DAY = dt.date(2024, 8, 18)
FIRST_NEW_DAY = dt.date(2024, 8, 19)
SEPTEMBER_2025 = dt.date(2025, 9, 1)

SCHOOL = """
[pack]
title = "Our school's own pack"
layer = "school"
lies_over = "england"
confirmed = 2026-11-22

"""


def our_own(name, value, starts="2024-09-02", more=""):
    return load_text(
        f'{SCHOOL}[{name}.values.{starts}]\nvalue = {value}\nreference = "Our policy s. 1"\n{more}',
        "ours",
    )


@pytest.mark.parametrize(
    ("name", "starts", "value", "allowed"),
    [
        # raise: never lower than the law of that day
        ("retention.entry", "2024-08-18", "2", False),
        ("retention.entry", "2024-08-18", "3", True),
        ("retention.entry", "2024-08-19", "3", False),
        ("retention.entry", "2024-08-19", "5", False),
        ("retention.entry", "2024-08-19", "6", True),
        ("retention.entry", "2024-08-19", "7", True),
        # raise, a list: at least what the law lists
        ("notice_to_improve.contents", "2024-08-19", '["improvement period"]', False),
        ("return.attendance_particulars", "2024-08-19", '["name", "address", "UPN"]', True),
        ("return.attendance_particulars", "2024-08-19", '["name"]', False),
        # lower: never longer
        ("register.open_minutes_max", "2024-08-19", "31", False),
        ("register.open_minutes_max", "2024-08-19", "30", True),
        ("register.open_minutes_max", "2024-08-19", "15", True),
        ("register.open_minutes_max", "2024-08-18", "45", True),  # the guidance was silent
        # lower, a length: in the law's own unit, for others cannot be compared
        ("unexplained.resolve_by", "2024-08-19", '{length = 6, unit = "school days"}', False),
        ("unexplained.resolve_by", "2024-08-19", '{length = 3, unit = "school days"}', True),
        ("unexplained.resolve_by", "2024-08-19", '{length = 3, unit = "working days"}', False),
        # lower, a range: within the law's
        ("notice_to_improve.period", "2024-08-19", '{least=4, most=6, unit="weeks"}', True),
        ("notice_to_improve.period", "2024-08-19", '{least=2, most=6, unit="weeks"}', False),
        ("notice_to_improve.period", "2024-08-19", '{least=3, most=7, unit="weeks"}', False),
        # lower, a list: nothing the law does not list
        ("leave.grounds", "2024-08-19", '["interview"]', True),
        ("leave.grounds", "2024-08-19", '["family holiday"]', False),
        # not change: only where the law is silent, or saying the same
        ("penalty.threshold", "2024-08-18", '{sessions=8, within=100, of="sessions"}', True),
        ("penalty.threshold", "2024-08-19", '{sessions=8, within=100, of="sessions"}', False),
        (
            "penalty.threshold",
            "2024-08-19",
            '{sessions=10, within=10, of="school weeks", not_before=2024-08-19}',
            True,
        ),
        ("register.codes", "2024-08-19", '["/"]', False),
        # where packs may replace, anything goes
        ("may.adopt-policy", "2024-08-19", '{head = "school"}', True),
    ],
)
def test_what_a_lower_pack_may_set_on_the_day_before_and_on_the_day(name, starts, value, allowed):
    if allowed:
        policy = our_own(name, value, starts)
        assert policy.on(dt.date.fromisoformat(starts)).get(name).pack == "ours"
    else:
        with pytest.raises(NotLower) as refused:
            our_own(name, value, starts)
        assert refused.value.particulars["parameter"] == name


def test_the_refusal_names_the_pack_the_value_and_the_law():
    with pytest.raises(NotLower) as refused:
        our_own("retention.entry", "2")
    assert str(refused.value) == (
        "ours may not set retention.entry to 2 years: SI 2024/208 reg. 7(a) says 6 years from "
        "2024-08-19, and packs may only raise it."
    )
    assert refused.value.cited == "Our policy s. 1"


def test_a_value_that_was_lawful_when_written_is_overtaken_by_the_later_law_and_told():
    policy = load(NCLT)
    found = {f.parameter: f for f in check(policy, SEPTEMBER_2025) if f.kind == "overtaken"}
    assert {name for name, f in found.items() if f.pack == NCLT} == {
        "penalty.amounts",
        "penalty.threshold",
        "register.codes",
        "retention.entry",
        "unexplained.resolve_by",
    }
    assert {f.since for f in found.values()} == {FIRST_NEW_DAY}
    assert found["retention.entry"].sentence == (
        "retention.entry = 3 years (NCLT attendance policy (July 2023) s. 4.1) no longer applies "
        "from 2024-08-19: SI 2024/208 reg. 7(a) says 6 years."
    )


def test_a_value_is_overtaken_from_the_day_of_the_later_law_and_not_the_day_before():
    the_day_before = check(load(NCLT), FIRST_NEW_DAY - dt.timedelta(days=1))
    the_day = check(load(NCLT), FIRST_NEW_DAY)
    assert [f.parameter for f in the_day_before if f.kind == "overtaken"] == []
    assert "retention.entry" in [f.parameter for f in the_day if f.kind == "overtaken"]


def test_nothing_in_manors_policy_is_overtaken_or_not_allowed():
    kinds = {finding.kind for finding in check(load(MANOR), dt.date(2024, 12, 1))}
    assert not kinds & {"overtaken", "not allowed"}


def test_an_old_pack_adopted_late_is_overtaken_from_the_day_it_is_adopted():
    policy = lay_over([(SEPTEMBER_2025, load(NCLT))])
    found = {f.parameter: f.since for f in check(policy, SEPTEMBER_2025) if f.kind == "overtaken"}
    assert found["retention.entry"] == SEPTEMBER_2025
    assert policy.on(SEPTEMBER_2025).retention.entry == 6


def test_a_pack_speaks_from_the_day_of_its_adoption_and_brings_what_it_lies_over():
    policy = lay_over([(dt.date(2024, 1, 8), load(NCLT))])
    assert "penalty.threshold" not in policy.on(dt.date(2024, 1, 7))
    assert policy.on(dt.date(2024, 1, 7)).name == "england"
    rules = policy.on(dt.date(2024, 1, 8))
    assert rules.name == f"{NCLT} over local_authorities/cornwall over england"
    assert rules.penalty.threshold["sessions"] == 12


def test_a_pack_adopted_later_takes_the_place_of_the_one_in_its_own_layer():
    policy = lay_over([(JULY_2023, load(NCLT)), (SEPTEMBER_2025, load(MANOR))])
    day_before, the_day = policy.on(dt.date(2025, 8, 31)), policy.on(SEPTEMBER_2025)
    assert day_before.leave.grounds == ["exceptional circumstances"]
    assert len(the_day.leave.grounds) == 5
    assert the_day.name == f"{MANOR} over england", "and Cornwall went with the trust's pack"
    assert "evidence.standing" in day_before
    assert "evidence.standing" not in the_day


def test_packs_of_different_layers_lie_over_each_other():
    ours = our_own("absence.notify_by", "08:30:00")
    policy = lay_over([(JULY_2023, load(NCLT)), (dt.date(2024, 9, 2), ours)])
    assert policy.on(dt.date(2024, 9, 1)).absence.notify_by == dt.time(9)
    rules = policy.on(dt.date(2024, 9, 2))
    assert rules.absence.notify_by == dt.time(8, 30)
    assert rules.leave.notice["length"] == 15, "what we do not speak of is still the trust's"


def test_an_authority_adopted_for_itself_takes_the_place_of_one_brought_along():
    council = load_text(
        SCHOOL.replace('"school"', '"local authority"')
        + '[penalty.threshold.values.2023-01-01]\nreference = "Code of conduct"\n'
        + 'value = {sessions = 9, within = 100, of = "sessions"}\n',
        "the_council",
    )
    policy = lay_over([(JULY_2023, load(MANOR)), (JULY_2023, council)])
    rules = policy.on(LAST_OLD_DAY)
    assert rules.penalty.threshold["sessions"] == 9
    assert rules.name == f"{MANOR} over the_council over england"


def trust_closing(name, value, starts="2023-09-01"):
    """A trust's pack that sets a parameter and closes it to the packs above."""
    closed = our_own(name, value, starts, f'[{name}]\npacks_may = "not change"\n')
    return load_text(closed.text.replace('layer = "school"', 'layer = "trust"'), "the_trust")


@pytest.mark.parametrize(
    ("name", "trusts", "ours"),
    [("absence.notify_by", "09:00:00", "08:30:00"), ("retention.entry", "7", "8")],
)
def test_a_pack_may_close_a_parameter_to_those_above_it(name, trusts, ours):
    adopted = [(JULY_2023, trust_closing(name, trusts)), (SEPTEMBER_2025, our_own(name, ours))]
    with pytest.raises(NotLower):
        lay_over(adopted)
    passed_over = lay_over(adopted, refuse=False)
    assert passed_over.on(SEPTEMBER_2025).get(name).pack == "the_trust"
    assert check(passed_over, SEPTEMBER_2025)[0].kind == "not allowed"


@pytest.mark.parametrize("starts", ["2024-09-02", "2025-09-01"])
def test_a_pack_is_judged_among_those_adopted_when_it_is(starts):
    trust, ours = (
        trust_closing("absence.notify_by", "09:00:00"),
        our_own("absence.notify_by", "08:30:00", starts),
    )
    replaced = [(JULY_2023, trust), (dt.date(2025, 8, 1), load(MANOR)), (SEPTEMBER_2025, ours)]
    assert lay_over(replaced).on(SEPTEMBER_2025).absence.notify_by == dt.time(8, 30)
    standing = [(dt.date(2025, 8, 1), trust), (SEPTEMBER_2025, ours)]
    with pytest.raises(NotLower):
        lay_over(standing)


def test_the_order_in_which_adoptions_are_given_is_nothing():
    adopted = [(JULY_2023, load(NCLT)), (SEPTEMBER_2025, load(MANOR))]
    assert lay_over(adopted) == lay_over(reversed(adopted))


def test_a_pack_that_stands_through_anothers_adoption_is_told_of_once():
    policy = lay_over(
        [(JULY_2023, load(NCLT)), (SEPTEMBER_2025, our_own("absence.notify_by", "08:30:00"))]
    )
    told = [(f.pack, f.parameter) for f in check(policy, SEPTEMBER_2025)]
    assert len(told) == len(set(told))


def test_the_rules_turn_on_the_day_after_a_packs_last_day():
    ground, brought = load(NCLT).stack[0], load(NCLT).pack
    policy = Policy("ours", "", (ground, Standing(brought, JULY_2023, dt.date(2024, 5, 31))))
    assert policy.on(dt.date(2024, 5, 31)).penalty.threshold["sessions"] == 12
    assert "penalty.threshold" not in policy.on(dt.date(2024, 6, 1))


def test_a_pack_kept_in_the_ledger_can_be_read_though_it_would_be_refused_today():
    text = SCHOOL + '[retention.entry.values.2024-09-02]\nvalue = 2\nreference = "s. 1"\n'
    kept = load_text(text, "ours", refuse=False)
    assert kept.on(dt.date(2024, 9, 2)).retention.entry == 6
    assert {f.kind for f in check(kept, FIRST_NEW_DAY)} == {"not allowed"}


def test_no_pack_adopted_is_the_law_alone():
    assert lay_over([]) is load("england")


def test_a_pack_kept_as_text_is_the_same_pack():
    policy = load(NCLT)
    again = load_text(policy.text, NCLT)
    assert again.sha256 == policy.sha256
    assert again.on(LAST_OLD_DAY).values == policy.on(LAST_OLD_DAY).values


def test_a_pack_whose_bytes_changed_since_it_was_adopted_is_told():
    findings = check(load(MANOR), JULY_2023, {MANOR: "0" * 64, "england": load("england").sha256})
    assert [(f.kind, f.pack) for f in findings] == [("changed", MANOR)]
