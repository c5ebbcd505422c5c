"""What every page stands on: the ledger as at a moment, and the templates."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from delivery.bootstrap import Desk, holding
from delivery.cli import parse
from delivery.cli.asking import day_of, view_of
from delivery.cli.calls import Call
from delivery.render.table import count_of
from delivery.usage import Usage
from delivery.web.looks import LOOKS
from ledger.calendar.london import london
from ledger.refusals import UnknownPupil
from ledger.roll import Pupil
from projections.views import View

_TEMPLATES = Path(__file__).parent / "templates"


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


@dataclass(frozen=True)
class Here:
    """One page asked for: the school's view as at the moment asked, and the address of that."""

    desk: Desk
    view: View
    asked: str
    person: str | None

    @property
    def urn(self) -> int:
        return self.view.urn

    def link(self, path: str, **more: Any) -> str:
        """An address within the school, which keeps the moment asked about."""
        said = {**more, **({"asof": self.asked} if self.asked else {})}
        query = urlencode({name: value for name, value in said.items() if value is not None})
        return f"/{self.urn}/{path}" + (f"?{query}" if query else "")

    def pupil(self, written: str) -> Pupil:
        """The pupil meant by a number or UPN. Raises ``UnknownPupil``."""
        found = self.view.context.roll.find(written)
        if found is None:
            raise UnknownPupil(pupil=written)
        return found

    @property
    def last_day(self) -> dt.date:
        """The last day with an entry, as at the moment asked."""
        return day_of(self.view)

    @property
    def asof_entry(self) -> int | None:
        return self.view.entry if self.asked else None


class Site:
    """The pages of one open ledger."""

    def __init__(self, desk: Desk, person: str | None) -> None:
        self.desk, self.person = desk, person
        self.jinja = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.jinja.filters |= {"day": day, "short": short, "moment": moment}
        self.jinja.globals |= {"LOOKS": LOOKS, "counted": count_of}

    @contextmanager
    def at(self, school: int, asof: str | None) -> Iterator[Here]:
        """The school as at a moment. Raises as a question typed with ``--asof`` does."""
        asked = (asof or "").strip()
        with holding(self.desk):
            ledger = self.desk.ledger(school)
            call = Call(asof=_asof(asked))
            yield Here(self.desk, view_of(self.desk, ledger, call), asked, self.person)

    def page(
        self, name: str, here: Here | None = None, /, status: int = 200, **said: Any
    ) -> Response:
        """A page from its template; ``here`` gives it the strip that says as at when."""
        strip: dict[str, Any] = {"here": here, "strip": None}
        if here is not None:
            strip["strip"] = here.view.header(name, []).asof
            strip["school"] = here.view.school
        text = self.jinja.get_template(f"{name}.html").render(**strip, **said)
        return HTMLResponse(text, status)


def _asof(asked: str) -> int | dt.datetime | None:
    if not asked:
        return None
    try:
        return parse.asof(asked)
    except typer.BadParameter as problem:
        raise Usage(f"{problem.message}.") from None


def wants_page(request: Request) -> bool:
    """Whether a person with a browser asks, and not a program."""
    return not request.url.path.startswith("/api/")


def _its(request: Request) -> Site:
    found: Site = request.app.state.site
    return found


Its = Annotated[Site, Depends(_its)]
"""The pages of the ledger that the application stands on."""

AsOf = Annotated[str | None, Query(max_length=40)]
Day = Annotated[dt.date | None, Query()]
