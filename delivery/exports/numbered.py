"""The number by which the Department for Education knows a school: authority, establishment."""

import datetime as dt
import re
from typing import NamedTuple

from delivery.usage import Usage
from projections.views import View

_WRITTEN = re.compile(r"(\d{3})\s*/?\s*(\d{4})")


class DfeNumber(NamedTuple):
    """Three digits of the local authority, four of the establishment."""

    authority: str
    establishment: str


def dfe_number(written: str) -> DfeNumber:
    """Read ``908/2101``. Raises ``Usage``."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise Usage(f"{written!r} is no DfE number; write it like 908/2101.")
    return DfeNumber(*found.groups())


def number_of(view: View, day: dt.date, typed: str | None) -> DfeNumber:
    """
    The school's number: as typed, else as its policy has it on a day.

    Raises ``Usage`` where neither says it.
    """
    if typed is not None:
        return dfe_number(typed)
    rules = view.policy.on(day)
    known = rules.get("school.dfe_number").value if "school.dfe_number" in rules else {}
    written = known.get(str(view.urn))
    if written is None:
        raise Usage(
            "The school's DfE number is not known: say --dfe-number 908/2101, or adopt a pack "
            "with school.dfe_number."
        )
    return dfe_number(str(written))
