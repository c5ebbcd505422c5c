"""A pupil's marks between two registers, straight from the sheets' columns. No database."""

from ledger.events.register import sheet_of
from ledger.kinds import Code, GroupId, PupilId, Session
from ledger.school import School
from ledger.store import Ledger

Marks = dict[Session, tuple[tuple[Code, GroupId, int], ...]]
"""Every entry of a pupil for each session in order: code, class of the sheet, entry number."""

_CODE_IN = {"mark-recorded": "code", "mark-amended": "amended", "amendment-observed": "amended"}


def marks_between(ledger: Ledger, pupil: PupilId, low: str, high: str, upto: int) -> Marks:
    """The pupil's marks on the sheets from one stream to before another, up to an entry."""
    found: Marks = {}
    for stream, first, runs in ledger.columns(low, high, upto):
        number = first
        for run in runs:
            name = _CODE_IN.get(run.topic)
            pupils = run.column("pupil") if name else []
            if name and pupil in pupils:
                session, group = sheet_of(stream)
                for place, whose in enumerate(pupils):
                    if whose == pupil and number + place <= upto:
                        before = found.get(session, ())
                        one = (run.column(name)[place], group, number + place)
                        found[session] = (*before, one)
            number += run.count
    return found


def is_seen(session: Session, marks: Marks, school: School) -> bool:
    """Whether the pupil was in school: present, or late, U among it."""
    row = school.rules_on(session.date).codes.known(marks[session][-1][0])
    return row is not None and (row.statistical == "present" or row.late)
