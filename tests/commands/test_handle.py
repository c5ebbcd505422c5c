"""From asking to recording: keys, dry runs, conflicts, and states kept up with the ledger."""

import threading
from dataclasses import replace

import pytest

from commands.amend_mark import AmendMark
from commands.base import Command
from commands.declare_closure import DeclareClosure
from commands.handle import decide, handle, handle_pupils
from commands.import_pupils import ImportPupils
from commands.states import States, _known, states_of
from commands.take_register import Given, TakeRegister
from ledger.events import MarkAmended, PupilMoved
from ledger.refusals import Conflict, NoEntryToAmend, OutOfOrder, UnknownSchool
from ledger.store import Act, open_store
from tests.commands.test_import_pupils import NEW
from tests.given import AM, AMY, HEAD, MONDAY, OFFICE, PM, TEACHER, UPN, ask, at


def take():
    return ask(TakeRegister, TEACHER, at("08:50"), session=AM, group="4B", rest_present=True)


def amend(code="I", time="10:10"):
    said = {"pupil": UPN[AMY], "session": AM, "code": code, "reason": "Mother rang"}
    return ask(AmendMark, OFFICE, at(time), **said)


def close():
    said = {"first": AM, "last": PM, "code": "Y4", "reason": "Burst main"}
    return ask(DeclareClosure, HEAD, at("07:30"), **said)


def test_an_act_is_recorded_whole_and_signed(ledger):
    outcome = handle(take(), ledger)

    assert [one.entry for one in ledger.stream("register/2024-09-09/AM/4B")] == list(
        range(outcome.receipt.first, outcome.receipt.last + 1)
    )
    (act,) = ledger.acts(outcome.receipt.first)
    assert (act.command, act.made_by, act.made_at) == ("take-register", TEACHER, at("08:50"))


def test_the_same_key_records_once_and_tells_what_was_recorded(ledger):
    command = take()
    first = handle(command, ledger)
    size = ledger.size()
    again = handle(command, ledger)

    assert (again.receipt.first, again.receipt.repeated) == (first.receipt.first, True)
    assert again.events == first.events
    assert ledger.size() == size


def test_a_dry_run_decides_and_records_nothing(ledger):
    size = ledger.size()
    outcome = handle(take(), ledger, dry_run=True)

    assert (outcome.receipt, ledger.size()) == (None, size)
    assert len(outcome.events) == 3
    assert handle(take(), ledger).receipt.first == size + 1


def test_nothing_to_record_has_no_receipt(ledger):
    handle(take(), ledger)
    assert handle(amend("/"), ledger) == handle(amend("/"), ledger)
    assert handle(amend("/"), ledger).receipt is None


def test_a_refusal_records_nothing(ledger):
    size = ledger.size()
    with pytest.raises(NoEntryToAmend):
        handle(amend(), ledger)
    assert ledger.size() == size


def test_what_another_process_recorded_is_known_to_the_next_act(ledger, tmp_path):
    """Two stores on one file, each with states of its own."""
    with open_store(f"sqlite:///{tmp_path / 'school.db'}") as other:
        handle(take(), other.ledger(123456))
        assert handle(amend(), ledger).events[0].original == "/"
        handle(close(), other.ledger(123456))
        assert states_of(ledger).school.closures[1].code == "Y4"


def test_states_kept_up_are_those_read_afresh(ledger):
    states_of(ledger)
    handle(close(), ledger)
    handle_pupils(
        ask(ImportPupils, OFFICE, at("08:00"), file="roll.csv", sha256="ab"), [NEW], ledger
    )
    kept, fresh = states_of(ledger), States(ledger)
    fresh.refresh()

    assert (kept.school, kept.roll, kept.seen) == (fresh.school, fresh.roll, fresh.seen)
    assert kept.version("school") == fresh.version("school") == ledger.version("school")
    assert kept.version("pupil/4") == fresh.version("pupil/4") == 1


def test_what_came_between_reading_and_writing_is_a_conflict(ledger, monkeypatch):
    """Two clerks amend the same mark: the second is told of the first's act."""
    handle(take(), ledger)
    read = States.sheet

    def sheet_then_another_clerk(states, session, group):
        found = read(states, session, group)
        monkeypatch.setattr(States, "sheet", read)
        handle(amend("M", "10:05"), ledger)
        return found

    monkeypatch.setattr(States, "sheet", sheet_then_another_clerk)
    with pytest.raises(Conflict, match=r"amend-mark by Jory Tregear \(School administrator\)"):
        handle(amend("I"), ledger)
    amended = [one for one in ledger.entries() if isinstance(one.event, MarkAmended)]
    assert [one.event.amended for one in amended] == ["M"]


def test_pupils_come_in_with_the_file_they_came_from(ledger):
    command = ask(ImportPupils, OFFICE, at("08:00"), file="roll.csv", sha256="ab")
    came = handle_pupils(command, [NEW], ledger)

    (act,) = ledger.acts(came.receipt.first)
    seen_at = at("08:00").isoformat()
    assert act.source == {"file": "roll.csv", "seen_at": seen_at, "sha256": "ab"}
    assert states_of(ledger).roll.by_upn(NEW.upn).id == 4
    again = handle_pupils(command, [NEW], ledger)
    assert (again.receipt.repeated, again.decided) == (True, None)


def test_a_file_of_pupils_seen_twice_changes_nothing(ledger):
    said = {"file": "roll.csv", "sha256": "ab"}
    handle_pupils(ask(ImportPupils, OFFICE, at("08:00"), **said), [NEW], ledger)
    again = handle_pupils(ask(ImportPupils, OFFICE, at("08:01"), **said), [NEW], ledger)
    assert (again.receipt, again.decided.unchanged) == (None, 1)


