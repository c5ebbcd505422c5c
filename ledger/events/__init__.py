"""What can happen, each thing under a stored name that no move of code can change."""

from ledger.events.base import Event, Recorded, by_topic, upcast
from ledger.events.pupil import (
    Parent,
    ParentsChanged,
    ParticularsChanged,
    PupilAdmitted,
    PupilLeft,
    PupilMoved,
)
from ledger.events.register import (
    AmendmentObserved,
    MarkAmended,
    MarkRecorded,
    MarkVanished,
    RegisterClosed,
    RegisterOpened,
)
from ledger.events.school import (
    CalendarSet,
    ClosureDeclared,
    ClosureWithdrawn,
    Delegated,
    PolicyAdopted,
    RegisterTimesSet,
    SchoolOpened,
    SnapshotImported,
    StaffAppointed,
    StaffLeft,
    Term,
)

__all__ = [
    "AmendmentObserved",
    "CalendarSet",
    "ClosureDeclared",
    "ClosureWithdrawn",
    "Delegated",
    "Event",
    "MarkAmended",
    "MarkRecorded",
    "MarkVanished",
    "Parent",
    "ParentsChanged",
    "ParticularsChanged",
    "PolicyAdopted",
    "PupilAdmitted",
    "PupilLeft",
    "PupilMoved",
    "Recorded",
    "RegisterClosed",
    "RegisterOpened",
    "RegisterTimesSet",
    "SchoolOpened",
    "SnapshotImported",
    "StaffAppointed",
    "StaffLeft",
    "Term",
    "by_topic",
    "upcast",
]
