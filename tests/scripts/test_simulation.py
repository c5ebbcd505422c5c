"""School days with faults at every commit; and that faults in the ledger itself are found."""

from dataclasses import replace
from sqlite3 import IntegrityError

import pytest

from commands.states import States
from ledger.store import Ledger, Receipt
from ledger.store.entering import Entries
from projections import taking_in
from scripts.simulation import truth
from scripts.simulation.faults import Lost
from scripts.simulation.run import Simulation

pytestmark = pytest.mark.slow


def play(folder, seed: int, days: int = 12):
    return Simulation(seed, f"sqlite:///{folder / f'{seed}-{days}.db'}", days, pupils=5).run()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_acknowledged_is_lost_or_doubled(seed, tmp_path):
    """The invariants are those of ``scripts/simulation/truth.py``, looked at after every step."""
    report = play(tmp_path, seed, days=42)  # the codes of 2024 begin on the 38th

    assert report.faults.total() > 20
    assert report.disposed > 0


def test_the_same_seed_is_the_same_days(tmp_path):
    (tmp_path / "again").mkdir()

    assert play(tmp_path, 9) == play(tmp_path / "again", 9)


def test_on_postgresql_the_same_days_come_to_the_same(tmp_path, postgres_url):
    assert Simulation(9, postgres_url, 12, pupils=5).run() == play(tmp_path, 9)


# --- faults put into the ledger, each of which must be found ------------------------------------


def no_versions(patch):
    """Nobody looks whether a stream has moved on."""
    patch.setattr(Ledger, "_check", lambda *_: None)
    patch.setattr(Ledger, "_at_once", lambda *_: None)


def hasty_receipts(patch):
    """A receipt is given although the reply to the commit was lost."""
    append = Ledger.append_pages

    def hasty(ledger, act, drafts, expect=None):
        drafts, size = list(drafts), ledger.size()
        try:
            return append(ledger, act, drafts, expect)
        except Lost:
            last = size + sum(draft.count for draft in drafts)
            return Receipt(act.key, size + 1, last, act.made_at)

    patch.setattr(Ledger, "append_pages", hasty)


def forgotten_commands(patch):
    """A command asked again is done again, under another key."""
    append = Ledger.append_pages

    def again(ledger, act, drafts, expect=None):
        drafts = list(drafts)
        try:
            return append(ledger, act, drafts, expect)
        except Lost:
            return append(ledger, replace(act, key=act.key + "-again"), drafts)

    patch.setattr(Ledger, "append_pages", again)


def stale_states(patch):
    """What was read once is never read again."""
    refresh = States.refresh
    patch.setattr(
        States, "refresh", lambda states, size=None: None if states.seen else refresh(states, size)
    )


def clocks_believed(patch):
    """The moment of recording is what the machine's clock says, also where it went back."""
    made = Entries.__init__

    def believing(entries, school, act, recorded_before, size):
        made(entries, school, act, 0, size)

    patch.setattr(Entries, "__init__", believing)


def later_seen_earlier(patch):
    """As at an entry, what came a little later is seen."""
    asof = truth.asof
    patch.setattr(truth, "asof", lambda ledger, entry: asof(ledger, min(entry + 9, ledger.size())))


def steps_without_rows(patch):
    """The read models' position goes on though the rows of a step do not come."""
    take_in, turn = taking_in.take_in, iter(range(10**9))

    def forgetful(connection, pages, context):
        given = pages[:-1] if next(turn) % 10 == 9 else pages
        return take_in(connection, given, context)

    patch.setattr(taking_in, "take_in", forgetful)


@pytest.mark.parametrize(
    "plant",
    [
        no_versions,
        hasty_receipts,
        forgotten_commands,
        stale_states,
        clocks_believed,
        later_seen_earlier,
        steps_without_rows,
    ],
)
def test_a_fault_in_the_ledger_is_found(plant, tmp_path, monkeypatch):
    plant(monkeypatch)

    def some_days():
        for seed in range(6):
            play(tmp_path, seed)

    with pytest.raises((AssertionError, IntegrityError)):  # the database's own guards may be first
        some_days()
