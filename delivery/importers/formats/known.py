"""What a system's own numbers mean: its pupils' UPNs, and the statutory code behind each mark."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from delivery.importers.formats.records import Record
from ledger.policy import load

NO_MARK = ("", "-")
_UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]")


@dataclass(frozen=True)
class People:
    """
    UPNs by a system's own numbers of pupils; ``unknown`` collects numbers that were met.

    A number that two pupils have, be it one's own and another's of admission, is no pupil's.
    """

    by_number: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set, compare=False)

    def upn(self, upn: str, number: str) -> str:
        """A pupil's UPN; where there is none, the number as it stands, for the import to refuse."""
        if upn:
            return upn
        known = self.by_number.get(number)
        if known is None and number and not _UPN.fullmatch(number):
            self.unknown.add(number)
        return number if known is None else known

    @classmethod
    def of(cls, records: Iterable[Record]) -> "People":
        """The numbers of a file with a UPN and a number in each record."""
        upns = ("upn", "studentupn", "pupilupn", "uniquepupilnumber")
        numbers = ("id", "studentid", "pupilid", "personid", "misid", "adno", "admissionnumber")
        found: dict[str, str] = {}
        for record in records:
            upn = record.first(*upns)
            for number in {record.first(name) for name in numbers} - {""} if upn else ():
                found[number] = _either(found.get(number, upn), upn)
        return cls(found)


@dataclass(frozen=True)
class CodeTable:
    """
    Statutory codes by a system's own codes and by its numbers of them.

    Without a table of the system's, a mark is a statutory code or it is left as written, for
    the import to refuse: nothing is ever mapped by guess. ``unknown`` collects numbers met.
    """

    by_number: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_code: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set, compare=False)

    def of_number(self, number: str) -> tuple[str, str]:
        """
        The code, and the local sub-code where there is one, that the system numbers so.

        A number that is not known is no code, and the import refuses it.
        """
        known = self.by_number.get(number)
        if known is None:
            self.unknown.add(number)
            return f"number {number}", ""
        return known

    def of_code(self, written: str, subcode: str = "", export: str = "") -> tuple[str, str]:
        """The code, and the local sub-code where there is one, of a mark as written."""
        if written in NO_MARK or (is_statutory(written) and written not in self.by_code):
            return written, "" if subcode == written else subcode
        parent = self.by_code.get(written) or (export if is_statutory(export) else "")
        if not parent or parent == written:
            return written, subcode
        return parent, subcode or written

    @classmethod
    def of(cls, records: Iterable[Record]) -> "CodeTable":
        """The codes that a system's own file of codes says, one a record."""
        by_number: dict[str, tuple[str, str]] = {}
        by_code: dict[str, str] = {}
        aliases: list[tuple[str, str, str]] = []
        for record in records:
            local = record.first("simsdisplaycode", "attendancemarksubcode", "subcode")
            written = record.first("code", "attendancecode", "mark", "attendancemark")
            alias = record.first("attendancealiascodeid")
            number = record.first("attendancecodeid", "attendancemarkid", "id")
            if alias:
                aliases.append((alias, number, record.first("aliascode")))
                continue
            parent = record.first("statutoryreturncode", "exportmark", "parent", "statutorycode")
            parent = parent or written
            local = local or written
            if number and parent:
                parent_before, local_before = by_number.get(number, (parent, local))
                parent_now = _either(parent_before, parent)
                local_now = _either(local_before or parent_before, local)
                by_number[number] = (parent_now, local_now if local_now != parent_now else "")
            if local and parent and (local != parent or local in by_code):
                by_code[local] = _either(by_code.get(local, parent), parent)
        for alias, number, name in aliases:
            if number in by_number:
                by_number[alias] = (by_number[number][0], name)
                if name:
                    by_code[name] = by_number[number][0]
        return cls(by_number, by_code)


def _either(one: str, other: str) -> str:
    """What a file explains in two ways is explained in none: both stand there, to be refused."""
    return one if other in one.split(" or ") else f"{one} or {other}"


@cache
def _statutory() -> frozenset[str]:
    """Every code of both code sets, whenever in force."""
    policy = load("england")
    return frozenset(code for day in policy.turns for code in policy.on(day).codes)


def is_statutory(code: str) -> bool:
    """Whether this is a code of the Regulations of 2006 or of 2024."""
    return code in _statutory()
