"""
The reading log: who was shown which pupil's record, when, and on which page.

The register of a class is one reading, which names everybody it shows. What is given of a whole
school, a file or a stretch of the feed, is one as well, and stands for everybody of it.
"""

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from delivery.web.door.book import Book
from ledger.kinds import GroupId, PupilId, StaffId, Urn

AGAIN = 10 * 60
"""Seconds within which the same, shown again to the same reader, is the same reading."""
_SEVERAL = 0
"""In the place of a pupil's number: the reading is of a class, or of the whole school."""


class By(NamedTuple):
    """Who reads, when, and of which school; ``who``: the account, ``staff``: for whom it stands."""

    at: int
    who: str
    staff: StaffId | None
    school: Urn


class Shown(NamedTuple):
    """The register of a class between two days, both in."""

    group: GroupId
    first: dt.date
    last: dt.date


class Whole(NamedTuple):
    """What was given of a whole school: the days asked for, or the entries told, if only some."""

    first: dt.date | None = None
    last: dt.date | None = None
    from_entry: int | None = None
    to_entry: int | None = None


@dataclass(frozen=True)
class Reading:
    """
    What was shown. ``who``: the account; ``staff``: the person it stands for, if any.

    ``pupil`` is ``None`` for the register of a class; then ``shown`` says which, and ``pupils``
    whose marks were in it. It is ``None`` as well where ``whole`` says what of a school was given.
    """

    number: int
    at: dt.datetime
    who: str
    staff: StaffId | None
    school: Urn
    pupil: PupilId | None
    what: str
    shown: Shown | None = None
    pupils: tuple[PupilId, ...] = ()
    whole: Whole | None = None


class Readings:
    """The log in the door's file, which lets nothing in it be changed or removed."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def add(self, by: By, pupil: PupilId, what: str) -> None:
        with self._book.writing() as writing:
            writing.execute(_ADD, (*by, pupil, what))

    def add_class(
        self, by: By, shown: Shown, what: str, pupils: Callable[[], Iterable[PupilId]]
    ) -> None:
        """
        That the register of a class was shown; ``pupils`` is asked whose marks are in it.

        Shown again to the same reader, in the same place, within ``AGAIN``: the same reading.
        """
        days = (shown.group, shown.first.isoformat(), shown.last.isoformat())
        known = self._book.row(
            "SELECT 1 FROM readings JOIN readings_of_classes USING (number) WHERE school = ?"
            " AND at > ? AND who = ? AND staff IS ? AND what = ?"
            " AND class = ? AND first = ? AND last = ?",
            by.school, by.at - AGAIN, by.who, by.staff, what, *days,
        )  # fmt: skip
        if known is not None:
            return
        listed = json.dumps(sorted(pupils()))
        with self._book.writing() as writing:
            made = writing.execute(_ADD, (*by, _SEVERAL, what))
            writing.execute(
                "INSERT INTO readings_of_classes VALUES (?, ?, ?, ?, ?)",
                (made.lastrowid, *days, listed),
            )

    def add_school(self, by: By, whole: Whole, what: str, *, once: bool) -> None:
        """
        That something of a whole school was given.

        ``once``: given again to the same reader within ``AGAIN`` it is the same reading.
        """
        days = (one.isoformat() if one else None for one in (whole.first, whole.last))
        given = (*days, whole.from_entry, whole.to_entry)
        if once and self._book.row(
            "SELECT 1 FROM readings JOIN readings_of_schools USING (number) WHERE school = ?"
            " AND at > ? AND who = ? AND staff IS ? AND what = ?"
            " AND first IS ? AND last IS ? AND from_entry IS ? AND to_entry IS ?",
            by.school, by.at - AGAIN, by.who, by.staff, what, *given,
        ):  # fmt: skip
            return
        with self._book.writing() as writing:
            made = writing.execute(_ADD, (*by, _SEVERAL, what))
            writing.execute(
                "INSERT INTO readings_of_schools VALUES (?, ?, ?, ?, ?)", (made.lastrowid, *given)
            )

    def of(self, school: Urn, first: int, last: int, pupil: PupilId | None = None) -> list[Reading]:
        """
        The readings of one school between two moments in seconds, both in, oldest first.

        Of one pupil: those of a class as well that showed them, and all of the whole school.
        """
        rows = self._book.rows(_OF, school, first, last, pupil, pupil, pupil)
        return [_reading(row) for row in rows]


_ADD = "INSERT INTO readings (at, who, staff, school, pupil, what) VALUES (?, ?, ?, ?, ?, ?)"
_OF = (
    "SELECT readings.*, class, pupils, from_entry, to_entry, whole.number AS whole,"
    " coalesce(shown.first, whole.first) AS first, coalesce(shown.last, whole.last) AS last"
    " FROM readings LEFT JOIN readings_of_classes AS shown ON shown.number = readings.number"
    " LEFT JOIN readings_of_schools AS whole ON whole.number = readings.number"
    " WHERE school = ? AND at BETWEEN ? AND ? AND (? IS NULL OR pupil = ? OR whole.number NOTNULL"
    " OR EXISTS (SELECT 1 FROM json_each(pupils) WHERE value = ?)) ORDER BY readings.number"
)


def _reading(row: sqlite3.Row) -> Reading:
    a_class, whole = row["class"] is not None, row["whole"] is not None
    first, last = (dt.date.fromisoformat(row[one]) if row[one] else None
                   for one in ("first", "last"))  # fmt: skip
    return Reading(
        row["number"],
        dt.datetime.fromtimestamp(row["at"], dt.UTC),
        row["who"],
        row["staff"],
        row["school"],
        None if a_class or whole else row["pupil"],
        row["what"],
        Shown(row["class"], first, last) if first and last and a_class else None,
        tuple(json.loads(row["pupils"])) if a_class else (),
        Whole(first, last, row["from_entry"], row["to_entry"]) if whole else None,
    )


def readings_at(
    file: Path, school: Urn, first: int, last: int, *, pupil: PupilId | None = None
) -> list[Reading]:
    """The readings in a door's file; none where there is no file yet."""
    if not file.exists():
        return []
    book = Book(file)
    try:
        return Readings(book).of(school, first, last, pupil)
    finally:
        book.close()
