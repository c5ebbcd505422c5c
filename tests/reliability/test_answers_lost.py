"""
The answer to a commit is lost, or the wait for a standby is cancelled, on PostgreSQL.

The act is found by its key: recorded once, no false conflict; and where it cannot be known, that
is what is said, with how to find out.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.take_register import TakeRegister
from ledger.refusals import OutcomeUnknown
from ledger.store import Ledger, Store, open_store
from ledger.store.verify import verify
from projections.engines import engine
from projections.runner import Runner
from tests.commands.a_ledger import rows, set_up, take_in
from tests.given import AM, AMY, HEAD, PM, TEACHER, UPN, ask, at, week
from tests.reliability.line import Line

pytestmark = pytest.mark.slow


@pytest.fixture
def store(line: Line) -> Iterator[Store]:
    with open_store(line.url, create=True) as opened:
        set_up(opened)
        yield opened


@pytest.fixture
def ledger(store: Store) -> Ledger:
    """With a register taken: the likely head is known, so the next act is one statement."""
    ledger = store.ledger(123456)
    handle(take(AM), ledger)
    return ledger


def take(session: Any) -> TakeRegister:
    when = at("08:50" if session.half == "AM" else "13:05")
    return ask(TakeRegister, TEACHER, when, session=session, group="4B", rest_present=True)


def commands_of(ledger: Ledger) -> list[str]:
    return [act.command for act in ledger.acts()]


@pytest.mark.parametrize("how", ["answered", "late", "never"])
def test_a_lost_answer_is_found_by_its_key(ledger: Ledger, line: Line, how: Any) -> None:
    size, line.cut = ledger.size(), how

    receipt = handle(take(PM), ledger).receipt

    assert (line.cuts, receipt.first, receipt.repeated) == (1, size + 1, False)
    assert commands_of(ledger) == ["open-school", "take-register", "take-register"]
    assert verify(ledger).sound
    # And on from there, in one statement and in several.
    amended = ask(AmendMark, HEAD, at("14:00"), pupil=UPN[AMY], session=PM, code="I", reason="Ill")
    assert handle(amended, ledger).receipt.first == receipt.last + 1


@pytest.mark.parametrize("how", ["answered", "late", "never"])
def test_a_file_s_lost_answer_is_found_by_its_key(ledger: Ledger, line: Line, how: Any) -> None:
    """Many pages: a transaction of several messages, of which the last is lost."""
    shown = [(UPN[AMY], session, code) for session, code in week(r"-\ /\ // // //")[1:]]
    line.cut = how

    outcome = take_in(ledger, "2024-09-13 18:00", *shown)

    assert (line.cuts, outcome.receipt.repeated) == (1, False)
    assert commands_of(ledger)[-1:] == ["import-marks"]
    assert commands_of(ledger).count("import-marks") == 1
    assert verify(ledger).sound
    assert take_in(ledger, "2024-09-13 18:00", raw=rows(*shown)).receipt is None


def test_where_nobody_answers_it_is_said_that_it_is_not_known(ledger: Ledger, line: Line) -> None:
    line.cut, line.goes_away = "answered", True
    command = take(PM)

    with pytest.raises(OutcomeUnknown) as said:
        handle(command, ledger)

    assert str(said.value) == (
        "It is not known whether take-register was recorded: the server went away before it "
        f"answered. Ask again under the same key, --key {command.key}: it is recorded once, "
        "however often it is asked."
    )
    line.away = False  # the server is back
    receipt = handle(command, ledger).receipt
    assert (receipt.first, receipt.repeated) == (ledger.size() - receipt.count + 1, True)
    assert commands_of(ledger).count("take-register") == 2


def test_a_question_is_asked_again_where_the_server_went_away(ledger: Ledger, line: Line) -> None:
    size = ledger.size()
    line.close_all()

    assert ledger.size() == size


def test_the_read_models_ask_again_where_the_server_went_away(ledger: Ledger, line: Line) -> None:
    runner = Runner(engine(line.url))
    upto = runner.catch_up(ledger)
    line.close_all()

    assert runner.position(ledger) == upto
    runner.engine.dispose()


# --- a standby that does not confirm ----------------------------------------------------------


@contextmanager
def waiting_for_a_standby(server: Any) -> Iterator[psycopg.Connection]:
    """A server that waits for a standby there is not; and somebody who may cancel the wait."""
    with psycopg.connect(server.get_uri(), autocommit=True) as other:
        try:
            _standbys(other, "nobody")
            yield other
        finally:
            _standbys(other, "")


def _standbys(other: psycopg.Connection, names: str) -> None:
    other.execute("SET synchronous_commit = local")
    other.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
    other.execute("SELECT pg_reload_conf()")
    shown = ("",)
    while shown[0] != names:
        with psycopg.connect(other.info.dsn) as fresh:
            shown = fresh.execute("SHOW synchronous_standby_names").fetchone() or ("",)


@contextmanager
def somebody_cancels(other: psycopg.Connection) -> Iterator[None]:
    over = threading.Event()

    def cancel() -> None:
        sql = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        while not over.wait(0.05):
            other.execute(sql)

    canceller = threading.Thread(target=cancel)
    canceller.start()
    try:
        yield
    finally:
        over.set()
        canceller.join()


def test_a_commit_the_standby_did_not_confirm_is_not_said_to_be_recorded(
    ledger: Ledger, postgres_server: Any
) -> None:
    command = take(PM)
    with waiting_for_a_standby(postgres_server) as other, somebody_cancels(other):
        with pytest.raises(OutcomeUnknown) as said:
            handle(command, ledger)
        assert "whether its standby has it is not confirmed (cancel" in str(said.value)
        # Asked again, still nobody confirms: still not known.
        with pytest.raises(OutcomeUnknown):
            handle(command, ledger)

    receipt = handle(command, ledger).receipt

    assert receipt.repeated
    assert commands_of(ledger).count("take-register") == 2
    assert verify(ledger).sound


def test_typed_it_ends_with_9_and_its_key_finds_it(
    trust: Any, line: Line, postgres_server: Any, folder: Any
) -> None:
    at_line = ["--db", line.url]
    assert trust("init", "trust.toml", *at_line).code == 0
    pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
    assert trust(*pupils, *at_line).code == 0
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
    ted = [*at_line, "--school", "100001", "--as", "teacher", "--key", "k-1"]
    with waiting_for_a_standby(postgres_server) as other, somebody_cancels(other):
        ran = trust(*taking, *ted)

    assert (ran.code, ran.out) == (9, "")
    assert ran.err.startswith("It is not known whether take-register was recorded: it is recorded")
    assert ran.err.endswith(
        "Ask again under the same key, --key k-1: it is recorded once, however often it is asked.\n"
    )
    assert trust(*taking, *ted).code == 0
    assert trust("verify", *at_line, "--school", "100001").code == 0
