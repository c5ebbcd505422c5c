"""Acts in line: flushed together, decided in turn, each told what came of its own."""

import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commands.amend_mark import AmendMark
from commands.base import Command
from commands.handle import handle
from commands.take_register import TakeRegister
from commands.taking import Given
from delivery.asked import Asked
from delivery.cli import main
from delivery.line import Line, serve
from ledger.kinds import Session
from ledger.refusals import LedgerUnwritable, OutcomeUnknown, Refused
from ledger.store import open_store
from ledger.store.sqlite_together import SqliteTogether
from ledger.store.together import open_together
from ledger.store.verify import verify

pytestmark = pytest.mark.slow

URN = 100001
NOW = dt.datetime(2024, 9, 4, 7, 50, tzinfo=dt.UTC)
MORNING, BEFORE = Session.parse("2024-09-04 AM"), Session.parse("2024-09-03 AM")


def take(key: str, **said: object) -> TakeRegister:
    of = {"session": MORNING, "group": "4B", "by": "office", "at": NOW, "key": key}
    return TakeRegister(**(of | said))  # type: ignore[arg-type]


def amend(key: str, code: str, pupil: str = "A100", session: Session = BEFORE) -> AmendMark:
    said = {"by": "office", "at": NOW, "key": key, "reason": "Parent rang"}
    return AmendMark(**said, pupil=pupil, session=session, code=code)  # type: ignore[arg-type]


@pytest.fixture
def url(set_up_once: Path, tmp_path: Path) -> str:
    """A ledger in which Ann was N and Bob present on the morning of 3 September 2024."""
    shutil.copy(set_up_once / "attendance.db", tmp_path / "attendance.db")
    return begun(f"sqlite:///{tmp_path}/attendance.db")


def begun(url: str) -> str:
    with open_store(url) as store:
        at = dt.datetime(2024, 9, 3, 7, 50, tzinfo=dt.UTC)
        ann = (Given(pupil="A100", code="N"),)
        first = take("begun", session=BEFORE, at=at, marks=ann, rest_present=True)
        handle(first, store.ledger(URN))
    return url


@pytest.fixture(scope="module")
def on_postgres(postgres_server: Any, set_up_once: Path) -> Callable[[], str]:
    """The same ledger on PostgreSQL, a fresh copy each time."""
    said, made = lambda name: postgres_server.get_uri(database=name), count(1)

    def run(sql: str) -> None:
        with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
            connection.execute(sql)

    run("CREATE DATABASE line_begun")
    at = ["--db", said("line_begun")]
    with freeze_time("2024-09-02 08:00:00"):
        assert main([*at, "init", str(set_up_once / "trust.toml")]) == 0
        pupils = [*at, "import", "pupils", str(set_up_once / "pupils.csv"), "--as", "office"]
        assert main([*pupils, "--seen-at", "2024-09-02"]) == 0
    begun(said("line_begun"))

    def copied() -> str:
        name = f"line_{next(made)}"
        run(f"CREATE DATABASE {name} TEMPLATE line_begun")
        return said(name)

    return copied


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest) -> Callable[[], str]:
    """A fresh copy of the ledger each time, on either engine."""
    if request.param == "postgresql":
        return request.getfixturevalue("on_postgres")  # type: ignore[no-any-return]
    path = Path(request.getfixturevalue("url").removeprefix("sqlite:///"))
    made = count(1)
    return lambda: f"sqlite:///{shutil.copy(path, path.with_name(f'{next(made)}.db'))}"


def in_line(command: Command) -> Asked:
    return Asked(URN, command, None, Future())


def came(asked: Asked) -> object:
    """What somebody is told: a receipt without the salt's luck, or the refusal's code."""
    problem = asked.answer.exception(10)
    if problem is not None:
        return getattr(problem, "code", problem)
    receipt = asked.answer.result().receipt
    return receipt and (receipt.first, receipt.last, receipt.repeated)


def entries(url: str) -> list[tuple[int, str, object]]:
    with open_store(url) as store:
        return [(one.entry, one.stream, one.event) for one in store.ledger(URN).entries()]


def together(url: str, commands: Sequence[Command]) -> list[Asked]:
    """Done in one transaction."""
    store, database = open_together(url)
    with store:
        some = [in_line(one) for one in commands]
        serve(some, database, [store.ledger(URN)] * len(some))
    return some


def one_by_one(url: str, commands: Sequence[Command]) -> list[Asked]:
    done = [in_line(one) for one in commands]
    with open_store(url) as store:
        for asked in done:
            try:
                asked.answer.set_result(handle(asked.command, store.ledger(URN)))
            except Refused as refused:
                asked.answer.set_exception(refused)
    return done


KEYS = st.sampled_from("abcdefgh")
TAKEN = st.builds(
    lambda key, code, rest, half: take(
        key,
        session=Session(MORNING.date, half),
        marks=(Given(pupil="A100", code=code),),
        rest_present=rest,
    ),
    KEYS,
    st.sampled_from(["/", "\\", "N", "I", "ZZ"]),
    st.booleans(),
    st.sampled_from(["AM", "PM"]),
)
AMENDED = st.builds(
    amend, KEYS, st.sampled_from("IOML"), st.sampled_from(["A100", "A101", "nobody"]),
    st.sampled_from([MORNING, BEFORE]),
)  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
    phases=[Phase.generate],
)
@given(commands=st.lists(st.one_of(TAKEN, AMENDED), min_size=1, max_size=8))
def test_together_they_come_to_what_they_come_to_one_by_one(copies, commands):
    """The same entries under the same numbers, and everybody told the same."""
    urls = [copies(), copies()]

    in_line, alone = together(urls[0], commands), one_by_one(urls[1], commands)

    assert list(map(came, in_line)) == list(map(came, alone))
    assert entries(urls[0]) == entries(urls[1])
    with open_store(urls[0]) as store:
        assert verify(store.ledger(URN)).sound


