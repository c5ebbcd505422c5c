"""A register as somebody types it."""

import datetime as dt

import pytest

from delivery.importers.sheet import SheetLine, exceptions, sheet_lines
from delivery.usage import Usage


def test_each_line_says_a_code_or_a_time_of_arrival():
    typed = ["A1 I\n", "\n", "A2 @08:52\n", "12 B  work at the farm \n"]

    assert sheet_lines(typed) == [
        SheetLine("A1", code="I"),
        SheetLine("A2", arrived=dt.time(8, 52)),
        SheetLine("12", code="B", nature="work at the farm"),
    ]


def test_those_who_are_not_simply_present_are_listed_by_code():
    assert exceptions(["I:A1, A2", "A3@9.05"]) == [
        SheetLine("A1", code="I"),
        SheetLine("A2", code="I"),
        SheetLine("A3", arrived=dt.time(9, 5)),
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("A1", "Line 1 says nothing of A1: write PUPIL CODE, or PUPIL @08:52"),
        ("A1 ill", "Line 1: ill is no code, which has one or two characters"),
        ("A1 @852", "Line 1: @852 is not a time; write it like @08:52."),
        ("A1 @24:00", "Line 1: @24:00 is not a time"),
        ("A1 @08:52 L", "Line 1 says too much after @08:52"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(typed: str, told: str):
    with pytest.raises(Usage) as wrong:
        sheet_lines([typed])

    assert told in str(wrong.value)


@pytest.mark.parametrize("typed", ["A1", "I:", "I: ,", "ILL:A1", "A1@noon"])
def test_an_exception_that_cannot_be_read_is_told(typed: str):
    with pytest.raises(Usage, match=r"write|is no code"):
        exceptions([typed])
