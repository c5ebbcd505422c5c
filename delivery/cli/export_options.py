"""What the files for others share when they are typed: of whom, under what number, handed over."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from delivery.cli.asking import nothing, pupil_in
from delivery.cli.calls import Call
from delivery.cli.questions import check_group
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.exports import Export
    from projections.views import Scope, View

RETURNS = ("attendance", "sickness", "new-pupil", "deletion", "plan-fall")
OfPupil = Annotated[str | None, typer.Option("--pupil", metavar="P", help="Of one pupil alone.")]
Number = Annotated[
    str | None,
    typer.Option("--dfe-number", metavar="NUMBER", help="The school's: 908/2101."),
]
OfClass = Annotated[str | None, typer.Option("--class", metavar="C", help="Of one class alone.")]


def hand_over(call: Call, made: "Export") -> None:
    """Hand over what was made; exit 3 where there is nothing in it."""
    call.hand_over(made)
    if not made.records:
        raise nothing(f"There is nothing to write in {made.name}.")


def scope_of(view: "View", call: Call, pupil: str | None, group: str | None) -> "Scope":
    """The sessions, pupils and class of a call. Raises ``UnknownPupil``, ``UnknownGroup``."""
    from projections.views import Scope

    if pupil is not None and group is not None:
        raise Usage("Say --pupil or --class, not both.")
    theirs = None if pupil is None else frozenset({pupil_in(view.context.roll, pupil).id})
    last = call.last or dt.date.max
    if group is not None:
        check_group(view, group, last)
    return Scope(call.first or dt.date.min, last, group, theirs)


def whole(call: Call, why: str) -> None:
    """Refuse ``--from`` and ``--to`` where they could only be passed over."""
    if call.first is not None or call.last is not None:
        raise Usage(f"--from and --to decide nothing here: {why}.")
