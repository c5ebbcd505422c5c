"""The letters sent, listed: about one pupil, or all."""

import datetime as dt
from typing import Any

from sqlalchemy import select

from ledger.kinds import Frozen, Instant
from ledger.roll import Pupil
from projections.answers import Header, PupilRef
from projections.letters import letters
from projections.views import View, last_day

t = letters.c


class LetterRow(Frozen):
    """One letter. ``parent`` is the name as the admission register has it now."""

    letter: int
    kind: str
    pupil: PupilRef
    parent: str | None
    about: str | None
    dated: dt.date
    channel: str
    position: int
    entry: int
    sent_by: str
    sent_at: Instant
    pdf: str


class LettersAnswer(Frozen):
    """The letters sent, oldest first."""

    header: Header
    rows: tuple[LetterRow, ...]


def letters_sent(
    view: View,
    pupil: Pupil | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> LettersAnswer:
    """The letters sent to parents of one pupil, or of all, dated between two days, both in."""
    question = select(letters).where(t.school == view.urn).order_by(t.letter)
    if pupil is not None:
        question = question.where(t.pupil == pupil.id)
    if first is not None:
        question = question.where(t.dated >= first)
    if last is not None:
        question = question.where(t.dated <= last)
    found = view.rows(question)
    days = [row.dated for row in found] or [last or last_day(view)]
    rows = tuple(_row(view, row) for row in found)
    return LettersAnswer(header=view.header("letters", [max(days)]), rows=rows)


def _row(view: View, row: Any) -> LetterRow:
    pupil = view.context.roll.pupils[row.pupil]
    names = {parent.id: parent.name for parent in pupil.parents}
    return LetterRow(
        letter=row.letter,
        kind=row.kind,
        pupil=PupilRef.of(pupil),
        parent=names.get(row.parent, row.parent),
        about=row.about,
        dated=row.dated,
        channel=row.channel,
        position=row.position,
        entry=row.entry,
        sent_by=row.sent_by,
        sent_at=row.sent_at if row.sent_at.tzinfo else row.sent_at.replace(tzinfo=dt.UTC),
        pdf=row.pdf,
    )
