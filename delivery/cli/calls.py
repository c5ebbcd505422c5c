"""
What every call shares: where the ledger is, who acts, as of when, and how to print.

``question`` and ``act`` add these options to a verb, so that each verb's own function says
only what is its own, and every verb takes the same options in the same words.
"""

import datetime as dt
import inspect
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.outputs import write_into
from delivery.cli.unheard import heard
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.exports import Export

DEFAULT_DB = "sqlite:///attendance.db"


@dataclass(frozen=True)
class Call:
    """What the options that verbs share say of one call. ``None``: not said."""

    db: str = DEFAULT_DB
    said_db: str | None = None
    school: int | None = None
    person: str | None = None
    asof: int | dt.datetime | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    policy: str | None = None
    key: str | None = None
    dry_run: bool = False
    as_json: bool = False
    as_csv: bool = False
    output: Path | None = None

    def lines(self) -> Iterable[str] | None:
        """What was given on stdin, a line each; ``None`` where somebody sits there."""
        return None if sys.stdin.isatty() else sys.stdin

    def write(self, text: str) -> None:
        """Print the answer: to the file of ``-o``, else to stdout."""
        text = text if text.endswith("\n") or not text else text + "\n"
        if self.output is None:
            sys.stdout.write(text)
        else:
            write_into(self.output, [text.encode()])
            note(f"Written to {self.output}.")

    def hand_over(self, made: "Export") -> None:
        """Hand over a file that was made: into the file of ``-o``, else to stdout."""
        if self.output is None:
            sys.stdout.writelines(made.texts())
        else:
            write_into(self.output, made.parts())
            note(f"Written to {self.output}.")
        if made.notes:
            note("\n".join(made.notes))


def note(text: str) -> None:
    """Something said beside the answer: to stderr, if somebody sits there."""
    if heard():
        sys.stderr.write(text + "\n")


Shared = tuple[str, Any, Any]
"""The name of a field of ``Call``, its annotation and its default."""

DB = Annotated[
    str | None,
    typer.Option("--db", metavar="URL", help="Where the ledger is: sqlite:///… or postgresql://…"),
]
SCHOOL = Annotated[
    int | None,
    typer.Option("--school", metavar="URN", help="Which school, where there are several."),
]
AS = Annotated[
    str | None,
    typer.Option("--as", metavar="STAFF_ID", help="Who acts; kept with every entry."),
]
_JSON = Annotated[bool, typer.Option("--json", help="One JSON document.")]

WHERE: tuple[Shared, ...] = (("db", DB, None), ("school", SCHOOL, None))
PERSON: tuple[Shared, ...] = (("person", AS, None),)
WHEN: tuple[Shared, ...] = (
    (
        "asof",
        Annotated[
            Any,
            typer.Option(
                "--asof",
                parser=parse.asof,
                metavar="ENTRY|INSTANT",
                help="As known after that entry, or at that moment (London time).",
            ),
        ],
        None,
    ),
    (
        "first",
        Annotated[
            Any,
            typer.Option("--from", parser=parse.date, metavar="DATE", help="First session date."),
        ],
        None,
    ),
    (
        "last",
        Annotated[
            Any, typer.Option("--to", parser=parse.date, metavar="DATE", help="Last session date.")
        ],
        None,
    ),
    (
        "policy",
        Annotated[
            str | None,
            typer.Option("--policy", metavar="PACK", help="Under another policy pack."),
        ],
        None,
    ),
)
OUTPUT: tuple[Shared, ...] = (
    ("as_json", _JSON, False),
    ("as_csv", Annotated[bool, typer.Option("--csv", help="Rows for a spreadsheet.")], False),
    (
        "output",
        Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Into a file.")],
        None,
    ),
)
DOING: tuple[Shared, ...] = (
    (
        "key",
        Annotated[
            str | None,
            typer.Option("--key", metavar="KEY", help="The same key twice records once."),
        ],
        None,
    ),
    (
        "dry_run",
        Annotated[bool, typer.Option("--dry-run", help="Show what would be recorded.")],
        False,
    ),
    ("as_json", _JSON, False),
)

QUESTION = (*WHERE, *WHEN, *OUTPUT)
EXPORT = (*WHERE, *WHEN[:-1], OUTPUT[-1])
"""Of a file for somebody outside."""
ACT = (*WHERE, *PERSON, *DOING)

Function = Callable[..., None]


@dataclass(frozen=True)
class Verb:
    """
    What can be typed after ``attendance``: its words, what it does, and what it may be told.

    ``own`` are the parameters beside those of ``shared``; ``lines`` says what it reads on
    stdin, if it does. Whoever else offers the same verbs, such as the HTTP API, reads this.
    """

    words: str
    function: Function
    own: tuple[inspect.Parameter, ...]
    shared: tuple[Shared, ...]
    lines: str | None = None


VERBS: dict[str, Verb] = {}
"""The verbs imported so far, by their words."""


def verb(
    app: typer.Typer, name: str, shared: tuple[Shared, ...], *, lines: str | None = None
) -> Callable[[Function], Function]:
    """Register a function as a verb that also takes the options ``shared``, given as a ``Call``."""

    def register(function: Function) -> Function:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        kind = inspect.Parameter.KEYWORD_ONLY
        context = inspect.Parameter("context", kind, annotation=typer.Context)
        more = [
            inspect.Parameter(field, kind, default=default, annotation=annotation)
            for field, annotation, default in shared
        ]
        listed = [context, *(one.replace(kind=kind) for one in own), *more]

        def called(context: typer.Context, **given: Any) -> None:
            said = {field: given.pop(field) for field, _, _ in shared}
            function(_call(context.obj or {}, said), **given)

        called.__name__ = function.__name__
        called.__doc__ = function.__doc__
        called.__module__ = function.__module__
        called.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined]
        called.__annotations__ = {one.name: one.annotation for one in listed}
        app.command(name)(called)
        noun = app.info.name
        words = name if noun in {None, "attendance"} else f"{noun} {name}"
        VERBS[words] = Verb(words, function, tuple(own), shared, lines)
        return function

    return register


def _call(before: dict[str, Any], said: dict[str, Any]) -> Call:
    """What was said after the verb, else before it, else in the environment."""
    names = {field.name for field in fields(Call)}
    given = {name: value for name, value in before.items() if value is not None}
    given |= {name: value for name, value in said.items() if value is not None}
    given["said_db"] = given.get("db")
    given.setdefault("db", os.environ.get("ATTENDANCE_DB") or DEFAULT_DB)
    given.setdefault("school", _school(os.environ.get("ATTENDANCE_SCHOOL")))
    given.setdefault("person", os.environ.get("ATTENDANCE_AS") or None)
    call = Call(**{name: value for name, value in given.items() if name in names})
    if call.as_json and call.as_csv:
        raise Usage("Give --json or --csv, not both.")
    if "://" not in call.db:
        raise Usage(f"--db {call.db} is no address; write sqlite:///{call.db} or postgresql://…")
    if call.first and call.last and call.last < call.first:
        raise Usage(f"--to {call.last} is before --from {call.first}.")
    return call


def _school(written: str | None) -> int | None:
    if not written:
        return None
    if not written.isdigit():
        raise Usage(f"ATTENDANCE_SCHOOL is {written!r}; set it to a URN, such as 111950.")
    return int(written)
