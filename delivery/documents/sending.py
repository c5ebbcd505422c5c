"""Letters written and sent: what the command line calls."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commands.handle import Outcome
from commands.letters.send_letter import SendLetter
from delivery.documents.asked import Asked
from delivery.documents.kinds import KINDS
from delivery.documents.merging import Writing, merged
from delivery.documents.pdf import made_with, pdf
from delivery.documents.templates import template
from ledger.events import LetterSent
from ledger.kinds import Session
from projections.views import View


@dataclass(frozen=True)
class Letter:
    """A letter written and not sent: its template, what is merged into it, and the PDF."""

    asked: Asked
    files: Mapping[str, str]
    merged: Mapping[str, Any]
    pdf: bytes
    parent: str | None = None
    about: str | None = None
    position: int = 0
    notifies: tuple[Session, ...] = ()
    requires_from: dt.date | None = None

    def sending(self, said: Mapping[str, Any]) -> SendLetter:
        """The act of sending it. ``said``: who, when and under which key."""
        return SendLetter(
            **said,
            kind=self.asked.kind,
            pupil=self.asked.pupil or "",
            parent=self.parent,
            about=self.about,
            dated=self.asked.dated,
            channel=self.asked.channel,
            merged=self.merged,
            position=self.position,
            files=self.files,
            pdf=hashlib.sha256(self.pdf).hexdigest(),
            made_with=made_with(),
            notifies=self.notifies,
            requires_from=self.requires_from,
        )


def write(view: View, asked: Asked, *, draft: bool = False) -> Letter:
    """A letter from the ledger as at a view. A draft says on its face that it is one."""
    writing = Writing(asked, view)
    own = KINDS[asked.kind](writing)
    files = template(asked.kind, asked.templates)
    position = view.entry if own.position is None else own.position
    data = merged(writing, own.says, own.terms_on, position, draft=draft)
    parent = writing.parent if asked.pupil is not None else None
    return Letter(
        asked=asked,
        files=files,
        merged=data,
        pdf=pdf(asked.kind, files, data),
        parent=parent.id if parent else None,
        about=own.about,
        position=position,
        notifies=own.notifies,
        requires_from=own.requires_from,
    )


def sent_of(outcome: Outcome) -> LetterSent:
    """The letter among the events of an act."""
    return next(event for event in outcome.events if isinstance(event, LetterSent))
