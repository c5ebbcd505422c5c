"""Why a figure moved, and what another policy would make of it: the same on PostgreSQL."""

import datetime as dt
from pathlib import Path

import pytest

from ledger.policy import load
from ledger.store import open_store
from projections.diff_answers import RatesDiff
from projections.diff_rates import diff_rates
from projections.earlier import earlier
from projections.engines import engine
from projections.runner import Runner
from projections.views import live
from projections.whatif import whatif
from projections.whatif_answers import WhatIf
from tests.projections.a_school import URN, ASchool, present, session, sessions
from tests.projections.test_diff_rates import assert_it_adds_up
from tests.projections.test_whatif import a_draft, twelve_and_six

pytestmark = pytest.mark.slow
FIRST, LAST = dt.date(2024, 9, 9), dt.date(2024, 9, 11)


def moved(url: str, by: str) -> RatesDiff:
    """Amended, closed, entered on another sheet, left and admitted between two entries."""
    with open_store(url, create=True) as store:
        school = ASchool(store.ledger(URN)).opened(pupils=4)
        for at in sessions("2024-09-09", "2024-09-10"):
            school.marked(at, {1: "N", 2: present(at.half), 3: "O", 4: present(at.half)})
        began = school.ledger.size()
        school.amended(session("2024-09-09 AM"), 1, "N", "I")
        school.closed(1, session("2024-09-10 PM"), session("2024-09-10 PM"), "Y4")
        school.marked(session("2024-09-09 AM"), {3: "/"}, group="5A")
        school.left(2, dt.date(2024, 9, 9))
        school.marked(session("2024-09-11 AM"), {1: "/", 3: "U"})
        runner = Runner(engine(url))
        views = [earlier(runner, school.ledger, n) for n in (began, school.ledger.size())]
        answer = diff_rates(*views, first=FIRST, last=LAST, by=by)  # type: ignore[arg-type]
        if by != "pupil":
            assert_it_adds_up(answer, *views, (FIRST, LAST))
        for view in views:
            view.close()
        runner.engine.dispose()
        return answer


def asked(url: str, draft: Path) -> WhatIf:
    with open_store(url, create=True) as store:
        school = twelve_and_six(ASchool(store.ledger(URN)))
        runner = Runner(engine(url))
        size = school.ledger.size()
        packs = (load("local_authorities/cornwall"), a_draft(draft))
        days = {"since": dt.date(2024, 6, 3), "on": dt.date(2024, 7, 12)}
        answer = whatif([live(runner, school.ledger)], *packs, **days)
        then = whatif([earlier(runner, school.ledger, size - 3)], *packs, **days)
        assert answer.rows
        assert then.headers[0].asof.entry == size - 3
        assert school.ledger.size() == size
        runner.engine.dispose()
        return answer


@pytest.mark.parametrize("by", ["school", "class", "pupil"])
def test_the_shares_are_the_same_on_postgres(postgres_url: str, tmp_path: Path, by: str) -> None:
    one, other = moved(postgres_url, by), moved(f"sqlite:///{tmp_path / 'x.db'}", by)
    assert one == other
    assert one.rows


def test_another_policy_finds_the_same_on_postgres(postgres_url: str, tmp_path: Path) -> None:
    assert asked(postgres_url, tmp_path) == asked(f"sqlite:///{tmp_path / 'x.db'}", tmp_path)
