"""Taking a register: one class, one session, by keyboard, by touch, or with no script at all."""

import datetime as dt
from itertools import zip_longest
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from commands.take_register import TakeRegister
from commands.windows import still_taken
from delivery import acts
from delivery.usage import Usage
from delivery.web.here import Here
from delivery.web.problems import STATUS
from delivery.web.sheet import Taken, Typed, clock, given, taken
from delivery.web.site import Its, Site
from ledger.calendar import monday_of
from ledger.kinds import Half, Session
from ledger.refusals import Refused

ADDRESS = "/{school}/registers/{group}/{day}/{half}"
MOST = 500
"""Rows a sent form may have: no class is so large."""

routes = APIRouter(include_in_schema=False)


class Sent(BaseModel):
    """A sheet as a browser sends it: row by row a pupil, a code or none, words or none."""

    pupil: list[int] = Field(default=[], max_length=MOST)
    code: list[str] = Field(default=[], max_length=MOST)
    said: list[str] = Field(default=[], max_length=MOST)
    rest: str = Field(default="", max_length=10)
    key: str = Field(default="", max_length=100)

    @property
    def typed(self) -> dict[int, Typed]:
        rows = zip_longest(self.pupil, self.code, self.said, fillvalue="")
        return {int(one): Typed(code.strip(), said.strip()) for one, code, said in rows if one}


@routes.get(ADDRESS)
def sheet(*, site: Its, school: int, group: str, day: dt.date, half: Half) -> Response:
    """The sheet, with what is entered already and what may be."""
    with site.at(school, None) as here:
        return _page(site, here, taken(here, group, Session(day, half)))


@routes.post(ADDRESS)
def take(
    *, site: Its, school: int, group: str, day: dt.date, half: Half, sent: Annotated[Sent, Form()]
) -> Response:
    """
    Enter what was sent. Where somebody else entered otherwise meanwhile, nothing is recorded:
    the page says what, and still holds what was typed.
    """
    session = Session(day, half)
    with site.at(school, None) as here:
        try:
            command = TakeRegister(
                **acts.signed(site.desk, here.person, sent.key or None),
                session=session,
                group=group,
                marks=given(sent.typed),
                rest_present=sent.rest == "yes",
            )
            done = acts.do(site.desk, command, school)
        except (Refused, Usage) as problem:
            found = taken(here, group, session, sent.typed)
            return _page(site, here, found, problem=problem, key=sent.key)
        receipt = done.outcome.receipt
        if receipt is not None and receipt.repeated:
            found = taken(here, group, session, sent.typed)
            if _changed_since(found):
                return _page(site, here, found, problem=Usage(_ARRIVED.format(receipt.first)))
        said = f"{receipt.first}-{receipt.last}" if receipt else "nothing"
        return RedirectResponse(f"/{school}/registers/{group}/{day}/{half}?done={said}", 303)


_ARRIVED = (
    "What you sent the first time had arrived, from entry {:,}. What you changed since then is "
    "still here and not recorded yet."
)


def _changed_since(found: Taken) -> bool:
    """Whether what was typed holds more than the first sending under the same key recorded."""
    return any(row.differs or (row.stands is None and row.typed.code != "") for row in found.rows)


def _page(
    site: Site,
    here: Here,
    found: Taken,
    *,
    problem: Refused | Usage | None = None,
    key: str = "",
) -> Response:
    status = 200 if problem is None else STATUS[getattr(problem, "kind", "refused")]
    day, inside = found.session.date, still_taken(found.window, found.now)
    here.reads_class(found.group, monday_of(day), day, ADDRESS)
    return site.page(
        "take",
        here,
        status,
        found=found,
        problem=problem,
        takes=here.may(TakeRegister.NAME, found.group, inside=inside or problem is not None),
        differing=[row for row in found.rows if row.differs],
        key=key or site.desk.keys(),
        clock=clock,
    )
