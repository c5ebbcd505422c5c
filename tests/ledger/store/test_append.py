"""Adding to a ledger: numbers without gaps, conflicts that name both acts, repeats found."""

import datetime as dt
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from ledger.kinds import Session
from ledger.refusals import Conflict, LedgerUnwritable, NoLedgerYet
from ledger.store import Act, Store, open_store
from tests.ledger.store.entries import (
    AT_0850,
    AT_1010,
    MONDAY_AM,
    OFFICER,
    SCHOOL,
    SHEET,
    TEACHER,
    amended,
    amending,
    taken,
    taking,
)


def test_what_goes_in_comes_out_with_its_place(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    marks = taken("/ N L")

    receipt = ledger.append(taking(), marks, {SHEET: 0})
    found = ledger.stream(SHEET)

    assert (receipt.first, receipt.last, receipt.repeated) == (1, 3, False)
    assert [recorded.event for recorded in found] == marks
    assert [(recorded.entry, recorded.version) for recorded in found] == [(1, 1), (2, 2), (3, 3)]


def test_entry_numbers_run_from_one_without_gaps_in_each_school(store: Store) -> None:
    for school in (SCHOOL, SCHOOL + 1):
        ledger = store.ledger(school)
        ledger.append(taking(), taken(), {SHEET: 0})
        with pytest.raises(Conflict):  # a failed act burns no number
            ledger.append(taking("late"), taken(), {SHEET: 0})
        ledger.append(amending(), [amended()], {SHEET: 3})

        assert [recorded.entry for recorded in ledger.entries()] == [1, 2, 3, 4]
    assert store.schools() == [SCHOOL, SCHOOL + 1]


def test_a_conflict_names_both_acts(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    ledger.append(taking(), taken(), {SHEET: 0})
    ledger.append(amending(), [amended()], {SHEET: 3})

    with pytest.raises(Conflict) as refusal:
        ledger.append(amending("second"), [amended("N", "M")], {SHEET: 3})

    assert str(refusal.value) == (
        "amend-mark was not recorded: amend-mark by Mr Ben Holt (Attendance officer), came "
        "between (entry 4). Look again, then decide."
    )


def test_a_stream_the_act_only_read_is_checked_too(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    ledger.append(taking(), taken(), {SHEET: 0})

    with pytest.raises(Conflict):
        ledger.append(
            taking("other"), taken(session=Session(MONDAY_AM.date, "PM")), {"school": 0, SHEET: 2}
        )


def test_the_same_key_is_the_same_act(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    first = ledger.append(taking(), taken(), {SHEET: 0})

    # The acknowledgement was lost; the caller asks again and must not meet a conflict.
    again = ledger.append(taking(), taken(), {SHEET: 0})

    assert (again.first, again.last, again.repeated) == (first.first, first.last, True)
    assert ledger.size() == 3
    assert ledger.receipt("take-1") == again
    assert ledger.receipt("never") is None


def test_an_act_without_entries_leaves_no_trace(store: Store) -> None:
    ledger = store.ledger(SCHOOL)

    receipt = ledger.append(taking(), [])

    assert receipt.count == 0
    assert (ledger.size(), store.schools()) == (0, [])


def test_recorded_time_never_runs_backwards(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    ledger.append(amending(), taken_by_the_office(), {SHEET: 0})
    ledger.append(taking("clock-set-back"), taken(session=Session(MONDAY_AM.date, "PM")))

    recorded = [act.recorded_at for act in ledger.acts()]
    made = [act.made_at for act in ledger.acts()]

    assert recorded == [AT_1010, AT_1010]
    assert made == [AT_1010, AT_0850]


def taken_by_the_office() -> list:
    return [mark.model_copy(update={"made_by": OFFICER, "made_at": AT_1010}) for mark in taken()]


def test_the_last_entry_at_a_moment(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    at = [AT_0850 + dt.timedelta(days=n) for n in range(20)]
    for n, moment in enumerate(at):
        marks = [
            mark.model_copy(update={"made_at": moment})
            for mark in taken(session=Session(MONDAY_AM.date + dt.timedelta(days=n), "AM"))
        ]
        ledger.append(Act(f"k{n}", "take-register", TEACHER, moment), marks)

    assert ledger.entry_at(at[0] - dt.timedelta(microseconds=1)) == 0
    for n, moment in enumerate(at):
        assert ledger.entry_at(moment) == 3 * (n + 1)
        assert ledger.entry_at(moment + dt.timedelta(hours=1)) == 3 * (n + 1)


def test_reading_up_to_an_entry_leaves_the_later_ones_out(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    ledger.append(taking(), taken(), {SHEET: 0})
    ledger.append(amending(), [amended()], {SHEET: 3})

    assert [recorded.entry for recorded in ledger.stream(SHEET, upto=2)] == [1, 2]
    assert [recorded.entry for recorded in ledger.entries(after=1, upto=3)] == [2, 3]
    assert [page.first for page in ledger.pages("register/", after=0)] == [1, 4]
    assert [page.first for page in ledger.pages("pupil/")] == []
    assert [page.first for page in ledger.pages_between(SHEET, SHEET + "~", upto=3)] == [1]


def test_six_writers_and_a_reader_who_misses_nothing(store_url: str) -> None:
    with open_store(store_url, create=True) as store:
        done = threading.Event()
        seen: list[int] = []

        def follow() -> None:
            ledger = store.ledger(SCHOOL)
            while True:
                last_look = done.is_set()
                after = seen[-1] if seen else 0
                seen.extend(recorded.entry for recorded in ledger.entries(after=after))
                if last_look:
                    return

        def write(writer: int) -> None:
            ledger = store.ledger(SCHOOL)
            for n in range(20):
                ledger.append(taking(f"{writer}-{n}"), taken(group=f"{writer}.{n}"))

        reader = threading.Thread(target=follow)
        reader.start()
        with ThreadPoolExecutor(6) as writers:
            list(writers.map(write, range(6)))
        done.set()
        reader.join()

        assert seen == list(range(1, 6 * 20 * 3 + 1))


@pytest.mark.parametrize(
    ("free", "said"),
    [(0, "the disk is full"), (4096, "the disk is full"), (10**9, "disk I/O error")],
)
def test_an_error_of_the_disk_is_called_a_full_one_only_where_it_is(
    free, said, tmp_path, monkeypatch
) -> None:
    def failing(*args, **kwargs):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
        raise error

    monkeypatch.setattr("sqlite3.connect", failing)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free))
    with pytest.raises(LedgerUnwritable) as refused:
        open_store(f"sqlite:///{tmp_path / 'attendance.db'}", create=True)
    assert f"cannot be written: {said}." in str(refused.value)


def test_no_ledger_yet(tmp_path) -> None:
    with pytest.raises(NoLedgerYet) as refusal:
        open_store(f"sqlite:///{tmp_path / 'none.db'}")

    assert "attendance demo" in str(refusal.value)


def test_no_ledger_yet_on_an_empty_server(postgres_url: str) -> None:
    with pytest.raises(NoLedgerYet):
        open_store(postgres_url)


def test_scans_side_by_side_do_not_disturb_each_other(store: Store) -> None:
    ledger = store.ledger(SCHOOL)
    for n, half in enumerate(("AM", "PM")):
        ledger.append(taking(f"k{n}"), taken(session=Session(MONDAY_AM.date, half)))  # type: ignore[arg-type]

    first, second = ledger.pages(), ledger.pages()
    pairs = [(next(first).first, next(second).first) for _ in range(2)]
    first.close()  # type: ignore[attr-defined]

    assert pairs == [(1, 1), (4, 4)]
    assert next(second, None) is None
    assert ledger.append(taking("k2"), taken(group="5A")).first == 7
