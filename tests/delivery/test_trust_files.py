"""The file a ledger is set up from: what it may say, and every fault named with its place."""

from pathlib import Path

import pytest

from delivery.importers.trust import trust_file
from ledger.refusals import FileUnreadable

SCHOOL = """
trust = "A trust"
policy_packs = [{pack = "trusts/nclt_2023", starts = 2023-07-21}]

[[schools]]
urn = 100001
name = "Otterham"
phase = "primary"
local_authority = "Cornwall"
register_times = [{starts = 2023-09-01, arrive_by = 08:45:00, am_opens = 08:45:00, \
am_closes = 09:00:00, pm_opens = 13:00:00, pm_closes = 13:15:00}]
classes = ["4B"]

[[schools.calendar]]
school_year = "2024/25"
half_terms = [{term = "Autumn", half = 1, starts = 2024-09-03, ends = 2024-10-18}]
inset = [2024-09-03]

[[schools.staff]]
id = "t1"
name = "Ann Example"
position = "Class teacher"
roles = ["teacher"]
classes = ["4B"]
starts = 2023-09-01

[[schools.delegations]]
act = "amend-mark"
delegate = "t1"
starts = 2024-09-01
"""


@pytest.fixture
def read(tmp_path: Path):
    def reading(text: str | bytes):
        path = tmp_path / "trust.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return trust_file(path)

    return reading


def test_a_trust_with_one_school_is_read(read):
    found = read(SCHOOL)

    assert found.schools[0].staff[0].roles == ("teacher",)
    assert str(found.schools[0].calendar[0].half_terms[0].ends) == "2024-10-18"


def test_a_bom_is_passed_over(read):
    assert read(b"\xef\xbb\xbf" + SCHOOL.encode()).trust == "A trust"


FAULTS = [
    ("urn = 100001", "urn = 'x'", "schools, number 1 (Otterham), urn: 'x': input should be"),
    ('phase = "primary"', "", "schools, number 1 (Otterham), phase: is missing"),
    ("classes =", "clases =", "schools, number 1 (Otterham), clases: is not a name this file"),
    ("2024-10-18", "2024-08-18", "it ends on 2024-08-18, before it starts on 2024-09-03"),
    ('roles = ["teacher"]', 'roles = ["tutor"]', "(Ann Example), roles, number 1: 'tutor' is not"),
    ("am_closes = 09:00:00", "am_closes = 08:00:00", "must open and close in the order AM, then"),
    ('delegate = "t1"', 'delegate = "t2"', "amend-mark is delegated to t2, who is not on the st"),
    ('["4B"]\n\n', '["4A"]\n\n', "t1 is given class 4B, which is not listed"),
    ("2024-09-03]", "'03/09/2024']", "inset, number 1: '03/09/2024' is not a date written like"),
    ("urn = 100001", "urn = 100001,", "it is not TOML: "),
]


@pytest.mark.parametrize(("right", "wrong", "told"), FAULTS, ids=[told for *_, told in FAULTS])
def test_a_fault_is_named_with_its_place(read, right: str, wrong: str, told: str):
    assert right in SCHOOL
    with pytest.raises(FileUnreadable) as refused:
        read(SCHOOL.replace(right, wrong))

    assert str(refused.value).startswith("trust.toml cannot be taken in: ")
    assert told in str(refused.value)


def test_a_fault_inside_a_list_is_told_once_and_nothing_of_the_rest_of_the_file(read):
    with pytest.raises(FileUnreadable) as refused:
        read(SCHOOL.replace('roles = ["teacher"]', 'roles = ["tutor"]'))

    assert (str(refused.value).count(":"), "Otterham'" in str(refused.value)) == (2, False)
    with pytest.raises(FileUnreadable, match=r"roles: there is none\.$"):
        read(SCHOOL.replace('roles = ["teacher"]', "roles = []"))


def test_every_fault_is_told_at_once(read):
    with pytest.raises(FileUnreadable, match=r"phase: is missing; .*name: is missing"):
        read(SCHOOL.replace('phase = "primary"', "").replace('name = "Ann Example"', ""))


def test_a_file_in_other_letters_is_told_to_be_saved_as_utf_8(read):
    with pytest.raises(FileUnreadable, match="it is not UTF-8 text; save it as UTF-8"):
        read(SCHOOL.replace("Otterham", "Zoë").encode("cp1252"))


def test_a_school_twice_is_refused(read):
    with pytest.raises(FileUnreadable, match="two schools have the URN 100001"):
        read(SCHOOL + SCHOOL[SCHOOL.index("[[schools]]") :])
