"""The live read models less what came later say what an independent reading of then says."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ledger import events as e
from ledger.store import Store, open_store
from projections.current_register import current_register
from projections.earlier import Earlier, earlier
from projections.engines import engine
from projections.runner import Runner
from projections.schema import metadata
from projections.views import Scope, asof
from tests.projections.a_school import AUTUMN_1, URN, ASchool, made, present, session, sessions
from tests.projections.little_ledgers import SESSIONS, write
from tests.projections.test_asof import LITTLE, Contents, contents

pytestmark = pytest.mark.slow


def told(view: Earlier) -> Contents:
    """Every row of every read model, as a question would read it."""
    return {
        table.name: {tuple(row) for row in view.rows(select(table))}
        for table in metadata.sorted_tables
        if "school" in table.c
    }


@pytest.mark.slow
@LITTLE
@given(data=st.data())
def test_as_of_an_entry_is_what_the_entries_up_to_it_come_to(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'x.db'}"
        with open_store(url, create=True) as store:
            ledger = store.ledger(URN)
            write(data.draw, ASchool(ledger), data.draw(st.integers(6, 30)))
            runner = Runner(engine(url))
            for _ in range(4):
                entry = data.draw(st.integers(1, ledger.size()))
                view = earlier(runner, ledger, entry)
                assert told(view) == contents(asof(ledger, entry).engine), entry
                view.close()
            runner.engine.dispose()


@pytest.mark.slow
@LITTLE
@given(data=st.data())
def test_a_scope_is_a_part_of_the_whole_and_thresholds_stay_whole(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'x.db'}"
        with open_store(url, create=True) as store:
            ledger = store.ledger(URN)
            write(data.draw, ASchool(ledger), data.draw(st.integers(6, 20)))
            runner = Runner(engine(url))
            entry = data.draw(st.integers(1, ledger.size()))
            first, last = sorted(data.draw(st.sampled_from(SESSIONS)).date for _ in range(2))
            group = data.draw(st.sampled_from([None, "4B"]))

            whole = told(earlier(runner, ledger, entry))
            part = told(earlier(runner, ledger, entry, Scope(first, last, group)))

            for name in whole.keys() - {"current_register", "amendments"}:
                assert part[name] == whole[name], name
            assert part["current_register"] == {
                row
                for row in whole["current_register"]
                if first <= row[1] <= last and group in (None, row[4])
            }
            runner.engine.dispose()


def test_an_answer_as_of_an_entry_never_changes_whatever_comes_later(
    school: ASchool, runner: Runner
) -> None:
    """Amendments, closures, leavers, moves, a calendar and a policy, one after another."""
    school.opened(pupils=4)
    for at in sessions("2024-09-09", "2024-09-20"):
        school.marked(at, {1: "O", 2: present(at.half), 3: "O", 4: "N"})
    entry = school.ledger.size()
    before = told(earlier(runner, school.ledger, entry))
    assert before["penalty_thresholds"]

    monday = session("2024-09-09 AM")
    later = dt.datetime(2024, 9, 23, 9, tzinfo=dt.UTC)
    for happens in (
        lambda: school.amended(monday, 1, "O", "I", at=later),
        lambda: school.closed(1, monday, session("2024-09-10 PM"), "Y4"),
        lambda: school.left(2, dt.date(2024, 9, 12)),
        lambda: school.act(
            e.PupilMoved(pupil=3, group="5A", year_group="5", starts=monday.date, **made(later))
        ),
        lambda: school.act(
            e.PolicyAdopted(
                pack="trusts/manor_2024", starts=monday.date, sha256="0" * 64, **made(later)
            )
        ),
        lambda: school.act(
            e.CalendarSet(school_year="2024/25", half_terms=(AUTUMN_1,), **made(later))
        ),
        lambda: school.withdrawn(1, later),
        lambda: school.marked(session("2024-09-23 AM"), {1: "/", 3: "/"}),
        lambda: school.admitted([5, 6], starts=dt.date(2024, 9, 5)),
    ):
        happens()
        assert told(earlier(runner, school.ledger, entry)) == before
        runner.rebuild(school.ledger)
        assert told(earlier(runner, school.ledger, entry)) == before
    now = school.ledger.size()
    assert told(earlier(runner, school.ledger, now)) == contents(runner.engine)


def test_a_mark_amended_on_another_classs_sheet_is_in_no_answer_about_that_class(
    school: ASchool, runner: Runner
) -> None:
    """The row stands on the sheet it was entered on: the amendment, after a move, is elsewhere."""
    at = session("2024-09-09 AM")
    school.opened(pupils=2).marked(at, {1: "N", 2: "/"})
    entry = school.amended(at, 1, "N", "I", group="5A").last
    school.amended(at, 1, "I", "M", group="5A")

    def of(group: str) -> list[tuple[int, str]]:
        view = earlier(runner, school.ledger, entry, Scope(at.date, at.date, group))
        rows = view.rows(select(current_register))
        view.close()
        return [(row.pupil, row.entered) for row in rows]

    assert sorted(of("4B")) == [(1, "I"), (2, "/")]
    assert of("5A") == []


def test_a_mark_entered_again_on_another_classs_sheet_stood_where_it_stood(
    school: ASchool, runner: Runner
) -> None:
    """The later entry took the row's place: as of before, the class asked about has it still."""
    at = session("2024-09-09 AM")
    entry = school.opened(pupils=2).marked(at, {1: "N", 2: "/"}).last
    school.marked(at, {1: "L"}, group="5A")

    for group, stood in (("4B", {(1, "N"), (2, "/")}), ("5A", set())):
        view = earlier(runner, school.ledger, entry, Scope(at.date, at.date, group))
        assert {(r.pupil, r.entered) for r in view.rows(select(current_register))} == stood
        view.close()
    again = entry + 1
    school.marked(at, {1: "O"}, group="6C")
    for group, codes in (("4B", ["/"]), ("5A", ["L"]), ("6C", [])):
        view = earlier(runner, school.ledger, again, Scope(at.date, at.date, group))
        assert [row.entered for row in view.rows(select(current_register))] == codes, group
        view.close()


