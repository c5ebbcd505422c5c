"""The reading log: who was shown which pupil's record, when, and on which page."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from delivery.web.door.book import Book
from ledger.kinds import PupilId, StaffId, Urn


@dataclass(frozen=True)
class Reading:
    """One record shown. ``who``: the account; ``staff``: the person it stands for, if any."""

    number: int
    at: dt.datetime
    who: str
    staff: StaffId | None
    school: Urn
    pupil: PupilId
    what: str


class Readings:
    """The log in the door's file, which lets nothing in it be changed or removed."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def add(
        self, at: int, who: str, *, staff: StaffId | None, school: Urn, pupil: PupilId, what: str
    ) -> None:
        with self._book.writing() as writing:
            writing.execute(
                "INSERT INTO readings (at, who, staff, school, pupil, what)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (at, who, staff, school, pupil, what),
            )

    def of(self, school: Urn, first: int, last: int, pupil: PupilId | None = None) -> list[Reading]:
        """The readings of one school between two moments in seconds, both in, oldest first."""
        rows = self._book.rows(
            "SELECT * FROM readings WHERE school = ? AND at BETWEEN ? AND ?"
            " AND (? IS NULL OR pupil = ?) ORDER BY number",
            school, first, last, pupil, pupil,
        )  # fmt: skip
        return [
            Reading(
                row["number"],
                dt.datetime.fromtimestamp(row["at"], dt.UTC),
                row["who"],
                row["staff"],
                row["school"],
                row["pupil"],
                row["what"],
            )
            for row in rows
        ]


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
