"""
The reading log: who was shown which pupil's record, when, and on which page.

The register of a class is one reading, which names everybody it shows.
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
"""Seconds within which the same class and days, shown again to the same reader, are one reading."""
_A_CLASS = 0
"""In the place of a pupil's number: the reading is of a class."""


class Shown(NamedTuple):
    """The register of a class between two days, both in."""

    group: GroupId
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Reading:
    """
    What was shown. ``who``: the account; ``staff``: the person it stands for, if any.

    ``pupil`` is ``None`` for the register of a class; then ``shown`` says which, and ``pupils``
    whose marks were in it.
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


class Readings:
    """The log in the door's file, which lets nothing in it be changed or removed."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def add(
        self, at: int, who: str, *, staff: StaffId | None, school: Urn, pupil: PupilId, what: str
    ) -> None:
        with self._book.writing() as writing:
            writing.execute(_ADD, (at, who, staff, school, pupil, what))

    def add_class(
        self,
        at: int,
        who: str,
        *,
        staff: StaffId | None,
        school: Urn,
        shown: Shown,
        what: str,
        pupils: Callable[[], Iterable[PupilId]],
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
            school, at - AGAIN, who, staff, what, *days,
        )  # fmt: skip
        if known is not None:
            return
        listed = json.dumps(sorted(pupils()))
        with self._book.writing() as writing:
            made = writing.execute(_ADD, (at, who, staff, school, _A_CLASS, what))
            writing.execute(
                "INSERT INTO readings_of_classes VALUES (?, ?, ?, ?, ?)",
                (made.lastrowid, *days, listed),
            )

    def of(self, school: Urn, first: int, last: int, pupil: PupilId | None = None) -> list[Reading]:
        """
        The readings of one school between two moments in seconds, both in, oldest first.

        Of one pupil: those of a class as well that showed them.
        """
        rows = self._book.rows(
            "SELECT readings.*, class, first, last, pupils FROM readings"
            " LEFT JOIN readings_of_classes USING (number)"
            " WHERE school = ? AND at BETWEEN ? AND ? AND (? IS NULL OR pupil = ?"
            " OR EXISTS (SELECT 1 FROM json_each(pupils) WHERE value = ?)) ORDER BY number",
            school, first, last, pupil, pupil, pupil,
        )  # fmt: skip
        return [_reading(row) for row in rows]


_ADD = "INSERT INTO readings (at, who, staff, school, pupil, what) VALUES (?, ?, ?, ?, ?, ?)"


def _reading(row: sqlite3.Row) -> Reading:
    a_class = row["class"] is not None
    days = (dt.date.fromisoformat(row[one]) for one in ("first", "last")) if a_class else ()
    return Reading(
        row["number"],
        dt.datetime.fromtimestamp(row["at"], dt.UTC),
        row["who"],
        row["staff"],
        row["school"],
        None if a_class else row["pupil"],
        row["what"],
        Shown(row["class"], *days) if a_class else None,
        tuple(json.loads(row["pupils"])) if a_class else (),
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
