"""Other schools' records of a pupil as text and rows."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, count_of, facts, table

_COUNTS = ("possible", "attended", "authorised", "unauthorised", "late", "attendance")
_HEADS = ("", "Possible", "Attended", "Authorised", "Unauthorised", "Late", "Attendance %")


class Elsewhere:
    """Each record and what proves it; the sums of each year, with and without ours."""

    @staticmethod
    def text(found: Any) -> str:
        """A paragraph a record, then a table a school year."""
        if not found.records:
            return f"No other school's record of {found.pupil.name} has been taken in."
        told = [_one(one) for one in found.records]
        return "\n\n".join([*told, *(_year(one) for one in found.years), _ADVICE])

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a record."""
        plain = ("number", "entry", "taken_in_on", "source", "school", "urn", "establishment",
                 "file", "sha256", "line", "first", "last", "sessions", "refused")  # fmt: skip
        return (*plain, *_COUNTS, "checkpoint", "checkpoint_entries"), [
            (
                *(getattr(one, name) for name in plain),
                *(getattr(one.counted, name) for name in _COUNTS),
                one.proof.origin if one.proof else None,
                one.proof.size if one.proof else None,
            )
            for one in found.records
        ]


_ADVICE = (
    "Kept beside the register: none of it counts in a rate, a threshold or a return of this "
    "school. Together with our own it is advice."
)


def _one(one: Any) -> str:
    where = f"{one.school}{f' ({one.urn or one.establishment})' if _number(one) else ''}"
    span = f"{one.first} to {one.last}, {count_of(one.sessions, 'session')}" if one.first else None
    line = f", line {one.line}" if one.line else ""
    told = facts(
        (
            ("Taken in", f"{one.taken_in_on} by {one.taken_in_by}, entry {one.entry:,}"),
            ("From", f"a {one.source}, {one.file}{line}"),
            ("SHA-256", one.sha256),
            ("Days", span),
            ("Left out", count_of(one.refused, "mark") if one.refused else None),
            ("Marks", _sums(one.counted.model_dump(), one.counted.attendance) if span else None),
            ("Its own sums", _sums(one.told) if one.told else None),
            ("Proved", _proof(one.proof)),
        )
    )
    return f"{one.number}. {where}\n{told}"


def _number(one: Any) -> Any:
    return one.urn or one.establishment


def _sums(held: Any, attendance: str | None = None) -> str:
    names = ("possible", "attended", "authorised", "unauthorised")
    said = ", ".join(f"{held[name]} {name}" for name in names if name in held)
    return f"{said} ({attendance}%)" if attendance else said


def _proof(proof: Any) -> str:
    if proof is None:
        return "no: such a file carries no proof"
    whose = "a key had from elsewhere" if proof.key_known else "a key that came in the file"
    by = f"signed by {', '.join(proof.signed_by)}, {whose}"
    what = f"{count_of(proof.entries, 'entry', 'entries')} of a log of {proof.size:,}"
    return f"{what}, checkpoint of {proof.origin}, {by}"


def _year(one: Any) -> str:
    rows = [
        (name, *(getattr(counts, each) for each in _COUNTS), _absent(counts))
        for name, counts in (
            ("Elsewhere", one.elsewhere),
            ("Here", one.here),
            ("Together", one.together),
        )
    ]
    return f"School year {one.year}\n{table((*_HEADS, ''), rows)}"


def _absent(counts: Any) -> str:
    if counts.severe:
        return "severely absent"
    return "persistently absent" if counts.persistent else ""
