"""What a policy asks before a decision, and what was answered."""

import datetime as dt
from collections.abc import Mapping, Sequence

from commands.base import in_words
from ledger.events import Considered
from ledger.refusals import AnswersMissing, NotPermitted, StepMissing
from ledger.school import School, Staff


def considered(school: School, day: dt.date, answers: Mapping[int, str]) -> tuple[Considered, ...]:
    """
    The policy's questions with their answers, by number from 1.

    Raises ``AnswersMissing`` naming each question without an answer; no policy, no questions.
    """
    said = school.rules_on(day).values.get("penalty.considerations")
    if said is None:
        return ()
    check_answered(said.value, answers, "The policy asks before a decision", said.reference)
    return tuple(
        Considered(question=question, answer=answers[number])
        for number, question in enumerate(said.value, 1)
    )


def check_answered(
    wanted: Sequence[str], answers: Mapping[int, str], what: str, reference: str
) -> None:
    """Raise ``AnswersMissing`` for those of a numbered list on which nothing is said."""
    missing = [
        f"{number}. {question}"
        for number, question in enumerate(wanted, 1)
        if not answers.get(number, "").strip()
    ]
    if missing:
        raise AnswersMissing(what=what, missing="; ".join(missing), reference=reference)


def check_may_be_authorised(school: School, staff: Staff, day: dt.date) -> None:
    """
    Raise ``NotPermitted`` for somebody whom no headteacher may authorise to issue notices.

    Heads need no authority; of others the law lets only deputy and assistant heads have it,
    whatever a policy says of other leads.

    Reference: SI 2007/1867 reg. 10.
    """
    if "head" in staff.roles:
        return
    said = school.rules_on(day).get("penalty.may_be_authorised")
    position = staff.position.casefold().removeprefix("acting ").removeprefix("interim ")
    if any(position.startswith(allowed) for allowed in said.value):
        return
    allowed = " or ".join(said.value)
    raise NotPermitted(
        name=staff.name,
        position=staff.position,
        act="issue penalty notices",
        why=f"beside the headteacher the law lets only a {allowed} be authorised to",
        reference=_law_first(said.reference),
    )


def _law_first(clause: str) -> str:
    law = "SI 2007/1867 reg. 10"
    return clause if law in clause else f"{law}; {clause}"


def check_issues_itself(school: School, by: Staff, day: dt.date) -> None:
    """Raise ``NotPermitted`` where the policy has the local authority issue notices."""
    issuing = school.rules_on(day).get("penalty.issuing")
    if issuing.value["school"] == "refers":
        raise NotPermitted(
            name=by.name,
            position=by.position,
            act="issue a penalty notice here",
            why="under the policy the local authority issues it: refer the case with "
            "consider-penalty-notice",
            reference=issuing.reference,
        )


def step_missing(why: str, reference: str = "") -> StepMissing:
    """Another act comes first; to be raised."""
    return StepMissing(why=why, reference=reference)


def on_day(day: dt.date) -> str:
    """``on 9 September 2024``."""
    return f"on {in_words(day)}"
