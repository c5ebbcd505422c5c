"""What the answer to "who changed my child's mark, when and why?" holds."""

import datetime as dt
from typing import Literal

from ledger.kinds import Code, Frozen, GroupId, Instant, Session
from projections.answers import Header, PupilRef

What = Literal["recorded", "amended", "amendment observed", "vanished"]


class EntrySource(Frozen):
    """
    Where an entry came from: the register as taken, the office, or a file taken in.

    ``file`` and ``line`` say where in the file of the school's other system.
    """

    kind: Literal["register", "office", "import"]
    file: str | None = None
    line: int | None = None


class FiveParticulars(Frozen):
    """
    What the register must hold of an amendment; ``None`` where the source did not provide it.

    The date of an observed amendment is known to lie between ``seen_before`` and ``seen_at``.
    ``position`` is asked for by the policies, not by law. ``lacks`` names what is missing.

    Reference: SI 2024/208 reg. 6(1).
    """

    original: Code | None
    amended: Code | None
    reason: str | None
    made_on: dt.date | None
    name: str | None
    position: str | None
    seen_before: Instant | None = None
    seen_at: Instant | None = None
    lacks: tuple[str, ...] = ()


class InTime(Frozen):
    """
    Whether the amendment of an N came within the days in which the reason is established.

    ``last`` is the last of those days, ``None`` where the calendar ends before; ``within`` is
    ``None`` where the day of the amendment is not known well enough. ``rule`` is the length.

    Reference: SI 2024/208 reg. 10(7).
    """

    last: dt.date | None
    within: bool | None
    rule: str
    clause: str


class ExplainedEntry(Frozen):
    """
    One entry about a pupil's session, in the order of the ledger.

    ``group`` is the class of its sheet. ``code`` is the code it leaves, with its ``meaning``
    under the code set of the session's day; ``authorised`` is ``None`` for a code that is no
    absence. ``name`` and ``position`` are of whoever made it, ``None`` where the source does not
    say; ``recorded_by`` is who gave it to the ledger. ``in_time`` is said of the amendment of an
    N alone. ``leaf`` is the hash of the entry in the school's log, hexadecimal. ``sentence`` says
    it all in plain words.
    """

    entry: int
    recorded_at: Instant
    made_at: Instant
    taken_at: Instant | None
    what: What
    group: GroupId
    code: Code
    meaning: str
    counts_as: str
    authorised: bool | None
    original: Code | None
    original_meaning: str | None
    reason: str | None
    nature: str | None
    comment: str | None
    minutes_late: int | None
    name: str | None
    position: str | None
    recorded_by: str
    source: EntrySource
    five: FiveParticulars | None
    in_time: InTime | None
    leaf: str
    sentence: str


class StepTaken(Frozen):
    """Something done about the pupil's absence or leave: told, called, turned to, decided."""

    at: Instant
    what: str
    who: str | None
    outcome: str | None
    said: str | None
    by: str
    entry: int


class LayerSaid(Frozen):
    """One layer that speaks for the session, topmost first in the answer."""

    name: str
    code: Code | None
    why: str


class Gone(Frozen):
    """
    Entries of a session's register that went in a disposal, with the entry that certifies it.

    Whether one of them was about a certain pupil cannot be told any more.
    """

    entries: int
    disposal: int
    certificate: int
    on: dt.date

    @property
    def said(self) -> str:
        """What to say in place of "nothing has been entered"."""
        many = f"{self.entries} entr{'y' if self.entries == 1 else 'ies'}"
        return (
            f"{many} of this session's register went in disposal {self.disposal} on "
            f"{self.on.day} {self.on:%B %Y} (certificate: entry {self.certificate}); whether one "
            "was about this pupil cannot be told any more"
        )


class ExplainedMark(Frozen):
    """
    Question 1: every entry about one pupil and session, and what counts in the end.

    ``layer`` is the one that wins: register, closure, leave, not on roll, or no entry. ``code`` is
    ``None`` where nothing counts. ``beside`` is what was done about the absence, and the leave
    asked for, that take in the session. ``contradictions`` say in sentences what does not agree.
    ``gone`` says, where there is no entry, what of the session's register was disposed of.
    """

    header: Header
    pupil: PupilRef
    session: Session
    group: GroupId | None
    code: Code | None
    meaning: str
    counts_as: str
    authorised: bool | None
    layer: str
    layers: tuple[LayerSaid, ...]
    entries: tuple[ExplainedEntry, ...]
    beside: tuple[StepTaken, ...] = ()
    contradictions: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()

    @property
    def nothing(self) -> str:
        """What to say where there is no entry: that none was made, or that what was is gone."""
        if not self.gone:
            return f"Nothing has been entered for {self.pupil.name} on {self.session}."
        said = "; and ".join(one.said for one in self.gone)
        return f"Nothing is to be read for {self.pupil.name} on {self.session}: {said}."

    @property
    def amendments(self) -> tuple[ExplainedEntry, ...]:
        """The entries that amend another."""
        return tuple(entry for entry in self.entries if entry.five is not None)
