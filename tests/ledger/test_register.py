"""The sheet as it stands: folded from what happened, refusing nothing."""

from ledger.events import (
    AmendmentObserved,
    MarkAmended,
    MarkVanished,
    RegisterClosed,
)
from ledger.register import Entry, Sheet, evolve
from tests.given import AM, AMY, BEN, OFFICE, at, recorded

PLACE = {"session": AM, "group": "4B", "made_by": OFFICE, "made_at": at("10:00")}
SEEN = {"seen_before": at("09:00"), "seen_at": at("18:00")}


def amended(original, code):
    return MarkAmended(pupil=AMY, original=original, amended=code, reason="Rang", **PLACE)


def observed(original, code):
    return AmendmentObserved(pupil=AMY, original=original, amended=code, **SEEN, **PLACE)


def vanished(code):
    return MarkVanished(pupil=AMY, original=code, **SEEN, **PLACE)


def amy(*events):
    return Sheet.fold(events).entries[AMY]


def test_an_entry_keeps_what_was_first_entered():
    assert amy(recorded("N"), amended("N", "I"), amended("I", "M")) == Entry("M", "N", 2)


def test_an_amendment_observed_counts_as_one():
    assert amy(recorded("N"), observed("N", "I")) == Entry("I", "N", 1)


def test_a_mark_that_vanished_stands():
    assert amy(recorded("/"), vanished("/")) == Entry("/", "/", vanished=True)


def test_a_mark_that_came_back_as_it_was_is_no_amendment():
    assert amy(recorded("/"), vanished("/"), observed(None, "/")) == Entry("/", "/")
    assert amy(recorded("/"), vanished("/"), observed(None, "I")) == Entry("I", "/", 1)


def test_entry_numbers_are_kept_in_order():
    sheet = Sheet()
    for number, event in enumerate([recorded("N"), amended("N", "I"), vanished("I")], 41):
        sheet = evolve(sheet, event, number)

    assert sheet.entries[AMY].numbers == (41, 42, 43)


def test_one_pupils_amendment_leaves_the_others():
    sheet = Sheet.fold([recorded("N"), recorded("/", pupil=BEN), amended("N", "I")])
    assert (sheet.code_of(AMY), sheet.code_of(BEN), sheet.code_of(3)) == ("I", "/", None)


def test_a_closed_sheet_knows_when():
    closed = RegisterClosed(taken_at=at("09:00"), **PLACE)
    assert Sheet.fold([recorded("N"), closed]).closed_at == at("09:00")
