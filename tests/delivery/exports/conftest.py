"""A school with registers taken here, amended here, taken in, and seen changed in the next file."""

from pathlib import Path

import pytest
from freezegun import freeze_time

from tests.delivery.conftest import Call

AT = ("--school", "100001")
SHOWN = """\
upn,date,session,code,minutes_late,comment,taken_at,taken_by_name,taken_by_position,reason
A100,2024-09-04,AM,L,9,=cmd|' /C calc'!A0,2024-09-04T08:54,Ted Teacher,Class teacher,
A101,2024-09-04,AM,N,,'=already guarded,,,,
A102,2024-09-04,AM,/,,"Said ""no"", twice",,,,
A100,2024-09-04,PM,\\,,,,,,
"""
LATER = SHOWN.replace(
    "A101,2024-09-04,AM,N,,'=already guarded,,,,", "A101,2024-09-04,AM,I,,,,Sam Else,Clerk,+44 rang"
)


@pytest.fixture
def marked(trust: Call, folder: Path) -> Call:
    """Registers taken here, amended here, taken in, and seen changed in the next file."""
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
    assert trust(*taking, *AT, "--as", "teacher").code == 0
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "-2 degrees, he said")
    assert trust(*amending, *AT, "--as", "office").code == 0
    with freeze_time("2024-09-05 18:00:00"):
        for name, held, seen in (
            ("a", SHOWN, "2024-09-04T18:00"),
            ("b", LATER, "2024-09-05T18:00"),
        ):
            (folder / f"{name}.csv").write_text(held)
            taken_in = ("import", "marks", f"{name}.csv", "--seen-at", seen, "--as", "office")
            assert trust(*taken_in, *AT).code == 0
    return trust
