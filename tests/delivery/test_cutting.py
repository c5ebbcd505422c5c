"""Files cut where the session changes: the same rows, whatever stands in them."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.importers.marks import marks_file
from delivery.importers.source import look
from ledger.events.school import Stretch
from tests.delivery.conftest import Call

LONG = "school_urn,upn,date,session,code\n"
AM, PM = "2024-09-03,AM", "2024-09-03,PM"


@pytest.fixture
def cut(tmp_path: Path):
    def cutting(text: str | bytes, school: str | None = "1", kept=lambda _: None):
        path = tmp_path / "marks.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        file = marks_file(look(path))
        pieces = file.cut(school)
        return file, pieces and list(pieces(kept))

    return cutting


def sessions(pieces) -> list[tuple[str, int]]:
    return [(piece.session, piece.count) for piece in pieces]


def test_a_file_in_the_order_of_days_is_cut_by_session(cut):
    file, pieces = cut(f"{LONG}1,A1,{AM},/\n1,A2,{AM},N\n1,A1,{PM},I\n")

    assert sessions(pieces) == [("2024-09-03 AM", 2), ("2024-09-03 PM", 1)]
    assert [row for piece in pieces for row in piece.rows()] == list(file.rows("1"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{LONG}1,A1,{AM},/\n1,A1,{PM},I", [("2024-09-03 AM", 1), ("", 0)]),  # no last newline
        (f"{LONG}1,A1,{AM},/\n1,A2\n1,A1,{PM},I\n", [("2024-09-03 AM", 1), ("", 0)]),
        (f'{LONG}1,A1,{AM},/\n1,"A"2,{AM},/\n1,A1,{PM},I\n', [("2024-09-03 AM", 1), ("", 0)]),
        (f"{LONG}1,A1,{AM},/\n\n1,A1,{PM},I\n", [("2024-09-03 AM", 1), ("", 0)]),
        (f"{LONG}1,A1,03/09/2024,AM,/\n", [("", 1)]),
        (f"{LONG}1,A1,2024-09-03,am,/\n", [("", 1)]),
        (f"{LONG}1,A1,{AM},/\r\n1,A2,{AM},/\r\n", [("2024-09-03 AM", 2)]),
        (LONG + '"1","A1","2024-09-03","AM","/"\n', [("2024-09-03 AM", 1)]),
        (f"\n\nsep=;\n{LONG}1,A1,{AM},/\n".replace(",", ";"), [("2024-09-03 AM", 1)]),
        (f"\ufeff{LONG}1,A1,{AM},/\n", [("2024-09-03 AM", 1)]),
    ],
)
def test_whatever_is_no_plain_row_is_left_to_be_read_as_ever(cut, text: str, found):
    file, pieces = cut(text)

    assert sessions(pieces) == found
    assert [row for piece in pieces for row in piece.rows()] == list(file.rows("1"))


@pytest.mark.parametrize("heading", ['"school_urn",upn,date,session,code\n', LONG[:-1] + "\r"])
def test_a_file_whose_heading_is_no_plain_line_is_not_cut(cut, heading: str):
    assert cut(f"{heading}1,A1,{AM},/\n")[1] is None


def test_rows_of_other_schools_are_passed_over_and_counted(cut):
    text = f"{LONG}1,A1,{AM},/\n2,B1,{AM},/\n2,B2,{AM},/\n 1 ,A2,{PM},/\n"
    file, pieces = cut(text)

    assert sessions(pieces) == [("2024-09-03 AM", 1), ("2024-09-03 PM", 1)]
    assert file.others == 2
    assert [row[1] for piece in pieces for row in piece.rows()] == ["A1", "A2"]


def test_a_file_in_the_order_of_pupils_is_given_up_soon(cut):
    lines = "".join(f"1,A{n},{half},/\n" for n in range(100) for half in (AM, PM))
    file, pieces = cut(LONG + lines)

    assert sessions(pieces)[-1] == ("", 0)
    assert len(pieces) == 66
    assert [row for piece in pieces for row in piece.rows()] == list(file.rows("1"))


def test_a_stretch_known_again_by_its_bytes_need_not_be_matched(cut):
    text = f"{LONG}1,A1,{AM},/\n1,A2,{AM},N\n1,A1,{PM},I\n"
    _, (morning, afternoon) = cut(text)
    before = {one.session: Stretch(one.digest, one.size, 99, 0) for one in (morning, afternoon)}

    _, again = cut(text.replace("A1,2024-09-03,PM,I", "A1,2024-09-03,PM,M"), kept=before.get)
    assert [(one.digest == before[one.session].digest, one.count) for one in again] == [
        (True, 99),  # as it was kept
        (False, 1),
    ]


@pytest.mark.parametrize(
    "other",
    [
        f"upn,school_urn,date,session,code\n1,1,{AM},/\n",
        f"school_urn,upn,date,session,code,comment\n1,1,{AM},/\n",
        f"{LONG}1,1,{AM},/\n".encode("utf-16"),
    ],
)
def test_the_same_bytes_under_another_heading_are_another_stretch(cut, other):
    """What a cell means is said by its heading."""
    first = cut(f"{LONG}1,1,{AM},/\n")[1][0]
    pieces = cut(other)[1]

    assert pieces is None or pieces[0].digest != first.digest


CELL = st.sampled_from(["", "A1", '"', "a,b", "x\ny", "Zoë", "AM", "2024-09-03", "1", "2", " 1 "])
ROW = st.tuples(
    st.sampled_from(["1", "1", "1", "2", " 1"]),
    CELL,
    st.sampled_from(["2024-09-03", "2024-09-03", "2024-09-04", "?"]),
    st.sampled_from(["AM", "AM", "PM", "am"]),
    CELL,
    CELL,
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_behind_a_lone_carriage_return_names_its_school_too(tmp_path, end: str):
    path = tmp_path / "marks.csv"
    rows = [f"1,A1,{AM},/\r2,A2,{AM},/", f"1,A3,{AM},/"]
    path.write_bytes("".join(f"{row}{end}" for row in [LONG.strip(), *rows]).encode())

    assert marks_file(look(path)).schools() == ["1", "2"]


@settings(max_examples=50)
@given(st.lists(ROW, max_size=30), st.sampled_from(["utf-8", "cp1252"]), st.booleans())
def test_cut_or_not_the_rows_are_the_same(tmp_path_factory, rows, encoding, quoted: bool):
    path = tmp_path_factory.getbasetemp() / "cut.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        file.write("school_urn,upn,date,session,code,comment\n")
        csv.writer(file, quoting=quoting).writerows(rows)
    found = marks_file(look(path))

    pieces = found.cut("1")
    read = [row for piece in pieces(lambda _: None) for row in piece.rows()]
    others, spoilt = found.others, list(found.spoilt)
    assert read == list(found.rows("1"))
    assert (others, spoilt) == (found.others, found.spoilt)
    assert found.schools() == list(dict.fromkeys(row[0].strip() for row in rows))


def test_the_second_of_two_long_files_typed_shows_what_changed(
    trust: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("delivery.imports.marks.HELD", 0)
    lines = [f"100001,{upn},{half},/\n" for half in (AM, PM) for upn in ("A100", "A101", "A102")]
    text = (LONG + "".join(lines)).replace("PM,/", "PM,\\")
    (folder / "a.csv").write_text(text)
    (folder / "b.csv").write_text(text.replace(f"A101,{AM},/", f"A101,{AM},I"))

    first = trust("import", "marks", "--as", "office", "a.csv", "--seen-at", "2024-09-03T08:40")
    assert "6 new marks" in first.out
    second = trust("import", "marks", "--as", "office", "b.csv", "--seen-at", "2024-09-03T08:45")
    assert "6 rows, 2024-09-03 to 2024-09-03: 0 new marks, 1 amendment observed" in second.out
    assert "5 unchanged" in second.out
