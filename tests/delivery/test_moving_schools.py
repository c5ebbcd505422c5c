"""A move that is cut short anywhere goes on, or is taken back; acts meanwhile are there once."""

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commands.retention.place_hold import PlaceHold
from delivery import acts, keeping
from delivery.directory import moving
from delivery.directory.directed import Directed
from delivery.directory.showing import placed
from delivery.imports.marks import import_marks
from ledger.kinds import Session
from ledger.refusals import Forbidden, SchoolMoved
from ledger.store import Ledger, Receipt, carrying
from ledger.store.disposing import gone
from ledger.store.verify import verify
from projections.doctor import doctor
from tests.reliability.crash.school import (
    AFTER_TERM,
    BY_FILE,
    BY_HAND,
    DAYS,
    Doing,
    Script,
    codes,
    desk,
    running,
    seen_at,
    set_up,
    taken_at,
    write_night,
)
from tests.reliability.crash.victims import dispose


class Cut(BaseException):
    """The process ends here."""


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """Both schools at ``north``, and ``south`` with nothing yet."""
    set_up(f"sqlite:///{tmp_path}/north.db")
    (tmp_path / "d.toml").write_text(
        '[servers]\nnorth = "sqlite:///north.db"\nsouth = "sqlite:///south.db"\n'
    )
    url = f"directory:///{tmp_path}/d.toml"
    at = opened(url)
    placed(at, "north", None, "keeper")
    at.close()
    return url


@pytest.fixture
def url(bare: str) -> str:
    """And ten things done at one of the schools."""
    at = opened(bare)
    done(at, 0, 10)
    at.close()
    return bare


def opened(url: str) -> Directed:
    at = desk(url, AFTER_TERM)
    assert isinstance(at, Directed)
    return at


def done(at: Directed, first: int, last: int) -> None:
    script = Script("4A").upto(first)
    for _ in range(first, last):
        receipt = acts.do(at, script.next().command(running()), BY_HAND).outcome.receipt
        assert receipt is not None


STEPS = 10
"""What a move does, one after the other: see ``cut``."""


def cut(monkeypatch: pytest.MonkeyPatch, n: int, *, after: bool) -> None:
    """End the process before, or just after, the *n*-th thing that a move does for good."""
    many = iter(range(100))

    def wrap(module: Any, name: str) -> None:
        does = getattr(module, name)

        def instead(*given: Any, **said: Any) -> Any:
            here = next(many) == n
            if here and not after:
                raise Cut
            came = does(*given, **said)
            if here:
                raise Cut
            return came

        monkeypatch.setattr(module, name, instead)

    for name in ("step", "carry", "carry_checkpoints"):
        wrap(carrying, name)
    wrap(moving, "place")


POINTS = [(n, after) for n in range(STEPS) for after in (False, True)]
QUICK = [pytest.param(n, after, marks=() if n in (4, 7) else pytest.mark.slow)
         for n, after in POINTS]  # fmt: skip


