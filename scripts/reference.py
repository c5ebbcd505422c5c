"""Write the reference pages that follow from the code: ``python scripts/reference.py``.

Events and refusals are described where they are written; these pages gather them. A test holds
them to the code, so that neither moves without the other.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from delivery.cli.problems import _OF_KIND as EXITS  # noqa: E402
from ledger import refusals  # noqa: E402
from ledger.events.base import Event, topics  # noqa: E402
from projections import star_shape  # noqa: E402

PLACE = ROOT / "docs" / "reference"


def main() -> None:
    for name, text in pages().items():
        (PLACE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Each page by its name below ``docs/reference/``."""
    return {
        "events.md": "\n".join(_events()) + "\n",
        "refusals.md": "\n".join(_refusals()) + "\n",
        "star.md": star_shape.markdown(),
    }


# --- events -------------------------------------------------------------------------------


def _events() -> Iterator[str]:
    yield "# Events\n"
    yield _EVENTS
    for module in sorted({kind.__module__ for kind in topics().values()}, key=_place_of):
        heading, _, more = _said(sys.modules[module]).partition("\n\n")
        yield f"## {heading.rstrip('.')}\n\n{more}\n"
        for kind in topics().values():
            if kind.__module__ == module:
                yield from _event(kind)


def _place_of(module: str) -> tuple[int, str]:
    """Registers first, then the roll and the school, then what is done about absences."""
    name = module.rpartition(".")[2]
    first = ("register", "pupil", "school")
    return (first.index(name) if name in first else len(first), name)


def _said(thing: object) -> str:
    """A docstring, as Markdown, without the name it repeats."""
    doc = inspect.getdoc(thing) or ""
    said = re.sub(r"Event name: ``[^`]+``\.\s*", "", doc).replace("``", "`").strip()
    return said if inspect.isclass(thing) else said.replace(". Stream", ".\n\nStream", 1)


_EVENTS = """\
Everything that a ledger knows is one of these. An event is stored under its name, with the version
of its shape; `made_by` (id, name, position) and `made_at` are kept once for all events of an act.
The stream's id says the fields marked *in the stream*, so they are not stored again. A field that
was not given is left out. One JSON file for each shape there ever was stands in `tests/golden/`.
"""


def _event(kind: type[Event]) -> Iterator[str]:
    yield f"### `{kind.TOPIC}`\n"
    yield f"{_said(kind)}\n"
    yield f"Shape {kind.VERSION}:\n"
    for name, field in kind.model_fields.items():
        if name in ("made_by", "made_at"):
            continue
        notes = ["in the stream"] if name in kind.STREAM_FIELDS else []
        notes += [] if field.is_required() else ["may be left out"]
        yield f"- `{name}`: {_typed(kind, name)}" + (f" ({', '.join(notes)})" if notes else "")
    yield ""


_TYPES = {
    "Said": "words",
    "str": "text",
    "int": "whole number",
    "bool": "yes or no",
    "float": "number",
    "IsoDate": "date",
    "dt.date": "date",
    "dt.time": "time of day, Europe/London",
    "Instant": "moment, UTC",
    "Session": "session, such as `2024-09-03 AM`",
    "Code": "code",
    "PupilId": "pupil's number",
    "StaffId": "member of staff",
    "GroupId": "class",
    "Urn": "URN",
    "Upn": "UPN",
    "ParentId": "parent's id",
    "dict[str, str]": "texts by text",
}


def _typed(kind: type[Event], name: str) -> str:
    """The type of a field in words: as its class writes it, else as it is."""
    written = ""
    for base in kind.__mro__:
        own = re.search(rf"^    {name}: (.+?)(?: = .+)?$", inspect.getsource(base), re.MULTILINE)
        if own:
            written = own[1].removesuffix(" | None")
            break
    several = re.fullmatch(r"tuple\[(\w[\w.]*), \.\.\.\]", written)
    known = _TYPES.get(several[1] if several else written)
    if known is None:
        known = _said_of(kind.model_fields[name].annotation)
    return f"list, each: {known}" if several else known


def _said_of(annotation: object) -> str:
    """What a type holds: the words it may be, or the fields it has."""
    parts = [part for part in get_args(annotation) if part not in (type(None), Ellipsis)]
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(f"*{part}*" for part in parts)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = ", ".join(f"`{field}`" for field in annotation.model_fields)
        return f"{re.sub(r'(?<!^)(?=[A-Z])', ' ', annotation.__name__).lower()} ({fields})"
    if len(parts) == 1 or get_origin(annotation) is tuple:
        return _said_of(parts[0])
    return "JSON"


# --- refusals -----------------------------------------------------------------------------


def _refusals() -> Iterator[str]:
    yield "# Refusals\n"
    yield _REFUSALS
    yield "| code | exit | when | what is said | reference |"
    yield "|---|---|---|---|---|"
    for kind in refused():
        when = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
        said = kind.message.replace("|", "\\|")
        yield f"| `{kind.code}` | {EXITS[kind.kind].value} | {when} | {said} | {kind.reference} |"


_REFUSALS = """\
An act or a question that the ledger declines gets one sentence, on stderr; with `--json` the
document is `{"refusal": {"code": …, "message": …, "reference": …}}` on stdout. Codes never change,
so scripts may rely on them. What stands in braces is filled in. They are looked for in this order:
who and what is meant, whether the person may, calendar and roll, the codes, what the rule wants,
what it forbids, and last whether somebody else's act came between.
"""


def refused() -> list[type[refusals.Refused]]:
    """Every refusal, in the order of the modules, which is that in which they are looked for."""
    return [
        kind
        for module in (refusals.wanting, refusals.forbidding)
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, refusals.Refused)
        and kind.__module__ == module.__name__
    ]


if __name__ == "__main__":
    main()
