"""What every page stands on: the ledger as at a moment, and the templates."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Annotated, Any

import typer
from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from delivery.cli import parse
from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.kept import holding
from delivery.render.table import count_of
from delivery.usage import Usage
from delivery.web.brand import Brand, brand_for
from delivery.web.door.doorman import FORM_FIELD, Door, Pass, Visited, check_form, inside
from delivery.web.door.pages import topic_of
from delivery.web.door.questions import check_act
from delivery.web.door.rules import Topic, Verdict
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.door.visitor import Visitor, nobody
from delivery.web.first import first_page
from delivery.web.here import Here
from delivery.web.looks import LOOKS
from delivery.web.remembered import Remembered
from delivery.web.strip import Strip, proven
from ledger.calendar.london import london
from ledger.refusals import UnknownPupil
from ledger.store import Ledger

_TEMPLATES = Path(__file__).parent / "templates"
_ENTRIES = re.compile(r"\d{1,12}(-\d{1,12})?|nothing")
_TYPED = re.compile(r" with (resolve-unexplained|decide-absence)\b|: make-return \w+ with --reason")
_PARENT = re.compile(r" \(parent-\d+\)")
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_CHANGES_NOTHING = {
    "/{school}/pupils",
    "/{school}/pupils/{pupil}/letters/{kind}/look",
    "/{school}/ask/{question:path}",
}
"""Forms that are sent and record nothing: what is typed there is to stand in no address."""
_FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>', re.IGNORECASE)


def day(when: dt.date) -> str:
    """``Friday 18 October 2024``."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def short(when: dt.date) -> str:
    """``18 Oct 2024``."""
    return f"{when.day} {when:%b %Y}"


def moment(when: dt.datetime) -> str:
    """A moment as a school's clock showed it: ``18 October 2024, 18:30``."""
    there = london(when)
    return f"{there.day} {there:%B %Y, %H:%M}"


def plain(said: str) -> str:
    """
    What is to be done, as a page says it: without the act or the parent's id that would be typed,
    because a page has buttons for both, and with days in words.
    """
    return dated(_PARENT.sub("", _TYPED.sub("", said)))


def dated(said: object) -> str:
    """The same with days and moments in words: ``3 Sep 2024 AM``, not ``2024-09-03 AM``."""
    said = _MOMENT.sub(lambda found: moment(dt.datetime.fromisoformat(found[0])), str(said))
    return _ISO.sub(lambda found: short(dt.date.fromisoformat(found[0])), said)


