"""For dashboards: tables of the star, and the file that is published for them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery.cli.app import app
from delivery.cli.asking import tell, view_of
from delivery.cli.calls import OUTPUT, QUESTION, WHEN, WHERE, Call, note, verb
from delivery.cli.questions import among
from delivery.cli.sealing import HERE, KEYS
from delivery.cli.star_options import Names, Recipient, Since, Table, check, of_one, window_of
from delivery.dashboards import FORMS

if TYPE_CHECKING:
    pass


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
    from projections.star_shape import shape

    check(call, table, since, names=names)
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


@verb(app, "publish", (*WHERE, WHEN[1], WHEN[2], OUTPUT[0]))
def publish(
    call: Call,
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where dashboards look.")],
    forms: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="|".join(FORMS), help="Else sqlite; again for another."),
    ] = None,
    names: Names = False,
    recipient: Recipient = None,
    keys: KEYS = HERE,
) -> None:
    """The star into a folder that dashboards read.

    As one SQLite file, star.db, with datasette.json beside it; as Parquet or CSV files in a folder
    of theirs. What is new takes the place of what was there, whole or not at all; who has the old
    one open keeps it. Without --school: every school.
    """
    from delivery.bootstrap import desk
    from delivery.dashboards import publishing
    from delivery.dashboards.remembered import not_remembered
    from delivery.dashboards.stands import Wanted
    from delivery.dashboards.who import reader
    from delivery.render.envelope import document
    from delivery.render.star import published

    formed = tuple(dict.fromkeys(forms or FORMS[:1]))
    for form in formed:
        among("--format", form, FORMS)
    who, window = reader(names, recipient, keys), window_of(call, names=names)
    with desk(call.db) as at:
        ledgers = at.ledgers(call.school)
        wanted = Wanted(at.together(ledgers), ledgers, window, who)
        made = publishing.publish(folder, wanted, formed)
    if call.as_json:
        told = [{"names": one.names, **one.given.model_dump()} for one in made]
        call.write(document({"schema": "attendance.published/1", "dir": folder, "published": told}))
    else:
        call.write(published(folder, made))
    if not_remembered(folder):
        note(
            f"ATTENDANCE_EXPORTS does not name {folder}: a disposal will not find what is there. "
            "Publish again after one, or name the folder."
        )
