"""Every entry once and in its order, however it is cut and whatever comes between."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.feed import positions
from delivery.feed.cloud import everything
from delivery.feed.following import Follower, Source
from delivery.feed.source import acts_after
from delivery.usage import Usage
from ledger.events import by_topic
from ledger.kinds import Session
from ledger.store import Store, open_store
from tests.projections.a_school import ASchool

MONDAY = Session(dt.date(2024, 9, 9), "AM")
HERE, THERE = 101_234, 101_235
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def a_school(store: Store, urn: int = HERE) -> ASchool:
    """Opened, three pupils, one register, one amendment: three pages in the first act."""
    school = ASchool(store.ledger(urn)).opened(name=f"School {urn}")
    school.marked(MONDAY, {1: "/", 2: "N", 3: "/"})
    school.amended(MONDAY, 2, "N", "I")
    return school


def follower(store: Store, at: str = "", *, several: bool = False) -> Follower:
    schools = store.schools() if several else store.schools()[:1]
    told = [Source(store.ledger(one), everything) for one in schools]
    read = positions.of_several(at) if several else {schools[0]: positions.of_one(at)}
    return Follower(told, read, several=several)


def test_each_event_says_all_that_its_entry_holds(store):
    a_school(store)
    told = follower(store).more(10_000)

    for recorded, event in zip(store.ledger(HERE).entries(), told, strict=True):
        kind = by_topic(recorded.event.TOPIC)
        assert event["type"] == f"attendance.{kind.TOPIC}"
        assert (event["entry"], event["subject"]) == (recorded.entry, recorded.stream)
        assert kind.model_validate(event["data"]) == recorded.event
        assert event["dataschema"].endswith(f"/{kind.TOPIC}.v{kind.VERSION}")


@pytest.mark.slow
@FEW
@given(cuts=st.lists(st.integers(1, 7), min_size=1, max_size=40), data=st.data())
def test_nothing_is_left_out_and_nothing_comes_twice(cuts, data):
    """Asked again from each id, with acts at two schools between: what is told is the ledgers."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{folder}/ledger.db", create=True) as store,
    ):
        here, there = a_school(store), a_school(store, THERE)
        told, at = [], ""
        for number, cut in enumerate(cuts):
            came = follower(store, at, several=True).more(cut)
            told += came
            at = came[-1]["id"] if came else at
            if data.draw(st.booleans()):
                school = data.draw(st.sampled_from([here, there]))
                school.amended(MONDAY, 2, "I", "I", reason=f"Number {number}")
        while came := follower(store, at, several=True).more(5):
            told += came
            at = came[-1]["id"]

        for urn in (HERE, THERE):
            entries = [one["entry"] for one in told if one["school"] == urn]
            assert entries == list(range(1, store.ledger(urn).size() + 1))
        assert at == ".".join(f"{urn}-{store.ledger(urn).size()}" for urn in (HERE, THERE))


def test_an_id_is_of_one_event_alone(store):
    a_school(store), a_school(store, THERE)
    ids = [one["id"] for one in follower(store, several=True).more(10_000)]

    assert len(set(ids)) == len(ids) == store.ledger(HERE).size() + store.ledger(THERE).size()


def test_a_school_that_is_new_is_told_from_its_first_entry(store):
    a_school(store)
    (*_, last) = follower(store, several=True).more(10_000)
    a_school(store, THERE)

    (first, *_) = follower(store, last["id"], several=True).more(1)
    assert (first["school"], first["entry"]) == (THERE, 1)


def test_a_school_that_is_not_told_now_keeps_its_position(store):
    """So that an account that may see it again next month goes on where it was."""
    a_school(store)
    found = follower(store, f"{HERE}-1.{THERE}-9", several=True)

    assert found.more(1)[0]["id"] == f"{HERE}-2.{THERE}-9"


@pytest.mark.parametrize("word", ["x", "-1", "1.5", "1-2", "99999999999", "١"])
def test_what_is_no_position_in_a_school_is_refused(word):
    with pytest.raises(Usage, match="no id of an event"):
        positions.of_one(word)


@pytest.mark.parametrize("word", ["x", "7", "1-", "1-2.", "1-2..3-4", "1-2.1-3", "1-2,3-4"])
def test_what_is_no_position_in_several_is_refused(word):
    with pytest.raises(Usage, match="lastEventId"):
        positions.of_several(word)


@given(st.dictionaries(st.integers(1, 10**9), st.integers(0, 10**9)))
def test_positions_are_read_as_they_were_written(at):
    assert positions.of_several(positions.written(at)) == at


def test_a_position_beyond_the_end_is_of_another_ledger(store):
    a_school(store)
    with pytest.raises(Usage, match="back-up"):
        follower(store, "999")


def test_acts_are_told_whole_each_with_its_streams(store):
    school = a_school(store)
    size = school.ledger.size()
    acts = [act for act, _ in acts_after(school.ledger, 0, 100)]

    assert [act.first for act in acts] == [1, *(act.last + 1 for act in acts[:-1])]
    assert acts[-1].last == size
    assert [act.last for act, _ in acts_after(school.ledger, acts[0].last, 1)] == [acts[1].last]
    assert acts_after(school.ledger, size, 100) == []
    ((_, streams),) = acts_after(school.ledger, size - 1, 100)
    assert streams == ["register/2024-09-09/AM/4B"]


def test_what_is_told_is_read_only(store, tmp_path: Path):
    before = store.ledger(a_school(store).ledger.school).frontier()
    follower(store).more(10_000)
    assert store.ledger(HERE).frontier() == before
