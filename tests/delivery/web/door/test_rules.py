"""Who sees what, as a table: each role, each topic, a pupil of theirs and one who is not."""

import pytest

from delivery.cli.calls import VERBS
from delivery.cli.verbs import load
from delivery.web.door.questions import TOPICS
from delivery.web.door.rules import EVERYTHING, Asked, Topic, Verdict, grant_of, judged
from delivery.web.given import is_export, is_question

MINE = {"pupil": 1, "group": "4B"}
OTHER = {"pupil": 2, "group": "4A"}
A, N, B, H = Verdict.ALLOWED, Verdict.WITHOUT_NAMES, Verdict.BARRED, Verdict.HIDDEN
COLUMNS = [
    (Topic.PUPIL, MINE),
    (Topic.PUPIL, OTHER),
    (Topic.CASE, MINE),
    (Topic.CLASS, {"group": "4B"}),
    (Topic.CLASS, {"group": "4A"}),
    (Topic.LISTED, {}),
    (Topic.SCHOOL, {}),
    (Topic.FIGURES, {}),
    (Topic.PEOPLE, {}),
    (Topic.LEDGER, {}),
]
TABLE = {
    #                    mine other case 4B 4A list school figures people ledger
    "teacher":            (A, H, B, A, B, A, B, B, B, B),
    "office":             (A, A, A, A, A, A, A, A, B, B),
    "attendance-officer": (A, A, A, A, A, A, A, A, B, B),
    "champion":           (A, A, A, A, A, A, A, A, B, A),
    "head":               (A, A, A, A, A, A, A, A, A, A),
    "ceo":                (A, A, A, A, A, A, A, A, A, A),
    "trust":              (A, A, A, A, A, A, A, A, A, A),
    "board":              (H, H, H, B, B, B, B, A, B, A),
    "la":                 (A, H, A, B, B, A, B, B, B, A),
    "authority":          (A, H, A, B, B, A, B, B, B, A),
    "auditor":            (A, A, A, A, A, A, A, A, A, A),
    "bi":                 (N, N, B, N, N, N, N, A, B, B),
}  # fmt: skip
CHANGES = {"teacher", "office", "attendance-officer", "champion", "head", "ceo", "board", "la"}


@pytest.mark.parametrize("role", TABLE)
def test_each_role_sees_its_own(role):
    held = grant_of([role], groups=["4B"], pupils=[1])

    found = tuple(judged(held, Asked(topic, **about)) for topic, about in COLUMNS)

    assert found == TABLE[role]
    assert held is not None
    assert held.changes is (role in CHANGES)


def test_a_role_nobody_knows_sees_nothing():
    assert grant_of(["caretaker"]) is None
    assert judged(None, Asked(Topic.LEDGER)) is Verdict.HIDDEN


def test_two_roles_see_together_what_each_sees():
    both = grant_of(["teacher", "authority"], groups=["4B"], pupils=[2])

    assert judged(both, Asked(Topic.PUPIL, **MINE)) is Verdict.ALLOWED
    assert judged(both, Asked(Topic.CASE, **OTHER)) is Verdict.ALLOWED


def test_an_auditor_changes_nothing_whatever_else_they_are():
    held = grant_of(["head", "auditor"])

    assert held is not None
    assert not held.changes


def test_names_are_shown_to_a_machine_only_where_they_were_granted():
    assert judged(grant_of(["bi"], names=True), Asked(Topic.SCHOOL)) is Verdict.ALLOWED


def test_whoever_sits_at_the_machine_sees_all():
    assert {judged(EVERYTHING, Asked(topic, **about)) for topic, about in COLUMNS} == {A}


def test_every_question_says_what_it_is_about():
    """One that did not would be about the whole school: safe, but not thought about."""
    load()

    asked = {verb.words for verb in VERBS.values() if is_question(verb) or is_export(verb)}
    assert asked - TOPICS.keys() == {"disclose"}
