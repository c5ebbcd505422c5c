"""A few entries to store: a class of three on a September morning."""

import datetime as dt

from ledger.events import Event, MarkAmended, MarkRecorded
from ledger.kinds import Person, Session
from ledger.store import Act

SCHOOL = 999001
TEACHER = Person(id="t-4b", name="Ms Ada Quill", position="Class teacher")
OFFICER = Person(id="office", name="Mr Ben Holt", position="Attendance officer")
MONDAY_AM = Session(dt.date(2024, 9, 9), "AM")
SHEET = "register/2024-09-09/AM/4B"
AT_0850 = dt.datetime(2024, 9, 9, 7, 50, tzinfo=dt.UTC)
AT_1010 = dt.datetime(2024, 9, 9, 9, 10, tzinfo=dt.UTC)


def taken(codes: str = "/ N /", session: Session = MONDAY_AM, group: str = "4B") -> list[Event]:
    """The marks of pupils 1, 2, 3, … as the teacher took them."""
    return [
        MarkRecorded(
            made_by=TEACHER, made_at=AT_0850, session=session, group=group, pupil=n, code=code
        )
        for n, code in enumerate(codes.split(), start=1)
    ]


def amended(original: str = "N", code: str = "I", reason: str = "Mother rang") -> Event:
    """Pupil 2's mark, put right by the office."""
    return MarkAmended(
        made_by=OFFICER,
        made_at=AT_1010,
        session=MONDAY_AM,
        group="4B",
        pupil=2,
        original=original,
        amended=code,
        reason=reason,
    )


def taking(key: str = "take-1") -> Act:
    return Act(key, "take-register", TEACHER, AT_0850, None)


def amending(key: str = "amend-1") -> Act:
    return Act(key, "amend-mark", OFFICER, AT_1010, None)
