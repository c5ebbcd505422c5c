"""What was verified over HTTP, and with what result: kept, so that pages can say when last."""

import datetime as dt
from dataclasses import dataclass

from delivery.web.door.book import Book
from ledger.kinds import Urn


@dataclass(frozen=True)
class Verified:
    """
    One verification of a school's ledger: the first so many ``entries``, and the root they made.

    ``wrong`` is the first entry that was not as it was recorded, if any was not.
    """

    at: dt.datetime
    entries: int
    root: str
    wrong: int | None


class Verifications:
    """The list in the door's file, which is only added to."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def add(self, at: int, who: str, school: Urn, found: Verified) -> None:
        said = (at, who, school, found.entries, found.root, found.wrong)
        with self._book.writing() as writing:
            writing.execute(
                "INSERT INTO verifications (at, who, school, entries, root, wrong)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                said,
            )

    def last(self, school: Urn) -> Verified | None:
        """The last one of a school; ``None``: there is none."""
        row = self._book.row(
            "SELECT at, entries, root, wrong FROM verifications WHERE school = ?"
            " ORDER BY number DESC LIMIT 1",
            school,
        )
        if row is None:
            return None
        at = dt.datetime.fromtimestamp(row["at"], dt.UTC)
        return Verified(at, row["entries"], row["root"], row["wrong"])
