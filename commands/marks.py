"""What may be entered for a pupil at a session: the checks that every act of marking shares."""

import datetime as dt

from commands.base import in_words
from ledger.calendar import of_compulsory_school_age
from ledger.kinds import Code, Session
from ledger.policy import CodeRow, PolicyDay
from ledger.refusals import CodeNotAllowed, CodeNotInForce, NatureMissing
from ledger.roll import Pupil

NEVER_BY_HAND = {
    "Z": "it is for a pupil who is not on the admission register yet",
    "#": "a planned closure is entered for the whole school or class with declare-closure",
}


def present_code(session: Session) -> Code:
    """The code of a pupil who was there when the register was taken."""
    return "/" if session.half == "AM" else "\\"


def row_in_force(rules: PolicyDay, code: Code, day: dt.date) -> CodeRow:
    """
    The row of a code on the day of the session, not of the act.

    Raises ``CodeNotInForce``, also for the codes of another year that importers tolerate.
    """
    row = rules.codes.get(code)
    if row is None:
        raise CodeNotInForce(asked=code, date=in_words(day), codes=" ".join(rules.codes))
    return row


def check_allowed(row: CodeRow, session: Session, pupil: Pupil) -> None:
    """
    Raise ``CodeNotAllowed`` for a code that this session or this pupil cannot have.

    Reference: SI 2024/208 regs 10(2), 10(4) and 11(6); DfE guidance for Z and #.
    """
    if row.code in NEVER_BY_HAND:
        raise CodeNotAllowed(asked=row.code, why=NEVER_BY_HAND[row.code])
    if row.session not in ("both", session.half):
        half = "morning" if row.session == "AM" else "afternoon"
        raise CodeNotAllowed(asked=row.code, why=f"it is for {half} sessions only")
    if row.age not in ("compulsory", "not compulsory"):
        return
    compulsory = of_compulsory_school_age(pupil.born, session.date)
    if row.age == "compulsory" and not compulsory:
        why = f"{pupil.name} is not of compulsory school age on {in_words(session.date)}"
        raise CodeNotAllowed(asked=row.code, why=why)
    if row.age == "not compulsory" and compulsory:
        why = f"{pupil.name} is of compulsory school age on {in_words(session.date)}"
        raise CodeNotAllowed(asked=row.code, why=why)


def check_nature(rules: PolicyDay, row: CodeRow, nature: str | None) -> None:
    """
    Raise ``NatureMissing`` where the law, or a policy the school adopted, asks for it.

    Reference: SI 2024/208 reg. 10(5)-(6); the adopted pack's own clause where policy asks.
    """
    if not row.nature or (nature and nature.strip()):
        return
    if row.nature == "law":
        raise NatureMissing(
            asked=row.code, what=row.nature_of, whose="the law", reference=row.reference
        )
    asking = rules.get("register.nature")
    raise NatureMissing(
        asked=row.code, what=row.nature_of, whose=asking.pack, reference=asking.reference
    )
