"""Acts in line on PostgreSQL: whom they do not wait for, and what comes of a server that goes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from commands.amend_mark import AmendMark
from commands.declare_closure import DeclareClosure
from commands.handle import handle
from commands.take_register import TakeRegister
from delivery import line as in_line
from delivery.asked import Asked, JudgedBefore
from delivery.line import Line, serve
from ledger.kinds import Session
from ledger.refusals import LedgerUnreachable, OutcomeUnknown, Refused, SchoolMoved
from ledger.store import moves, open_store
from ledger.store.postgres_batch import HOLD
from ledger.store.postgres_together import PostgresTogether
from ledger.store.postgres_trip import trip
from ledger.store.roles import ONE_SCHOOL, WRITER, statements
from ledger.store.together import open_together
from ledger.store.verify import verify
from projections.guarding import computed
from tests.delivery.test_line import (
    MORNING,
    NOW,
    URN,
    amend,
    came,
    entries,
    on_postgres,
    take,
)
from tests.reliability.line import Line as Cable
from tests.reliability.test_answers_lost import somebody_cancels, waiting_for_a_standby

pytestmark = pytest.mark.slow
__all__ = ["on_postgres"]  # a fixture

OTHER = 100002


@pytest.fixture
def url(on_postgres: Callable[[], str]) -> str:
    return on_postgres()


@contextmanager
def lines(url: str) -> Iterator[Line]:
    with (
        open_store(url) as store,
        closing(Line(url, lambda ledger, many: False, store)) as made,
    ):
        yield made


@pytest.fixture
def line(url: str) -> Iterator[Line]:
    with lines(url) as made:
        yield made


def theirs(key: str) -> TakeRegister:
    """A register of the other school."""
    return take(key, group="6", rest_present=True)


def ours(key: str) -> TakeRegister:
    return take(key, rest_present=True)


def recorded(url: str, school: int) -> list[str]:
    """The keys of a school's acts in the order of their entries; they stand in a sound log."""
    with open_store(url) as store:
        assert verify(store.ledger(school)).sound
        return [act.key for act in store.ledger(school).acts()]


@contextmanager
def held(url: str, school: int) -> Iterator[None]:
    """Another process holds a school's head, as a night's import does."""
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM heads WHERE school = %s FOR UPDATE", (school,))
        yield


def test_a_school_that_somebody_holds_keeps_nobody_else_waiting(url, line):
    with held(url, URN):
        waiting = [line.ask(URN, ours("a")), line.ask(URN, amend("b", "I"))]
        assert line.do(OTHER, theirs("t")).receipt is not None
        waiting.append(line.ask(URN, amend("c", "M")))
        for code in "IMO":
            amended = amend(f"t {code}", code, "B200", MORNING)
            assert line.do(OTHER, amended).receipt is not None
        assert not any(one.done() for one in waiting)

    assert all(one.result(30).receipt is not None for one in waiting)
    assert recorded(url, URN)[-3:] == ["a", "b", "c"]


def test_two_servers_that_act_on_the_same_schools_lose_nothing(url):
    """Each begins with the school that the other comes to last."""
    told: list[tuple[str, int, int]] = []

    def come(line: Line, name: str, schools: Sequence[int]) -> None:
        for turn in range(12):
            asked = []
            for school in schools:
                pupil, code = ("A100" if school == URN else "B200"), "IM"[turn % 2]
                made = amend(f"{name} {turn}", code, pupil, MORNING)
                asked.append((school, line.ask(school, made)))
            for school, one in asked:
                with suppress(Refused):  # the other may have entered the same code just before
                    if (receipt := one.result(60).receipt) is not None:
                        told.append((f"{name} {turn}", school, receipt.first))

    with lines(url) as one, lines(url) as other:
        for made in (ours("begins"), theirs("begins")):
            one.do(URN if made.group == "4B" else OTHER, made)
        some = [
            threading.Thread(target=come, args=(one, "one", (URN, OTHER))),
            threading.Thread(target=come, args=(other, "other", (OTHER, URN))),
        ]
        for thread in some:
            thread.start()
        for thread in some:
            thread.join(120)

    with open_store(url) as store:
        for school in (URN, OTHER):
            found = {act.key: act.first for act in store.ledger(school).acts()}
            given = {key: first for key, where, first in told if where == school}
            assert len(given) > 4
            assert given.items() <= found.items()
            assert verify(store.ledger(school)).sound


