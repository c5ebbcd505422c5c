"""Threads of one process that append to PostgreSQL: in one statement, each told its own."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from ledger.kinds import Session
from ledger.refusals import Conflict, OutcomeUnknown
from ledger.store import Ledger, PageDraft, Receipt, Run, Store, open_store
from ledger.store import postgres_joined as joined
from ledger.store.verify import verify
from tests.ledger.store.entries import MONDAY_AM, SCHOOL, SHEET, amended, amending, taken, taking

SCHOOLS = range(SCHOOL, SCHOOL + 16)
PM = Session(MONDAY_AM.date, "PM")
AFTERNOON = "register/2024-09-09/PM/4B"


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    """Sixteen schools, each with a morning's register."""
    with open_store(postgres_url, create=True) as one:
        for school in SCHOOLS:
            one.ledger(school).append(taking(), taken(), {SHEET: 0})
        yield one


class Held:
    """The server is held up at one act, so that those who come meanwhile go together."""

    def __init__(self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._url = url
        self._database: Any = store.database
        self._database._joined._alone.acquire()  # somebody else always seems to be at it
        self.sent: list[int] = []
        self.meanwhile: Callable[[Any], object] = lambda connection: None
        """What happens before the answer to those sent together is read."""
        self.once_sent: Callable[[Any], object] = lambda connection: None
        send, receive = joined.send, joined.receive

        def sending(connection: Any, asked: Any) -> Any:
            ((_, values),) = asked
            self.sent.append(len(values[0]))
            made = send(connection, asked)
            if len(self.sent) == 2:
                self.once_sent(connection)
            return made

        def receiving(connection: Any, waiting: Any) -> Any:
            if len(self.sent) == 2:
                self.meanwhile(connection)
            return receive(connection, waiting)

        monkeypatch.setattr(joined, "send", sending)
        monkeypatch.setattr(joined, "receive", receiving)

    def together(self, store: Store, *acts: Callable[[], Receipt]) -> list[Future[Receipt]]:
        """Acts that are sent together, each of another school, behind one of the last school."""
        heads = self._database._heads
        free = len(heads)
        with ThreadPoolExecutor(len(acts) + 1) as pool:
            with psycopg.connect(self._url) as other:
                other.execute("LOCK TABLE acts IN SHARE MODE")
                first = pool.submit(takes(store.ledger(SCHOOLS[-1]), "first"))
                wait(lambda: self.sent == [1])
                rest = [pool.submit(act) for act in acts]
                wait(lambda: len(heads) == free - 1 - len(acts))  # all of their rows are made
                other.rollback()
            assert first.result(30).count == 3
        return rest


def wait(done: Callable[[], bool]) -> None:
    for _ in range(6000):
        if done():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it did not come to that in half a minute")


@pytest.fixture
def held(store: Store, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(store, postgres_url, monkeypatch)


def takes(ledger: Ledger, key: str, expect: int = 0) -> Callable[[], Receipt]:
    return lambda: ledger.append(taking(key), taken(session=PM), {AFTERNOON: expect})


def test_what_comes_while_the_server_is_at_another_goes_together(store: Store, held: Held) -> None:
    came = held.together(store, *(takes(store.ledger(one), "pm") for one in SCHOOLS[:9]))

    assert held.sent == [1, 9]
    assert {(one.result().first, one.result().last) for one in came} == {(4, 6)}
    assert all(verify(store.ledger(one)).sound for one in SCHOOLS)
    assert [store.ledger(one).size() for one in SCHOOLS[:10]] == [6] * 9 + [3]


def test_more_than_the_line_takes_at_once_goes_too(store: Store, held: Held) -> None:
    """Given pages of a megabyte that no zlib makes smaller, more than waits in any socket."""
    said = [secrets.token_hex(1 << 19) for _ in range(2)]
    runs = [Run("mark-recorded", 1, 2, {}, {"pupil": [1, 2], "comment": said})]

    def long(ledger: Ledger) -> Callable[[], Receipt]:
        draft = PageDraft(AFTERNOON, 0, runs)
        return lambda: ledger.append_pages(taking("long"), [draft], {AFTERNOON: 0})

    came = held.together(store, *(long(store.ledger(one)) for one in SCHOOLS[:4]))

    assert held.sent == [1, 4]
    assert {one.result(30).last for one in came} == {5}
    assert all(verify(store.ledger(one)).sound for one in SCHOOLS[:4])


def test_each_is_told_its_own(store: Store, held: Held) -> None:
    """One whose key is known, one that is too late, one that fails as its rows are made."""
    known, late, broken, fine = (store.ledger(one) for one in SCHOOLS[:4])
    runs = [Run("mark-recorded", 1, 2, {}, {"code": [object(), object()]})]
    unfit = [PageDraft(AFTERNOON, 0, runs)]

    came = held.together(
        store,
        lambda: known.append(taking(), taken(session=PM), {AFTERNOON: 0}),
        lambda: late.append(amending(), [amended()], {SHEET: 2}),
        lambda: broken.append_pages(taking("broken"), unfit, {AFTERNOON: 0}),
        takes(fine, "pm"),
    )

    assert came[0].result().repeated
    assert isinstance(came[1].exception(), Conflict)
    assert isinstance(came[2].exception(), TypeError)
    assert came[3].result().first == 4
    assert [one.size() for one in (known, late, broken, fine)] == [3, 3, 3, 6]
    assert takes(broken, "again")().first == 4


def test_a_school_that_somebody_else_holds_keeps_nobody_waiting(
    store: Store, postgres_url: str, held: Held
) -> None:
    free, theirs = store.ledger(SCHOOLS[0]), store.ledger(SCHOOLS[1])
    told = threading.Event()

    def seen(act: Callable[[], Receipt]) -> Receipt:
        receipt = act()
        told.set()
        return receipt

    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT 1 FROM heads WHERE school = %s FOR UPDATE", (theirs.school,))
        release = threading.Thread(target=lambda: (told.wait(30), other.rollback()))
        release.start()
        came = held.together(store, lambda: seen(takes(free, "pm")), takes(theirs, "pm"))
        release.join()

    assert told.is_set()
    assert [one.result().first for one in came] == [4, 4]
    assert verify(theirs).sound


def test_where_the_answer_is_lost_each_is_found_by_its_key(
    store: Store, postgres_url: str, held: Held
) -> None:
    """The connection goes before they are answered: they may be recorded or not."""

    def ends(connection: Any) -> None:
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))

    held.meanwhile = ends
    came = held.together(store, *(takes(store.ledger(one), "pm") for one in SCHOOLS[:5]))

    assert [one.result().first for one in came] == [4] * 5
    assert not any(one.result().repeated for one in came)
    assert all(verify(store.ledger(one)).sound for one in SCHOOLS)
    assert takes(store.ledger(SCHOOLS[5]), "after")().first == 4


