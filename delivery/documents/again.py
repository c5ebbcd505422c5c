"""A letter made again, from what its entry and its template's hold."""

import hashlib
from dataclasses import dataclass

from delivery.documents.pdf import pdf
from ledger.events import LetterSent, LetterTemplateKept
from ledger.events.letter import letter_stream, template_stream
from ledger.store import Ledger


@dataclass(frozen=True)
class Again:
    """A letter made again from its entry; ``same``: to the byte what was sent."""

    sent: LetterSent
    pdf: bytes

    @property
    def same(self) -> bool:
        return hashlib.sha256(self.pdf).hexdigest() == self.sent.pdf


def again(ledger: Ledger, number: int) -> Again | None:
    """A letter as it was sent, from what its entry and its template's hold; else ``None``."""
    found = [one.event for one in ledger.stream(letter_stream(number))]
    if not found:
        return None
    sent = found[0]
    assert isinstance(sent, LetterSent)
    kept = ledger.stream(template_stream(sent.template))[0].event
    assert isinstance(kept, LetterTemplateKept)
    return Again(sent, pdf(sent.kind, kept.files, sent.merged))
