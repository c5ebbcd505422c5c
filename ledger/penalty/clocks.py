"""The clocks that cases, notices and notices to improve start: due, done, and by whom."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.calendar import Calendar, london
from ledger.penalty.counting import demand, public_place
from ledger.penalty.improving import Improving
from ledger.penalty.notice import Notice
from ledger.penalty.record import Case, Record
from ledger.penalty.service import days_from, prosecute_by
from ledger.policy import Policy

OFFICER, CHAMPION, HEAD, AUTHORITY, PARENT = (
    "attendance-officer",
    "champion",
    "head",
    "la",
    "parent",
)


@dataclass(frozen=True, slots=True)
class Clock:
    """
    Something with a last day. ``done_on`` is the day it was done, ``ended`` that it no longer
    matters (withdrawn, paid); ``warn_from`` the day from which to look at it, if before.

    ``owner`` is a role, or ``parent``. ``about`` names the case or the notice in words.
    """

    what: str
    about: str
    starts: dt.date
    due: dt.date
    owner: str
    clause: str
    done_on: dt.date | None = None
    ended: bool = False
    warn_from: dt.date | None = None

    @property
    def open(self) -> bool:
        return self.done_on is None and not self.ended

    def overdue(self, on: dt.date) -> bool:
        """Whether the last day has gone by."""
        return self.open and self.due < on


def clocks(
    record: Record, improvements: Improving, policy: Policy, calendar: Calendar
) -> list[Clock]:
    """Every clock of one parent and one pupil, in the order of their last days."""
    found = [
        *(clock for case in record.cases.values() for clock in _of_case(case, policy, calendar)),
        *(clock for n in record.notices.values() for clock in _of_notice(n, record, policy)),
        *_of_improvements(improvements),
    ]
    return sorted(found, key=lambda clock: (clock.due, clock.about, clock.what))


def _of_case(case: Case, policy: Policy, calendar: Calendar) -> Iterator[Clock]:
    """As soon as practicable, says the law; how many days that is, policy."""
    if case.aware is None:
        return
    aware_on = case.aware.aware_on
    within = policy.on(aware_on).get("penalty.consider_within")
    due = calendar.deadline(aware_on, within.value["length"], within.value["unit"])
    decided = london(case.decision.made_at).date() if case.decision else None
    yield Clock(
        "consider a penalty notice, and record the decision",
        f"case {case.number}",
        aware_on,
        due or aware_on,
        HEAD,
        f"SI 2007/1867 reg. 9A(2)-(3); {within.reference}",
        decided,
    )


def _of_notice(notice: Notice, record: Record, policy: Policy) -> Iterator[Clock]:
    about = f"notice {notice.number}"
    gone = notice.withdrawn is not None
    if notice.issued is not None:
        yield from _after_issue(notice, about, policy)
    if notice.served is not None:
        yield from _after_receipt(notice, about, record, policy)
    told = notice.disclosed
    if told is not None and told.case is None and not notice.prosecution:
        return  # another school's or authority's affair: it counts here, and no more is known
    due = prosecute_by(notice.offence_end, policy)
    warn = policy.on(notice.offence_start).get("penalty.prosecute_warn").value
    assert warn["unit"] == "weeks", warn
    yield Clock(
        "begin a prosecution, or withdraw the notice, if it stays unpaid",
        about,
        notice.offence_end,
        due,
        AUTHORITY,
        "Magistrates' Courts Act 1980 s. 127(1); SI 2007/1867 reg. 9",
        notice.prosecuted_on,
        ended=gone or notice.ended,
        warn_from=due - dt.timedelta(weeks=warn["length"]),
    )


def _after_issue(notice: Notice, about: str, policy: Policy) -> Iterator[Clock]:
    """Both without delay: due on the day of issue."""
    day, gone = notice.issued_on, notice.withdrawn is not None
    served_on = notice.served.sent_on if notice.served else None
    yield Clock(
        "serve it, and record how and when",
        about,
        *(day, day, OFFICER, "Education Act 1996 s. 572; SI 2007/1867 reg. 22"),
        served_on,
        ended=gone,
    )
    issuing = policy.on(day).get("penalty.issuing")
    if issuing.value["copy_to_local_authority"]:
        clause = f"SI 2007/1867 reg. 19; {issuing.reference}"
        what = "send a copy to the local authority"
        yield Clock(what, about, day, day, OFFICER, clause, notice.copied_on, ended=gone)


def _after_receipt(notice: Notice, about: str, record: Record, policy: Policy) -> Iterator[Clock]:
    assert notice.received_on is not None
    early, _ = asked_by(notice, record, policy)
    received_on = notice.received_on
    days = days_from(
        received_on,
        notice.offence_start,
        notice.offence_end,
        policy,
        has_early=early is not None,
    )
    said = policy.on(notice.offence_start).get("penalty.last_days").reference
    ended = notice.ended or notice.prosecuted_on is not None
    if days.early is not None:
        what = f"pay £{early}, the early amount"
        yield Clock(what, about, received_on, days.early, PARENT, said, notice.paid_on, ended=ended)
    yield Clock(
        "pay in full; before then nobody may be prosecuted",
        about,
        *(received_on, days.payable, PARENT, said),
        notice.paid_on,
        ended=ended,
    )


def asked_by(notice: Notice, record: Record, policy: Policy) -> tuple[int | None, int]:
    """The early amount, if any, and the full one: ours as issued, others' as the law has it."""
    if notice.issued is not None:
        return notice.issued.early, notice.issued.full
    rules = policy.on(notice.offence_start)
    before = [one for one in record.notices.values() if one.issued_on < notice.issued_on]
    asked = public_place(rules)
    if notice.kind == "absence":
        asked = demand(before, notice.issued_on, rules)
    if asked.full is None:  # a third, which the law did not allow: what the second asked
        second = rules.get("penalty.amounts").value["second"]
        return second.get("early"), second["full"]
    return asked.early, asked.full


def _of_improvements(improvements: Improving) -> Iterator[Clock]:
    for one in improvements:
        done = one.concluded.concluded_on if one.concluded else None
        yield Clock(
            "conclude the notice to improve, with its outcome",
            f"notice to improve {one.number}",
            one.issued.starts,
            one.issued.ends,
            CHAMPION,
            "DfE, Working together to improve school attendance (2024), ch. 6",
            done,
        )
