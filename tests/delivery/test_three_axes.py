"""Every question goes along each axis, or says that it does not: none is passed over in silence."""

import pytest

from tests.delivery.conftest import Call
from tests.delivery.test_reproducible import AT, QUESTIONS, year

pytestmark = pytest.mark.slow
__all__ = ["year"]

ELSEWHEN = ("--from", "2035-01-01")


def test_every_question_is_answered_under_another_policy_and_says_so(year: Call):
    for question, more in QUESTIONS.items():
        if question != "whatif":  # which takes two
            asked = (*question.split(), *more, *AT, "--json")
            own = year(*asked)
            other = year(*asked, "--policy", "trusts/manor_2024")
            assert other.code == own.code, (question, other.err)
            if own.out:
                said = [str(one.document["policy"]) for one in (own, other)]
                assert ["manor_2024" in one for one in said] == [False, True], question


def test_a_first_day_is_used_or_refused_by_every_question(year: Call):
    """Where it is used, nothing of before it is in the answer."""
    for question, more in QUESTIONS.items():
        ran = year(*question.split(), *more, *AT, *ELSEWHEN, "--json")
        if ran.code == 2:
            assert "--from" in ran.out, question
        else:
            whole = year(*question.split(), *more, *AT, "--json")
            assert {ran.code, whole.code} <= {0, 3}, (question, ran.err)
            assert whole.code == 3 or ran.out != whole.out, question


@pytest.mark.parametrize("question", ["unexplained", "due", "penalty list"])
def test_two_days_are_one_too_many(year: Call, question: str):
    ran = year(*question.split(), *AT, "--on", "2024-09-09", "--to", "2024-09-10")
    assert (ran.code, "are two days" in ran.err) == (2, True)
    agreed = year(*question.split(), *AT, "--on", "2024-09-09", "--to", "2024-09-09")
    assert agreed.code in {0, 3}


def test_the_unexplained_of_a_day_on_are_those_of_that_day_on(year: Call):
    every = year("unexplained", *AT, "--on", "2024-09-09", "--json").document["answer"]["rows"]
    later = year("unexplained", *AT, "--on", "2024-09-09", "--from", "2024-09-06", "--json")
    kept = later.document["answer"]["rows"]
    assert kept == [row for row in every if row["day"] >= "2024-09-06"]
    assert 0 < len(kept) < len(every)
