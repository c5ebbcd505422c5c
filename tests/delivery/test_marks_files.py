"""Files of marks, long and wide: what is read, what is passed over, what is told."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from delivery.importers.marks import MarksFile, marks_file
from delivery.importers.source import look
from ledger.refusals import FileUnreadable

LONG = "school_urn,upn,date,session,code"


@pytest.fixture
def read(tmp_path: Path):
    def reading(text: str | bytes, layout=None) -> MarksFile:
        path = tmp_path / "marks.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return marks_file(look(path), layout)

    return reading


def test_a_long_file_gives_each_mark_with_its_line(read):
    file = read(f"{LONG}\n1,A1,2024-09-03,AM,/\n1,A1,2024-09-03,PM,\\\n")

    assert list(file.rows()) == [
        (2, "A1", "2024-09-03", "AM", "/", None),
        (3, "A1", "2024-09-03", "PM", "\\", None),
    ]


def test_a_wide_file_gives_the_same_marks_and_the_cells_left_empty(read):
    file = read("school_urn,upn,2024-09-03 AM,2024-09-03 PM\n1,A1,/,Y1\n1,A2,-\n,,,\n")

    assert file.layout == "wide"
    assert list(file.rows()) == [
        (2, "A1", "2024-09-03", "AM", "/", None),
        (2, "A1", "2024-09-03", "PM", "Y1", None),
        (3, "A2", "2024-09-03", "AM", "-", None),
        (3, "A2", "2024-09-03", "PM", "", None),
    ]


def test_columns_are_found_whatever_their_case_order_and_spaces(read):
    file = read("Code, Session ,DATE,Upn,School URN,Teacher\nI,AM,2024-09-03,A1,7,Ms Z\n")

    assert list(file.rows("7")) == [(2, "A1", "2024-09-03", "AM", "I", None)]


def test_what_else_a_line_says_is_handed_on_only_where_it_says_something(read):
    head = f"{LONG},minutes_late,comment,unknown,reason\n"
    file = read(head + "1,A1,2024-09-03,AM,L,9,,x,\n1,A2,2024-09-03,AM,/,,,x,\n")

    assert [row[5] for row in file.rows()] == [{"minutes_late": "9"}, None]


def test_an_empty_code_is_handed_on_as_no_mark_and_an_empty_line_is_not(read):
    file = read(f"{LONG}\n1,A1,2024-09-03,AM,\n1,A2,2024-09-03,AM,-\n,,,,\n\n")

    assert [row[4] for row in file.rows()] == ["", "-"]
    assert file.spoilt == []


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_semicolons_and_tabs_divide_columns_too(read, mark: str):
    file = read(f"{LONG}\n1,A1,2024-09-03,AM,C2\n".replace(",", mark))

    assert list(file.rows()) == [(2, "A1", "2024-09-03", "AM", "C2", None)]


def test_excels_own_separator_line_is_obeyed_and_counted(read):
    file = read("sep=;\r\nupn;date;session;code\r\nA1;2024-09-03;AM;/\r\n")

    assert list(file.rows()) == [(3, "A1", "2024-09-03", "AM", "/", None)]


def test_a_bom_and_windows_1252_are_read(read):
    body = f"{LONG},comment\n1,A1,2024-09-03,AM,I,Zoë\n"

    for content in (b"\xef\xbb\xbf" + body.encode(), body.encode("cp1252")):
        assert [row[5] for row in read(content).rows()] == [{"comment": "Zoë"}]


def test_each_school_of_a_file_is_counted_and_read_alone(read):
    file = read(f"{LONG}\n1,A1,d,AM,/\n2,B1,d,AM,/\n1,A2,d,AM,/\n 2 ,B2,d,AM,/\nx\n")

    assert file.schools() == ["1", "2", "x"]
    assert [row[:2] for row in file.rows("1")] == [(2, "A1"), (4, "A2")]
    assert [row[:2] for row in file.rows("2")] == [(3, "B1"), (5, "B2")]


REFUSED = [
    (
        "school_urn,upn,date,code\n",
        "the column session is missing; its first line has school_urn, upn, date, code; "
        "a long file of marks is headed school_urn,upn,date,session,code.",
    ),
    (
        "name;mark\n",
        "the columns upn and date and session and code are missing; its first line has name, mark;",
    ),
    ("upn,date,date,session,code\n", "two columns are called date"),
    ("upn,2024-09-03 AM,2024-09-03 am\n", "two columns are headed 2024-09-03 AM"),
    (
        "upn,2024-09-03 AM,03/09/2024 PM\n",
        "column 3 is headed 03/09/2024 PM; write a session like 2024-09-03 AM",
    ),
    ("upn,03/09/2024 AM\n", "column 2 is headed 03/09/2024 AM; write a session like 2024-09-03"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_a_heading_that_cannot_be_used_is_named(read, text: str, told: str):
    with pytest.raises(FileUnreadable) as refused:
        read(text)

    assert told in str(refused.value)


def test_a_wide_file_without_a_session_says_how_one_is_headed(read):
    with pytest.raises(FileUnreadable, match="it has no column for a session; a wide file of"):
        read("upn,name\n", "wide")


def test_a_quotation_mark_never_closed_names_the_line_it_opened_on(read):
    good = "1,A1,2024-09-03,AM,/\n"
    file = read(f'{LONG},comment\n{good}\n1,A2,2024-09-03,AM,I,"ill\n{good * 50}')

    for school in (None, "1", "2"):
        with pytest.raises(FileUnreadable, match=r'\("\) opened on line 4 is never closed'):
            list(file.rows(school))
    with pytest.raises(FileUnreadable, match=r'\("\) opened on line 4 is never closed'):
        file.schools()


def test_a_quoted_field_of_megabytes_is_not_held(read):
    file = read(f'{LONG},comment\n1,A2,2024-09-03,AM,I,"ill\n' + "1,A1,2024-09-03,AM,/\n" * 50_000)

    with pytest.raises(FileUnreadable, match="opened on line 2 is never closed"):
        list(file.rows())


def test_one_spoilt_line_leaves_the_others_readable(read):
    file = read(f'{LONG}\n1,A1,2024-09-03,AM,/\n1,"A"2,d,AM,/\n1,A3\n1,A4,2024-09-03,AM,/\n')

    assert [row[1] for row in file.rows()] == ["A1", "A4"]
    assert [line for line, _ in file.spoilt] == [3, 4]
    assert file.spoilt[1][1] == "it has 2 of the 5 columns the first line names"


def test_a_comment_of_two_lines_counts_as_two_lines(read):
    file = read(f'{LONG},comment\n1,A1,d,AM,I,"ill\nagain"\n1,A2,d,AM,/,\n')

    assert [(row[0], row[5] and row[5]["comment"]) for row in file.rows()] == [
        (3, "ill\nagain"),
        (4, None),
    ]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    path = tmp_path / "marks.csv"
    with path.open("w") as file:
        file.write(LONG + "\n")
        file.writelines(f"1,A{n},2024-09-03,AM,/\n" for n in range(200_000))
    found = marks_file(look(path))

    tracemalloc.start()
    count = sum(1 for _ in found.rows("1"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 200_000
    assert peak < 6_000_000


CELL = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=8)


@given(
    st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=20), st.sampled_from(["utf-8", "cp1252"])
)
def test_whatever_a_csv_writer_writes_is_read_back(tmp_path_factory, rows, encoding: str):
    import csv

    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["upn", "date", "session", "code"])
        writer.writerows(rows)

    # Windows-1252 whose bytes happen to be UTF-8 cannot be told from it: "à" before two hard
    # spaces, say. No name is spelt so.
    assume(encoding == "utf-8" or path.read_bytes().isascii() or not _is_utf_8(path))
    read_back = [row[1:5] for row in marks_file(look(path)).rows()]
    assert read_back == [row for row in rows if any(row)]


def _is_utf_8(path: Path) -> bool:
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_the_rows_of_a_short_file_are_sorted_by_school_in_one_reading(read):
    file = read(f"{LONG}\n1,A1,d,AM,/\n2,B1,d,AM,/\n1 ,A2,d,AM,/\n")

    assert file.by_school() == {text: list(file.rows(text)) for text in ("1", "2")}
