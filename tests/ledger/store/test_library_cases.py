"""The library's own published recorder cases, run on our recorder over both engines."""

from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.tests import persistence as published

from ledger.store import Store
from ledger.store.library import Placed, SchoolApplication
from ledger.store.recorder import LedgerRecorder
from tests.ledger.store.entries import SCHOOL, SHEET, amended, taken


class OverTheStore:
    """What the published cases want to know of a recorder: how to make one."""

    __test__ = False  # run below, by name, on each engine
    store: Store

    def create_recorder(self) -> LedgerRecorder:
        return LedgerRecorder(self.store.ledger(SCHOOL))

    def new_originator_id(self) -> str:
        return f"stream/{uuid4().hex}"  # streams have readable ids: text, which the library allows


class Recorder(OverTheStore, published.ApplicationRecorderTestCase[Any]):
    pass


class NoInterleaving(OverTheStore, published.NonInterleavingNotificationIDsBaseCase):
    pass


# unittest cases cannot be parametrised by pytest, so each published method is called by name.
@pytest.mark.parametrize(
    "case",
    [
        "test_insert_select",
        "test_performance",
        "test_concurrent_no_conflicts",
        "test_concurrent_throughput",
        "optional_test_insert_subscribe",
    ],
)
def test_published_application_recorder_case(store: Store, case: str) -> None:
    recorder = Recorder(case)
    recorder.store = store

    getattr(recorder, case)()


def test_published_non_interleaving_case(store: Store) -> None:
    case = NoInterleaving("test")
    case.store = store

    case.test()


def test_no_published_case_is_left_out() -> None:
    named = {name for name in dir(published.ApplicationRecorderTestCase) if "test_" in name}

    assert {name for name in named if not name.startswith("_")} == {
        "test_insert_select",
        "test_performance",
        "test_concurrent_no_conflicts",
        "test_concurrent_throughput",
        "optional_test_insert_subscribe",
    }


def test_the_library_s_application_records_and_reads_our_events(store: Store) -> None:
    application = SchoolApplication(store.ledger(SCHOOL))
    marks = taken("/ N")

    application.events.put(
        [Placed(SHEET, version, mark) for version, mark in enumerate(marks, start=1)]  # type: ignore[misc]
    )
    found = [placed.event for placed in application.events.get(SHEET)]  # type: ignore[attr-defined]
    log = application.notification_log.select(start=1, limit=10)

    assert found == marks
    assert [(item.id, item.topic) for item in log] == [(1, "mark-recorded"), (2, "mark-recorded")]
    assert store.ledger(SCHOOL).stream(SHEET)[1].event == marks[1]


def test_what_an_act_recorded_the_library_can_read(store: Store) -> None:
    from tests.ledger.store.entries import amending, taking

    ledger = store.ledger(SCHOOL)
    ledger.append(taking(), taken(), {SHEET: 0})
    ledger.append(amending(), [amended()], {SHEET: 3})
    application = SchoolApplication(ledger)

    found = [placed.event for placed in application.events.get(SHEET)]  # type: ignore[attr-defined]

    assert found == [*taken(), amended()]
