"""States that begin with what was read through another ledger of the same school."""

from pathlib import Path

import pytest

from commands.declare_closure import DeclareClosure
from commands.handle import handle
from commands.states import at_hand, begin_with, states_of
from commands.take_register import TakeRegister
from ledger.store import open_store
from tests.commands.a_ledger import set_up
from tests.given import AM, HEAD, PM, TEACHER, ask, at

URN = 123456


def test_they_are_the_same_and_go_on_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = f"sqlite:///{tmp_path}/a.db"
    with open_store(url, create=True) as one, open_store(url) as other:
        set_up(one)
        read, ledger = states_of(one.ledger(URN)), other.ledger(URN)
        monkeypatch.setattr(type(ledger), "pages_of", None)  # nothing is read anew

        begin_with(ledger, one.ledger(URN))

        assert at_hand(ledger)
        begun = states_of(ledger)
        assert begun.ledger is ledger
        assert (begun.seen, begun.turned, begun.school, begun.roll) == (
            read.seen, read.turned, read.school, read.roll,
        )  # fmt: skip
        monkeypatch.undo()
        taken = ask(TakeRegister, TEACHER, at("08:50"), session=AM, group="4B", rest_present=True)
        handle(taken, ledger)
        closed = ask(DeclareClosure, HEAD, at("09:50"), first=PM, last=PM, code="Y4", reason="Snow")
        handle(closed, ledger)
        assert begun.version("school") == read.version("school") + 1
        assert read.seen < begun.seen
        assert states_of(one.ledger(URN)).seen == begun.seen


def test_what_was_not_read_is_read_when_it_is_asked_for(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/a.db"
    with open_store(url, create=True) as one, open_store(url) as other, open_store(url) as third:
        set_up(one)
        begin_with(other.ledger(URN), third.ledger(URN))
        assert not at_hand(other.ledger(URN))
        assert states_of(other.ledger(URN)).school == states_of(one.ledger(URN)).school
