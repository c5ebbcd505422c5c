"""The answers about absence: what is unexplained, what was followed up, what evidence wants."""

from collections.abc import Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table


class Unexplained:
    """Every N that stands."""

    @staticmethod
    def text(found: Any) -> str:
        """A line a pupil and day; then what policy names next, where anything."""
        if not found.rows:
            return f"No N stands on {found.on}."
        headings = ("Pupil", "Class", "Day", "N", "Left", "By", "Call", "What to do")
        rows = [
            (
                f"{one.pupil.name} ({one.pupil.upn})",
                one.group,
                one.day,
                " ".join(one.halves),
                "no clock" if one.left is None else one.left,
                one.resolve_by,
                "" if one.call_state == "not wanted" else f"{one.call}: {one.call_state}",
                one.what,
            )
            for one in found.rows
        ]
        days = count_of(len(found.rows), "day")
        parts = [f"{days} without a reason on {found.on}\n\n{table(headings, rows)}"]
        told = [f"  {one.pupil.name}, {one.day}: {one.told}." for one in found.rows if one.told]
        if told:
            parts.append("What the school was told\n" + "\n".join(told))
        turned = {f"  {one.pupil.name}: {step}.": 0 for one in found.rows for step in one.turned_to}
        if turned:
            parts.append("Whom the school turned to\n" + "\n".join(turned))
        named = [
            f"  {one.pupil.name}, {one.day}: {step}{f' ({clause})' if clause else ''}."
            for one in found.rows
            for step, clause in zip(one.next_steps, one.next_clauses, strict=True)
        ]
        if named:
            parts.append("What comes next\n" + "\n".join(named))
        clauses = dict.fromkeys(one.resolve_clause for one in found.rows if one.resolve_clause)
        if clauses:
            parts.append(f"Counted by {'; '.join(clauses)}. Nothing here is amended by itself.")
        return "\n\n".join(parts)

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a pupil and day."""
        plain = (
            "resolve_by",
            "left",
            "proposed",
            "overdue",
            "becomes",
            "resolve_clause",
            "call",
            "call_by",
            "call_state",
            "call_clause",
            "told",
        )
        headings = ("upn", "name", "class", "day", "halves", *plain, "turned_to", "next", "what")
        return headings, [
            (
                one.pupil.upn,
                one.pupil.name,
                one.group,
                one.day,
                " ".join(one.halves),
                *(getattr(one, name) for name in plain),
                "; ".join(one.turned_to),
                "; ".join(one.next_steps),
                one.what,
            )
            for one in found.rows
        ]


class Absences:
    """The spells followed up."""

    @staticmethod
    def text(found: Any) -> str:
        """A line a spell."""
        if not found.rows:
            return f"No absence was followed up from {found.first} to {found.last}."
        headings = ("Pupil", "From", "Stands", "Reason", "Told", "Back", "Calls", "Turned to")
        rows = [
            (
                f"{one.pupil.name} ({one.pupil.upn})",
                one.first,
                f"{one.standing} ({one.code})" if one.code else one.standing,
                one.reason,
                _told(one),
                one.back_on,
                f"{one.attempts}, {'reached' if one.reached else 'nobody reached'}",
                one.escalations,
            )
            for one in found.rows
        ]
        spells = count_of(len(found.rows), "spell")
        return f"{spells} from {found.first} to {found.last}\n\n{table(headings, rows)}"

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a spell."""
        plain = (
            "first",
            "standing",
            "reason",
            "told_at",
            "in_time",
            "back_on",
            "attempts",
            "reached",
            "last_attempt",
            "escalations",
            "code",
            "evidence_asked",
            "evidence_why",
            "evidence_received",
            "evidence_satisfied",
            "parent_notified",
            "entry",
        )
        return ("upn", "name", *plain), [
            (one.pupil.upn, one.pupil.name, *(getattr(one, name) for name in plain))
            for one in found.rows
        ]


class Evidence:
    """What evidence of illness wants."""

    @staticmethod
    def text(found: Any) -> str:
        """A line a thing to look after."""
        if not found.rows:
            return f"Nothing is wanting of the evidence of illness on {found.on}."
        headings = ("What", "Pupil", "Day", "Since", "Why", "Clause")
        rows = [
            (
                one.kind,
                f"{one.pupil.name} ({one.pupil.upn})",
                one.day,
                one.since,
                one.why,
                one.clause,
            )
            for one in found.rows
        ]
        return f"Evidence of illness on {found.on}\n\n{table(headings, rows)}"

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a thing to look after."""
        headings = ("kind", "upn", "name", "day", "since", "why", "clause")
        return headings, [
            (one.kind, one.pupil.upn, one.pupil.name, one.day, one.since, one.why, one.clause)
            for one in found.rows
        ]


def _told(one: Any) -> str | None:
    if one.told_at is None:
        return None
    late = ", late" if one.in_time is False else ""
    return f"{london(one.told_at)}{late}"