class Site:
    """The pages of one open ledger; ``seen_by`` gives those that one request may see."""

    visitor: Visitor
    path: str = ""
    recorded: str = ""
    params: Mapping[str, Any]
    changing: bool = False

    def __init__(self, door: Door, brands: Sequence[Brand] = ()) -> None:
        self.door, self.desk, self.brands = door, door.desk, brands
        self.visitor, self.params = nobody(), {}
        self.remembered = Remembered()
        self.desk.hears.append(self.remembered.drop)
        self.jinja = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.jinja.filters |= {
            "day": day,
            "short": short,
            "moment": moment,
            "plain": plain,
            "dated": dated,
        }
        self.jinja.globals |= {"LOOKS": LOOKS, "counted": count_of}

    def seen_by(self, visitor: Visitor, request: Request) -> "Site":
        """The same pages, for whoever asks for one of them."""
        mine = copy(self)
        mine.visitor, mine.params = visitor, request.path_params
        mine.path = getattr(request.scope.get("route"), "path", "")
        done = request.query_params.get("done", "")
        mine.recorded = done if _ENTRIES.fullmatch(done) else ""
        asks = request.method in {"GET", "HEAD"} or mine.path in _CHANGES_NOTHING
        mine.changing = not asks
        return mine

    @contextmanager
    def at(self, school: int, asof: str | None) -> Iterator[Here]:
        """
        The school as at a moment, if the page asked for is one the visitor may see.

        Raises as a question typed with ``--asof`` does, and as the door does.
        """
        asked = (asof or "").strip()
        with holding(self.desk), inside(self.desk, self.visitor, school):
            ledger = self.desk.ledger(school)
            now = view_of(self.desk, ledger, Call())
            passed = Pass.of(self.door, self.visitor, now)
            self._check(passed)
            person = check_act(passed, None) if self.changing else self.visitor.staff
            view = view_of(self.desk, ledger, Call(asof=asked_moment(asked))) if asked else now
            yield Here(self.desk, view, asked, person, passed)

    def first_page(self, school: int) -> str:
        """The page of a school that the visitor sees first."""
        with holding(self.desk), inside(self.desk, self.visitor, school):
            now = view_of(self.desk, self.desk.ledger(school), Call())
            passed = Pass.of(self.door, self.visitor, now)
            return first_page(passed, self.desk.clock())

    def sees_figures(self, school: int) -> bool:
        """Whether the visitor sees the figures of a school, and so the schools side by side."""
        with holding(self.desk), inside(self.desk, self.visitor, school):
            now = view_of(self.desk, self.desk.ledger(school), Call())
            return Pass.of(self.door, self.visitor, now).sees(Topic.FIGURES)

    def _check(self, passed: Pass) -> None:
        """Let the visitor in to the page asked for, and keep which pupil's record was read."""
        topic = topic_of(self.path, self.params)
        written, pupil = self.params.get("pupil"), None
        if written is not None:
            pupil = passed.view.context.roll.find(written)
            if pupil is None:
                raise UnknownPupil(pupil=written)
        verdict = passed.check(
            topic, pupil=pupil, group=self.params.get("group"), written=written or ""
        )
        if verdict is Verdict.WITHOUT_NAMES:
            raise NotYoursToSee
        if pupil is not None:
            passed.door.reads(passed, pupil, f"page {self.path}")

    def page(
        self, name: str, here: Here | None = None, /, status: int = 200, **said: Any
    ) -> Response:
        """
        A page from its template; ``here`` gives it the strip that says as at when.

        A page about several schools says its own ``strip``, and the ``trust`` whose they are.
        """
        told: dict[str, Any] = {"here": here, "strip": None, "trust": None, "visitor": self.visitor}
        told["recorded"] = self.recorded
        if here is not None:
            strip = self.strip_at(here.view.ledger, here.view.entry, here.asked)
            told |= {"school": here.view.school, "strip": strip}
        trust = here.view.school.trust if here else said.get("trust")
        told["brand"] = brand_for(self.brands, trust)
        text = self.jinja.get_template(f"{name}.html").render(**told | said)
        return HTMLResponse(with_token(text, self.visitor.form_token), status)

    def strip_at(self, ledger: Ledger, entry: int, asked: str) -> Strip:
        """As at when a school is shown, and what of that was verified."""
        act = next(ledger.acts(entry, entry), None) if entry else None
        feed = "" if asked else f"/{ledger.school}/feed?after={entry}"
        known = self.door.book is not None
        told = proven(ledger, self.door.verified(ledger.school), entry) if known else None
        return Strip(asked, act.recorded_at if act else None, entry, told, feed)


def asked_moment(asked: str) -> int | dt.datetime | None:
    """An entry number or a moment as typed, or nothing. Raises ``Usage``."""
    if not asked:
        return None
    try:
        return parse.asof(asked)
    except typer.BadParameter as problem:
        raise Usage(f"{problem.message}.") from None


def wants_page(request: Request) -> bool:
    """Whether a person with a browser asks, and not a program."""
    return not request.url.path.startswith("/api/")


def with_token(page: str, token: str) -> str:
    """A page in whose forms that change something the session's token is."""
    if not token:
        return page
    return _FORM.sub(rf'\g<0><input type="hidden" name="{FORM_FIELD}" value="{token}">', page)


async def _its(request: Request, visitor: Visited) -> Site:
    await check_form(request, visitor.form_token)
    found: Site = request.app.state.site
    return found.seen_by(visitor, request)


Its = Annotated[Site, Depends(_its)]
"""The pages of the ledger that the application stands on."""

AsOf = Annotated[str | None, Query(max_length=40)]
Day = Annotated[dt.date | None, Query()]
