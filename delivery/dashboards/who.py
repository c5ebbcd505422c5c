"""For whom rows of the star are: with names, with the ledger's numbers, or under pseudonyms."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from delivery.pseudonyms import Pseudonyms, pseudonyms
from delivery.usage import Usage

if TYPE_CHECKING:
    from projections.star_shape import Shape

DEFAULT_KEYS = Path("attendance-keys")


@dataclass(frozen=True)
class For:
    """
    Who is to read: ``names`` says that they may see them, ``recipient`` under whose pseudonyms.

    With neither, a pupil is the number in the school's ledger, which says nothing outside it.
    """

    names: bool = False
    recipient: str | None = None
    of: Pseudonyms | None = None

    def shape(self, table: "Shape") -> "Shape":
        """A table as they get it."""
        return table if self.of is None else table.pseudonymous()

    def shapes(self) -> "tuple[Shape, ...]":
        """Every table that they get."""
        from projections.star_shape import tables

        return tuple(self.shape(table) for table in tables(names=self.names))

    def rows(self, table: "Shape", rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        """
        Rows of a table with the pupils as they get them, in the order of its key.

        Under pseudonyms in the order of those: that of the numbers would say which is which.
        """
        if self.of is None or "pupil" not in table.names:
            return rows
        at, pseudonym = table.names.index("pupil"), self.of
        hidden = ((*row[:at], pseudonym(row[0], row[at]), *row[at + 1 :]) for row in rows)
        return sorted(hidden, key=itemgetter(*map(table.names.index, table.key)))


def reader(names: bool, recipient: str | None, keys: Path) -> For:
    """
    Whoever is meant by the options of a call. Raises ``Usage`` for names under pseudonyms.

    Of ``keys`` not said otherwise, the folder of ``ATTENDANCE_KEYS``: a server is told no path.
    """
    if recipient is None:
        return For(names)
    if names:
        raise Usage("Give --names or --for RECIPIENT, not both: a pseudonym is to hide the name.")
    folder = keys
    if keys == DEFAULT_KEYS:
        folder = Path(os.environ.get("ATTENDANCE_KEYS") or DEFAULT_KEYS)
    return For(False, recipient, pseudonyms(folder, recipient))
