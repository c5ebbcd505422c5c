"""Letters as they were sent, and how their template and what was merged into it are written."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from ledger.events.letter import LetterSent, LetterTemplateKept
from ledger.kinds import PupilId

LetterEvents = LetterSent | LetterTemplateKept
LETTER_EVENTS = (LetterSent, LetterTemplateKept)


@dataclass(frozen=True)
class Letters:
    """Every letter of one school by number, and the templates kept, by hash."""

    sent: Mapping[int, LetterSent] = field(default_factory=dict)
    templates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    gone: int = 0
    """The highest number of a letter that is gone: no number is given twice."""

    @classmethod
    def fold(cls, events: Iterable[LetterEvents]) -> "Letters":
        letters = cls()
        for event in events:
            letters = evolve(letters, event)
        return letters

    @property
    def next_number(self) -> int:
        return max(self.gone, *self.sent, 0) + 1

    def of_pupil(self, pupil: PupilId) -> tuple[LetterSent, ...]:
        """A pupil's letters in the order of their numbers."""
        return tuple(one for _, one in sorted(self.sent.items()) if one.pupil == pupil)


def evolve(letters: Letters, event: LetterEvents) -> Letters:
    """Fold one event into the letters. It refuses nothing."""
    match event:
        case LetterSent(letter=number):
            return replace(letters, sent={**letters.sent, number: event})
        case LetterTemplateKept(sha256=sha256, files=files):
            return replace(letters, templates={**letters.templates, sha256: files})
        case _:
            assert_never(event)


def merged_text(merged: Mapping[str, object]) -> str:
    """What is merged, as the one JSON text that a template reads: the same for the same facts."""
    return json.dumps(merged, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def template_hash(files: Mapping[str, str]) -> str:
    """SHA-256 over the names and texts of a template's files, in the order of their names."""
    return hashlib.sha256(merged_text(files).encode()).hexdigest()
