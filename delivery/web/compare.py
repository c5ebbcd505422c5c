"""Two moments of one pupil's register side by side: what it said then, what it says later."""

import datetime as dt
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import Response

from delivery.cli.asking import entry_of
from delivery.registers import register_shown
from delivery.web.here import Here
from delivery.web.looks import Look, look
from delivery.web.site import Its, asked_moment
from ledger.kinds import Session
from ledger.roll import Pupil

routes = APIRouter(include_in_schema=False)
Moment = Annotated[str, Query(max_length=40)]


class Moved(NamedTuple):
    """A session whose code is another at the second moment; ``None``: nothing counted."""

    session: Session
    before: str | None
    after: str | None
    looks: tuple[Look, Look]


@routes.get("/{school}/pupils/{pupil}/compare")
def compare(site: Its, school: int, pupil: str, then: Moment = "", later: Moment = "") -> Response:
    """What changed in a pupil's register of the school year between two moments."""
    with site.at(school, None) as here:
        theirs, ledger = here.pupil(pupil), here.view.ledger
        ends = [
            entry_of(ledger, asked_moment(one)) or here.view.entry for one in (then, later)
        ] if then else []  # fmt: skip
        moved = _moved(here, theirs, min(ends), max(ends)) if ends else []
        told = [next(ledger.acts(entry, entry)).recorded_at for entry in sorted(ends)]
        return site.page(
            "compare",
            here,
            pupil=theirs,
            then=then,
            later=later,
            moved=moved,
            ends=list(zip(sorted(ends), told, strict=True)),
        )


def _moved(here: Here, pupil: Pupil, first: int, second: int) -> list[Moved]:
    year = here.view.school.calendar.period_of(here.last_day, "year")
    start = year.starts if year else here.last_day
    before, after = (_codes(here, pupil, start, entry) for entry in (first, second))
    rules = here.view.school.rules_on
    found = []
    for session in sorted(before.keys() | after.keys()):
        one, other = before.get(session), after.get(session)
        if one is not None and one != other:  # what was first entered later changed nothing
            looks = (look(one, rules(session.date)), look(other, rules(session.date)))
            found.append(Moved(session, one, other, looks))
    return found


def _codes(here: Here, pupil: Pupil, start: dt.date, entry: int) -> dict[Session, str | None]:
    shown = register_shown(here.view, start, here.last_day, pupil=pupil, asof=entry)
    return {line.session: line.then.code if line.then else None for line in shown.lines}
