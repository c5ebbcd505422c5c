"""The codes in few words: each fits a phone, and no two of one day read alike but the presents."""

import csv
import datetime as dt
from pathlib import Path

import pytest

import ledger.policy
from delivery.web.short_words import ROOM, short_words

CODES = Path(ledger.policy.__file__).parent / "codes.csv"


def on(day: dt.date) -> dict[str, str]:
    with CODES.open(newline="") as file:
        return {
            row["code"]: short_words(row["meaning"])
            for row in csv.DictReader(file)
            if row["begins"] <= day.isoformat() <= (row["ends"] or "9999")
        }


@pytest.mark.parametrize("day", [dt.date(2024, 7, 1), dt.date(2024, 9, 2)], ids=str)
def test_every_code_of_a_day_is_told_apart_in_few_words(day: dt.date):
    words = on(day)

    assert len(words) >= 25
    assert {code for code, said in words.items() if len(said) > ROOM} == set()
    told = [said for code, said in words.items() if code != "\\"]
    assert sorted(set(told)) == sorted(told)


def test_a_code_that_begins_later_is_said_as_its_row_says():
    assert short_words("Attending a school on the moon") == "Attending a school on the moon"
    assert short_words("Late: attended before the taking of the register ended") == "Late"
