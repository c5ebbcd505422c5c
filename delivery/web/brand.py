"""A trust's own name, colour and logo at the head of the pages, from a file of its own."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InAddress
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException

from delivery.usage import Usage

LEAST = 4.5
"""The contrast that text must have with what it stands on: WCAG 2.2, success criterion 1.4.3."""
GOVERNMENT = "#1d70b8"
"""The blue of GOV.UK, kept for the government's own services."""
LARGEST = 200_000
_KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
_RUNS = re.compile(rb"<script|<foreignObject|\son\w+\s*=|javascript:", re.IGNORECASE)

routes = APIRouter(include_in_schema=False)


class Brand(BaseModel):
    """
    How one trust's pages are headed; what is left out is as it is without.

    ``trust`` is the trust's name as its schools were set up; left out, it is for every school.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    trust: str | None = None
    name: str | None = Field(None, min_length=1, max_length=60)
    colour: str | None = Field(None, pattern=r"^#[0-9a-fA-F]{6}$")
    logo: str | None = None
    number: int = Field(0, exclude=True)
    drawn: bytes = Field(b"", exclude=True, repr=False)

    @property
    def kind(self) -> str:
        """The media type of the logo."""
        return _KINDS[Path(self.logo or ".svg").suffix.casefold()]

    @property
    def css(self) -> str:
        """The style sheet that colours the head."""
        return f":root {{ --trust: {self.colour}; }}\n" if self.colour else ""


def brands_of(file: Path) -> tuple[Brand, ...]:
    """The brands of a file, their logos read. Raises ``Usage`` with what is off in it."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        listed = told.pop("brands", [])
        if told:
            raise Usage(f"{file.name}: {', '.join(told)} is not known; write [[brands]].")
        found = [Brand.model_validate(one) for one in listed]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Usage(f"{file.name} cannot be read: {problem}.") from None
    except ValidationError as problem:
        off = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problem.errors()]
        raise Usage(f"{file.name}: {'; '.join(off)}.") from None
    if len({one.trust for one in found}) < len(found):
        raise Usage(f"{file.name}: two brands are for the same trust.")
    for one in found:
        if one.colour is not None:
            check_colour(one.colour)
    return tuple(
        one.model_copy(update={"number": number, "drawn": _drawn(file.parent, one.logo)})
        for number, one in enumerate(found, 1)
    )


def check_colour(colour: str) -> None:
    """Raise ``Usage`` for a colour on which white text is hard to read, or the government's."""
    if colour.casefold() == GOVERNMENT:
        raise Usage(f"{colour} is the blue of GOV.UK, kept for the government: take another.")
    found = contrast(colour, "#ffffff")
    if found < LEAST:
        raise Usage(
            f"White text on {colour} has a contrast of {found:.2f} to 1; it must have {LEAST} to 1 "
            "or more to be read by everybody (WCAG 1.4.3). Take a darker colour."
        )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, from 0 to 1, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def brand_for(brands: Sequence[Brand], trust: str | None) -> Brand | None:
    """The brand of a trust; else the one that is for every school, if there is one."""
    by_trust = {one.trust: one for one in brands}
    return by_trust.get(trust) or by_trust.get(None)


def _drawn(folder: Path, logo: str | None) -> bytes:
    if logo is None:
        return b""
    try:
        drawn = (folder / logo).read_bytes()
    except OSError as problem:
        raise Usage(f"logo {logo} cannot be read: {problem}.") from None
    png = drawn.startswith(b"\x89PNG\r\n")
    if Path(logo).suffix.casefold() not in _KINDS or png is not logo.casefold().endswith(".png"):
        raise Usage(f"logo {logo} is neither an SVG nor a PNG.")
    if len(drawn) > LARGEST:
        raise Usage(f"logo {logo} has {len(drawn):,} bytes; {LARGEST:,} are the most.")
    if not png and _RUNS.search(drawn):
        raise Usage(f"logo {logo} holds a script or what could run one: draw it without.")
    return drawn


@routes.get("/brand/{number}/{what}")
def shown(request: Request, number: Annotated[int, InAddress(ge=1, le=99)], what: str) -> Response:
    """The style sheet or the logo of one brand: for everybody, since the way in shows them."""
    brands: Sequence[Brand] = request.app.state.site.brands
    found = next((one for one in brands if one.number == number), None)
    kept = {"Cache-Control": "max-age=3600"}
    if found is not None and what == "colour.css" and found.css:
        return Response(found.css, media_type="text/css", headers=kept)
    if found is not None and what == "logo" and found.drawn:
        return Response(found.drawn, media_type=found.kind, headers=kept)
    raise HTTPException(404, "There is no such file")
