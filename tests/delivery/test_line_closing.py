"""Who comes when the line closes, who gives up before their turn, and when the rest follows."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest

from commands.handle import Outcome
from delivery.behind import FEW, SOME, Behind
from delivery.bootstrap import Desk
from delivery.line import Line
from ledger.refusals import LedgerUnwritable, NoLedgerYet, Refused
from ledger.store import open_store
from ledger.store.sqlite_together import SqliteTogether
from tests.delivery.test_line import URN, amend, entries, url

__all__ = ["url"]  # a fixture


def in_time(does: Callable[[], object]) -> list[object]:
    """What something came to within ten seconds, or raised; nothing where it hangs."""
    came_to: list[object] = []

    def doing() -> None:
        try:
            came_to.append(does())
        except Exception as problem:
            came_to.append(problem)

    one = threading.Thread(target=doing, daemon=True)
    one.start()
    one.join(10)
    return came_to


def test_who_comes_when_the_line_is_closed_is_told_so(url):
    line = Line(url, lambda ledger, many: False)
    assert line.do(URN, amend("a", "I")).receipt is not None
    line.close()
    before = entries(url)

    (told,) = in_time(lambda: line.do(URN, amend("b", "M")))

    assert isinstance(told, LedgerUnwritable)
    assert "is being stopped. Nothing was recorded" in str(told)
    assert entries(url) == before
    assert in_time(line.close) == [None]


def test_of_many_who_come_while_it_closes_each_is_served_or_told(url):
    """Nobody waits for ever, and whoever has a receipt is in the ledger."""
    line, told, before = Line(url, lambda ledger, many: False), [], len(entries(url))

    def come(number: int) -> None:
        for turn in range(10):
            key = f"{number} {turn}"
            told.append(in_time(partial(line.do, URN, amend(key, "IM"[turn % 2]))))

    some = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for one in some:
        one.start()
    told.append(in_time(lambda: line.do(URN, amend("last", "O"))))
    line.close()
    for one in some:
        one.join(60)

    assert len(told) == 81
    assert all(told)
    receipts = [one.receipt for (one,) in told if isinstance(one, Outcome)]
    assert all(isinstance(one, Outcome | Refused) for (one,) in told)
    recorded = [one for one in receipts if one is not None]
    assert len(entries(url)) == before + len(recorded)


def test_a_line_on_a_ledger_that_is_not_there_refuses_and_closes(tmp_path):
    line = Line(f"sqlite:///{tmp_path}/none.db", lambda ledger, many: False)

    for _ in range(2):
        assert [type(one) for one in in_time(lambda: line.do(URN, amend("a", "I")))] == [
            NoLedgerYet
        ]
    assert in_time(line.close) == [None]


def test_whoever_gives_up_before_their_turn_has_nothing_recorded(url, monkeypatch):
    held, served = threading.Event(), SqliteTogether.together

    @contextmanager
    def together(self, asking):
        assert held.wait(10)
        with served(self, asking) as busy:
            yield busy

    monkeypatch.setattr(SqliteTogether, "together", together)
    line, before = Line(url, lambda ledger, many: False), len(entries(url))
    first = line.ask(URN, amend("a", "I"))
    while not first.running():
        time.sleep(0.001)
    second, third = line.ask(URN, amend("b", "M")), line.ask(URN, amend("c", "O"))

    assert second.cancel()
    assert not first.cancel()
    held.set()

    assert first.result(10).receipt is not None
    assert third.result(10).receipt is not None
    line.close()
    assert [one[2].amended for one in entries(url)[before:]] == ["I", "O"]  # type: ignore[attr-defined]


def test_what_follows_waits_until_nobody_comes_and_is_done_at_the_close(url, monkeypatch):
    monkeypatch.setattr("delivery.behind.QUIET", 0.2)
    followed: list[int] = []

    def follow(ledger, many) -> bool:
        followed.append(ledger.size())
        return len(followed) % 2 == 1  # there is more, the first time

    line, size = Line(url, follow), len(entries(url))
    for number in range(4):
        line.do(URN, amend(f"{number}", "IM"[number % 2]))
    assert followed == []
    while len(followed) < 2:
        time.sleep(0.01)
    line.do(URN, amend("more", "O"))
    line.close()

    assert followed == [size + 4, size + 4, size + 5, size + 5]


def test_what_follows_does_not_wait_for_ever(url, monkeypatch):
    monkeypatch.setattr("delivery.behind.QUIET", 5)
    monkeypatch.setattr("delivery.behind.LATEST", 0.0)
    followed: list[int] = []
    line = Line(url, lambda ledger, many: bool(followed.append(ledger.size())))

    for number in range(3):
        line.do(URN, amend(f"{number}", "IM"[number % 2]))
    line.close()

    assert len(followed) == 3


def test_two_who_come_first_at_the_same_time_wait_in_one_line(url, monkeypatch: pytest.MonkeyPatch):
    made: list[object] = []

    def slowly(*_: object) -> object:
        time.sleep(0.1)
        made.append(object())
        return made[-1]

    monkeypatch.setattr("delivery.line.Line", slowly)
    with open_store(url) as store:
        desk = Desk(url, store, stays=True)
        with ThreadPoolExecutor(2) as two:
            lines = [one.result() for one in [two.submit(lambda: desk.line) for _ in range(2)]]

    assert lines == made * 2
    assert len(made) == 1


def test_while_they_keep_coming_little_is_done_at_a_time(monkeypatch):
    monkeypatch.setattr("delivery.behind.LATEST", 0.0)
    asked: list[int] = []
    behind = Behind(lambda ledger, many: bool(asked.append(many)) or len(asked) < 3)
    behind.add([object()])  # type: ignore[list-item]

    behind.catch_up(late=True)
    behind.catch_up(late=True)
    behind.catch_up()
    behind.catch_up()

    assert asked == [FEW, FEW, SOME]
    assert behind.quiet is None
