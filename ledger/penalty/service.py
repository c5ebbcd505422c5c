"""When a notice counts as received, and the days that run from then: law.md 3.2, 3.4, 3.5."""

import datetime as dt
from dataclasses import dataclass

from ledger.calendar import add_working_days
from ledger.events.penalty_notice import Basis, Method
from ledger.penalty.days import add_months
from ledger.policy import Policy, PolicyDay

_BASIS: dict[Method, Basis] = {
    "by hand": "personal",
    "left at address": "left at address",
    "electronic": "electronic, consented",
}


def received(
    method: Method, sent_on: dt.date, proved_on: dt.date | None, rules: PolicyDay
) -> tuple[dt.date, Basis] | None:
    """
    The day on which a notice counts as received, and why that day; ``None`` if unknown.

    First class post is deemed served on the second working day after posting, unless the
    contrary is proved. For no other post does the law deem anything: the day must be proved.

    Reference: SI 2007/1867 reg. 22; Education Act 1996 s. 572. That the day of service is the
    day of receipt is derived.
    """
    if proved_on is not None:
        return proved_on, "proved"
    if method == "first class post":
        deemed = rules.get("penalty.deemed_service").value
        assert deemed["unit"] == "working days", deemed
        return add_working_days(sent_on, deemed["length"]), "first class, deemed"
    basis = _BASIS.get(method)
    return None if basis is None else (sent_on, basis)


@dataclass(frozen=True, slots=True)
class Days:
    """
    The days that run from receipt, each the last on which it may be done but the third.

    ``early`` is ``None`` where there is no early amount. ``prosecute_by`` runs from the end of
    the offence; ``late`` says that it comes before anybody may be prosecuted.
    """

    early: dt.date | None
    payable: dt.date
    prosecute_from: dt.date
    prosecute_by: dt.date

    @property
    def late(self) -> bool:
        return self.prosecute_by < self.prosecute_from


def days_from(
    received_on: dt.date,
    offence_start: dt.date,
    offence_end: dt.date,
    policy: Policy,
    *,
    has_early: bool = True,
) -> Days:
    """
    The days that a notice received on a day sets, under the rules of its offence period.

    Reference: SI 2007/1867 regs 4, 5 and 7; Magistrates' Courts Act 1980 s. 127(1).
    """
    last = policy.on(offence_start).get("penalty.last_days").value
    return Days(
        received_on + dt.timedelta(days=last["early"]) if has_early else None,
        received_on + dt.timedelta(days=last["full"]),
        received_on + dt.timedelta(days=last["prosecute_from"]),
        prosecute_by(offence_end, policy),
    )


def prosecute_by(offence_end: dt.date, policy: Policy) -> dt.date:
    """The last day on which a prosecution is safely begun, from the last session named."""
    within = policy.on(offence_end).get("penalty.prosecute_within").value
    assert within["unit"] == "months", within
    return add_months(offence_end, within["length"])


def due_for(paid_on: dt.date, days: Days, early: int | None, full: int) -> int | None:
    """The pounds that a notice asks of who pays on a day; ``None``: it is too late."""
    if early is not None and days.early is not None and paid_on <= days.early:
        return early
    return full if paid_on <= days.payable else None
