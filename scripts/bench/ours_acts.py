"""Ours, the whole act: who may, which codes, what stands, decided and recorded."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.take_register import TakeRegister
from commands.taking import Given
from ledger.events import CalendarSet, Event, PupilAdmitted, SchoolOpened, StaffAppointed, Term
from ledger.kinds import Person, Session
from ledger.store import Act
from scripts.bench.files import upn
from scripts.bench.ours import Ours, name_of, position_of, staff
from scripts.bench.workload import CODES, Change, Sheet, half_terms

NATURES = dict.fromkeys(("B", "V", "D", "C1", "Y1"), "as the school was told")
SEPTEMBER = dt.date(2019, 9, 1)


class OursActs(Ours):
    """The same store behind ``commands.handle``: no peer checks as much, so read it as a cost."""

    title: ClassVar[str] = "ours, the whole act"
    only: ClassVar[tuple[str, ...]] = ("take", "amend")

    def open(self, *, create: bool) -> None:
        super().open(create=create)
        if create:
            by = Person(id="head", name="Invented Head", position="Headteacher")
            at = dt.datetime(2024, 9, 1, 8, tzinfo=dt.UTC)
            self.ledger.append(Act("set-up", "init", by, at), list(self._set_up(by, at)))

    def _set_up(self, by: Person, at: dt.datetime) -> Iterable[Event]:
        made: dict[str, Any] = {"made_by": by, "made_at": at}
        yield SchoolOpened(
            urn=self.ledger.school, name="Bench Primary", phase="primary",
            local_authority="Cornwall", **made,
        )  # fmt: skip
        halves = tuple(
            Term(term=term, half=half, starts=starts, ends=ends)
            for term, half, starts, ends in half_terms(self.work)
        )
        yield CalendarSet(school_year="2024/25", half_terms=halves, **made)
        own = {f"teacher-{n}": group for n, group in enumerate(self.work.classes, start=1)}
        for who in staff(self.work):
            teaches = who in own
            yield StaffAppointed(
                staff=who, name=name_of(who), position=position_of(who),
                roles=("teacher",) if teaches else ("attendance-officer",),
                groups=(own[who],) if teaches else (), starts=SEPTEMBER, **made,
            )  # fmt: skip
        for pupil in sorted(self.work.marks):
            group = self.work.group_of[pupil]
            yield PupilAdmitted(
                pupil=pupil, upn=upn(pupil), surname=f"Surname{pupil}", forename=f"Forename{pupil}",
                born=dt.date(2014, 10, 1), year_group=group[0], group=group, starts=SEPTEMBER,
                **made,
            )  # fmt: skip

    def take(self, sheet: Sheet) -> None:
        handle(self.taking(sheet), self.ledger)

    @staticmethod
    def taking(sheet: Sheet) -> TakeRegister:
        """What is asked for to take a register."""
        given = tuple(
            Given(pupil=str(pupil), code=CODES[code], nature=NATURES.get(CODES[code]))
            for pupil, code in zip(sheet.pupils, sheet.codes, strict=True)
        )
        return TakeRegister(
            by=sheet.by, at=dt.datetime.fromisoformat(sheet.at), marks=given, group=sheet.group,
            key=f"{sheet.session}/{sheet.group}",
            session=Session.parse(f"{sheet.date} {sheet.half}"),
        )  # fmt: skip

    def amend(self, change: Change) -> None:
        command = AmendMark(
            by=change.by, at=dt.datetime.fromisoformat(change.at), pupil=str(change.pupil),
            session=Session.parse(f"{change.date} {change.half}"), code=change.amended,
            reason=change.reason, key=f"amend/{self.ledger.size()}",
        )  # fmt: skip
        handle(command, self.ledger)
