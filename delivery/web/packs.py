"""Evidence packs: the page where one is asked for, and the pack itself, also over the API."""

import datetime as dt
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

import typer
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from delivery.cli.asking import view_of
from delivery.cli.calls import VERBS, Call
from delivery.cli.verbs import load
from delivery.kept import holding
from delivery.usage import Usage
from delivery.web.api import Heard
from delivery.web.door.doorman import Door, Pass, Visited, inside
from delivery.web.door.questions import check_question
from delivery.web.door.rules import EVERYTHING, Verdict, profiles_for
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.letters import pdf_file
from delivery.web.problems import REFUSALS
from delivery.web.site import AsOf, Day, Its, asked_moment
from ledger.kinds import Frozen

routes = APIRouter()
Form = Literal["pdf", "zip"]
MEDIA = {"pdf": "application/pdf", "zip": "application/zip"}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The pack: a PDF with everything attached, or a zip of the same files.",
        "content": dict.fromkeys(MEDIA.values(), _BYTES),
    }
}


class Wanted(Frozen):
    """Which pack: for whom it is made, and of which days."""

    profile: str = "authority"
    parent: str | None = None
    first: dt.date
    last: dt.date
    asof: int | None = None


@routes.get("/{school}/pupils/{pupil}/pack", include_in_schema=False)
def page(
    *,
    site: Its,
    school: int,
    pupil: str,
    asof: AsOf = None,
    profile: Annotated[str, Query(max_length=20)] = "",
    parent: Annotated[str, Query(max_length=40)] = "",
    form: Annotated[str, Query(alias="as", max_length=4)] = "pdf",
    start: Annotated[Day, Query(alias="from")] = None,
    to: Day = None,
) -> Response:
    """The evidence pack of one pupil: what would be sent back; with ``profile`` the pack."""
    with site.at(school, asof) as here:
        theirs = here.pupil(pupil)
        year = here.view.school.calendar.period_of(here.last_day, "year")
        first, last = start or (year.starts if year else here.last_day), to or here.last_day
        if not profile:
            known = profiles_for(here.passed.grant)
            return site.page("pack", here, pupil=theirs, profiles=known, first=first, last=last)
        if form not in MEDIA:
            raise Usage(f"A pack is made as {' or '.join(MEDIA)}.")
        wanted = Wanted(
            profile=profile,
            parent=parent or None,
            first=first,
            last=last,
            asof=here.view.entry if here.asked else None,
        )
        return _pack(here.passed, theirs.upn, wanted, "zip" if form == "zip" else "pdf")


@routes.get(
    "/api/{school}/pack.{form}",
    operation_id="pack-file",
    summary="The evidence pack of one pupil, as a file",
    tags=["questions"],
    responses={**REFUSALS, **_TOLD},
    response_class=Response,
)
def file(
    *,
    request: Request,
    school: Annotated[int, Path(ge=1, le=10**9, description="URN.", examples=[999001])],
    form: Annotated[Form, Path(description="A PDF with all attached, or a zip.")],
    visitor: Visited,
    pupil: Annotated[str, Query(max_length=40, description="UPN, or the school's number.",
                                examples=["X000900115083"])],
    start: Annotated[dt.date, Query(alias="from", examples=["2024-09-02"])],
    to: Annotated[dt.date, Query(examples=["2024-12-20"])],
    profile: Annotated[Literal["parent", "authority", "court", "auditor"],
                       Query(description="For whom it is made: what they may not see is left out.")
                       ] = "authority",
    parent: Annotated[str | None, Query(max_length=40, description="Which parent, for a parent.",
                                        examples=["parent-1"])] = None,
    asof: Annotated[str | None, Query(max_length=40, examples=["31659"])] = None,
) -> Response:  # fmt: skip
    """
    The bytes that ``attendance pack -o`` writes; the same for the same entry.

    Whoever sees named pupils alone gets the pack that is made for an authority.
    """
    door: Door = request.app.state.door
    with holding(door.desk), inside(door.desk, visitor, school):
        view = view_of(door.desk, door.desk.ledger(school), Call())
        passed = Pass.of(door, visitor, view)
        if asof:
            view = view_of(door.desk, door.desk.ledger(school), Call(asof=asked_moment(asof)))
        wanted = Wanted(
            profile=profile, parent=parent, first=start, last=to, asof=view.entry if asof else None
        )
        return _pack(passed, pupil, wanted, form, told="pack")


def _pack(passed: Pass, pupil: str, wanted: Wanted, form: Form, told: str = "") -> Response:
    """
    The pack, by the verb itself, if the visitor may have one for that reader.

    ``told``: what the reading log is to say of it; a page has said so already.
    """
    load()
    verb = VERBS["pack"]
    if wanted.profile not in profiles_for(EVERYTHING):
        raise Usage(f"A pack is for {', '.join(profiles_for(EVERYTHING))}.")
    if wanted.profile not in profiles_for(passed.grant):
        raise NotYoursToSee
    said = {"pupil": pupil, "profile": wanted.profile, "parent": wanted.parent}
    own: dict[str, Any] = {one.name: one.default for one in verb.own} | said
    verdict, theirs = check_question(passed, "pack", own)
    if theirs is None or verdict is not Verdict.ALLOWED:
        raise NotYoursToSee
    with TemporaryDirectory() as folder:
        path = File(folder) / f"pack.{form}"
        call = Heard(
            db=passed.door.desk.url,
            school=passed.view.urn,
            output=path,
            asof=wanted.asof,
            first=wanted.first,
            last=wanted.last,
        )
        if told:
            passed.door.reads(passed, theirs, told)
        try:
            call.do(verb, **own)
        except typer.Exit as ended:
            if not path.exists():
                raise Usage("There is nothing to make a pack of, or it is not whole.") from ended
        return _file(f"pack-{theirs.id}", path.read_bytes(), form)


def _file(name: str, made: bytes, form: Form) -> Response:
    if form == "pdf":
        return pdf_file(name, made)
    told = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(made, media_type=MEDIA[form], headers=told)
