"""Why a figure moved: the shares of the entries add up to the difference, exactly."""

import datetime as dt
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import events as e
from ledger.store import open_store
from projections.diff_answers import RatesDiff
from projections.diff_rates import diff_rates
from projections.earlier import earlier
from projections.engines import engine
from projections.rates import rates
from projections.runner import Runner
from projections.views import View
from tests.projections.a_school import URN, ASchool, made, present, session, sessions
from tests.projections.little_ledgers import SESSIONS, write
from tests.projections.test_asof import LITTLE

FIRST, LAST = SESSIONS[0].date, SESSIONS[-1].date
COUNTS = ("possible", "attended", "authorised", "unauthorised", "late")


def plainly(
    view: View, by: str, days: tuple[dt.date, dt.date] = (FIRST, LAST)
) -> dict[str, tuple[int, ...]]:
    """The counts of each group, by the SQL that answers ``rates``: another reckoning."""
    found: dict[str, tuple[int, ...]] = {}
    answer = rates([view], by=by, period="day", first=days[0], last=days[1])  # type: ignore[arg-type]
    for row in answer.rows:
        group = str(view.context.roll.by_upn(row.group).id) if by == "pupil" else row.group  # type: ignore[union-attr]
        counts = tuple(getattr(row, name) for name in COUNTS)
        found[group] = tuple(map(sum, zip(found.get(group, (0,) * 5), counts, strict=True)))
    return found


def assert_it_adds_up(
    answer: RatesDiff,
    before: View,
    after: View,
    days: tuple[dt.date, dt.date] = (FIRST, LAST),
) -> None:
    was, now = plainly(before, answer.by, days), plainly(after, answer.by, days)
    for row in answer.rows:
        counted = tuple(getattr(row.before, name) for name in COUNTS)
        assert counted == was.get(row.group, (0,) * 5)
        counted = tuple(getattr(row.after, name) for name in COUNTS)
        assert counted == now.get(row.group, (0,) * 5)
        assert row.adds_up
        assert sum(Fraction(one.share) for one in row.shares) == Fraction(row.difference)
        for name in COUNTS:
            moved = getattr(row.after, name) - getattr(row.before, name)
            assert sum(getattr(one, name) for one in row.shares) == moved
        entries = [one.entry for one in row.shares]
        assert entries == sorted(set(entries))
        assert all(answer.before.entry < entry <= answer.after.entry for entry in entries)
    still = {group for group in was.keys() | now.keys() if was.get(group) != now.get(group)}
    assert still <= {row.group for row in answer.rows} | {
        group for group in was.keys() ^ now.keys() if not any((was | now)[group])
    }


@pytest.mark.slow
@LITTLE
@given(data=st.data())
def test_the_shares_add_up_on_whatever_ledger(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'x.db'}"
        with open_store(url, create=True) as store:
            ledger = store.ledger(URN)
            school = ASchool(ledger)
            write(data.draw, school, data.draw(st.integers(6, 20)))
            runner = Runner(engine(url))
            for by in ("school", "class", "pupil"):
                ends = sorted(data.draw(st.integers(7, ledger.size())) for _ in range(2))
                views = [earlier(runner, ledger, entry) for entry in ends]
                of = data.draw(st.sampled_from(["attendance", "absence", "unauthorised"]))
                span = {"first": FIRST, "last": LAST}
                answer = diff_rates(*views, **span, by=by, measure=of)  # type: ignore[arg-type]
                assert_it_adds_up(answer, *views)
            runner.engine.dispose()


def test_each_entry_has_the_share_by_which_the_rate_moved_when_it_came(
    school: ASchool, runner: Runner
) -> None:
    """Worked by hand: four pupils, two sessions, then an amendment, a closure, its withdrawal."""
    school.opened(pupils=4)
    monday = dt.date(2024, 9, 9)
    for at in sessions("2024-09-09", "2024-09-09"):
        school.marked(at, {1: "N", 2: present(at.half), 3: present(at.half), 4: present(at.half)})
    began = school.ledger.size()
    later = dt.datetime(2024, 9, 10, 9, tzinfo=dt.UTC)
    am, pm = session("2024-09-09 AM"), session("2024-09-09 PM")
    school.amended(am, 1, "N", "/", at=later)  # 6 of 8 becomes 7 of 8
    school.closed(1, pm, pm, "Y4")  # the afternoon goes: 4 of 4
    school.withdrawn(1, later)  # and comes back: 7 of 8
    school.left(2, dt.date(2024, 9, 6))  # 5 of 6
    school.act(e.PolicyAdopted(pack="trusts/nclt_2023", starts=monday, sha256="0" * 64,
                               **made(later)))  # fmt: skip
    views = [earlier(runner, school.ledger, n) for n in (began, school.ledger.size())]

    answer = diff_rates(*views, first=monday, last=monday)

    (row,) = answer.rows
    assert (row.before.rate, row.after.rate, row.difference) == ("3/4", "5/6", "1/12")
    assert [(one.kind, one.share) for one in row.shares] == [
        ("amendment", "1/8"),
        ("closure", "1/8"),
        ("closure", "-1/8"),
        ("enrolment", "-1/24"),
    ]
    assert row.shares_sum == "1/12"
    assert (answer.read, answer.without_effect) == (5, 1)
    assert row.shares[0].what == (
        "Forename1 Surname1, 2024-09-09 AM: N amended to /: Mother rang: chickenpox"
    )
