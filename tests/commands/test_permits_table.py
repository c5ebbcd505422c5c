"""Every act, every role, each scope, under both policies: who may do what, written out.

The acts come from the registry of commands: an act without a row of policy fails here.
"""

import datetime as dt

import pytest

import commands.import_marks
import commands.import_pupils
from commands.base import Command
from commands.handle import WAYS, decide
from commands.permits import Ask, permitted
from ledger.events import Delegated, Parent, ParentsChanged, PolicyAdopted, StaffAppointed
from ledger.kinds import Session
from ledger.policy import load
from ledger.refusals import NotPermitted, Refused, UnknownPerson
from ledger.school import School
from tests.given import AMY, AUDITOR, HEAD, MADE, MONDAY, ROLL, SCHOOL, UPN, Told, at

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
PACKS = ("trusts/manor_2024", "trusts/nclt_2023")
UNDER = {
    "open-school": ("delegate", "adopt-policy"),
    "lift-evidence-requirement": ("require-evidence",),
}
"""Acts that ask for the permission of others: what they do is what those do."""

REGISTER = {"teacher": "window", "office": "school", "attendance-officer": "school"}
REGISTER |= {"champion": "school", "head": "school"}
LEAD = "attendance-officer champion head"
OFFICE = f"office {LEAD}"
WITH_BOARD = f"{LEAD} ceo board"
TABLE: dict[str, str | dict[str, str]] = {
    "take-register": REGISTER,
    "amend-mark": REGISTER,
    "import-marks": OFFICE,
    "import-pupils": OFFICE,
    "declare-closure": "head ceo",
    "withdraw-closure": "head ceo",
    "adopt-policy": {},  # below: the two policies differ
    "delegate": "head ceo board",
    "report-absence": "office attendance-officer",
    "record-contact": OFFICE,
    "escalate-absence": OFFICE,
    "decide-absence": OFFICE,
    "resolve-unexplained": OFFICE,
    "request-evidence": LEAD,
    "record-evidence": OFFICE,
    "judge-evidence": LEAD,
    "notify-parent": OFFICE,
    "refuse-illness": LEAD,
    "require-evidence": "champion head",
    "record-lateness-meeting": LEAD,
    "request-leave": OFFICE,
    "consult-on-leave": "head ceo",
    "grant-leave": "head",
    "refuse-leave": "head",
    "withdraw-leave": "head",
    "agree-part-time-timetable": "head",
    "record-awareness": LEAD,
    "consider-penalty-notice": "head",
    "record-authority-check": LEAD,
    "issue-penalty-notice": "head",
    "record-copy-to-authority": OFFICE,
    "record-service": OFFICE,
    "record-payment": f"{LEAD} la",
    "withdraw-penalty-notice": f"{LEAD} la",
    "record-prosecution": f"{LEAD} la",
    "disclose-earlier-notice": f"{LEAD} la",
    "issue-notice-to-improve": "champion head",
    "record-improvement": LEAD,
    "conclude-notice-to-improve": "champion head",
    "send-letter": OFFICE,
    "make-return": OFFICE,
    "place-hold": "attendance-officer head ceo board",
    "release-hold": "head ceo board",
    "request-disposal": "office attendance-officer head",
    "approve-disposal": "head ceo board",
    "dispose-of-entries": "attendance-officer head ceo board",
    "redact": f"{LEAD} ceo",
    "request-erasure": OFFICE,
    "record-backup": "office attendance-officer head",
    "record-pupil-fact": OFFICE,
    "import-record": OFFICE,
    "import-totals": OFFICE,
    "open-support": WITH_BOARD,
    "note-support": WITH_BOARD,
    "close-support": WITH_BOARD,
}
DIFFERENT = {
    ("adopt-policy", "trusts/manor_2024"): "board",
    ("adopt-policy", "trusts/nclt_2023"): "ceo",
    ("consider-penalty-notice", "trusts/nclt_2023"): "head ceo",
}


def kinds(of: type[Command] = Command) -> list[type[Command]]:
    """Every act there is: each command class with a name of its own."""
    found = [one for each in of.__subclasses__() for one in (each, *kinds(each))]
    return sorted({one for one in found if "NAME" in vars(one)}, key=lambda one: one.NAME)


ACTS = [kind.NAME for kind in kinds()]
BROUGHT = (commands.import_marks.ImportMarks, commands.import_pupils.ImportPupils)
"""Acts that bring rows and have a way of their own in."""


def row(act: str, pack: str) -> dict[str, str]:
    said = DIFFERENT.get((act, pack), TABLE[act])
    return said if isinstance(said, dict) else dict.fromkeys(said.split(), "school")


def school(role: str, pack: str, group: str = "4B") -> School:
    """The fixture school under a policy, with one more person, who has that role alone."""
    person = StaffAppointed(
        staff="one", name="A Person", position="A position", roles=(role,), groups=(group,),
        starts="2020-09-01", **MADE,
    )  # fmt: skip
    adopted = PolicyAdopted(pack=pack, starts="2023-07-21", sha256="0", **MADE)
    return School.fold([*SCHOOL, adopted, person])


