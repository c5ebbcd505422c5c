"""What somebody asks to be written, before anything is looked up."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from ledger.events.letter import LetterChannel, LetterKind
from ledger.kinds import Session


@dataclass(frozen=True)
class National:
    """A published national rate: per cent as text, when it was published, and where."""

    percent: str
    published: dt.date
    source: str


@dataclass(frozen=True)
class Asked:
    """
    A letter of one kind about one pupil; ``pupil`` is ``None`` for one to every parent.

    ``parent`` is a parent's id within the pupil. ``leave`` is the number of a request, ``first``
    and ``last`` the days or sessions the letter is about, both in; ``reason`` the words of
    whoever writes. ``signed_by`` is a member of staff, else the headteacher signs.
    ``without_evidence``: a letter of concern that requires no evidence of illness.
    """

    kind: LetterKind
    pupil: str | None
    dated: dt.date
    parent: str | None = None
    contact: str | None = None
    signed_by: str | None = None
    channel: LetterChannel = "first class post"
    templates: Path | None = None
    leave: int | None = None
    first: Session | None = None
    last: Session | None = None
    reason: str | None = None
    reply_by: dt.date | None = None
    national: National | None = None
    on: dt.date | None = None
    without_evidence: bool = False
