"""A file made for somebody outside, and the names and columns that say at which entry."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from delivery.render.table import Cell, comma_separated
from delivery.usage import Usage
from projections.views import View

CSV = "text/csv; charset=utf-8"
XML = "application/xml"
LINES = "application/jsonl"
PDF = "application/pdf"
PARQUET = "application/vnd.apache.parquet"
AT = "as_at_entry"
"""The last column of every CSV here: the last entry of the school that the file knows of."""


@dataclass(frozen=True)
class Export:
    """
    A file: what it is called, what it holds, and how many records there are in it.

    ``held`` are its bytes, or what makes them part by part where they would be too many to hold.
    ``notes`` are said beside it to whoever asked: what was left out, or was not known.
    """

    name: str
    media: str
    held: bytes | Callable[[], Iterator[bytes]]
    records: int
    notes: tuple[str, ...] = ()

    def parts(self) -> Iterator[bytes]:
        """Its bytes, one part after another."""
        return iter((self.held,)) if isinstance(self.held, bytes) else self.held()

    def texts(self) -> Iterator[str]:
        """The same to be shown. Raises ``Usage`` where it is no text."""
        if self.media in {PDF, PARQUET}:
            raise Usage(f"{self.name} is no text: say with -o which file it goes into.")
        return (part.decode() for part in self.parts())

    @property
    def body(self) -> bytes:
        """All of it."""
        return b"".join(self.parts())


def named(kind: str, view: View, ending: str) -> str:
    """``marks-999001-31659.csv``: the kind, the school and the entry."""
    return f"{kind}-{view.urn}-{view.entry}.{ending}"


def table(
    kind: str,
    view: View,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    notes: Iterable[str] = (),
) -> Export:
    """Rows as a CSV file, each with the entry that it stands at."""
    held = [(*row, view.entry) for row in rows]
    body = comma_separated((*headings, AT), held).encode()
    return Export(named(kind, view, "csv"), CSV, body, len(held), tuple(notes))
