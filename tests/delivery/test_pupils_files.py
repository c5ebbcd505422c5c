"""Files of pupils."""

from pathlib import Path

import pytest

from delivery.importers.pupils import pupils_file
from delivery.importers.source import look
from ledger.refusals import FileUnreadable

HEAD = "school,upn,surname,forename,date_of_birth,year_group,class,start_date,leaving_date"
LINE = "1,A1,Example,Ann,2015-01-02,4,4B,2019-09-03,"


@pytest.fixture
def read(tmp_path: Path):
    def reading(text: str):
        path = tmp_path / "pupils.csv"
        path.write_text(text)
        return pupils_file(look(path))

    return reading


def test_a_line_is_a_pupil_with_text_as_written(read):
    (line,) = read(f"{HEAD}\n{LINE}\n").lines

    assert (line.line, line.school, line.upn, line.group) == (2, "1", "A1", "4B")
    assert (line.born, line.starts, line.leaves) == ("2015-01-02", "2019-09-03", "")


def test_parents_are_those_of_whom_something_is_said(read):
    parents = "parent_1_name,parent_1_lives_with,parent_2_name,parent_2_telephone,parent_3_name"
    (line,) = read(f"{HEAD},{parents}\n{LINE},Jo,yes,Sam,01632 960000,\n").lines

    assert line.parents == (
        {"number": "1", "name": "Jo", "lives_with": "yes"},
        {"number": "2", "name": "Sam", "telephone": "01632 960000"},
    )


def test_headings_as_systems_write_them_are_known(read):
    head = "UPN;Legal Surname;Legal Forename;DOB;NC Year;Registration Group;Date of admission"
    (line,) = read(f"{head}\nA1;Example;Ann;2015-01-02;4;4B;2019-09-03\n").lines

    assert (line.surname, line.group, line.school) == ("Example", "4B", "")


def test_a_missing_column_is_named(read):
    with pytest.raises(FileUnreadable, match="the column class is missing; its first line has"):
        read("school,upn,surname,forename,date_of_birth,year_group,start_date\n")


def test_a_short_line_is_told_and_the_next_read(read):
    found = read(f"{HEAD}\n1,A0,Short\n\n{LINE}\n")

    assert [line.upn for line in found.lines] == ["A1"]
    assert found.spoilt == [(2, "it has 3 of the 9 columns the first line names")]


def test_the_schools_are_those_of_the_lines(read):
    found = read(f"{HEAD}\n{LINE}\n2{LINE[1:]}\n{LINE.replace('A1', 'A2')}\n")

    assert found.schools == ["1", "2"]
