"""What bars a penalty notice for absence: its sessions, and what came before."""

import datetime as dt
from collections.abc import Collection, Mapping

from commands.base import in_words
from commands.penalty.knowing import Known
from ledger.calendar import compulsory_school_age
from ledger.events import NamedSession
from ledger.kinds import Code, Session
from ledger.penalty import Demand
from ledger.refusals import Forbidden


def check_sessions(
    known: Known,
    wanted: Collection[Session],
    countable: Mapping[Session, NamedSession],
    codes: Mapping[Session, Code],
) -> None:
    """
    Raise ``Forbidden`` for a session that a notice may not name.

    It must be unauthorised as the register stands, at compulsory school age, and named in no
    earlier notice to this parent for this child.

    Reference: Education Act 1996 ss 8, 444 and 444A.
    """
    check_age(known, wanted)
    for session in sorted(wanted):
        if session not in countable:
            code = codes.get(session)
            why = f"the register has {code} for it" if code else "the register has no entry for it"
            raise Forbidden(
                why=f"{session} is not an unauthorised session of {known.pupil.name}: {why}",
                reference="Education Act 1996 s. 444",
            )
    check_unused(known, wanted)


def check_age(known: Known, wanted: Collection[Session]) -> None:
    """Raise ``Forbidden`` for a session outside compulsory school age."""
    first, last = compulsory_school_age(known.pupil.born)
    for session in sorted(wanted):
        if not first <= session.date <= last:
            raise Forbidden(
                why=f"{known.pupil.name} is not of compulsory school age on "
                f"{in_words(session.date)}: that is from {in_words(first)} to {in_words(last)}",
                reference="Education Act 1996 ss 8 and 444A",
            )


def check_unused(known: Known, wanted: Collection[Session]) -> None:
    """Raise ``Forbidden`` for a session named in an earlier notice to this parent."""
    for session in sorted(wanted):
        if session in known.used:
            notice = known.record.notices[known.used[session]]
            raise Forbidden(
                why=f"{session} is named in notice {notice.number} to {known.parent.name} "
                f"already{notice.afterwards}: a session is used once",
                reference="Education Act 1996 s. 444A(4)",
            )


def check_absence(known: Known, day: dt.date, asked: Demand) -> None:
    """
    Raise ``Forbidden`` where something that came before bars a notice today.

    A notice to improve whose period still runs; a local authority that said no; two notices
    that count already.

    Reference: SI 2007/1867 reg. 12A; the policy adopted for the others.
    """
    rules = known.school.rules_on(day)
    for one in known.improvements:
        if one.runs_on(day):
            raise Forbidden(
                why=f"The notice to improve runs until {in_words(one.issued.ends)}: conclude it "
                "first, on one of the grounds it gives if before then",
                reference=rules.get("notice_to_improve.contents").reference,
            )
    checked = known.record.checked
    if checked is not None and not checked.clear:
        raise Forbidden(
            why=f"{checked.authority} said against a notice: {checked.answer}",
            reference=rules.get("penalty.issuing").reference,
        )
    if asked.free_on is not None:
        counted = " and ".join(
            f"notice {one.notice} of {in_words(one.issued_on)}" for one in asked.counted
        )
        raise Forbidden(
            why=f"{known.parent.name} may not be issued another notice for {known.pupil.name} "
            f"before {in_words(asked.free_on)}: {counted} count in the three years ending today. "
            "Other action may be taken instead",
            reference=asked.clause,
        )
