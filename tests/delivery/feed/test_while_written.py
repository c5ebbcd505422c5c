"""A reader that follows three schools while each has a writer: every entry once, in its order."""

import threading
from pathlib import Path

import pytest

from delivery.feed import positions
from delivery.feed.cloud import everything
from delivery.feed.following import Follower, Source
from ledger.store import Store, open_store
from tests.projections.a_school import ASchool, sessions

pytestmark = pytest.mark.slow
SCHOOLS = (100_001, 100_002, 100_003)
DAYS = sessions("2024-09-03", "2024-09-27")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'attendance.db'}"
    return str(request.getfixturevalue("postgres_url"))


def write(url: str, school: int, failed: list[BaseException]) -> None:
    try:
        with open_store(url) as store:
            one = ASchool(store.ledger(school)).opened(pupils=5)
            for session in DAYS:
                one.marked(session, dict.fromkeys(range(1, 6), "/"))
                one.amended(session, 3, "/", "I")
    except BaseException as problem:  # told where the test is looked at
        failed.append(problem)


def look(store: Store, at: str) -> list[dict]:
    told = [Source(store.ledger(school), everything) for school in store.schools()]
    return Follower(told, positions.of_several(at), several=True).more(7) if told else []


def test_a_reader_misses_nothing_that_is_written_meanwhile(url: str):
    failed: list[BaseException] = []
    with open_store(url, create=True) as store:
        writers = [threading.Thread(target=write, args=(url, one, failed)) for one in SCHOOLS]
        for one in writers:
            one.start()
        told, at, writing, came = [], "", True, []
        while writing or came:
            writing = any(one.is_alive() for one in writers)  # before the look, not after it
            came = look(store, at)
            told += came
            at = came[-1]["id"] if came else at
        sizes = {school: store.ledger(school).size() for school in SCHOOLS}

    assert failed == []
    for school in SCHOOLS:
        entries = [one["entry"] for one in told if one["school"] == school]
        assert entries == list(range(1, sizes[school] + 1))
    assert min(sizes.values()) > 6 * len(DAYS)