def test_a_refusal_in_the_middle_is_theirs_alone(copies):
    url = copies()
    some = together(url, [amend("a", "I"), amend("b", "ZZ"), amend("c", "M")])

    first, refused, last = map(came, some)
    assert isinstance(refused, str)
    assert first[1] + 1 == last[0]  # type: ignore[index]
    assert [one[2].amended for one in entries(url)[-2:]] == ["I", "M"]  # type: ignore[attr-defined]


def test_the_same_key_twice_at_once_is_recorded_once(copies):
    some = together(copies(), [amend("same", "I"), amend("same", "I")])

    one, again = map(came, some)
    assert again == (one[0], one[1], True)  # type: ignore[index]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (sqlite3.OperationalError("database or disk is full"), LedgerUnwritable),
        ("SQLITE_IOERR_FSYNC", OutcomeUnknown),
    ],
)
def test_where_the_flush_fails_all_are_told_and_nothing_is_there(url, monkeypatch, broken, told):
    if isinstance(broken, str):
        name, broken = broken, sqlite3.OperationalError("disk I/O error")
        broken.sqlite_errorname = name
    monkeypatch.setattr(SqliteTogether, "check", _failing_at(3, broken))
    before = entries(url)

    some = together(url, [amend("a", "I"), amend("b", "M")])

    assert [type(one.answer.exception(1)) for one in some] == [told, told]
    assert entries(url) == before
    monkeypatch.undo()
    assert [came(one) for one in together(url, [amend("a", "I"), amend("b", "M")])] == [
        (len(before) + 1, len(before) + 1, False),
        (len(before) + 2, len(before) + 2, False),
    ]


def _failing_at(number: int, problem: Exception) -> Callable[[SqliteTogether], None]:
    """A check that fails the so-many-th time: the last one is just before the commit."""
    looked = iter(range(1, 100))

    def check(self: SqliteTogether) -> None:
        if next(looked) == number:
            raise problem

    return check


def test_states_that_were_not_recorded_are_not_decided_on(url, monkeypatch):
    """After a failed flush the same line decides on what is there."""
    store, database = open_together(url)
    with store:
        ledger = store.ledger(URN)
        full = sqlite3.OperationalError("database or disk is full")
        monkeypatch.setattr(SqliteTogether, "check", _failing_at(2, full))
        serve([in_line(amend("a", "I"))], database, [ledger])
        monkeypatch.undo()
        again = in_line(amend("b", "I"))
        serve([again], database, [ledger])
    assert came(again) == (len(entries(url)), len(entries(url)), False)
    assert entries(url)[-1][2].original == "N"  # type: ignore[attr-defined]


@pytest.fixture
def line(copies: Callable[[], str]) -> Iterator[Line]:
    url = copies()
    with open_store(url) as store:
        made = Line(url, lambda ledger, many: False, store)
        yield made
        made.close()


def test_sixty_four_who_come_at_once_are_each_told_their_own(line):
    url = line.url
    before, told, lock = len(entries(url)), {}, threading.Lock()

    def come(number: int) -> None:
        code = "IM"[number % 2] if number % 4 != 3 else "ZZ"
        try:
            done = line.do(URN, amend(f"key {number}", code))
            found: object = done.receipt and done.receipt.first
        except Refused as refused:
            found = refused.code
        with lock:
            told[number] = found

    some = [threading.Thread(target=come, args=(number,)) for number in range(64)]
    for one in some:
        one.start()
    for one in some:
        one.join(30)

    assert len(told) == 64
    assert all(isinstance(told[number], str) for number in range(3, 64, 4))
    given = [one for one in told.values() if isinstance(one, int)]
    assert sorted(given) == [one for one, *_ in entries(url)[before:]]


def test_who_comes_after_a_school_was_let_go_is_served(line):
    line.let_go(URN)

    assert line.do(URN, amend("a", "I")).receipt is not None


CRASHING = """
import os, signal, sys, threading
from delivery.line import Line
from ledger.store.sqlite_together import SqliteTogether
from tests.delivery.test_line import amend, URN
url, after = sys.argv[1], sys.argv[2] == "after"
plainly = SqliteTogether.together
from contextlib import contextmanager
@contextmanager
def together(self, asking):
    with plainly(self, asking) as busy:
        yield busy
        if not after:
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
SqliteTogether.together = together
line = Line(url, lambda ledger, many: False)
def come(key):
    line.do(URN, amend(key, "I" if key == "a" else "M"))
    print("told", key, flush=True)
some = [threading.Thread(target=come, args=(key,)) for key in "ab"]
[one.start() for one in some]
[one.join() for one in some]
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_before_the_commit_or_between_it_and_the_answer(url, when):
    """Nobody was told; what is there is there whole, and found again under its key."""
    before = len(entries(url))
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", CRASHING, url, when],
        capture_output=True, text=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )  # fmt: skip

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout == ""
    recorded = len(entries(url)) - before
    assert recorded in ((0,) if when == "before" else (1, 2))
    again = one_by_one(url, [amend("a", "I"), amend("b", "M")])
    assert sum(came(one)[2] for one in again) == recorded  # type: ignore[index]
    assert len(entries(url)) == before + 2
