"""What of a session's register was lawfully disposed of: nobody may read it as never entered."""

import datetime as dt
from bisect import bisect_right

from ledger.events.register import sheet_of
from ledger.kinds import GroupId, Half, Session
from ledger.store import Ledger
from ledger.store.rows import DISPOSED
from projections.explain_answers import Gone

MANY = 1 << 62


def gone_of(ledger: Ledger, session: Session, group: GroupId | None) -> tuple[Gone, ...]:
    """
    The disposals in which entries of a session's register went: of one class, or of all.

    What is gone is gone as at every entry: values do not come back for an earlier one.
    """
    sheets = f"register/{session.date.isoformat()}/{session.half}/"
    pages = (
        ledger.pages_of(sheets + group)
        if group
        else ledger.pages_between(sheets, sheets + "\U0010ffff")
    )
    entries: list[int] = []
    for page in pages:
        number = page.first
        for run in page.runs:
            if run.topic == DISPOSED:
                entries += range(number, number + run.count)
            number += run.count
    if not entries:
        return ()
    from ledger.retention import retention_of  # costs every cold answer that does not need it

    found = []
    for certificate, event in retention_of(ledger).certificates:
        many = sum(any(a <= one <= b for a, b in event.ranges) for one in entries)
        if many:
            found.append(
                Gone(entries=many, disposal=event.disposal, certificate=certificate, on=event.on)
            )
    return tuple(found)


def sheets_gone(ledger: Ledger, first: dt.date, last: dt.date) -> set[tuple[dt.date, Half, str]]:
    """The sheets between two days, both in, of which entries were disposed of."""
    if next(iter(ledger.stream("retention")), None) is None:
        return set()
    from ledger.retention import retention_of

    certificates = retention_of(ledger).certificates
    ranges = sorted(one for _, event in certificates for one in event.ranges)
    if not ranges:
        return set()
    found: set[tuple[dt.date, Half, str]] = set()
    days = f"register/{first.isoformat()}", f"register/{last.isoformat()}0"
    for stream, begins, count in ledger.spans(*days):
        place = bisect_right(ranges, (begins + count - 1, MANY)) - 1
        if place >= 0 and ranges[place][1] >= begins:
            session, group = sheet_of(stream)
            found.add((session.date, session.half, group))
    return found