def test_a_roll_older_than_the_one_last_taken_in_is_refused(ledger):
    """
    June's file, taken in again after September's, would move everybody back.
    """
    moved = replace(NEW, group="5A")
    handle_pupils(roll("september.csv", "08:00"), [NEW], ledger)

    for states in (states_of(ledger), _afresh(ledger)):
        with pytest.raises(OutOfOrder, match=r"september\.csv"):
            handle_pupils(roll("june.csv", "07:59"), [moved], ledger)
        assert states.roll.by_upn(NEW.upn).group_on(MONDAY) == "4B"
    came = handle_pupils(roll("as-old.csv", "08:00"), [moved], ledger)
    assert [type(event) for event in came.decided.events] == [PupilMoved]


def test_a_roll_that_showed_nothing_new_is_remembered_once(ledger):
    handle_pupils(roll("september.csv", "08:00"), [NEW], ledger)
    seen = handle_pupils(roll("october.csv", "08:30"), [NEW], ledger)
    assert [(one.last - one.first, one.repeated) for one in [seen.receipt]] == [(0, False)]
    again = handle_pupils(roll("october.csv", "08:30"), [NEW], ledger)
    assert again.receipt is None

    for states in (states_of(ledger), _afresh(ledger)):
        assert states.roll_source["file"] == "october.csv"
    with pytest.raises(OutOfOrder):
        handle_pupils(roll("between.csv", "08:15"), [replace(NEW, group="4A")], ledger)


def test_the_very_same_roll_of_a_later_moment_is_remembered(ledger):
    handle_pupils(roll("september.csv", "08:00"), [NEW], ledger)
    handle_pupils(roll("september.csv", "08:30"), [NEW], ledger)
    with pytest.raises(OutOfOrder):
        handle_pupils(roll("between.csv", "08:15"), [replace(NEW, group="4A")], ledger)


def roll(file, seen_at):
    said = {"file": file, "sha256": file, "seen_at": at(seen_at)}
    return ask(ImportPupils, OFFICE, at("08:30"), **said)


def _afresh(ledger):
    _known.pop(ledger)
    return states_of(ledger)


def test_an_entry_is_amended_on_the_sheet_it_stands_on(ledger):
    """Amy was moved to another class with effect from before; her entry stays where it is."""
    handle(take(), ledger)
    moved = PupilMoved(
        pupil=AMY, group="4A", year_group="4", starts=AM.date, made_by=OFFICE, made_at=at("09:30")
    )
    ledger.append(Act("move", "import-pupils", OFFICE, at("09:30")), [moved])
    assert handle(amend(), ledger).events[0].group == "4B"
    assert ledger.version("register/2024-09-09/AM/4B") == 4


def test_a_ledger_nobody_opened(tmp_path):
    with (
        open_store(f"sqlite:///{tmp_path / 'new.db'}", create=True) as store,
        pytest.raises(UnknownSchool),
    ):
        handle(take(), store.ledger(7))


def test_an_act_that_brings_rows_has_its_own_way_in(ledger):
    command: Command = ask(ImportPupils, OFFICE, at("08:00"), file="roll.csv", sha256="ab")
    with pytest.raises(TypeError, match="import-pupils"):
        handle(command, ledger)


def test_a_mark_given_by_the_schools_own_number(ledger):
    marks = (Given(pupil=str(AMY), code="I"),)
    command = ask(TakeRegister, TEACHER, at("08:50"), session=AM, group="4B", marks=marks)
    assert handle(command, ledger).events[1].code == "I"


def test_what_came_on_the_sheet_since_it_was_seen_is_a_conflict(ledger):
    handle(take(), ledger)
    seen = ledger.size()
    handle(amend("I", "10:10"), ledger)
    size = ledger.size()

    with pytest.raises(Conflict, match="amend-mark by") as conflict:
        handle(amend("M", "10:20"), ledger, seen=seen)

    assert conflict.value.particulars["entry"] == seen + 1
    assert ledger.size() == size
    assert handle(amend("M", "10:20"), ledger, seen=size).receipt is not None


def test_what_came_elsewhere_since_then_is_none(ledger):
    handle(take(), ledger)
    seen = ledger.size()
    handle(close(), ledger)

    assert handle(amend("I", "10:10"), ledger, seen=seen).receipt is not None


def test_an_act_followed_while_another_thread_reads_it_counts_once(ledger, monkeypatch):
    """Else the school's stream would seem longer than it is, and every later act a conflict."""
    states = states_of(ledger)
    reading, goes_on = threading.Event(), threading.Event()
    fold = States._fold_pages

    def slowly(self, pages):
        fold(self, pages)
        reading.set()
        assert goes_on.wait(10)

    events = decide(close(), states)[0]
    receipt = ledger.append(Act("c", "declare-closure", HEAD, events[0].made_at), events)
    with monkeypatch.context() as patch:
        patch.setattr(States, "_fold_pages", slowly)
        reader = threading.Thread(target=states.refresh)
        follower = threading.Thread(target=states.follow, args=(receipt, events))
        reader.start()
        assert reading.wait(10)
        follower.start()
        follower.join(0.2)  # it has to wait for the reader
        goes_on.set()
        reader.join()
        follower.join()

    assert states.version("school") == ledger.version("school")
    assert states.school.closures_declared == 1
    assert handle(ask(DeclareClosure, HEAD, at("07:40"), first=PM, last=PM, code="Y4",
                      reason="No heating"), ledger).receipt is not None  # fmt: skip
