"""What may lawfully come next for one parent, in words. It says; it never does."""

import datetime as dt
from dataclasses import dataclass

from ledger.penalty.counting import Demand
from ledger.penalty.improving import Improving
from ledger.penalty.record import Case, Record
from ledger.policy import PolicyDay


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known on a day beside the record.

    ``met``: the threshold stands by sessions that no notice has used; ``fresh``: even without
    those that a decided case has weighed. ``counted`` of ``needed`` sessions are unused.
    """

    on: dt.date
    met: bool
    fresh: bool
    counted: int
    needed: int
    demand: Demand


@dataclass(frozen=True, slots=True)
class Step:
    """The next lawful step: a sentence, the act that does it ("" for none), and the clause."""

    words: str
    act: str = ""
    clause: str = ""


def next_step(record: Record, improvements: Improving, facts: Facts, rules: PolicyDay) -> Step:
    """The next lawful step for one parent; ``rules`` are those of the day asked about."""
    step = _unfinished(record, improvements, facts, rules)
    if step is not None:
        return step
    if record.open_case is not None:
        return _deciding(record, record.open_case, facts, rules)
    if facts.met and facts.fresh:
        return Step(
            "Record that somebody who may decide is aware that the threshold is reached",
            "record-awareness",
            "SI 2007/1867 reg. 9A(1)",
        )
    if facts.met:
        return Step(
            "None is owed: these sessions were weighed and decided on; they may be looked at again",
            "record-awareness",
            "SI 2007/1867 reg. 9A(7)",
        )
    return Step(f"None: {facts.counted} of the {facts.needed} sessions needed are unused")


def _unfinished(
    record: Record, improvements: Improving, facts: Facts, rules: PolicyDay
) -> Step | None:
    copies = "penalty.issuing" in rules and rules.penalty.issuing["copy_to_local_authority"]
    for notice in record.notices.values():
        if notice.issued is None or notice.ended:
            continue
        if notice.served is None:
            said = f"Serve notice {notice.number}, and record how and when"
            return Step(said, "record-service", "SI 2007/1867 reg. 22")
        if copies and notice.copied_on is None:
            said = f"Send the local authority a copy of notice {notice.number}"
            return Step(said, "record-copy-to-authority", "SI 2007/1867 reg. 19")
    for one in improvements:
        clause = rules.get("notice_to_improve.period").reference
        if one.runs_on(facts.on):
            said = f"Watch the notice to improve, which runs until {one.issued.ends.isoformat()}"
            return Step(said, "record-improvement", clause)
        if one.open:
            said = f"Conclude the notice to improve that ended on {one.issued.ends.isoformat()}"
            return Step(said, "conclude-notice-to-improve", clause)
    return None


def _deciding(record: Record, case: Case, facts: Facts, rules: PolicyDay) -> Step:
    """An open case: what has to come before its decision, then the decision."""
    if not facts.demand.allowed:
        assert facts.demand.free_on is not None
        return Step(
            f"No notice may be issued before {facts.demand.free_on.isoformat()}: decide on other "
            "action, and record the decision",
            "consider-penalty-notice",
            facts.demand.clause,
        )
    issuing = rules.get("penalty.issuing")
    if issuing.value["school"] == "refers":
        return Step(
            "Answer the policy's questions, and refer to the local authority or not",
            "consider-penalty-notice",
            issuing.reference,
        )
    if issuing.value["check_with_local_authority"] and record.checked is None:
        return Step(
            "Ask the local authority before anything is issued",
            "record-authority-check",
            issuing.reference,
        )
    return Step(
        f"Decide on case {case.number}: issue, refer, or not",
        "issue-penalty-notice, or consider-penalty-notice",
        "SI 2007/1867 reg. 9A(2)-(3)",
    )
