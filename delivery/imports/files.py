"""Which file of marks it is: a table of ours, or of another system."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from delivery.bootstrap import Desk
from delivery.importers.marks import Layout, MarksFile, marks_file
from delivery.importers.source import Source, look, look_at_any
from delivery.importers.table import open_table

if TYPE_CHECKING:  # what reads other systems' files is imported where there is one
    from delivery.importers.formats.file import Format, Keys, OtherFile


def a_file(
    path: Path, layout: "Layout | Format | None", keys: "Keys | None"
) -> "MarksFile | OtherFile":
    """
    The file as whichever it is: a table of ours, or of another system.

    Raises ``FileUnreadable`` where it is neither, and ``Usage`` where it is not there.
    """
    source = look(path) if layout in ("long", "wide") else look_at_any(path)
    if layout in ("long", "wide"):
        return marks_file(source, layout)
    if not (source.holds or keys or layout or _of_another_system(source)):
        return marks_file(source)
    from delivery.importers.formats.file import Keys, other_file

    return other_file(source, keys or Keys(), cast("Format | None", layout))


def read_as(file: "MarksFile | OtherFile") -> tuple[str, ...]:
    """What another system's file was taken to be, and what was assumed; nothing for ours."""
    return () if isinstance(file, MarksFile) else (file.read_as, *file.assumed, *file.wanting())


def of_this_school(
    desk: Desk, file: "MarksFile | OtherFile", school: int | None, *, asked: bool
) -> None:
    """
    Refuse a pupil's transfer file of another school, whose sessions were never this school's.

    It is known by the name it gives its school; ``asked`` by somebody who knows better.
    """
    named = () if asked or isinstance(file, MarksFile) else file.of_schools()
    if not named:
        return
    here = desk.name_of(desk.ledger(school).school)
    others = [name for name in named if name.casefold() != here.casefold()]
    if others:
        raise file.source.refused(
            f"it has the marks of {', '.join(others)}, which are no sessions of {here}; "
            "'attendance import record' keeps them beside the register; if they are sessions "
            "of this school, give --format ctf"
        )


def keys_for(people: Path | None, codes: Path | None, across: Path | None) -> "Keys | None":
    """What explains another system's file, read from the files named; ``None`` where none is."""
    if people is None and codes is None and across is None:
        return None
    from delivery.importers.formats.file import keys_of

    return keys_of(
        None if people is None else look_at_any(people),
        None if codes is None else look_at_any(codes),
        across,
    )


def _of_another_system(source: Source) -> bool:
    """Whether a table lacks a column of ours and has those of another system's marks."""
    with open_table(source) as table:
        if {"date", "session", "code"} <= set(table.heading.names):
            return False
    from delivery.importers.formats.file import is_other_table

    return is_other_table(source)
