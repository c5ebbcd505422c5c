"""What a file of records is read for, and what of it was left out or does not add up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from commands.import_record import OneRecord
from delivery.imports.schools import BadRow
from ledger.kinds import Session
from ledger.roll import Roll
from ledger.school import School
from projections.elsewhere import counted

SUMS = ("possible", "attended", "authorised", "unauthorised")
_NO_MARK = ("", "-")


@dataclass
class Reading:
    """For whom a file is read, and what in it was left out or does not add up."""

    school: School
    roll: Roll
    bad: list[BadRow] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def marks(self, line: int, said: Iterable[tuple[str, str]]) -> tuple[dict[str, str], int]:
        """The marks that can be taken in, by session, and how many cannot."""
        kept: dict[str, str] = {}
        refused = 0
        for written, code in said:
            if code.strip() in _NO_MARK:
                continue
            why = self._why_not(written, code.strip())
            if why:
                refused += 1
                self.bad.append(BadRow(line, why))
            else:
                kept[written] = code.strip()
        return kept, refused

    def _why_not(self, written: str, code: str) -> str:
        try:
            session = Session.parse(written)
        except ValueError:
            return f"{written!r} is no session written like 2024-09-03 AM."
        if self.school.rules_on(session.date).codes.known(code) is None:
            return f"{code!r} is no code of {session.date}."
        return ""

    def compare(self, line: int, one: OneRecord) -> None:
        """Say where the file's own sums are not what its marks add up to."""
        if not one.marks or not one.told:
            return
        found = counted(self.school, {Session.parse(at): code for at, code in one.marks.items()})
        for name, said in one.told.items():
            if said != getattr(found, name):
                self.differences.append(
                    f"Line {line}, {one.upn} at {one.school}: {said} {name} by its own sum, "
                    f"{getattr(found, name)} by its marks."
                )
