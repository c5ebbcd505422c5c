"""What nobody has looked at for too long."""

import datetime as dt

from ledger.policy import load

NCLT = "trusts/nclt_2023"


def test_a_value_is_stale_from_the_day_after_twelve_months():
    policy = load("england")
    assert policy.stale(dt.date(2027, 11, 22)) == []
    stale = policy.stale(dt.date(2027, 11, 23))
    assert {f.kind for f in stale} == {"stale"}
    assert "retention.entry" in {f.parameter for f in stale}


def test_a_pack_whose_review_has_passed_is_stale():
    due = [f for f in load(NCLT).stale(dt.date(2026, 8, 1)) if not f.parameter]
    assert [f.sentence for f in due] == [
        "NCLT attendance policy, version 2, July 2023 was to be reviewed by 2026-07-31."
    ]
    assert load(NCLT).stale(dt.date(2026, 7, 31)) == []
