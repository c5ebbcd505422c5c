"""A workbook that is laid out across as a wide file of ours is, and so needs no layout."""

from delivery.importers.formats.herringbone import Across
from delivery.importers.formats.records import plain
from delivery.importers.formats.systems import UPN
from delivery.importers.formats.workbook import sheet_rows
from delivery.importers.marks import SESSION
from delivery.importers.source import Source


def is_across(source: Source) -> bool:
    """Whether a workbook's first row names sessions as a wide file of ours does."""
    if source.holds != "workbook":
        return False
    return any(SESSION.fullmatch(cell.strip()) for cell in _heading(source))


def plainly_across(source: Source) -> Across:
    """The layout of a wide file of ours, for one that is a workbook."""
    called = {plain(cell): cell.strip() for cell in _heading(source)}
    upn = next((called[name] for name in UPN if name in called), None)
    if upn is None:
        why = "a register printed across needs --layout, which says how, or a column called UPN"
        raise source.refused(why)
    school = next((called[name] for name in ("schoolurn", "urn", "school") if name in called), None)
    return Across(upn=upn, school=school)


def _heading(source: Source) -> list[str]:
    return next(sheet_rows(source.path, source.name), [])
