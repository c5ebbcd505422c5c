"""Schools on several servers: which is where, and one moved to another while it is written to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from delivery.cli.app import group
from delivery.cli.calls import OUTPUT, PERSON, WHERE, Call, note, verb
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.directory.directed import Directed

directory = group("directory", "Schools on several servers: which is where, and moving one.")

_ASKS = (*WHERE, OUTPUT[0])
_DOES = (WHERE[0], *PERSON)
School = Annotated[int, typer.Argument(metavar="URN")]
Server = Annotated[str, typer.Argument(metavar="SERVER", help="Its name in the directory.")]


@verb(directory, "show", _ASKS)
def show(call: Call) -> None:
    """Which server holds which school.

    As the directory says and as the servers do, and copies that moves left behind. With --school,
    every step of that school. Exit 8 where the directory is not as the servers are.
    """
    from delivery.cli.problems import Exit
    from delivery.directory.showing import history, shown
    from delivery.render.envelope import answer, document
    from delivery.render.table import table

    with _directed(call) as at:
        rows = shown(at, call.school)
        steps = history(at, call.school) if call.school is not None else []
    if call.as_json:
        found = {"schools": rows, "history": steps}
        made = answer("directory show", found, school=call.school, asof=None, policy=None)
        call.write(document(made))
    else:
        heads = ("School", "Directory", "Goes on at", "Entries", "On its way to", "Left behind at")
        told = [table(heads, [one.cells() for one in rows])]
        if steps:
            told.append(table(("When", "Where", "What", "Who"), [one.cells() for one in steps]))
        call.write("\n\n".join(told))
    if any(one.differs for one in rows):
        raise typer.Exit(Exit.FINDINGS)


@verb(directory, "set", _DOES)
def place(
    call: Call,
    *,
    server: Server,
    schools: Annotated[
        list[int] | None, typer.Argument(metavar="[URN…]", help="Else all that are there.")
    ] = None,
) -> None:
    """Put down that schools are at a server.

    Schools that are there already, or new ones that are to be opened there. Nothing is moved: a
    school whose ledger goes on elsewhere is refused.
    """
    from delivery.directory.showing import placed

    with _directed(call) as at:
        done = placed(at, server, schools, call.person)
    note(f"At {server}: {', '.join(map(str, done)) or 'no school'}.")


@verb(directory, "move", _DOES)
def move(
    call: Call,
    *,
    school: School,
    to: Annotated[str, typer.Option("--to", metavar="SERVER", help="Its name in the directory.")],
) -> None:
    """Move a school to another server while in use.

    Its entries are copied and verified, then it is closed for a moment, the last entries follow,
    and it goes on there. Cut short, the same call goes on. The old copy stays until it is removed.
    """
    from delivery.cli.progress import counting
    from delivery.directory.moving import move as moved

    with _directed(call) as at:
        size = at.ledger(school).size()
        with counting(f"School {school}", size) as told:
            done = moved(at, school, to, call.person, told)
    if done.source == done.target:
        note(f"School {school} is at {to}: {done.entries:,} entries, {done.root}.")
        return
    note(
        f"School {school} moved from {done.source} to {done.target}: {done.entries:,} entries, "
        f"{done.root}. Closed for {done.stopped:.2f} seconds. "
        f"'attendance directory remove {school} {done.source}' removes what is left there."
    )


@verb(directory, "stay", _DOES)
def stay(call: Call, *, school: School) -> None:
    """Take back a move that was cut short.

    The school goes on where it was, and what was copied is removed. Once it has come it cannot be
    taken back, but moved again.
    """
    from delivery.directory.moving import stay as stays

    with _directed(call) as at:
        name, to = stays(at, school, call.person)
    note(f"School {school} stays at {name}; what was copied to {to} is removed.")


@verb(directory, "remove", _DOES)
def remove(call: Call, *, school: School, server: Server) -> None:
    """Remove what a move left behind.

    Once the ledger that goes on elsewhere is found to continue it, entry by entry. Bytes too.
    """
    from delivery.directory.moving import remove as removed

    with _directed(call) as at:
        left = removed(at, school, server, call.person)
    note(f"School {school}: {left.size:,} entries removed at {server}; it goes on at {left.other}.")


@contextmanager
def _directed(call: Call) -> "Iterator[Directed]":
    from delivery.bootstrap import desk
    from delivery.directory.directed import Directed

    if not call.db.startswith("directory:"):
        raise Usage(f"--db {call.db} is no directory; write directory:///FILE.toml.")
    with desk(call.db) as at:
        assert isinstance(at, Directed)
        yield at