@pytest.mark.parametrize(("n", "after"), QUICK)
@pytest.mark.parametrize("then", ["move", "stay"])
def test_cut_short_anywhere_it_goes_on_or_is_taken_back(
    url: str, n: int, after: bool, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(url)
    with monkeypatch.context() as patched:
        cut(patched, n, after=after)
        with pytest.raises(Cut):
            moving.move(at, BY_HAND, "south", "keeper")
    at.close()
    at = opened(url)
    last = at.last("north", BY_HAND)
    if last is None or last.what != "leaving" or at.name_at(BY_HAND) == "south":
        done(at, 10, 14)  # whoever is not told that it is being moved goes on
    came = at.name_at(BY_HAND) == "south"

    if then == "stay" and came:
        with pytest.raises(Forbidden, match="not on its way"):
            moving.stay(at, BY_HAND, "keeper")
    elif then == "stay" and at.last("south", BY_HAND) is not None:
        assert moving.stay(at, BY_HAND, "keeper") == ("north", "south")
    if then == "move" or came:
        moving.move(at, BY_HAND, "south", "keeper")

    done(at, 10, 20)  # those done before give their receipts
    wanted = "south" if then == "move" or came else "north"
    sizes = held(at)
    assert list(sizes) == [wanted]
    assert at.directory.schools[BY_HAND] == wanted
    assert sizes[wanted] == at.ledger(BY_HAND).size()
    keys = [act.key for act in at.ledger(BY_HAND).acts() if act.key.startswith("4A-")]
    assert keys == [f"4A-{number}" for number in range(20)]
    ledger = at.ledger(BY_HAND)
    assert verify(ledger).sound
    at.catch_up(ledger)
    assert not doctor(at.at(ledger).runner, ledger).findings
    at.close()


def held(at: Directed) -> dict[str, int]:
    """The servers at which the school goes on, with its size there."""
    stores = {name: at.store_of(name) for name in at.directory.servers}
    return {
        name: store.ledger(BY_HAND).size()
        for name, store in stores.items()
        if store is not None and BY_HAND in store.schools()
    }


def test_the_points_are_all_there_are(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(url)
    with monkeypatch.context() as patched:
        cut(patched, STEPS, after=False)
        moving.move(at, BY_HAND, "south", "keeper")
    at.close()


def test_while_it_is_closed_it_is_read_and_whoever_acts_is_told(url: str) -> None:
    """By an address of its own; at the directory the act waits, and is done where it came."""
    at = opened(url)
    at.server("south", create=True)
    moving._arrive(at, BY_HAND, ("north", "south"), "keeper")
    carrying.step(at.server("north").store, BY_HAND, "leaving", ("south", 1, "keeper"), ("",))
    plain = desk(at.directory.servers["north"], AFTER_TERM)
    size = plain.ledger(BY_HAND).size()

    with pytest.raises(SchoolMoved, match="just being moved to south, and nothing was recorded"):
        acts.do(plain, Script("4A").upto(10).next().command(running()), BY_HAND)

    assert at.ledger(BY_HAND).size() == size
    assert at.name_at(BY_HAND) == "north"
    moving.move(at, BY_HAND, "south", "keeper")
    done(at, 10, 11)
    assert at.ledger(BY_HAND).size() == size + 1
    plain.close()
    at.close()


def test_what_was_decided_on_a_copy_that_is_removed_meanwhile_is_decided_where_it_goes_on(
    bare: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, mover = desk(bare, seen_at(1)), opened(bare)
    import_marks(at, write_night(tmp_path, 0), "office")
    appends = Ledger.append_pages

    def moved_first(self: Ledger, *given: Any) -> Receipt:
        monkeypatch.undo()
        moving.move(mover, BY_FILE, "south", "keeper")
        moving.remove(mover, BY_FILE, "north", "keeper")
        return appends(self, *given)

    monkeypatch.setattr(Ledger, "append_pages", moved_first)
    import_marks(at, write_night(tmp_path, 1), "office")

    assert len([act for act in at.ledger(BY_FILE).acts() if act.command == "import-marks"]) == 2
    assert mover.name_at(BY_FILE) == "south"


@pytest.mark.slow
def test_what_was_disposed_of_while_it_was_copied_does_not_come_back(
    bare: str, tmp_path: Path
) -> None:
    for n, day in enumerate(DAYS[:3]):
        session = Session(day, "AM")
        given = (codes(session) * 3)[n : n + 6]
        taking = Doing(f"on-{day}", session, "4B", "", given)
        with closing(desk(bare, taken_at(session))) as at:
            acts.do(at, taking.command(taken_at(session)), BY_HAND)
    at = opened(bare)
    ledger = at.ledger(BY_HAND)
    at.server("south", create=True)
    moving._arrive(at, BY_HAND, ("north", "south"), "keeper")
    carrying.carry(ledger, at.server("south").store)  # and with the rest what goes now
    body = next(ledger.database.scan(_BODY, (BY_HAND, f"register/{DAYS[0]}/AM/4B")))[0]
    dispose(bare, 0)
    before = gone(ledger)
    assert before

    moving.move(at, BY_HAND, "south", "keeper")

    there = at.ledger(BY_HAND)
    assert there is not ledger
    assert gone(there) == before
    assert verify(there).sound
    at.close()
    held_there = b"".join(file.read_bytes() for file in tmp_path.glob("south.db*"))
    assert len(body) > 20
    assert body not in held_there


_BODY = "SELECT body FROM pages WHERE school = ? AND stream = ?"


def test_holds_guard_where_it_came(url: str) -> None:
    at = opened(url)
    moment = dt.datetime.combine(DAYS[-1], dt.time(12), dt.UTC)
    said = {"by": "head", "at": moment, "key": "hold", "reason": "A court asks", "case": "C 1"}
    keeping.do(at, PlaceHold(**said, pupils=("A110",)), BY_HAND)
    guarded = "SELECT * FROM held WHERE school = ?"
    before = at.server("north").store.database.select(guarded, (BY_HAND,))
    assert before

    moving.move(at, BY_HAND, "south", "keeper")

    assert at.server("south").store.database.select(guarded, (BY_HAND,)) == before
    at.close()
