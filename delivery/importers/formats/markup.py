"""XML read as it comes: no external entity is fetched, no entity is spelt out, nothing is held."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from delivery.importers.source import CHUNK
from ledger.refusals import FileUnreadable

DEEPEST = 32
LONGEST = 1 << 20
"""Characters of text that one element may hold: six years of marks are seven thousand."""


@dataclass
class Element:
    """
    An element that has ended: its tag without a prefix, the line where it began, its path.

    ``leaves`` are those of its own elements that hold words alone, in order; ``text`` its words.
    """

    tag: str
    line: int
    path: tuple[str, ...]
    leaves: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""


def elements(path: Path, name: str) -> Iterator[Element]:
    """
    Every element of the file as it ends, those inside before those around them.

    Raises ``FileUnreadable`` for XML that is not well formed, that defines entities of its own,
    or that nests or swells beyond what any record of attendance does.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.sax import make_parser

    parser = make_parser()
    parser.forbid_dtd = True
    reader = _Reader(name, parser.getLineNumber)
    parser.setContentHandler(reader)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK >> 4):
                parser.feed(chunk)
                yield from reader.ended()
            parser.close()
            yield from reader.ended()
    except DefusedXmlException:
        why = "its XML defines entities of its own, which a file of attendance has no need of"
        raise FileUnreadable(file=name, why=why) from None
    except (SAXException, UnicodeError, ValueError) as problem:
        why = f"its XML cannot be read ({_said(problem)})"
        raise FileUnreadable(file=name, why=why) from None


def _said(problem: Exception) -> str:
    if isinstance(problem, SAXParseException):
        return f"{problem.getMessage()}, line {problem.getLineNumber()}"
    return str(problem)


class _Reader(ContentHandler):
    def __init__(self, name: str, line: Callable[[], int]) -> None:
        super().__init__()
        self._name = name
        self._line = line
        self._open: list[Element] = []
        self._words: list[str] = []
        self._held = 0
        self._ended: list[Element] = []

    def ended(self) -> list[Element]:
        done, self._ended = self._ended, []
        return done

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 - SAX's own name
        tag = name.rpartition(":")[2]
        if len(self._open) >= DEEPEST:
            raise FileUnreadable(file=self._name, why="its XML nests deeper than a register does")
        path = (*self._open[-1].path, tag) if self._open else (tag,)
        self._open.append(Element(tag, self._line(), path))
        self._words, self._held = [], 0

    def characters(self, content: str) -> None:
        self._held += len(content)
        if self._held > LONGEST:
            raise FileUnreadable(file=self._name, why="one of its elements is a million long")
        self._words.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        element = self._open.pop()
        element.text = "".join(self._words).strip()
        self._words, self._held = [], 0
        if self._open and not element.leaves:
            self._open[-1].leaves.append((element.tag, element.text))
        self._ended.append(element)