def test_postgres_reads_the_live_tables_where_they_stand_too(postgres_url: str) -> None:
    with open_store(postgres_url, create=True) as store:
        school = ASchool(store.ledger(URN)).opened(pupils=3)
        school.marked(session("2024-09-09 AM"), {1: "N", 2: "/", 3: "/"})
        entry = school.ledger.size()
        school.amended(session("2024-09-09 AM"), 1, "N", "I")
        school.closed(1, session("2024-09-09 AM"), session("2024-09-09 PM"), "Y4")
        school.left(2, dt.date(2024, 9, 6))
        runner = Runner(engine(postgres_url))

        view = earlier(runner, school.ledger, entry)

        utc = asof(school.ledger, entry).engine
        assert told(view) == contents(utc)
        assert contents(runner.engine) != contents(utc)
        view.close()
        runner.engine.dispose()


def test_schools_taken_in_whatever_order_answer_the_same(store: Store, tmp_path: Path) -> None:
    """Each is a ledger of its own: neither order nor a rebuild of one moves another."""
    urns = (URN, URN + 1, URN + 2)
    for place, urn in enumerate(urns):
        school = ASchool(store.ledger(urn)).opened(pupils=3, name=f"School {place}")
        for at in sessions("2024-09-09", "2024-09-13"):
            school.marked(at, {1: "O", 2: present(at.half), 3: "N"})
        school.amended(session("2024-09-10 AM"), 1, "O", "I")
    kept: list[dict[int, Contents]] = []
    for order in (urns, urns[::-1], (urns[1], urns[2], urns[0])):
        runner = Runner(engine(f"sqlite:///{tmp_path / 'ledger.db'}"))
        for urn in order:
            runner.rebuild(store.ledger(urn))
        kept.append(
            {
                urn: told(earlier(runner, store.ledger(urn), store.ledger(urn).size() - 1))
                for urn in urns
            }
        )
        runner.engine.dispose()

    assert kept[0] == kept[1] == kept[2]
    assert kept[0] == {
        urn: contents(asof(store.ledger(urn), store.ledger(urn).size() - 1).engine) for urn in urns
    }
