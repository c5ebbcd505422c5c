"""What happens on one sheet: a class, a session. Stream ``register/{date}/{half}/{group}``."""

from typing import Any, ClassVar

from ledger.events.base import Event
from ledger.kinds import Code, GroupId, Instant, PupilId, Said, Session


def register_stream(session: Session, group: str) -> str:
    """The id of the sheet of one class for one session."""
    return f"register/{session.date.isoformat()}/{session.half}/{group}"


def sheet_of(stream: str) -> tuple[Session, str]:
    """The session and class of a sheet, from its stream's id."""
    _, day, half, group = stream.split("/", 3)
    return Session.parse(f"{day} {half}"), group


class SheetEvent(Event):
    """An event on one sheet of the register."""

    STREAM_FIELDS = frozenset({"session", "group"})

    session: Session
    group: GroupId

    @property
    def stream(self) -> str:
        return register_stream(self.session, self.group)

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        session, group = sheet_of(stream)
        return {"session": session, "group": group}


class RegisterOpened(SheetEvent):
    """
    The taking of the register began; ``taken_at`` says when, if not at ``made_at``.

    Event name: ``register-opened``. Reference: SI 2024/208 reg. 10(1).
    """

    TOPIC: ClassVar[str] = "register-opened"

    taken_at: Instant | None = None


class RegisterClosed(SheetEvent):
    """
    The taking of the register ended: whoever had no mark by then was entered as N.

    ``taken_at`` says when, if not at ``made_at``.
    Event name: ``register-closed``. Reference: SI 2024/208 reg. 10(7)-(8).
    """

    TOPIC: ClassVar[str] = "register-closed"

    taken_at: Instant | None = None


class MarkRecorded(SheetEvent):
    """
    The first entry for a pupil and a session.

    ``taken_at`` is when the teacher marked, where it differs from when the ledger learned
    of it (``made_at``). ``taken_by`` is who took the mark when a source system says so;
    ``line`` is the line of the imported file. ``nature`` is the nature of the activity
    or of the circumstances, where the code wants it.

    Event name: ``mark-recorded``. Reference: SI 2024/208 reg. 10.
    """

    TOPIC: ClassVar[str] = "mark-recorded"

    pupil: PupilId
    code: Code
    minutes_late: int | None = None
    nature: Said | None = None
    comment: Said | None = None
    taken_at: Instant | None = None
    taken_by_name: Said | None = None
    taken_by_position: Said | None = None
    line: int | None = None


class MarkAmended(SheetEvent):
    """
    An entry was amended; the entry that it replaces stays beside it.

    The five particulars of an amendment are ``original``, ``amended``, ``reason``, the date
    in ``made_at``, and the name (the policies add: and position) in ``made_by``.

    Event name: ``mark-amended``. Reference: SI 2024/208 reg. 6(1).
    """

    TOPIC: ClassVar[str] = "mark-amended"

    pupil: PupilId
    original: Code
    amended: Code
    reason: Said
    nature: Said | None = None
    minutes_late: int | None = None


class AmendmentObserved(SheetEvent):
    """
    The school's present system shows another code than the night before.

    It was made there, between ``seen_before`` and ``seen_at``, by a person whom the source
    may or may not name; what it does not say is ``None`` and shown as "not provided by
    source". ``original`` is ``None`` where an entry that had vanished came back.

    Event name: ``amendment-observed``. Reference: SI 2024/208 reg. 6(1).
    """

    TOPIC: ClassVar[str] = "amendment-observed"

    pupil: PupilId
    original: Code | None = None
    amended: Code
    seen_before: Instant | None = None
    seen_at: Instant
    source_reason: Said | None = None
    source_name: Said | None = None
    source_position: Said | None = None
    minutes_late: int | None = None
    nature: Said | None = None
    comment: Said | None = None
    line: int | None = None


class MarkVanished(SheetEvent):
    """
    The school's present system no longer shows an entry it showed before.

    An entry may not vanish in law; the ledger keeps it and says between which two
    snapshots the source let go of it.

    Event name: ``mark-vanished``. Reference: SI 2024/208 reg. 6(1).
    """

    TOPIC: ClassVar[str] = "mark-vanished"

    pupil: PupilId
    original: Code
    seen_before: Instant | None = None
    seen_at: Instant
