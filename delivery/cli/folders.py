"""Watching a folder: ``watch``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, note, verb
from delivery.cli.other_systems import Across, OwnCodes, People
from delivery.cli.problems import Exit

if TYPE_CHECKING:
    from delivery.imports.folder import Passed
    from ledger.refusals import Refused

Folder = Annotated[Path, typer.Argument(metavar="DIR")]


@verb(app, "watch", tuple(one for one in ACT if one[0] not in ("key", "dry_run", "as_json")))
def watch(
    call: Call,
    folder: Folder,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Take in what lies there, and end; for a scheduler.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="How often to look.")
    ] = 2.0,
    people: People = None,
    codes: OwnCodes = None,
    across: Across = None,
) -> None:
    """Take in what is put into a folder, each file once.

    Files of pupils and files of marks, told by what they hold.
    Put a file in by renaming it into place. It is moved to done/, or to quarantine/ where nothing
    of it could be taken in, with a report beside it. Killed at any moment it goes on where it
    was. With --once, exit 8 if a file was quarantined.
    """
    from delivery.bootstrap import desk
    from delivery.imports.files import keys_for
    from delivery.imports.folder import Watched
    from delivery.imports.folder import watch as take_in

    watched = Watched(folder, call.person, call.school, keys_for(people, codes, across))
    with desk(call.db) as at:
        at.stays = True
        quarantined = take_in(
            watched, at, once=once, wait=lambda: time.sleep(every), told=_told, held_up=_held_up
        )
    if quarantined:
        raise typer.Exit(Exit.FINDINGS)


def _told(passed: "Passed") -> None:
    typer.echo(f"{passed.name}: {passed.outcome}. {passed.said}")


def _held_up(why: "Refused") -> None:
    note(f"{why} The file is tried again.")
