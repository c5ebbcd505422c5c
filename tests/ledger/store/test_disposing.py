"""Values leave by certificate through one door; the root stays, and what is left is proved."""

import json
import zlib

import pytest

from ledger.events import EntriesDisposed, HoldPlaced, OfClass, ReasonRedacted
from ledger.events.retention import DisposalRequested
from ledger.kinds import Person
from ledger.refusals import LedgerUnwritable
from ledger.retention.certified import guard, reapply, standing, uncertified
from ledger.retention.plan import ranges_of
from ledger.retention.state import retention_of
from ledger.store import Act, Ledger, Store, packing
from ledger.store.verify import verify
from tests.given import at
from tests.ledger.store.entries import SCHOOL, SHEET, amended, amending, taken, taking

DPO = Person(id="dpo", name="Loveday Trembath", position="Data protection officer")
MADE = {"made_by": DPO, "made_at": at("09:00")}
OF = OfClass(kept_as="entry", entries=1, years=6, reference="reg. 7")


def a_day(store: Store) -> Ledger:
    ledger = store.ledger(SCHOOL)
    ledger.append(taking("am"), taken("/ N / L I /"))
    ledger.append(amending(), [amended()], {SHEET: 6})
    return ledger


def record(ledger: Ledger, command: str, *events) -> int:
    receipt = ledger.append(Act(f"{command}-{ledger.size()}", command, DPO, at("09:00")), events)
    return receipt.last


def certify(ledger: Ledger, *entries: int) -> int:
    said = {"disposal": 1, "on": "2030-09-09", "listed": "x", "classes": (OF,), "policy": "p"}
    ranges = ranges_of(sorted(entries))
    asked = DisposalRequested(ranges=ranges, **said, **MADE)
    done = EntriesDisposed(
        ranges=ranges, entries=len(entries), requested_by=DPO, approved_by=(DPO,), **said, **MADE
    )
    return record(ledger, "dispose-of-entries", asked, done)


def root_at(ledger: Ledger):
    return ledger.frontier()


def act_salt(store: Store, first: int) -> bytes:
    return bytes(store.database.select("SELECT salt FROM acts WHERE first = ?", (first,))[0][0])


def test_part_of_a_page_goes_and_the_rest_is_still_proved(store: Store) -> None:
    ledger = a_day(store)
    certify(ledger, 2, 7)
    before = ledger.frontier()

    assert reapply(ledger) == 2

    assert ledger.frontier() == before
    assert verify(ledger).sound
    assert [one.entry for one in ledger.stream(SHEET)] == [1, 3, 4, 5, 6]
    assert standing(ledger) == []
    assert reapply(ledger) == 0


def test_no_salt_that_would_give_a_guessed_mark_away_is_left(store: Store) -> None:
    ledger = a_day(store)
    whole = act_salt(store, 1)
    certify(ledger, 2, 7)
    reapply(ledger)

    assert len(whole) == 32
    assert act_salt(store, 1)[0] == 1  # opened: the act part's own salt
    assert act_salt(store, 1)[1:] != whole
    assert act_salt(store, 7) == b""  # gone whole
    body = store.database.select("SELECT body FROM pages WHERE first = 1", ())[0][0]
    said = json.loads(zlib.decompress(bytes(body)))
    assert [run[0] for run in said] == ["mark-recorded", "entry-disposed", "mark-recorded"]
    assert [len(run[5]["salts"]["mark"]) for run in (said[0], said[2])] == [64, 4 * 64]
    (of_act,) = store.database.select("SELECT key, made_by, source FROM acts WHERE first = 7", ())
    assert of_act == ("disposed-7", '["","",""]', None)


def test_a_second_disposal_of_the_same_page_keeps_it_proved(store: Store) -> None:
    ledger = a_day(store)
    certify(ledger, 2, 7)
    reapply(ledger)
    certify(ledger, 1, 3, 4, 6)
    reapply(ledger)

    assert verify(ledger).sound
    assert [one.entry for one in ledger.stream(SHEET)] == [5]


def test_a_reason_is_struck_out_and_the_rest_of_its_entry_stays(store: Store) -> None:
    ledger = a_day(store)
    (event,) = (one.event for one in ledger.stream(SHEET) if one.entry == 7)
    said = event.reason
    before = ledger.frontier()
    record(
        ledger,
        "redact",
        ReasonRedacted(entry=7, part="reason", instead="Rang", why="slip", asked_by=DPO, **MADE),
    )
    size = ledger.frontier()
    assert reapply(ledger) == 1

    (event,) = (one.event for one in ledger.stream(SHEET) if one.entry == 7)
    assert said
    assert event.reason == "(struck out)"
    assert event.amended
    assert ledger.frontier() == size != before
    assert verify(ledger).sound
    certify(ledger, 2, 7)
    reapply(ledger)
    assert verify(ledger).sound


def test_what_is_blanked_without_a_certificate_is_seen(store: Store, store_url: str) -> None:
    """An attacker with all the power writes the leaf hash down and takes the values."""
    from tests.ledger.store.test_immutable import execute, unguard

    ledger = a_day(store)
    certify(ledger, 2, 7)
    reapply(ledger)
    unguard(store_url)
    body = store.database.select("SELECT body FROM pages WHERE first = 1", ())[0][0]
    runs = list(packing.unpack(bytes(body)))
    from ledger.proof import leaves, remaining

    act = next(iter(ledger.acts(1, 1)))
    commitment = leaves.act_commitment(SCHOOL, act, act.recorded_at.isoformat(), act.salt)
    place = {"stream": SHEET, "version": 1, "first": 1, "index": 0}
    on = act.recorded_at.date().isoformat()
    of_page = leaves.page_leaves(runs, **place, on=on, act=commitment, salt=act.salt)
    forged = remaining.without(
        runs, of_page, salt=act.salt, index=0, main="mark", going={4}, striking={}
    )
    execute(store_url, "UPDATE pages SET body = ? WHERE first = 1", params=(packing.pack(forged),))

    verdict = verify(ledger)

    assert verdict.first_bad == 5
    assert "no certificate" in str(verdict.fault)
    assert [entry for entry, _ in uncertified(ledger)] == [5]


def test_the_database_itself_refuses_what_a_hold_covers(store: Store) -> None:
    ledger = a_day(store)
    certify(ledger, 2, 7)
    hold = HoldPlaced(hold=1, case="A v B", reason="Prosecution", pupils=(2,), **MADE)
    record(ledger, "place-hold", hold)

    with pytest.raises(LedgerUnwritable, match="legal hold"):
        reapply(ledger)

    assert len(ledger.stream(SHEET)) == 7
    assert reapply(ledger, restored=True) == 2  # it had gone before the hold was placed
    assert verify(ledger).sound
    assert store.database.select("SELECT count(*) FROM held", ())[0][0] == 1


def test_the_database_itself_refuses_what_has_no_certificate(store: Store) -> None:
    ledger = a_day(store)
    guard(ledger)
    with pytest.raises(Exception, match="no certificate"), store.database.door(SCHOOL) as run:
        run("INSERT INTO going VALUES (?, 1, 1, 'x', NULL, '2024-09-09', 3)", (SCHOOL,))
    with (
        pytest.raises(Exception, match="never changed or removed"),
        store.database.door(SCHOOL) as run,
    ):
        run("UPDATE pages SET body = body")
    assert retention_of(ledger).holds == {}
