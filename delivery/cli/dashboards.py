"""For dashboards: tables of the star, and the file that is published for them."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli.app import app
from delivery.cli.asking import nothing, tell, view_of
from delivery.cli.calls import QUESTION, Call, verb
from delivery.cli.sealing import HERE, KEYS
from delivery.dashboards import TABLES
from delivery.usage import Usage

if TYPE_CHECKING:
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


@verb(app, "star", QUESTION)
def star(
    call: Call,
    *,
    table: Table,
    since: Since = None,
    names: Names = False,
    recipient: Recipient = None,
    keys: KEYS = HERE,
) -> None:
    """A table of the star, for dashboards.

    The columns are the same whatever the rows. Without --names no name is given, with --for
    RECIPIENT no number of the ledger's either. Without --school: every school. With
    --changed-since: every row of the sessions that count otherwise than at that entry.
    """
    from delivery.bootstrap import desk
    from delivery.dashboards.who import reader
    from delivery.render import star as render
    from projections.star_question import star as asked
    from projections.star_shape import NAMED, shape

    if table in NAMED and not names:
        raise Usage(f"{table} holds nothing but names: ask for it with --names, who may see them.")
    if call.policy is not None:
        raise Usage(f"--policy {call.policy} decides nothing here: a mark counts by its code.")
    if since is not None and call.asof is not None:
        raise Usage("--changed-since looks from an entry to now: leave out --asof.")
    who, window = reader(names, recipient, keys), window_of(call, names=names)
    with desk(call.db) as at:
        ledgers = at.ledgers(call.school)
        if since is not None:
            of_one(ledgers, since)
        views = [view_of(at, ledger, call) for ledger in ledgers]
        found = asked(views, shape(table), window, since)
    plain = who.rows(shape(table), found.rows)
    columns = who.shape(shape(table)).columns
    told = found.model_copy(update={"columns": columns, "rows": tuple(plain)})
    tell(call, "star", told, render)


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
