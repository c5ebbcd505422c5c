"""Every act about absence, every role, under both policies."""

import pytest

from commands.absence import WAYS
from commands.permits import Ask, permitted
from ledger.events import StaffAppointed
from ledger.refusals import NotPermitted
from ledger.school import School
from tests.commands.absence.following import PACKS, adopted
from tests.given import MADE, SCHOOL, at

CREW = "office attendance-officer champion head"
SENIOR = "attendance-officer champion head"
ACTS = {
    "report-absence": "office attendance-officer",
    "record-contact": CREW,
    "escalate-absence": CREW,
    "decide-absence": CREW,
    "resolve-unexplained": CREW,
    "request-evidence": SENIOR,
    "record-evidence": CREW,
    "judge-evidence": SENIOR,
    "notify-parent": CREW,
    "refuse-illness": SENIOR,
    "require-evidence": "champion head",
    "record-lateness-meeting": SENIOR,
}
ROLES = "teacher office attendance-officer champion head ceo board la auditor"


def test_every_act_is_in_the_table():
    """Who may require evidence may lift the requirement."""
    assert {kind.NAME for kind in WAYS} == ACTS.keys() | {"lift-evidence-requirement"}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ROLES.split())
def test_the_table_of_roles(act, role, pack):
    held = StaffAppointed(
        staff="one", name="A Person", position="A position", roles=(role,), groups=("4B",),
        starts="2020-09-01", **MADE,
    )  # fmt: skip
    school = School.fold([*SCHOOL, adopted(pack), held])
    asked = Ask(act, "one", at("10:00"), "4B")

    if role in ACTS[act].split():
        assert permitted(school, asked).position == "A position"
    else:
        with pytest.raises(NotPermitted):
            permitted(school, asked)
