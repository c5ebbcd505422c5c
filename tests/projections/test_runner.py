"""The runner: nothing twice, nothing lost, on either engine."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from ledger.store import open_store
from projections import taking_in
from projections.current_register import current_register
from projections.doctor import doctor
from projections.engines import engine, writing
from projections.runner import Runner
from projections.schema import version
from projections.taking_in import take_in
from projections.tracking import StepTaken, position, step
from projections.views import View, asof, live
from tests.projections.a_school import URN, ASchool, session, sessions
from tests.projections.test_asof import contents

WEEK = sessions("2024-09-09", "2024-09-13")


def rows_in(view: View) -> int:
    return int(view.rows(select(func.count()).select_from(current_register))[0][0])


def test_catching_up_again_takes_nothing_in_twice(school: ASchool, runner: Runner) -> None:
    school.opened()
    for one in WEEK:
        school.marked(one, {1: "/", 2: "O"})

    first, second = runner.catch_up(school.ledger), runner.catch_up(school.ledger)

    assert first == second == school.ledger.size()
    assert rows_in(live(runner, school.ledger)) == 20


def test_beside_a_writer_that_never_rests_it_ends_where_the_ledger_ended(
    school: ASchool, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is added after a batch is taken in by the next call, not by this one."""
    monkeypatch.setattr("projections.runner.BATCH", 2)
    school.opened()
    for one in WEEK[:5]:
        school.marked(one, {1: "/"})
    there, more, told = school.ledger.size(), iter(WEEK[5:]), list[int]()

    def write(upto: int) -> None:
        told.append(upto)
        school.marked(next(more), {1: "/"})

    assert runner.catch_up(school.ledger, write) == there == told[-1]
    assert school.ledger.size() > there
    assert runner.catch_up(school.ledger) == school.ledger.size()


def test_a_batch_that_fails_leaves_neither_rows_nor_position(
    school: ASchool, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.opened().marked(WEEK[0], {1: "/"})

    def fails(*args: object) -> object:
        take_in(*args)  # type: ignore[arg-type]
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(taking_in, "take_in", fails)
        with pytest.raises(RuntimeError):
            runner.catch_up(school.ledger)

    with runner.engine.connect() as connection:
        assert position(connection, str(URN)) == 0
        assert connection.scalar(select(func.count()).select_from(current_register)) == 0
    runner.catch_up(school.ledger)
    assert rows_in(live(runner, school.ledger)) == 1


def test_a_step_another_took_meanwhile_is_not_taken_again(school: ASchool, runner: Runner) -> None:
    school.opened().marked(WEEK[0], {1: "/"})
    runner.catch_up(school.ledger)
    here = school.ledger.size()

    with pytest.raises(StepTaken), writing(runner.engine) as connection:
        step(connection, str(URN), 0, here)


def test_two_that_catch_up_at_once_make_the_same_rows(school: ASchool, tmp_path: Path) -> None:
    school.opened()
    for one in sessions("2024-09-09", "2024-10-25"):
        school.marked(one, {1: "/", 2: "O", 3: "I"})
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    runners = [Runner(engine(url)) for _ in range(3)]
    threads = [threading.Thread(target=r.catch_up, args=(school.ledger,)) for r in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert contents(runners[0].engine) == contents(asof(school.ledger).engine)
    assert doctor(runners[0], school.ledger).findings == ()


def test_a_rebuilt_read_model_is_the_same(school: ASchool, runner: Runner) -> None:
    school.opened()
    for one in WEEK:
        school.marked(one, {1: "/", 2: "O"})
    school.amended(WEEK[0], 2, "O", "I")
    runner.catch_up(school.ledger)
    before = contents(runner.engine)

    runner.rebuild(school.ledger)

    assert contents(runner.engine) == before


def test_read_models_of_another_version_are_made_anew(
    school: ASchool, runner: Runner, tmp_path: Path
) -> None:
    school.opened().marked(WEEK[0], {1: "/"})
    runner.catch_up(school.ledger)
    before = contents(runner.engine)
    with writing(runner.engine) as connection:
        connection.execute(update(version).values(version=0))

    newer = Runner(engine(f"sqlite:///{tmp_path / 'ledger.db'}"))
    newer.catch_up(school.ledger)

    assert contents(newer.engine) == before


def test_postgres_holds_the_same_rows_as_sqlite(school: ASchool, postgres_url: str) -> None:
    school.opened(("trusts/nclt_2023", dt.date(2023, 7, 21)))
    for one in sessions("2024-09-09", "2024-10-04"):
        school.marked(one, {1: "/" if one.half == "AM" else "\\", 2: "O", 3: "N"})
        school.amended(one, 3, "N", "I")
    school.closed(1, session("2024-09-16 AM"), session("2024-09-16 PM"), "Y4")
    school.left(1, dt.date(2024, 9, 20))
    with open_store(postgres_url, create=True):
        pass
    there = Runner(engine(postgres_url))

    there.catch_up(school.ledger)

    assert contents(there.engine) == contents(asof(school.ledger).engine)
    assert doctor(there, school.ledger).findings == ()
    there.engine.dispose()


def test_nobody_who_writes_waits_while_the_log_is_read(
    school: ASchool, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.opened()
    school.marked(WEEK[0], {1: "/"})
    runner.catch_up(school.ledger)
    school.marked(WEEK[1], {1: "\\"})
    pages = school.ledger.pages

    def pages_while_another_writes(*args: object, **more: object) -> object:
        for page in pages(*args, **more):  # type: ignore[arg-type]
            with writing(runner.engine):
                yield page

    monkeypatch.setattr(school.ledger, "pages", pages_while_another_writes)

    assert runner.catch_up(school.ledger) == school.ledger.size()
