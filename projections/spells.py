"""Spells of absence read back from their steps."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from ledger.absence import Spell
from ledger.kinds import PupilId
from projections.absence import absence_steps, spell_of
from projections.views import View

s = absence_steps.c


def spells_in(view: View, pupils: Sequence[PupilId] | None = None) -> Mapping[PupilId, list[Spell]]:
    """The spells of some pupils, or of all, each pupil's in order of their first days."""
    question = select(s.pupil, s.first, s.what, s.event, s.entry).where(s.school == view.urn)
    if pupils is not None:
        question = question.where(s.pupil.in_(pupils))
    steps: dict[tuple[PupilId, dt.date], list[Row[Any]]] = {}
    for row in view.rows(question.order_by(s.entry)):
        steps.setdefault((row.pupil, row.first), []).append(row)
    found: dict[PupilId, list[Spell]] = {}
    for (pupil, first), rows in sorted(steps.items(), key=lambda item: item[0]):
        found.setdefault(pupil, []).append(spell_of(first, rows))
    return found
