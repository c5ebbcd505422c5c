"""What every letter typed shares: to whom, dated when, figures as at what, the PDF."""

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.asking import entry_of
from delivery.cli.calls import ACT, Call, note, verb
from delivery.cli.doing import built, say
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.bootstrap import Desk
    from delivery.documents.sending import Letter as Written
    from ledger.store import Ledger
    from projections.views import View

Function = Callable[..., None]
CHANNELS = ("first class post", "second class post", "by hand", "email", "app")


@dataclass(frozen=True)
class Letter:
    """One letter as it was typed: the options that every kind shares."""

    kind: str
    pupil: str | None
    parent: str | None = None
    dated: Any = None
    asof: Any = None
    contact: str | None = None
    signed_by: str | None = None
    channel: str = "first class post"
    templates: Path | None = None
    output: Path | None = None
    draft: bool = False

    def send(self, call: Call, **own: Any) -> None:
        """Write it, record it unless it is a draft or to nobody in particular, and save the PDF."""
        from delivery.bootstrap import desk
        from delivery.documents.sending import write

        with desk(call.db) as at:
            ledger = at.ledger(call.school)
            unsent = self.draft or self.pupil is None
            view = self._view(at, ledger)
            letter = write(view, self._asked(at, own), draft=self.draft)
            if unsent and not call.dry_run:
                name = f"{self.kind}{'-draft' if self.draft else ''}.pdf"
                write_to(self.output or Path(name), letter.pdf)
                note("Nothing was recorded.")
            elif self.pupil is None:
                note("Without PUPIL nothing is recorded.")
            else:
                self._record(call, at, ledger, letter)

    def _record(self, call: Call, at: "Desk", ledger: "Ledger", letter: "Written") -> None:
        from delivery import acts
        from delivery.documents.again import again
        from delivery.documents.sending import sent_of

        command = built(letter.sending, acts.signed(at, call.person, call.key))
        done = acts.do(at, command, ledger.school, dry_run=call.dry_run)
        say(call, command.NAME, [done])
        if not call.dry_run:
            number = sent_of(done.outcome).letter
            made = again(ledger, number)
            assert made is not None
            write_to(self.output or Path(f"letter-{number}.pdf"), made.pdf)

    def _view(self, at: "Desk", ledger: "Ledger") -> "View":
        from projections.earlier import earlier
        from projections.views import Scope, live

        upto = entry_of(ledger, self.asof)
        if upto is None:
            return live(at.at(ledger).runner, ledger)
        theirs = at.at(ledger).runner.states(ledger, upto).roll.find(self.pupil or "")
        pupils = frozenset([theirs.id]) if theirs else frozenset[int]()
        return earlier(at.at(ledger).runner, ledger, upto, Scope(pupils=pupils))

    def _asked(self, at: "Desk", own: dict[str, Any]) -> Any:
        from delivery.documents.asked import Asked
        from ledger.calendar.london import london

        folder = self.templates or os.environ.get("ATTENDANCE_TEMPLATES") or None
        return Asked(
            kind=self.kind,  # type: ignore[arg-type]
            pupil=self.pupil,
            dated=self.dated or london(at.clock()).date(),
            parent=self.parent,
            contact=self.contact,
            signed_by=self.signed_by,
            channel=self.channel,  # type: ignore[arg-type]
            templates=Path(folder) if folder else None,
            **own,
        )


COMMON: tuple[tuple[str, Any, Any], ...] = (
    (
        "parent",
        Annotated[str | None, typer.Option("--parent", metavar="ID", help="To one parent.")],
        None,
    ),
    (
        "dated",
        Annotated[
            Any,
            typer.Option("--date", parser=parse.date, metavar="DATE", help="On it; else today."),
        ],
        None,
    ),
    (
        "asof",
        Annotated[
            Any,
            typer.Option(
                "--asof",
                parser=parse.asof,
                metavar="ENTRY|INSTANT",
                help="Figures as at.",
            ),
        ],
        None,
    ),
    (
        "contact",
        Annotated[str | None, typer.Option("--contact", help="Whom to turn to, and how.")],
        None,
    ),
    (
        "signed_by",
        Annotated[
            str | None, typer.Option("--signed-by", metavar="STAFF_ID", help="Else the head.")
        ],
        None,
    ),
    (
        "channel",
        Annotated[str, typer.Option("--by", metavar="CHANNEL", help=", ".join(CHANNELS))],
        CHANNELS[0],
    ),
    (
        "templates",
        Annotated[
            Path | None,
            typer.Option("--templates", metavar="DIR", help="The school's own wording."),
        ],
        None,
    ),
    (
        "output",
        Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="The PDF.")],
        None,
    ),
    (
        "draft",
        Annotated[bool, typer.Option("--draft", help="Write it; record nothing.")],
        False,
    ),
)
"""The options of every letter: the name of a field of ``Letter``, its annotation, its default."""

PUPIL = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]
ANY = Annotated[
    str | None, typer.Argument(metavar="[PUPIL]", help="UPN, or the school's own number.")
]


def letter(
    app: typer.Typer, kind: str, *, pupil_needed: bool = True
) -> Callable[[Function], Function]:
    """Register a function as a kind of letter that also takes the options of every letter."""

    def register(function: Function) -> Function:
        own = list(inspect.signature(function, eval_str=True).parameters.values())
        only = inspect.Parameter.KEYWORD_ONLY
        pupil = inspect.Parameter(
            "pupil",
            only,
            annotation=PUPIL if pupil_needed else ANY,
            default=inspect.Parameter.empty if pupil_needed else None,
        )
        more = [
            inspect.Parameter(name, only, default=default, annotation=annotation)
            for name, annotation, default in COMMON
        ]

        def called(call: Call, **given: Any) -> None:
            shared = {name: given.pop(name) for name, _, _ in COMMON}
            if shared["channel"] not in CHANNELS:
                raise Usage(f"--by {shared['channel']} is not known: {', '.join(CHANNELS)}.")
            function(call, Letter(kind=kind, pupil=given.pop("pupil"), **shared), **given)

        called.__name__ = function.__name__
        called.__doc__ = function.__doc__
        called.__module__ = function.__module__
        called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [own[0], pupil, *own[2:], *more]
        )
        verb(app, kind, ACT)(called)
        return function

    return register


def write_to(path: Path, made: bytes) -> None:
    """Save a PDF. Raises ``Usage`` where that cannot be."""
    try:
        path.write_bytes(made)
    except OSError as problem:
        raise Usage(f"{path} cannot be written: {problem.strerror}.") from None
    note(f"Written to {path}.")
