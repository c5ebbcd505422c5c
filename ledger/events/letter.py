"""Letters to parents, with the figures as they were sent. Stream ``letter/{n}``."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import JsonValue

from ledger.events.base import Event
from ledger.kinds import IsoDate, PupilId, Said

LetterKind = Literal[
    "leave-refused",
    "concern",
    "general",
    "notice-to-parents",
    "notice-to-improve",
    "illness-notice",
    "penalty-warning",
]
LetterChannel = Literal["first class post", "second class post", "by hand", "email", "app"]


def letter_stream(letter: int) -> str:
    """The id of the stream of one letter."""
    return f"letter/{letter}"


def template_stream(sha256: str) -> str:
    """The id of the stream in which the text of a letter's template is kept."""
    return f"template/{sha256}"


class LetterSent(Event):
    """
    A letter went to a parent; ``parent`` is the parent's id within the pupil.

    ``merged`` is everything that was merged into the template, so that the letter reads the
    same for ever, whatever is amended later; its figures were reckoned at ledger entry
    ``position``. ``about`` is the stream of the decision it tells of, such as ``leave/3``.
    ``template`` and ``pdf`` are SHA-256 hashes, of the template's files and of the PDF as
    ``made_with`` made it.

    Event name: ``letter-sent``. Reference: the policy's own letters.
    """

    TOPIC: ClassVar[str] = "letter-sent"
    STREAM_FIELDS = frozenset({"letter"})

    letter: int
    kind: LetterKind
    pupil: PupilId
    parent: Said | None = None
    about: Said | None = None
    dated: IsoDate
    channel: LetterChannel
    merged: Mapping[str, JsonValue]
    position: int
    template: Said
    pdf: Said
    made_with: Said

    @property
    def stream(self) -> str:
        return letter_stream(self.letter)

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        return {"letter": int(stream.removeprefix("letter/"))}


class LetterTemplateKept(Event):
    """
    The wording of a kind of letter when it was first used: each file's text by its name.

    Event name: ``letter-template-kept``.
    """

    TOPIC: ClassVar[str] = "letter-template-kept"
    STREAM_FIELDS = frozenset({"sha256"})

    sha256: Said
    kind: LetterKind
    files: Mapping[str, str]

    @property
    def stream(self) -> str:
        return template_stream(self.sha256)

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        return {"sha256": stream.removeprefix("template/")}