def test_whoever_is_at_fault_is_refused_alone(url, monkeypatch):
    """The server refuses the transaction for the sake of one: the others are done one by one."""
    with open_store(url) as store:
        store.database.fence()
        with store.database.door(OTHER) as run:
            moves.record(run, OTHER, "left", ("north", store.ledger(OTHER).size(), "00", 0, "Me"))
    monkeypatch.setattr("ledger.store.postgres_together.HOLD_HERE", HOLD)  # it is not looked
    held_up = threading.Event()
    together = PostgresTogether.together

    @contextmanager
    def slowly(self, asking):
        assert held_up.wait(10)
        with together(self, asking) as busy:
            yield busy

    monkeypatch.setattr(PostgresTogether, "together", slowly)
    with lines(url) as line:
        asked = [line.ask(URN, ours("a")), line.ask(OTHER, theirs("b")),
                 line.ask(URN, amend("c", "I"))]  # fmt: skip
        held_up.set()
        assert asked[0].result(30).receipt is not None
        assert isinstance(asked[1].exception(30), SchoolMoved)
        assert asked[2].result(30).receipt is not None

    assert recorded(url, URN)[-2:] == ["a", "c"]


def test_a_school_that_goes_on_elsewhere_is_no_fault_of_the_others(url, line, monkeypatch):
    with open_store(url) as store:
        store.database.fence()
        with store.database.door(OTHER) as run:
            moves.record(run, OTHER, "leaving", ("north", 1, "00", 0, "Me"))
    failed: list[BaseException] = []
    each = in_line._each
    monkeypatch.setattr(in_line, "_each", lambda problem: failed.append(problem) or each(problem))

    refused = line.ask(OTHER, theirs("b"))

    assert line.do(URN, ours("a")).receipt is not None
    assert isinstance(refused.exception(30), SchoolMoved)
    assert failed == []


def test_a_school_that_is_not_there_is_refused_and_the_others_stand(url, line):
    unknown, known = line.ask(999999, ours("x")), line.ask(URN, ours("a"))

    assert getattr(unknown.exception(30), "code", "") == "unknown-school"
    assert known.result(30).receipt is not None


def test_an_act_on_the_school_itself_goes_with_the_others(url, monkeypatch):
    """Several acts on one stream that is not looked up ahead, and one that cannot be."""
    closed = DeclareClosure(
        by="head", at=NOW, key="closed", first=MORNING, last=MORNING, code="Y4", reason="Snow"
    )
    again = closed.model_copy(update={"key": "again", "first": Session(MORNING.date, "PM"),
                                      "last": Session(MORNING.date, "PM")})  # fmt: skip
    monkeypatch.setattr(PostgresTogether, "at_once", _not_at_once(PostgresTogether.at_once))
    store, database = open_together(url)
    with store:
        some = [asked(URN, one) for one in (ours("a"), closed, again, amend("b", "I"))]
        some += [asked(URN, closed)]
        serve(some, database, [store.ledger(URN)] * len(some))
    told = [came(one) for one in some]

    assert all(isinstance(one, tuple) for one in told), told
    assert [one[2] for one in told] == [False, False, False, False, True]  # type: ignore[index]
    assert recorded(url, URN)[-4:] == ["a", "closed", "again", "b"]


def _not_at_once(at_once: Any) -> Any:
    """Every second act has to look first."""
    turn = iter(range(100))

    def sometimes(self: Any, *act: Any) -> Any:
        return at_once(self, *act) if next(turn) % 2 == 0 else None

    return sometimes


