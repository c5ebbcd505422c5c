"""Tables that are never cut, JSON that says what it holds, progress only for who watches."""

import datetime as dt
import io
import json
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from delivery.cli.progress import counting, reading
from delivery.imports.schools import BadRow
from delivery.render.envelope import document, refusal
from delivery.render.table import by_line, comma_separated, count_of, facts, table

CELLS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=300))


def test_a_table_is_as_wide_as_what_is_in_it():
    told = table(("Pupil", "Sessions"), [("Ann Example", 10), ("Ben", None), ("Cas", 1200)])

    assert told.splitlines() == [
        "Pupil        Sessions",
        "-----------  --------",
        "Ann Example        10",
        "Ben",
        "Cas              1200",
    ]


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_a_row_is_one_line_and_loses_no_word(rows):
    head, rule, *body = table(("A", "B"), rows).split("\n")

    assert (head.split(), set(rule)) == (["A", "B"], {"-", " "})
    assert len(body) == len(rows)
    for line, row in zip(body, rows, strict=True):
        told = [{True: "yes", False: "no"}[c] if isinstance(c, bool) else c for c in row]
        assert line.split() == [word for c in told if c is not None for word in str(c).split()]


def test_an_empty_table_keeps_its_headings():
    assert table(("A", "Bee"), []) == "A  Bee\n-  ---"


def test_facts_without_a_value_are_left_out():
    assert facts([("Name", "Ann"), ("Nature", None), ("On roll", True)]) == (
        "Name:    Ann\nOn roll: yes"
    )


def test_numbers_and_plurals():
    assert [count_of(n, "entry", "entries") for n in (0, 1, 1200)] == [
        "0 entries",
        "1 entry",
        "1,200 entries",
    ]


def test_csv_leaves_an_unknown_cell_empty():
    assert comma_separated(("a", "b"), [(None, 'x "y", z')]) == 'a,b\n,"x ""y"", z"\n'


def test_json_writes_moments_in_utc_days_in_iso_and_fractions_exactly():
    london = dt.timezone(dt.timedelta(hours=1))
    held = {
        "at": dt.datetime(2024, 9, 3, 8, 50, tzinfo=london),
        "on": dt.date(2024, 9, 3),
        "rate": Fraction(9, 10),
        "row": BadRow(3, "Why."),
        "letters": "Zoë",
    }

    assert json.loads(document(held)) == {
        "at": "2024-09-03T07:50:00Z",
        "on": "2024-09-03",
        "rate": "9/10",
        "row": {"line": 3, "why": "Why."},
        "letters": "Zoë",
    }
    assert "Zoë" in document(held)


def test_a_refusal_has_its_three_parts():
    assert refusal("c", "m", "r") == {"refusal": {"code": "c", "message": "m", "reference": "r"}}


def test_of_very_many_bad_rows_the_first_are_shown_and_all_counted():
    rows = [BadRow(number, "Why.") for number in range(1, 31)]

    told = list(by_line(rows, 1000))
    assert (told[0], told[-1], len(told)) == ("  line 1: Why.", "  and 980 more.", 21)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_and_nowhere_else(monkeypatch):
    shown = {}
    for kind in (io.StringIO, Terminal):
        screen = kind()
        monkeypatch.setattr("sys.stderr", screen)
        with counting("Checking", 10) as told:
            told(10)
        with reading("n.csv", 100) as told:
            told(50)
            told(50)
        shown[kind] = screen.getvalue()

    assert shown[io.StringIO] == ""
    assert "Checking" in shown[Terminal]
    assert "n.csv" in shown[Terminal]


def test_what_an_act_begins_with_a_number_is_an_event_that_has_it():
    from commands.handle import WAYS
    from delivery.render.receipts import _BEGINS
    from ledger.events import by_topic

    acts = {kind.NAME for kind in WAYS}
    for act, (topic, _, field) in _BEGINS.items():
        assert act in acts
        assert field in by_topic(topic).model_fields
