"""Lists about leave: the requests, and the marks that contradict them."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, count_of, table


class Listed:
    """Requests, a line each."""

    @staticmethod
    def text(found: Any) -> str:
        """A line a request."""
        if not found.rows:
            return "No request for leave."
        headings = (
            "Request",
            "UPN",
            "Pupil",
            "Code",
            "First",
            "Last",
            "Received",
            "Notice",
            "Asked",
        )
        rows = [
            (
                one.leave,
                one.pupil.upn,
                one.pupil.name,
                one.code,
                one.first,
                one.last,
                one.received_on,
                one.notice_school_days,
                one.sessions_asked,
                one.sessions_given,
                one.standing,
            )
            for one in found.rows
        ]
        made = table((*headings, "Given", "Standing"), rows)
        return f"{made}\n\nNotice in school days; asked and given in sessions."

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a request."""
        names = ("leave", "standing", "code", "received_on", "sessions_asked", "sessions_given")
        more = ("notice_school_days", "notice_kept", "decided_on", "review_on")
        headings = ("upn", "name", "first_date", "first_half", "last_date", "last_half")
        return (*headings, *names, *more), [
            (
                one.pupil.upn,
                one.pupil.name,
                *(one.first.date, one.first.half, one.last.date, one.last.half),
                *(getattr(one, name) for name in (*names, *more)),
            )
            for one in found.rows
        ]


class Contradicting:
    """Marks that do not agree."""

    @staticmethod
    def text(found: Any) -> str:
        """A line a mark, with what a person may do."""
        if not found.rows:
            return "No mark contradicts leave or the admission register."
        headings = ("Session", "UPN", "Pupil", "Class", "Mark", "Leave", "Request", "What")
        rows = [
            (
                one.session,
                one.pupil.upn,
                one.pupil.name,
                one.group,
                one.code,
                one.leave_code,
                one.leave,
                one.kind,
                one.what_to_do,
            )
            for one in found.rows
        ]
        made = table((*headings, "To do"), rows)
        return f"{count_of(len(rows), 'contradiction')}\n\n{made}\n\nNothing is overwritten."

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a mark."""
        headings = ("date", "half", "upn", "name", "class", "code", "entry", "leave", "leave_code")
        return (*headings, "kind", "what_to_do"), [
            (
                one.session.date,
                one.session.half,
                one.pupil.upn,
                one.pupil.name,
                one.group,
                one.code,
                one.entry,
                one.leave,
                one.leave_code,
                one.kind,
                one.what_to_do,
            )
            for one in found.rows
        ]