def asked(school: int, command: Any, judged: int | None = None) -> Asked:
    from concurrent.futures import Future

    return Asked(school, command, None, Future(), judged)


def test_what_the_door_went_by_is_looked_at_behind_the_head(url):
    """An act let in by a roll that has moved on is not done; one of a roll that has not, is."""
    store, database = open_together(url)
    with store, open_store(url) as other:
        judged = other.ledger(URN).size()
        handle(ours("a"), other.ledger(URN))  # registers move nothing that the door goes by
        still = asked(URN, amend("b", "I"), judged)
        serve([still], database, [store.ledger(URN)])
        closed = DeclareClosure(
            by="head", at=NOW, key="closed", first=MORNING, last=MORNING, code="Y4", reason="Snow"
        )
        handle(closed, other.ledger(URN))
        late = asked(URN, amend("c", "M"), judged)
        serve([late], database, [store.ledger(URN)])

    assert isinstance(came(still), tuple)
    assert isinstance(late.answer.exception(1), JudgedBefore)  # type: ignore[attr-defined]
    assert recorded(url, URN)[-1] == "closed"


# --- a server that goes -----------------------------------------------------------------------


@pytest.fixture
def cable(postgres_server: Any, url: str) -> Iterator[Cable]:
    made = Cable(Path(postgres_server.pgdata), url)
    yield made
    made.close()


@pytest.mark.parametrize("how", ["answered", "late", "never"])
def test_a_lost_answer_is_found_by_the_keys_of_all(url, cable, how):
    store, database = open_together(cable.url)
    with store, lines(cable.url) as line:
        some = [asked(URN, amend("d", "ZZ")), asked(URN, amend("c", "I")), asked(URN, ours("a")),
                asked(OTHER, theirs("b"))]  # fmt: skip
        cable.cut = how
        serve(some, database, [store.ledger(one.school) for one in some], line._apart)
        told = [came(one) for one in some]

    assert cable.cuts == 1
    assert isinstance(told[0], str)
    assert [one[2] for one in told[1:]] == [False] * 3  # type: ignore[index]
    assert recorded(url, URN)[-2:] == ["c", "a"]
    assert recorded(url, OTHER)[-1] == "b"


def test_where_nobody_answers_each_is_told_its_key_and_finds_it(url, cable):
    store, database = open_together(cable.url)
    with store, lines(cable.url) as line:
        some = [asked(URN, ours("a")), asked(OTHER, theirs("b"))]
        cable.cut, cable.goes_away = "answered", True
        serve(some, database, [store.ledger(one.school) for one in some], line._apart)
        problems = [one.answer.exception(60) for one in some]  # type: ignore[attr-defined]
        assert [type(one) for one in problems] == [OutcomeUnknown] * 2
        assert "--key a:" in str(problems[0])

        cable.away = False  # the server is back
        again = [asked(URN, ours("a")), asked(OTHER, theirs("b"))]
        serve(again, database, [store.ledger(one.school) for one in again], line._apart)

    assert [came(one)[2] for one in again] == [True, True]  # type: ignore[index]
    assert recorded(url, URN).count("a") == recorded(url, OTHER).count("b") == 1


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_server_that_was_away_is_found_again(url, line, when, monkeypatch):
    """Connections that died since the last act; and one that dies while acts are decided."""
    assert line.do(URN, ours("a")).receipt is not None
    if when == "before":
        _everybody_out(url)
    else:
        one, first = in_line._one, [True]

        def dying(asked: Asked, ledger: Any) -> Any:
            if first:
                first.clear()
                _everybody_out(url)
            return one(asked, ledger)

        monkeypatch.setattr(in_line, "_one", dying)
    some = [line.ask(URN, amend("b", "I")), line.ask(OTHER, theirs("c"))]

    assert all(one.result(60).receipt is not None for one in some)
    assert recorded(url, URN)[-2:] == ["a", "b"]
    assert recorded(url, OTHER)[-1] == "c"


