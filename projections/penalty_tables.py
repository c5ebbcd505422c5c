"""The tables of penalty notices, their cases, and notices to improve."""

from typing import Any

from sqlalchemy import Column, Date, Integer, Text

from projections.schema import column, flag, key, perhaps, pupil_key, school_key, table


def _parent_key() -> Column[Any]:
    return key("parent", Text(), "The parent's id within the pupil; no name.")


penalty_cases = table(
    "penalty_cases",
    "Each time somebody became aware of a threshold reached, with the one decision it came to.",
    school_key(),
    pupil_key(),
    _parent_key(),
    key("case_number", Integer(), "The number of the case between this parent and this pupil."),
    column("met_on", Date(), "The day on which the threshold was reached."),
    column("sessions", Integer(), "The sessions counted, as frozen then."),
    column("needed", Integer(), "The number of sessions needed."),
    column("clause", Text(), "The regulation or the clause of the policy the rule comes from."),
    perhaps("aware_on", Date(), "The day of awareness, from which a notice must be considered."),
    perhaps("aware_name", Text(), "Who became aware."),
    perhaps(
        "decision",
        Text(),
        "no discretion, not issued, referred or issued; empty while nothing is decided.",
    ),
    perhaps("decided_on", Date(), "The day of the decision."),
    perhaps("reason", Text(), "The reason given for the decision."),
    perhaps("instead", Text(), "What is done instead, or to whom it was referred."),
    column("entry", Integer(), "The entry that opened the case."),
)

penalty_notices = table(
    "penalty_notices",
    "Penalty notices: our own, and those issued elsewhere and disclosed to us.",
    school_key(),
    pupil_key(),
    _parent_key(),
    key("notice", Integer(), "The number of the notice between this parent and this pupil."),
    column("kind", Text(), "absence (s. 444A), or public place (s. 105), which is never counted."),
    perhaps("case_number", Integer(), "The case it decided, or that had been referred."),
    column("issued_on", Date(), "The date of issue, from which the three years run."),
    column("offence_start", Date(), "The first day of the offence period: it governs amounts."),
    column("offence_end", Date(), "The last day of the offence period."),
    column("issued_by", Text(), "The person who issued it, or the authority elsewhere."),
    perhaps("position", Text(), "The position of that person; empty for notices elsewhere."),
    flag("elsewhere", "1 if it was issued elsewhere and disclosed."),
    column("sessions", Integer(), "The sessions it names, as far as known."),
    perhaps("which", Text(), "first, second or public place, as issued; empty if elsewhere."),
    perhaps(
        "early_amount", Integer(), "Pounds if paid early; empty where there is no early amount."
    ),
    perhaps("full_amount", Integer(), "Pounds in full; empty if elsewhere."),
    perhaps("copied_on", Date(), "The day a copy went to the local authority."),
    perhaps("received_on", Date(), "The day it counts as received, from which all clocks run."),
    perhaps("basis", Text(), "Why that day: personal, deemed, proved and the like."),
    perhaps("early_by", Date(), "The last day for the early amount."),
    perhaps("payable_by", Date(), "The last day to pay."),
    perhaps("prosecute_from", Date(), "The first day on which a prosecution may be begun."),
    perhaps("prosecute_by", Date(), "Six months from the offence: the last such day."),
    column("paid", Integer(), "Pounds paid so far."),
    perhaps("paid_on", Date(), "The day it was paid in full, in time; empty while unpaid."),
    perhaps("withdrawn_on", Date(), "The day it was withdrawn; then it no longer counts."),
    perhaps("ground", Text(), "The ground of withdrawal."),
    perhaps("prosecution", Text(), "The last stage: begun, convicted, acquitted, discontinued."),
    perhaps("prosecution_on", Date(), "The day of that stage."),
    column("entry", Integer(), "The entry that issued or disclosed it."),
)

notices_to_improve = table(
    "notices_to_improve",
    "Notices to improve: a last chance to engage with support before a penalty notice.",
    school_key(),
    pupil_key(),
    _parent_key(),
    key("improvement", Integer(), "The number of the notice between this parent and this pupil."),
    column("case_number", Integer(), "The case in which it was issued."),
    column("starts", Date(), "The first day of the improvement period."),
    column("ends", Date(), "Its last day."),
    column("target", Text(), "What sufficient improvement is."),
    column("watched", Integer(), "How often the figures so far were recorded."),
    perhaps("outcome", Text(), "improved, not improved or ended early; empty while open."),
    perhaps("concluded_on", Date(), "The day it was concluded."),
    perhaps("possible", Integer(), "Possible sessions in the period, when concluded."),
    perhaps("attended", Integer(), "Sessions attended in the period, when concluded."),
)
