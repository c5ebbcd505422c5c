"""
The attendance of pupils as a Common Transfer File: ``CTFile``, ``YearData``, ``AttendSessions``.

The names are those seen in public; what no public description says is in
``docs/reference/exports.md``. The file is read again by ``delivery/importers/formats/ctf.py``.
"""

import datetime as dt
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from delivery.exports.made import XML, Export, named
from delivery.exports.markup import document, element, elements
from delivery.exports.numbered import DfeNumber
from delivery.render.table import count_of
from delivery.usage import Usage
from ledger.calendar.london import london
from projections.answers import Header
from projections.transfer import PupilTransferred, Transferred, YearOfMarks
from projections.views import View

CHARACTERS, COMMAS = "characters", "commas"


def ctf(
    view: View,
    found: Transferred,
    number: DfeNumber,
    *,
    to: DfeNumber | None = None,
    marks: str | None = None,
) -> Export:
    """
    The file, dated by the moment of its last entry; ``marks`` else as the policy has it that day.

    Raises ``Usage`` where a code has two characters and marks are to have one.
    """
    day = written_on(found.header)
    at = found.header.asof.recorded_at
    assert at is not None
    rules = view.policy.on(day)
    how = marks or str(rules.get("transfer_file.marks").value)
    root = Element("CTfile")
    header = element(root, "Header")
    elements(
        header,
        {
            "DocumentName": "Common Transfer File",
            "CTFversion": rules.get("transfer_file.version").value,
            "DateTime": london(at).strftime("%Y-%m-%dT%H:%M:%S"),
            "DocumentQualifier": "partial",
            "SupplierID": "attendance-ledger",
        },
    )
    source = {"LEA": number.authority, "Estab": number.establishment}
    named_as = {"SchoolName": view.school.name, "AcademicYear": day.year - (day.month < 8)}
    elements(element(header, "SourceSchool"), {**source, **named_as})
    if to is not None:
        there = {"LEA": to.authority, "Estab": to.establishment}
        elements(element(header, "DestSchool"), there)
    pupils = element(root, "CTFpupilData")
    for one in found.rows:
        _pupil(element(pupils, "Pupil"), one, {**source, "SchoolName": view.school.name}, how)
    return Export(
        named("ctf", view, "xml"), XML, document(root, view), len(found.rows), tuple(_notes(found))
    )


def written_on(header: Header) -> dt.date:
    """The day a file is dated by: in London, that of the last entry it knows of."""
    at = header.asof.recorded_at
    assert at is not None, "there are marks, so there is an entry"
    return london(at).date()


def _pupil(parent: Element, one: PupilTransferred, school: dict[str, str], how: str) -> None:
    elements(
        parent, {"UPN": one.upn, "Surname": one.surname, "Forename": one.forename, "DOB": one.born}
    )
    attendance = element(parent, "Attendance")
    for year in one.years:
        data = element(attendance, "YearData")
        elements(data, {"Year": year.begins.year, **school})
        elements(
            data,
            {
                "SessionsPossible": year.possible,
                "SessionsAuthorised": year.authorised,
                "SessionsAttended": year.attended,
                "SessionsUnauthorised": year.unauthorised,
            },
        )
        elements(
            element(data, "AttendSessions"),
            {"AttendanceStartDate": year.first, "AttendanceMarks": _joined(one, year, how)},
        )


def _joined(one: PupilTransferred, year: YearOfMarks, how: str) -> str:
    if how == COMMAS:
        return ",".join(year.marks)
    longer = sorted({mark for mark in year.marks if len(mark) > 1})
    if longer:
        raise Usage(
            f"{one.upn} has {', '.join(longer)} in {year.label}, and a mark of one character "
            f"cannot say that: give --marks {COMMAS}."
        )
    return "".join(year.marks)


def _notes(found: Transferred) -> Iterator[str]:
    """What is not in the file, for whoever sends it."""
    without = sum(mark == "-" for one in found.rows for year in one.years for mark in year.marks)
    if without:
        yield f"{count_of(without, 'session')} without a mark that counts: written as a dash."
    yield "Only attendance is in it: no address, contacts or assessments."