def may(held: School, act: str, *, group: str | None = "4B", inside: bool = True) -> bool:
    try:
        permitted(held, Ask(act, "one", at("08:50"), group, inside))
    except NotPermitted:
        return False
    return True


# --- nothing is left out --------------------------------------------------------------------


def test_every_act_has_its_row_of_policy_and_its_row_here():
    acts = [act for act in ACTS if act not in UNDER]

    assert sorted(TABLE) == acts
    assert [act for act in acts if f"may.{act}" not in load("england").parameters] == []
    assert {one for others in UNDER.values() for one in others} <= set(TABLE)


def test_there_is_no_permission_for_an_act_there_is_not():
    named = {one[4:] for one in load("england").parameters if one.startswith("may.")}

    assert named - set(ACTS) == set()


def test_every_act_is_decided_somewhere():
    assert set(kinds()) == {*WAYS, *BROUGHT}


# --- act, role, scope, policy -----------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("act", sorted(TABLE))
def test_who_may(act: str, pack: str):
    """Own class and inside the window; after it; another's class: as the row says, no more."""
    for role in ROLES:
        scope, held = row(act, pack).get(role), school(role, pack)
        found = (
            may(held, act),
            may(held, act, inside=False),
            may(held, act, group="5C"),
            may(held, act, group=None),
        )
        expected = {"school": (True,) * 4, "window": (True, False, False, True), None: (False,) * 4}
        assert found == expected[scope], role


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("act", sorted(TABLE))
def test_by_delegation_from_its_first_day_to_its_last(act: str, pack: str):
    """Somebody whose role may not does it in the place of one who may, on those days alone."""
    role = next(iter(row(act, pack)))
    giver = StaffAppointed(
        staff="giver", name="A Giver", position="Giver", roles=(role,), groups=("4B",),
        starts="2020-09-01", **MADE,
    )  # fmt: skip
    given_on = Delegated(
        act=act, delegate="one", starts=MONDAY, ends=MONDAY, made_at=MADE["made_at"],
        made_by=AUDITOR.model_copy(update={"id": "giver"}),
    )  # fmt: skip
    plain = school("auditor", pack)
    events = [*SCHOOL, *plain.packs, *plain.appointments, giver, given_on]
    held = School.fold(events)

    days = [MONDAY + dt.timedelta(days=n) for n in (-1, 0, 1)]
    found = [_may_on(held, act, day) for day in days]

    assert found == [False, True, False]


def _may_on(held: School, act: str, day: dt.date) -> bool:
    try:
        permitted(held, Ask(act, "one", at("08:50", day), "4B"))
    except NotPermitted:
        return False
    return True


@pytest.mark.parametrize("act", sorted(TABLE))
def test_nobody_may_who_is_not_on_the_staff(act: str):
    with pytest.raises(UnknownPerson):
        permitted(School.fold(SCHOOL), Ask(act, "stranger", at("08:50")))


# --- and the acts do ask ------------------------------------------------------------------------

ANYTHING = {
    "pupil": UPN[AMY],
    "pupils": (UPN[AMY],),
    "parent": "parent-1",
    "asked_by": "parent-1",
    "parents": (),
    "session": Session(MONDAY, "AM"),
    "sessions": (Session(MONDAY, "AM"),),
    "first": Session(MONDAY, "AM"),
    "last": Session(MONDAY, "PM"),
    "back": Session(MONDAY, "PM"),
    "group": "4B",
    "date": MONDAY,
    "starts": MONDAY,
    "contact": "parent-1",
    "delegate": HEAD.id,
    "closure": 1,
    "leave": 1,
    "support": 1,
    "notice": 1,
    "improvement": 1,
    "case": 1,
    "hold": 1,
    "disposal": 1,
    "entry": 1,
    "streams": (),
    "kind": "attendance",
    "files": {},
    "records": (),
}
"""Enough of an act for its permission to be looked at; the numbered things are not there."""


NOT_THERE = {
    "withdraw-closure",
    "consult-on-leave",
    "grant-leave",
    "refuse-leave",
    "withdraw-leave",
    "record-copy-to-authority",
    "record-service",
    "record-payment",
    "withdraw-penalty-notice",
    "record-prosecution",
    "record-improvement",
    "conclude-notice-to-improve",
    "note-support",
    "close-support",
    "release-hold",
    "approve-disposal",
    "dispose-of-entries",
}
"""Acts about something numbered: that it is not there is said first."""


@pytest.mark.parametrize(
    "kind", [kind for kind in WAYS if kind.NAME not in UNDER], ids=lambda kind: kind.NAME
)
def test_an_act_is_refused_to_an_auditor_before_anything_else_is_said(kind: type[Command]):
    parents = ParentsChanged(
        pupil=AMY, original=(), amended=(Parent(id="parent-1", name="Pat"),), reason="-", **MADE
    )
    fields = {name: ANYTHING[name] for name in kind.model_fields if name in ANYTHING}
    command = kind.model_construct(by=AUDITOR.id, at=at(), key="key", **fields)

    with pytest.raises(Refused) as refused:
        decide(command, Told([*SCHOOL, *ROLL, parents]))

    if kind.NAME in NOT_THERE:
        assert refused.value.kind == "not found"
    else:
        assert isinstance(refused.value, NotPermitted)
