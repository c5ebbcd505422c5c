"""Who may do which act about penalty notices: every act and role, under either policy."""

import pytest

from commands.penalty import WAYS
from commands.permits import Ask, permitted
from ledger.events import StaffAppointed
from ledger.refusals import NotPermitted
from ledger.school import School
from tests.commands.penalty.a_case import MANOR, NCLT, adopted
from tests.given import MADE, SCHOOL, at

RECORDS = "attendance-officer champion head"
OUTCOMES = f"{RECORDS} la"
ACTS = {
    "record-awareness": RECORDS,
    "consider-penalty-notice": "head",
    "record-authority-check": RECORDS,
    "issue-penalty-notice": "head",
    "record-copy-to-authority": f"office {RECORDS}",
    "record-service": f"office {RECORDS}",
    "record-payment": OUTCOMES,
    "withdraw-penalty-notice": OUTCOMES,
    "record-prosecution": OUTCOMES,
    "disclose-earlier-notice": OUTCOMES,
    "issue-notice-to-improve": "champion head",
    "record-improvement": RECORDS,
    "conclude-notice-to-improve": "champion head",
}
DIFFER = {(NCLT, "consider-penalty-notice"): "head ceo"}
ROLES = [
    "teacher",
    "office",
    "attendance-officer",
    "champion",
    "head",
    "ceo",
    "board",
    "la",
    "auditor",
]


def test_every_act_has_its_line():
    assert set(ACTS) == {kind.NAME for kind in WAYS}


@pytest.mark.parametrize("pack", [MANOR, NCLT])
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ROLES)
def test_the_table_of_roles(pack, act, role):
    one = StaffAppointed(
        staff="one", name="A Person", position="A position", roles=(role,), groups=("4B",),
        starts="2020-09-01", **MADE,
    )  # fmt: skip
    school = School.fold([*SCHOOL, adopted(pack), one])
    asked = Ask(act, "one", at("08:50"))

    if role in DIFFER.get((pack, act), ACTS[act]).split():
        assert permitted(school, asked).id == "one"
    else:
        with pytest.raises(NotPermitted):
            permitted(school, asked)
