"""The attendance of a school census: as rows, or under the names of the Department's own file."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from delivery.exports.made import XML, Export, named, table
from delivery.exports.markup import document, element, elements
from delivery.exports.numbered import DfeNumber
from delivery.render.table import Cell, count_of
from projections.census_answers import CensusCollected, PartCollected, PupilCollected
from projections.views import View

_TERMS = {"autumn": "AUT", "spring": "SPR", "summer": "SUM"}
_PARTS = {"termly": "TermlyAttendance", "summer second half": "SummerHalfTerm2Attendance"}
_COLUMNS = (
    *("census", "part", "first", "last", "UPN", "Surname", "Forename", "DoB", "NCyearActual"),
    *("on_roll", "EntryDate", "LeavingDate", "SessionsPossible", "SessionsAuthorised"),
    *("SessionsUnauthorised", "absence_counted"),
)


def rows(view: View, found: CensusCollected) -> Export:
    """A line a pupil and part, with a column for each code asked for."""
    headings = (*_COLUMNS, *(f"T_Reason_{code}" for code in found.codes))
    return table("census", view, headings, _lines(found), _notes(found))


def xml(view: View, found: CensusCollected, number: DfeNumber) -> Export:
    """The attendance module alone; ``schemas/census.xsd`` is what it holds to."""
    root = Element("Message")
    header = element(root, "Header")
    elements(
        element(header, "CollectionDetails"),
        {
            "Collection": "SC",
            "Term": _TERMS[found.census],
            "Year": found.day.year,
            "ReferenceDate": found.day,
        },
    )
    source = {"LEA": number.authority, "Estab": number.establishment, "URN": view.urn}
    elements(element(header, "Source"), {**source, "SchoolName": view.school.name})
    pupils = element(root, "Pupils")
    on, off = element(pupils, "PupilsOnRoll"), element(pupils, "PupilsNoLongerOnRoll")
    for one in found.rows:
        name = "PupilOnRoll" if one.on_roll else "PupilNoLongerOnRoll"
        _pupil(element(on if one.on_roll else off, name), one, found)
    body = document(root, view)
    notes = tuple(_notes(found))
    return Export(named("census", view, "xml"), XML, body, len(found.rows), notes)


def _pupil(parent: Element, one: PupilCollected, found: CensusCollected) -> None:
    elements(
        element(parent, "PupilIdentifiers"),
        {"UPN": one.upn, "Surname": one.surname, "Forename": one.forename, "DOB": one.born},
    )
    elements(
        element(parent, "PupilStatus"), {"EntryDate": one.entered_on, "LeavingDate": one.left_on}
    )
    attendance = element(parent, "Attendance")
    for part in one.parts:
        held = element(attendance, _PARTS[part.name])
        elements(
            held,
            {
                "SessionsPossible": part.possible,
                "SessionsAuthorised": part.authorised,
                "SessionsUnauthorised": part.unauthorised,
            },
        )
        if part.codes:
            details = element(held, "SessionDetails")
            for code in _in_order(part, found):
                told = {"AttendanceReason": code, "AbsenceSessions": part.codes[code]}
                elements(element(details, "SessionDetail"), told)


def _in_order(part: PartCollected, found: CensusCollected) -> Iterator[str]:
    return (code for code in found.codes if code in part.codes)


def _lines(found: CensusCollected) -> Iterator[tuple[Cell, ...]]:
    days = {part.name: part for part in found.parts}
    for one in found.rows:
        for part in one.parts:
            yield (
                *(found.day, part.name, days[part.name].first, days[part.name].last),
                *(one.upn, one.surname, one.forename, one.born, one.year_group),
                *("yes" if one.on_roll else "no", one.entered_on, one.left_on),
                *(part.possible, part.authorised, part.unauthorised, part.absent),
                # of a pupil collected as a whole nothing is known by code, and 0 would say it is
                *(None if part.overall_only else part.codes.get(code, 0) for code in found.codes),
            )


def _notes(found: CensusCollected) -> Iterator[str]:
    """What somebody has to look at before the figures go anywhere."""
    if not found.known:
        yield f"No policy names {found.day} as a census day."
    spans = " and ".join(f"{part.first} to {part.last}" for part in found.parts)
    yield f"The {found.census} census collects {spans}."
    for why, pupils in found.left_out.items():
        yield f"Left out: {count_of(pupils, 'pupil')}, {why}."
    none = sum(not any(part.possible for part in one.parts) for one in found.rows)
    if none:
        yield f"{count_of(none, 'pupil')} without a possible session: the Department asks why."
    if found.missing:
        yield f"{count_of(found.missing, 'session')} without a mark: in no figure here."
