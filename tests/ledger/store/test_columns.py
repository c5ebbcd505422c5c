"""The way through many pages as columns: the same runs as on the pages, read when asked for."""

import random
import sqlite3
from pathlib import Path

import pytest

from ledger.store import Store, UnreadRun, open_store
from ledger.store.decoding import BODIES_AS_THEY_LIE, BODIES_OF, LAST
from ledger.store.unread import unread, values
from tests.ledger.store.tampering import honest

EVERYTHING = ("", "\U0010ffff")
REGISTERS = ("register/", "register/~")
SPANS = (EVERYTHING, REGISTERS, ("register/", "register0"), ("register/2024-09-1", "register/2025"),
         ("pupil/", "pupil0"), ("register/zzz", "register/~"), ("a", "b"))  # fmt: skip


def test_columns_are_the_runs_of_the_pages_in_entry_order(store: Store):
    ledger = honest(store, random.Random(11)).ledger
    pages = list(ledger.pages())
    assert len({page.stream.split("/")[0] for page in pages}) > 1
    for low, high in SPANS:
        for upto in (None, ledger.size() // 2):
            found = [
                (stream, first, tuple(run.read() for run in runs))
                for stream, first, runs in ledger.columns(low, high, upto)
            ]
            assert found == [
                (page.stream, page.first, page.runs)
                for page in pages
                if low <= page.stream < high and (upto is None or page.first <= upto)
            ]


def test_a_column_is_read_as_it_is_on_the_page_and_from_its_text(store: Store):
    ledger = honest(store, random.Random(12)).ledger
    runs = [run for _, _, found in ledger.columns() for run in found]
    assert any(run.each for run in runs)
    for unread_run in runs:
        run = unread_run.read()
        assert UnreadRun.of(run).read() == run
        for name in (*run.same, *run.each, "of no event"):
            assert unread_run.column(name) == run.column(name)
            assert values(unread_run.text(name)) == run.column(name)


def test_of_pages_without_a_word_nothing_is_read(store: Store):
    ledger = honest(store, random.Random(13)).ledger
    every, some = list(ledger.columns()), list(ledger.columns(holding=("amended",)))
    assert 0 < len(some) < len(every)
    assert all(any("amended" in run.topic for run in runs) for _, _, runs in some)


def test_what_is_no_column_is_found_out_when_it_is_asked_for():
    (run,) = unread(b'[["mark-recorded",1,2,{"code":"/"},{"pupil":7}]]')
    assert run.column("code") == ["/", "/"]
    for asked in (run.read, lambda: run.column("pupil"), lambda: values(run.text("pupil"))):
        with pytest.raises(ValueError, match="array"):
            asked()


@pytest.mark.parametrize("text", [b"", b"[[", b'[["mark-recorded",1,2,{},{"pupil":[7,}]]', b"{}"])
def test_a_damaged_page_is_refused_at_once(text: bytes):
    with pytest.raises(ValueError, match=r"JSON|truncated|array"):
        unread(text)


def test_most_of_a_ledger_is_read_as_it_lies(tmp_path: Path):
    where = tmp_path / "attendance.db"
    open_store(f"sqlite:///{where}", create=True).close()
    with sqlite3.connect(where) as connection:
        asked = 1, *REGISTERS, LAST
        plans = [
            str(connection.execute(f"EXPLAIN QUERY PLAN {sql}", asked).fetchall())
            for sql in (BODIES_AS_THEY_LIE, BODIES_OF)
        ]
    connection.close()
    assert "PRIMARY KEY" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
    assert "pages_by_stream" in plans[1]
