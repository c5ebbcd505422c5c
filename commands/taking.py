"""One taking of a register: what is said of each pupil, and the mark that this becomes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from commands.base import in_words
from commands.marks import check_allowed, check_nature, present_code, row_in_force
from commands.windows import Judged, Window, clock, judge_arrival
from ledger.calendar import instant, london
from ledger.kinds import Code, Frozen, Instant, PupilId, Said, Session
from ledger.leave import Leaves
from ledger.policy import PolicyDay
from ledger.refusals import CodeNotAllowed, Forbidden
from ledger.register import Sheet
from ledger.roll import Pupil


class Given(Frozen):
    """
    What is said of one pupil: a code, a time of arrival (London), or neither: present.

    ``pupil`` is a UPN or the school's own number.
    """

    pupil: str
    code: Code | None = None
    arrived: dt.time | None = None
    nature: Said | None = None
    comment: Said | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A pupil's mark as judged, with what else was said."""

    judged: Judged
    nature: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Taking:
    """When a register is taken, on which sheet, inside which window, under which rules."""

    session: Session
    taken: Instant
    sheet: Sheet
    window: Window | None
    rules: PolicyDay

    @cached_property
    def begun(self) -> bool:
        """Whether the register could be taken by then; before, codes can only be pre-entered."""
        if self.window is None:
            return london(self.taken).date() >= self.session.date
        return self.taken >= self.window.opens

    @property
    def ended(self) -> bool:
        """Whether the taking was over by then."""
        if self.sheet.closed_at:
            return True
        return self.window is not None and self.taken >= self.window.closes

    def marks(self, given: Sequence[tuple[Pupil, Given]]) -> dict[int, Mark]:
        """
        The mark of every pupil given, by pupil.

        Each check is made for all before the next one, so that a refusal is always the
        first in the order that refusals are looked for.
        """
        coded = [
            (pupil, row_in_force(self.rules, one.code, self.session.date), one)
            for pupil, one in given
            if one.code
        ]
        for pupil, row, _ in coded:
            check_allowed(row, self.session, pupil)
        judged = [(pupil, Mark(self._judge(one), one.nature, one.comment)) for pupil, one in given]
        for _, row, one in coded:
            check_nature(self.rules, row, one.nature)
        return _one_each(judged)

    def on_leave(self, pupils: Iterable[PupilId], leaves: Leaves) -> dict[PupilId, Mark]:
        """
        The marks of those who have leave for the session: the code that it plans.

        The nature goes with a code that wants one; the comment says which leave it is.
        """
        marks = {}
        for pupil in pupils:
            planned = leaves.planned(pupil, self.session)
            if planned:
                top = planned[0]
                nature = top.nature if self.rules.codes[top.code].nature else None
                marks[pupil] = Mark(Judged(top.code), nature, top.why.capitalize())
        return marks

    def present(self) -> Judged:
        """There when the register was taken, or else since then at the latest."""
        code = present_code(self.session)
        if not self.begun:
            raise self._too_early(code)
        if self.window and self.sheet.opened_at and self.ended:
            return judge_arrival(self.window, self.taken, self.sheet.closed_at)
        return Judged(code)

    def _judge(self, one: Given) -> Judged:
        if one.arrived is not None:
            return self._arrival(one.arrived)
        if one.code is None:
            return self.present()
        if one.code == "U":
            return self._late_by_hand()
        if not self.begun and not self.rules.codes[one.code].pre_entered:
            raise self._too_early(one.code)
        return Judged(one.code)

    def _arrival(self, time: dt.time) -> Judged:
        if self.window is None:
            why = "the school has set no register times for that day"
            raise CodeNotAllowed(asked="An arrival time", why=why)
        arrived = instant(self.session.date, time)
        if arrived > self.taken:
            raise CodeNotAllowed(asked=f"An arrival at {clock(arrived)}", why="it is still to come")
        return judge_arrival(self.window, arrived, self.sheet.closed_at)

    def _late_by_hand(self) -> Judged:
        """U stands only in place of the N that the closed register gave (reg. 10(8))."""
        if not self.ended:
            why = "the register is still open; for an arrival before it closes the code is L"
            raise CodeNotAllowed(asked="U", why=why)
        return Judged("N", "U", reason="Arrived after the register closed")

    def _too_early(self, code: Code) -> CodeNotAllowed:
        opens = f"at {clock(self.window.opens)} " if self.window else ""
        return CodeNotAllowed(
            asked=code, why=f"the register opens {opens}on {in_words(self.session.date)}"
        )


def _one_each(judged: Iterable[tuple[Pupil, Mark]]) -> dict[int, Mark]:
    marks: dict[int, Mark] = {}
    for pupil, mark in judged:
        other = marks.setdefault(pupil.id, mark)
        if other != mark:
            codes = f"{other.judged.code} and {mark.judged.code}"
            raise Forbidden(why=f"{pupil.name} is given twice, with {codes}")
    return marks
