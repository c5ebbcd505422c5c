"""What is said of the star, whichever verb gives it: the table, the window, and to whom."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli.asking import nothing
from delivery.cli.calls import Call
from delivery.dashboards import TABLES
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.dashboards.who import For
    from ledger.store import Ledger
    from projections.star_rows import Window


def table_of(typed: str) -> str:
    """A table of the star by its name."""
    if typed not in TABLES:
        raise typer.BadParameter(f"{typed!r} is no table of the star; it is one of {_KNOWN}")
    return typed


_KNOWN = ", ".join(TABLES)
table_of.known = TABLES  # type: ignore[attr-defined]

Table = Annotated[
    Any, typer.Argument(metavar="TABLE", parser=table_of, help="Such as v1_fact_mark_current.")
]
Since = Annotated[
    int | None,
    typer.Option(
        "--changed-since", metavar="ENTRY", min=0, help="Only what changed after that entry."
    ),
]
Names = Annotated[bool, typer.Option("--names", help="With names, for whoever may see them.")]
Recipient = Annotated[
    str | None,
    typer.Option(
        "--for", metavar="RECIPIENT", help="Pseudonyms for pupils, of that recipient's own."
    ),
]


def star_file(call: Call, who: "For", table: str, form: str, since: int | None) -> None:
    """Hand over a table of the star as a file."""
    from delivery.bootstrap import desk
    from delivery.cli.asking import view_of
    from delivery.dashboards.file import file
    from delivery.dashboards.stands import Wanted

    check(call, table, since, names=who.names)
    with desk(call.db) as at:
        ledgers = at.ledgers(call.school)
        if since is not None:
            of_one(ledgers, since)
        views = None if call.asof is None else [view_of(at, ledger, call) for ledger in ledgers]
        wanted = Wanted(at.together(ledgers), ledgers, window_of(call, names=who.names), who)
        call.hand_over(file(wanted, table, form, since, views))


def check(call: Call, table: str, since: int | None, *, names: bool) -> None:
    """Raise ``Usage`` for what cannot be meant of a table of the star."""
    if table == "v1_dim_pupil_named" and not names:
        raise Usage(f"{table} holds nothing but names: ask for it with --names, who may see them.")
    if call.policy is not None:
        raise Usage(f"--policy {call.policy} decides nothing here: a mark counts by its code.")
    if since is not None and call.asof is not None:
        raise Usage("--changed-since looks from an entry to now: leave out --asof.")


def window_of(call: Call, *, names: bool) -> "Window":
    """The sessions asked about: all, if nothing is said."""
    from projections.star_rows import Window

    return Window(call.first or dt.date.min, call.last or dt.date.max, names)


def of_one(ledgers: "list[Ledger]", since: int) -> None:
    """Raise where an entry number would be of several schools, or is of none."""
    if len(ledgers) > 1:
        raise Usage("Entry numbers are of one school: say which with --school.")
    (ledger,) = ledgers
    if since > ledger.size():
        raise nothing(
            f"The ledger of school {ledger.school} has {ledger.size():,} entries, not {since:,}."
        )
