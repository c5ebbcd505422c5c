"""Keeping, holding, disposing. Stream ``retention``: it is never disposed of."""

from typing import ClassVar, Literal

from ledger.events.base import Event
from ledger.kinds import Frozen, IsoDate, Person, PupilId, Said


class RetentionEvent(Event):
    """An event in the stream that says what may go, what must stay, and what went."""

    @property
    def stream(self) -> str:
        return "retention"


class HoldPlaced(RetentionEvent):
    """
    A legal hold: what it covers is not disposed of, whatever policy says, until it is released.

    It covers entries about ``pupils`` (empty: everybody's), on ``streams`` (empty: all),
    about sessions from ``first`` to ``last``, both in (``None``: without end). It is in force
    at once; a second person confirms it.

    Event name: ``hold-placed``.
    """

    TOPIC: ClassVar[str] = "hold-placed"

    hold: int
    case: Said
    reason: Said
    pupils: tuple[PupilId, ...] = ()
    streams: tuple[Said, ...] = ()
    first: IsoDate | None = None
    last: IsoDate | None = None


class HoldConfirmed(RetentionEvent):
    """
    A second person confirmed a legal hold.

    Event name: ``hold-confirmed``.
    """

    TOPIC: ClassVar[str] = "hold-confirmed"

    hold: int


class HoldReleaseAsked(RetentionEvent):
    """
    Somebody asked that a legal hold be released. It stays in force.

    Event name: ``hold-release-asked``.
    """

    TOPIC: ClassVar[str] = "hold-release-asked"

    hold: int
    reason: Said


class HoldReleased(RetentionEvent):
    """
    A second person released a legal hold that another asked to release.

    Event name: ``hold-released``.
    """

    TOPIC: ClassVar[str] = "hold-released"

    hold: int


class OfClass(Frozen):
    """
    How many entries of a class, and the rule by which they may go.

    ``pack`` says the years, by the clause ``reference``; ``None`` on certificates of before it
    was kept.
    """

    kept_as: Said
    entries: int
    years: int
    reference: Said
    pack: Said | None = None


class FilesGone(Frozen):
    """
    Files of one kind that go with a disposal: how many, and their SHA-256 where it says nothing.

    The hash stays of files that hold the ledger's own salts (a back-up, a pack, a disclosure), so
    that a copy found later is known for one. Of the others (a letter, another system's file) what
    is in them could be guessed and tried against it: of them only how many is kept. No name is.
    """

    kind: Literal["back-up", "pack", "disclosure", "letter", "file taken in", "publication"]
    files: int
    sha256: tuple[Said, ...] = ()


class DisposalRequested(RetentionEvent):
    """
    Somebody asked that entries whose time is over be disposed of.

    ``on`` is the day by whose rules they are due, ``listed`` the hash of the list of their
    numbers; ``ranges`` are first and last number of each stretch, both in.

    Event name: ``disposal-requested``. Reference: UK GDPR Art. 5(1)(e).
    """

    TOPIC: ClassVar[str] = "disposal-requested"

    disposal: int
    on: IsoDate
    listed: Said
    ranges: tuple[tuple[int, int], ...]
    classes: tuple[OfClass, ...]
    policy: Said


class DisposalApproved(RetentionEvent):
    """
    Somebody who had not asked for it approved a disposal.

    Event name: ``disposal-approved``.
    """

    TOPIC: ClassVar[str] = "disposal-approved"

    disposal: int
    listed: Said


class EntriesDisposed(RetentionEvent):
    """
    The certificate of a disposal: which entries, how many of each class, by which rule.

    It holds nothing of what they said. Of each entry its leaf hash is left, so that the log's
    root is what it was. ``files`` are those that go with them.

    Event name: ``entries-disposed``. Reference: UK GDPR Art. 5(1)(e); SI 2024/208 reg. 7.
    """

    TOPIC: ClassVar[str] = "entries-disposed"

    disposal: int
    on: IsoDate
    listed: Said
    entries: int
    ranges: tuple[tuple[int, int], ...]
    classes: tuple[OfClass, ...]
    policy: Said
    requested_by: Person
    approved_by: tuple[Person, ...]
    files: tuple[FilesGone, ...] = ()


class RedactionAsked(RetentionEvent):
    """
    Somebody asked that the words of one entry be struck out.

    ``instead`` is the reason as it should have been put, because an amendment has to have one.

    Event name: ``redaction-asked``. Reference: UK GDPR Art. 5(1)(c), 9; SI 2024/208 reg. 6.
    """

    TOPIC: ClassVar[str] = "redaction-asked"

    entry: int
    part: Literal["reason"]
    instead: Said
    why: Said


class ReasonRedacted(RetentionEvent):
    """
    The certificate of a redaction: the words of one entry are gone, their commitment is left.

    Event name: ``reason-redacted``. Reference: UK GDPR Art. 5(1)(c), 9; SI 2024/208 reg. 6.
    """

    TOPIC: ClassVar[str] = "reason-redacted"

    entry: int
    part: Literal["reason"]
    instead: Said
    why: Said
    asked_by: Person


class ErasureRefused(RetentionEvent):
    """
    Erasure was asked for of entries that the law still wants kept, and was refused.

    ``entries`` are kept, the last of them until the day before ``until``.

    Event name: ``erasure-refused``. Reference: UK GDPR Art. 17(3)(b); SI 2024/208 reg. 7.
    """

    TOPIC: ClassVar[str] = "erasure-refused"

    pupil: PupilId
    asked_by: Said
    asked_on: IsoDate
    entries: int
    until: IsoDate | None = None
    reference: Said
