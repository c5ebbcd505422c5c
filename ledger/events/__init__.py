"""
What can happen, each thing under a stored name that no move of code can change.

A class is imported when it is first asked for: a question about one mark need not build the
models of letters and penalty notices. A checker of types sees ordinary imports.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ledger.events.base import MODULES, Event, Recorded, by_topic, upcast

if TYPE_CHECKING:
    from ledger.events.absence import (
        AbsenceDecided,
        AbsenceEscalated,
        AbsenceReported,
        ContactAttempted,
        IllnessRefused,
        LatenessMeetingRecorded,
        ParentNotified,
    )
    from ledger.events.elsewhere import RecordTakenIn, TotalsCompared
    from ledger.events.evidence import (
        EvidenceJudged,
        EvidenceReceived,
        EvidenceRequested,
        EvidenceRequirementLifted,
        EvidenceRequirementSet,
    )
    from ledger.events.improvement import (
        Content,
        Figures,
        ImprovementRecorded,
        NoticeToImproveConcluded,
        NoticeToImproveIssued,
    )
    from ledger.events.leave import (
        ConsultedOnLeave,
        LeaveGranted,
        LeaveRefused,
        LeaveRequested,
        LeaveWithdrawn,
        PartTimeTimetableAgreed,
    )
    from ledger.events.letter import LetterSent, LetterTemplateKept
    from ledger.events.penalty import (
        AuthorityChecked,
        AwarenessRecorded,
        Considered,
        NamedSession,
        NoDiscretionFound,
        PenaltyNoticeNotIssued,
        PenaltyReferred,
        ThresholdReached,
    )
    from ledger.events.penalty_notice import (
        CountedNotice,
        EarlierNoticeDisclosed,
        PenaltyNoticeCopied,
        PenaltyNoticeIssued,
        PenaltyNoticeServed,
        PenaltyNoticeWithdrawn,
        PenaltyPaid,
        ProsecutionRecorded,
    )
    from ledger.events.pupil import (
        Parent,
        ParentsChanged,
        ParticularsChanged,
        PupilAdmitted,
        PupilFactRecorded,
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
    from ledger.events.retention import (
        DisposalApproved,
        DisposalRequested,
        EntriesDisposed,
        ErasureRefused,
        HoldConfirmed,
        HoldPlaced,
        HoldReleaseAsked,
        HoldReleased,
        OfClass,
        ReasonRedacted,
        RedactionAsked,
    )
    from ledger.events.returns import BackupRecorded, Returned, ReturnMade
    from ledger.events.school import (
        CalendarSet,
        ClosureDeclared,
        ClosureWithdrawn,
        Delegated,
        PolicyAdopted,
        RegisterTimesSet,
        RollImported,
        SchoolOpened,
        SnapshotImported,
        StaffAppointed,
        StaffLeft,
        Term,
    )
    from ledger.events.support import SupportClosed, SupportNoted, SupportOpened

__all__ = [
    "AbsenceDecided",
    "AbsenceEscalated",
    "AbsenceReported",
    "AmendmentObserved",
    "AuthorityChecked",
    "AwarenessRecorded",
    "BackupRecorded",
    "CalendarSet",
    "ClosureDeclared",
    "ClosureWithdrawn",
    "Considered",
    "ConsultedOnLeave",
    "ContactAttempted",
    "Content",
    "CountedNotice",
    "Delegated",
    "DisposalApproved",
    "DisposalRequested",
    "EarlierNoticeDisclosed",
    "EntriesDisposed",
    "ErasureRefused",
    "Event",
    "EvidenceJudged",
    "EvidenceReceived",
    "EvidenceRequested",
    "EvidenceRequirementLifted",
    "EvidenceRequirementSet",
    "Figures",
    "HoldConfirmed",
    "HoldPlaced",
    "HoldReleaseAsked",
    "HoldReleased",
    "IllnessRefused",
    "ImprovementRecorded",
    "LatenessMeetingRecorded",
    "LeaveGranted",
    "LeaveRefused",
    "LeaveRequested",
    "LeaveWithdrawn",
    "LetterSent",
    "LetterTemplateKept",
    "MarkAmended",
    "MarkRecorded",
    "MarkVanished",
    "NamedSession",
    "NoDiscretionFound",
    "NoticeToImproveConcluded",
    "NoticeToImproveIssued",
    "OfClass",
    "Parent",
    "ParentNotified",
    "ParentsChanged",
    "PartTimeTimetableAgreed",
    "ParticularsChanged",
    "PenaltyNoticeCopied",
    "PenaltyNoticeIssued",
    "PenaltyNoticeNotIssued",
    "PenaltyNoticeServed",
    "PenaltyNoticeWithdrawn",
    "PenaltyPaid",
    "PenaltyReferred",
    "PolicyAdopted",
    "ProsecutionRecorded",
    "PupilAdmitted",
    "PupilFactRecorded",
    "PupilLeft",
    "PupilMoved",
    "ReasonRedacted",
    "RecordTakenIn",
    "Recorded",
    "RedactionAsked",
    "RegisterClosed",
    "RegisterOpened",
    "RegisterTimesSet",
    "ReturnMade",
    "Returned",
    "RollImported",
    "SchoolOpened",
    "SnapshotImported",
    "StaffAppointed",
    "StaffLeft",
    "SupportClosed",
    "SupportNoted",
    "SupportOpened",
    "Term",
    "ThresholdReached",
    "TotalsCompared",
    "by_topic",
    "upcast",
]


def __getattr__(name: str) -> Any:
    """The class called ``name``, wherever it is kept."""
    for module in MODULES if name in __all__ else ():
        kept = import_module(f"ledger.events.{module}")
        if name in kept.__dict__:
            return kept.__dict__[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
