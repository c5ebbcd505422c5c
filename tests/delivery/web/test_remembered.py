"""What is remembered of a trust's schools is what is found without, after whatever happens."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.cli import main
from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.web import remembered
from delivery.web.remembered import MOST, Remembered
from delivery.web.side_by_side import OfSchool, of_school
from ledger.reckoning import Rates, persistent, severe
from projections.penalty_questions import penalty_list
from projections.rates import rates
from projections.registers_not_taken import registers_not_taken
from projections.views import View, asof

AT = 100001
TENTH, HALF = {"numerator": 1, "denominator": 10}, {"numerator": 1, "denominator": 2}


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Which school was asked anew, as at which entry."""
    asked: list[tuple[int, int]] = []

    def noted(view: View, *, whole: bool) -> Iterator[OfSchool]:
        asked.append((view.urn, view.entry))
        return of_school(view, whole=whole)

    monkeypatch.setattr(remembered, "of_school", noted)
    return asked


def plainly(view: View, one: OfSchool) -> tuple[Any, ...]:
    """The figures of a school counted up from each pupil's days, and its own lists."""
    days = rates([view], by="pupil", period="day", first=one.first, last=one.last).rows
    counted = [(row.group, Rates(row.possible, row.attended, row.authorised, row.unauthorised))
               for row in days]  # fmt: skip
    pupils = {
        group: sum((of for whose, of in counted if whose == group), Rates()) for group, _ in counted
    }
    return (
        len(pupils), sum(of.possible for of in pupils.values()),
        sum(of.attended for of in pupils.values()),
        sum(persistent(of, TENTH) for of in pupils.values()),
        sum(severe(of, HALF) for of in pupils.values()),
        len(penalty_list(view, one.last).rows), len(registers_not_taken(view, one.last).rows),
    )  # fmt: skip


def told(one: OfSchool) -> tuple[Any, ...]:
    of = one.whole
    return (of.pupils, of.possible, of.attended, of.persistently_absent, of.severely_absent,
            one.threshold, one.behind)  # fmt: skip


def typed(desk: Desk, at: str, *words: str) -> None:
    """Something done by another program."""
    with freeze_time(at):
        assert main(["--db", desk.url, "--school", str(AT), *words]) == 0


DONE = [
    ("12:05", "take-register", "4B", "--session", "PM", "--present-except", "O:A101", "--as",
     "teacher"),
    ("12:40", "amend-mark", "A100", "2024-09-03", "AM", "/", "--reason", "Seen", "--as", "office"),
    ("12:50", "declare-closure", "--from", "2024-09-03 PM", "--to", "2024-09-03 PM", "--code", "Y4",
     "--reason", "Snow", "--as", "head"),
    ("13:00", "adopt-policy", "local_authorities/cornwall", "--starts", "2024-09-03", "--as",
     "ceo"),
]  # fmt: skip


def test_after_each_act_of_another_program_it_is_what_is_counted_up_plainly(desk: Desk):
    kept, ledger, seen = Remembered(), desk.ledger(AT), set()
    moments = [ledger.size()]
    for at, *words in DONE:
        typed(desk, f"2024-09-03 {at}:00", *words)
        moments.append(ledger.size())
        now = view_of(desk, ledger, Call())

        (one,) = kept.of(desk, now, now.entry, whole=True)

        assert told(one) == plainly(asof(ledger), one)
        assert kept.of(desk, now, now.entry, whole=True) == (one,)
        seen.add(told(one))
    assert len(seen) == 3  # the acts moved what is told
    now = view_of(desk, ledger, Call())
    for entry in moments:
        for _ in range(2):
            (one,) = kept.of(desk, now, entry, whole=True)
            assert told(one) == plainly(asof(ledger, entry), one)
            assert one.entry == entry


def test_a_school_is_asked_anew_where_it_has_moved_and_as_at_a_moment_once(
    desk: Desk, web: TestClient, found: list[tuple[int, int]]
):
    size = {urn: desk.ledger(urn).size() for urn in (AT, 100002)}
    first = [web.get("/trust").text for _ in range(2)]
    assert first[0] == first[1]
    assert found == [(AT, size[AT]), (100002, size[100002])]

    typed(desk, "2024-09-03 12:40:00", *DONE[1][1:])
    web.get("/trust")
    assert found[2:] == [(AT, size[AT] + 1)]

    before = web.get("/trust?asof=2024-09-03T11:00").text  # before that act: known already
    assert f"{size[AT]:,}</td>" in before
    assert len(found) == 3

    earlier = [web.get("/trust?asof=2024-09-03T09:30").text for _ in range(2)]
    assert earlier[0] == earlier[1] != before
    assert [urn for urn, _ in found[3:]] == [AT]


def test_who_is_shown_no_pupils_is_told_nothing_of_them_out_of_memory(desk: Desk):
    kept = Remembered()
    now = view_of(desk, desk.ledger(AT), Call())
    for whole in (True, False, True):
        (one,) = kept.of(desk, now, now.entry, whole=whole)
        assert (one.threshold is not None, one.behind is not None) == (whole, whole)


def test_a_school_of_which_something_was_removed_is_asked_anew(
    desk: Desk, web: TestClient, found: list[tuple[int, int]]
):
    web.get("/trust")
    desk.let_go(desk.ledger(AT))
    web.get("/trust")
    assert [urn for urn, _ in found] == [AT, 100002, AT]


def test_what_was_being_found_while_something_was_removed_is_not_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    kept, asked = Remembered(), []

    def meanwhile(view: View, *, whole: bool) -> Iterator[OfSchool]:
        asked.append(view.entry)
        kept.drop(view.urn)
        return of_school(view, whole=whole)

    monkeypatch.setattr(remembered, "of_school", meanwhile)
    now = view_of(desk, desk.ledger(AT), Call())
    for _ in range(2):
        kept.of(desk, now, now.entry, whole=True)

    assert asked == [now.entry, now.entry]


def test_what_was_found_while_the_ledger_went_on_is_of_no_entry_and_not_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    kept, ledger = Remembered(), desk.ledger(AT)
    now = view_of(desk, ledger, Call())

    def meanwhile(view: View, *, whole: bool) -> Iterator[OfSchool]:
        if view.entry == ledger.size():
            typed(desk, "2024-09-03 12:40:00", *DONE[1][1:])
            desk.catch_up(ledger)
        return of_school(view, whole=whole)

    monkeypatch.setattr(remembered, "of_school", meanwhile)
    kept.of(desk, now, now.entry, whole=True)  # counted with what came later
    later = view_of(desk, ledger, Call())

    (one,) = kept.of(desk, later, now.entry, whole=True)

    assert told(one) == plainly(asof(ledger, now.entry), one)


def test_few_moments_of_a_school_are_kept(desk: Desk, found: list[tuple[int, int]]):
    kept = Remembered()
    now = view_of(desk, desk.ledger(AT), Call())
    entries = range(now.entry - MOST, now.entry + 1)
    for entry in entries:
        kept.of(desk, now, entry, whole=True)
    for entry in reversed(entries):
        kept.of(desk, now, entry, whole=True)

    assert found[len(entries) :] == [(AT, entries[0])]