def _everybody_out(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_line_that_begins_while_the_server_is_away_serves_once_it_is_back(url, cable):
    with open_store(cable.url) as store:
        cable.away = True
        cable.close_all()
        with closing(Line(cable.url, lambda ledger, many: False, store)) as line:
            away = line.ask(URN, ours("a"))
            assert isinstance(away.exception(60), LedgerUnreachable)
            cable.away = False
            assert line.do(URN, ours("a")).receipt is not None


def test_where_no_standby_confirms_all_are_told_that_it_is_not_known(url, line, postgres_server):
    assert line.do(URN, amend("before", "I")).receipt is not None
    commands: list[tuple[int, TakeRegister | AmendMark]] = [(URN, ours("a")), (OTHER, theirs("b"))]
    with waiting_for_a_standby(postgres_server) as other, somebody_cancels(other):
        for _ in range(2):  # asked again, still nobody confirms
            some = [line.ask(school, one) for school, one in commands]
            assert [type(one.exception(60)) for one in some] == [OutcomeUnknown] * 2

    again = [line.do(school, one).receipt for school, one in commands]

    assert all(one is not None and one.repeated for one in again)
    assert recorded(url, URN).count("a") == 1


# --- rows guarded by school -------------------------------------------------------------------


@pytest.fixture
def guarded(url: str) -> Iterator[str]:
    """The address of a login that may write at both schools, where rows are guarded by school."""
    with psycopg.connect(url, autocommit=True) as server:
        for statement in statements(computed(), (URN, OTHER)):
            server.execute(statement.encode())
        granted = ", ".join((WRITER, *(f"{ONE_SCHOOL}{one}" for one in (URN, OTHER))))
        server.execute(f"CREATE ROLE inline LOGIN IN ROLE {granted}")
        yield url.replace("//postgres:", "//inline:")
        server.execute("DROP OWNED BY inline")
        server.execute("DROP ROLE inline")


def test_each_school_is_named_for_what_is_added_to_it(url, guarded, monkeypatch):
    said: list[list[tuple[str, Any]]] = []

    def watched(connection: Any, asked: Any) -> Any:
        said.append([(one.sql.split()[0].decode(), values) for one, values in asked])
        return trip(connection, asked)

    monkeypatch.setattr("ledger.store.postgres_together.trip", watched)
    store, database = open_together(guarded)
    with store:
        some = [asked(URN, amend("c", "I")), asked(URN, ours("a")), asked(OTHER, theirs("b"))]
        serve(some, database, [store.ledger(one.school) for one in some])

    assert all(isinstance(came(one), tuple) for one in some)
    assert [(name, values[0]) for name, values in said[-1][:-1]] == [
        ("SELECT", str(URN)), ("WITH", (URN,)), ("SELECT", str(OTHER)), ("WITH", (OTHER,)),
    ]  # fmt: skip
    assert recorded(url, URN)[-2:] == ["c", "a"]
    assert recorded(url, OTHER)[-1] == "b"


def test_entries_are_as_one_by_one_though_many_came(url):
    """Sixteen at each of two schools: each is told its own, and nothing is missing."""
    size, told, lock = len(entries(url)), [], threading.Lock()
    with lines(url) as line:

        def come(number: int) -> None:
            for turn in range(6):
                made = amend(f"{number} {turn}", "IMO"[(number + turn) % 3])
                with suppress(Refused):
                    receipt = line.do(URN, made).receipt
                    with lock:
                        told.append(receipt and receipt.first)

        some = [threading.Thread(target=come, args=(number,)) for number in range(16)]
        for one in some:
            one.start()
        for one in some:
            one.join(60)
    given = sorted(one for one in told if one is not None)
    assert given == list(range(size + 1, size + len(given) + 1))
    assert len(entries(url)) == size + len(given)