def test_where_the_connection_goes_as_they_are_sent_each_is_found_too(
    store: Store, held: Held
) -> None:
    held.once_sent = lambda connection: connection.close()
    came = held.together(store, *(takes(store.ledger(one), "pm") for one in SCHOOLS[:5]))

    assert [one.result().first for one in came] == [4] * 5
    assert all(verify(store.ledger(one)).sound for one in SCHOOLS)
    assert takes(store.ledger(SCHOOLS[5]), "after")().first == 4


def test_a_standby_that_did_not_confirm_is_told_to_all(store: Store, held: Held) -> None:
    def warned(connection: Any) -> None:
        connection.doubt = "canceling wait for synchronous replication"

    held.meanwhile = warned
    came = held.together(store, *(takes(store.ledger(one), "pm") for one in SCHOOLS[:2]))

    assert all(isinstance(one.exception(), OutcomeUnknown) for one in came)
    assert [store.ledger(one).size() for one in SCHOOLS[:2]] == [6, 6]


def test_threads_of_one_school_lose_nothing(store: Store) -> None:
    """Given sixteen who amend the same mark, each on what it found: every one is recorded once."""
    ledger = store.ledger(SCHOOL)

    def amend(n: int) -> Receipt:
        while True:
            version = ledger.version(SHEET)
            try:
                return ledger.append(amending(f"a-{n}"), [amended()], {SHEET: version})
            except Conflict:
                continue

    with ThreadPoolExecutor(16) as pool:
        came = list(pool.map(amend, range(48)))

    assert sorted(one.first for one in came) == list(range(4, 52))
    assert verify(ledger).sound


def test_threads_of_many_schools_lose_nothing(store: Store) -> None:
    def take(n: int) -> None:
        ledger = store.ledger(SCHOOLS[n])
        for each in range(30):
            group = f"G{each}"
            marks = taken(session=PM, group=group)
            ledger.append(taking(group), marks, {f"register/2024-09-09/PM/{group}": 0})

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(take, range(16)))

    for one in SCHOOLS:
        assert store.ledger(one).size() == 93
        assert verify(store.ledger(one)).sound


def test_a_store_closed_ends_its_thread(store: Store) -> None:
    store.database._joined._alone.acquire()  # type: ignore[attr-defined]
    takes(store.ledger(SCHOOL), "pm")()
    thread = store.database._joined._thread  # type: ignore[attr-defined]

    store.close()
    store.close()

    assert thread is not None
    assert not thread.is_alive()
    with pytest.raises(AssertionError, match="the store is closed"):
        takes(store.ledger(SCHOOL + 1), "pm")()
