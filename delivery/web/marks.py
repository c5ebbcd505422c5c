"""One mark's page: its entries in order; and to amend it: choose and say why, check, confirm."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from commands.amend_mark import AmendMark
from commands.windows import Window, still_amended
from delivery import acts
from delivery.render.marks import in_time
from delivery.usage import Usage
from delivery.web.here import Here
from delivery.web.looks import look
from delivery.web.site import AsOf, Its, Site
from ledger.kinds import Half, Session
from ledger.refusals import Refused
from projections.explain import explain_mark

ADDRESS = "/{school}/pupils/{pupil}/marks/{day}/{half}"


class Asked(BaseModel):
    """An amendment as somebody typed it; ``confirmed`` once they saw what will be recorded."""

    model_config = ConfigDict(str_strip_whitespace=True)

    code: str = Field(default="", max_length=4)
    reason: str = Field(default="", max_length=1000)
    nature: str = Field(default="", max_length=500)
    key: str = Field(default="", max_length=100)
    confirmed: str = ""


_NO_CODE = "Choose the code to put in the place of the one that is wrong."

routes = APIRouter(include_in_schema=False)


@routes.get(ADDRESS)
def mark(
    *,
    site: Its,
    school: int,
    pupil: str,
    day: dt.date,
    half: Half,
    asof: AsOf = None,
    code: Annotated[str, Query(max_length=4)] = "",
) -> Response:
    """Every entry about one mark, and the form to amend it; ``code`` is chosen in it already."""
    with site.at(school, asof) as here:
        return _page(site, here, pupil, Session(day, half), asked=Asked(code=code))


@routes.post(ADDRESS)
def amend(
    *,
    site: Its,
    school: int,
    pupil: str,
    day: dt.date,
    half: Half,
    asked: Annotated[Asked, Form()],
) -> Response:
    """Show what an amendment would record; record it once that was confirmed."""
    session = Session(day, half)
    with site.at(school, None) as here:
        if not asked.code:
            return _page(site, here, pupil, session, asked=asked, refused=Usage(_NO_CODE))
        command = AmendMark(
            **acts.signed(site.desk, here.person, asked.key or None),
            pupil=pupil,
            session=session,
            code=asked.code,
            reason=asked.reason,
            nature=asked.nature or None,
        )
        try:
            done = acts.do(site.desk, command, school, dry_run=not asked.confirmed)
        except Refused as refused:
            return _page(site, here, pupil, session, asked=asked, refused=refused)
        if asked.confirmed:
            receipt = done.outcome.receipt
            said = f"{receipt.first}-{receipt.last}" if receipt else "nothing"
            to = f"/{school}/pupils/{pupil}/marks/{day}/{half}?done={said}"
            return RedirectResponse(to, 303)
        return site.page(
            "amend_check",
            here,
            pupil=here.pupil(pupil),
            session=session,
            events=done.outcome.events,
            asked=asked,
            key=command.key,
            rules=here.view.school.rules_on(day),
            looked=look,
        )


def _page(
    site: Site,
    here: Here,
    pupil: str,
    session: Session,
    *,
    asked: Asked | None = None,
    refused: Refused | Usage | None = None,
) -> Response:
    """The mark's page; once more with what was typed, where that was refused."""
    rules = here.view.school.rules_on(session.date)
    inside = still_amended(Window.of(here.view.school, session), here.desk.clock())
    found = explain_mark(here.view.ledger, here.pupil(pupil), session, here.asof_entry)
    return site.page(
        "mark",
        here,
        422 if refused else 200,
        found=found,
        look=look(found.code, rules),
        rules=rules,
        looked=look,
        in_time=in_time,
        asked=asked or Asked(),
        refused=refused,
        amends=here.may(AmendMark.NAME, found.group, inside=inside),
    )
