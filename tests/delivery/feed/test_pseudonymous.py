"""Whatever an event holds, the pseudonymised feed tells what is listed of it and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delivery.feed.cloud import Telling, Told, cloud_event, everything
from delivery.feed.pseudonymous import SHOWN, pseudonymous
from delivery.feed.source import Entry, entries_after
from delivery.pseudonyms import pseudonyms
from ledger.events.base import Event, topics
from ledger.kinds import Said
from ledger.retention.certified import reapply
from ledger.store import Act, Store, open_store
from tests.ledger.store.test_disposing import a_day, certify
from tests.projections.a_school import URN, ASchool

GOLDEN = Path(__file__).parents[2] / "golden"
WORDS = {"year_group", "school_year"}
"""Typed as words, and shown: a year group only where it looks like one."""


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Entry]]:
    """One entry of every kind there is, with every field given, by its stored name."""
    path = tmp_path_factory.mktemp("golden") / "ledger.db"
    with open_store(f"sqlite:///{path}", create=True) as store:
        ledger = store.ledger(URN)
        for topic, kind in topics().items():
            event = golden(kind)
            ledger.append(Act(topic, "import-marks", event.made_by, event.made_at), [event])
        yield {one.run.topic: one for one in entries_after(ledger, 0, 10_000)}


@pytest.fixture
def telling(tmp_path: Path) -> Telling:
    return pseudonymous(pseudonyms(tmp_path, "bi"))


def golden(kind: type[Event]) -> Event:
    file = GOLDEN / f"{kind.TOPIC}.v{kind.VERSION}.json"
    return kind.model_validate_json(file.read_text("utf-8"))


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


@pytest.mark.parametrize("topic", topics())
def test_what_is_not_listed_is_not_told(topic, entries, telling):
    held = golden(topics()[topic]).model_dump(mode="json")
    kept = {*SHOWN.get(topic, ()), "made_at"} - {"pupil"}
    hidden = {str(one) for name, at in held.items() if name not in kept for one in leaves(at)}
    hidden -= {str(one) for name, at in held.items() if name in kept for one in leaves(at)}

    told = telling(entries[topic])

    assert not hidden & {str(one) for one in leaves(told.data or {})}
    assert str(held.get("pupil", "nobody")) not in (told.subject or "").split("/")
    if topic not in SHOWN:
        assert told == Told("withheld")


def test_no_free_text_is_listed():
    """By its type: words a person gave, alone or where it may be left out."""
    words = Said.__metadata__[0]
    listed = {
        name
        for topic, names in SHOWN.items()
        for name, field in topics()[topic].model_fields.items()
        if name in names and (words in field.metadata or repr(words) in repr(field.annotation))
    }
    assert listed == WORDS


@pytest.mark.parametrize(
    ("written", "shown"),
    [("4", True), ("Year 4", True), ("R", True), ("Reception", True), ("N1", True),
     ("Ann Example's", False), ("4, moved from St Teath", False)],
)  # fmt: skip
def test_a_year_group_is_told_where_it_looks_like_one(written, shown, tmp_path, telling):
    with open_store(f"sqlite:///{tmp_path}/ledger.db", create=True) as store:
        school = ASchool(store.ledger(URN))
        school.admitted([7], year_group=written)
        (one,) = entries_after(school.ledger, 0, 1)
        assert ("year_group" in (telling(one).data or {})) is shown


def test_a_pupil_is_the_same_everywhere_and_somebody_else_to_another_reader(store: Store, tmp_path):
    school = ASchool(store.ledger(URN)).opened()
    first, *_, last = entries_after(school.ledger, 4, 3)
    mine = pseudonymous(pseudonyms(tmp_path, "mine"))
    yours = pseudonymous(pseudonyms(tmp_path, "yours"))

    told = [mine(first), mine(last), yours(first)]
    assert len({one.data["pupil"] for one in told}) == 3
    assert told[0].subject == f"pupil/{told[0].data['pupil']}"
    assert mine(first) == told[0]


def test_what_was_disposed_of_is_told_by_its_number_alone(store: Store, telling):
    ledger = a_day(store)
    certify(ledger, 2, 7)
    reapply(ledger)

    told = [telling(one) for one in entries_after(ledger, 0, 100)]
    assert len(told) == ledger.size()
    assert [number for number, one in enumerate(told, 1) if one == Told("entry-disposed")] == [2, 7]
    assert told[-1].data is not None
    assert told[-1].data["ranges"] == [[2, 2], [7, 7]]
    full = cloud_event(entries_after(ledger, 1, 1)[0], "/api/1/feed", "2", everything)
    assert (full["type"], "data" in full) == ("attendance.entry-disposed", False)
