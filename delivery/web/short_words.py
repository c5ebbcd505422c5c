"""A code's meaning in few words, for where a choice of codes must fit a phone beside its code."""

from collections.abc import Mapping

ROOM = 27
"""Characters that fit a list of codes on the narrowest phone, after the code itself."""

_SHORT: Mapping[str, str] = {
    "Present at morning registration": "Present",
    "Present at afternoon registration": "Present",
    "Present at the school when the morning register begins to be taken": "Present",
    "Present at the school when the afternoon register begins to be taken": "Present",
    "Illness, not a medical or dental appointment": "Illness",
    "Educated off site in an approved, supervised activity": "Educated off site",
    "Interview with an employer or another educational establishment": "Interview",
    "Supervised sporting activity approved by the school": "Sporting activity",
    "Educational visit or trip organised or approved by the school": "Educational visit or trip",
    "Leave of absence authorised by the school": "Leave of absence",
    "Excluded and no alternative provision made": "Excluded, no provision",
    "Holiday authorised by the school": "Holiday authorised",
    "Medical or dental appointment": "Medical or dental",
    "Gypsy, Roma and Traveller absence, agreed with the school": "Gypsy, Roma or Traveller",
    "Holiday not authorised by the school": "Holiday not authorised",
    "Reason for absence not yet provided": "Reason not yet provided",
    "Absent without authorisation": "Absent, not authorised",
    "Arrived after the register closed": "After the register closed",
    "Unable to attend because of exceptional circumstances": "Unable to attend",
    "Prospective pupil not yet on the admission register": "Not yet on the register",
    "Planned whole or partial school closure": "Planned closure",
    "Attending education provision arranged by a local authority": "Authority's provision",
    "Attending an educational visit or trip": "Educational visit or trip",
    "Participating in a sporting activity": "Sporting activity",
    "Attending any other approved educational activity": "Other approved activity",
    "Leave for a regulated performance or regulated employment abroad": (
        "Performance, or work abroad"
    ),
    "Leave for a medical or dental appointment": "Medical or dental",
    "Leave for an interview for employment or for admission elsewhere": "Interview",
    "Leave to study for a public examination": "Study leave",
    "Leave under a temporary part-time timetable": "Part-time timetable",
    "Leave for exceptional circumstances": "Exceptional circumstances",
    "Transport normally provided not available": "Transport not available",
    "Widespread disruption to travel": "Travel disrupted",
    "Part of the school premises closed": "Part of premises closed",
    "Whole school site unexpectedly closed": "Whole site closed",
    "Public health guidance or law prevents attendance": "Public health",
    "Suspended or excluded and no alternative provision made": "Suspended or excluded",
    "Holiday not granted by the school": "Holiday not granted",
    "Circumstances of the absence not yet established": "Not yet established",
    "Absent in other or unknown circumstances": "Absent, other or unknown",
    "Attended after the taking of the register ended": "After the register ended",
    "Planned closure known in advance": "Planned closure",
}


def short_words(meaning: str) -> str:
    """A meaning in few words; of one that nobody has shortened, what stands before its colon."""
    return _SHORT.get(meaning, meaning.partition(":")[0])
