"""The ledger in a browser, on this machine."""

from typing import Annotated

import typer

from delivery.cli.app import app
from delivery.cli.calls import DB, PERSON, Call, Shared, note, verb
from delivery.usage import Usage

_WHERE: tuple[Shared, ...] = (("db", DB, None), *PERSON)


@verb(app, "serve", _WHERE)
def serve(
    call: Call,
    *,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Of this machine.")] = 8000,
) -> None:
    """The ledger in a browser, on this machine.

    Answers this machine alone and asks for no password: whoever sits here sees all, and acts as
    the person of --as. Stop it with Ctrl-C.
    """
    import asyncio

    from delivery.bootstrap import desk
    from delivery.web.app import application
    from delivery.web.serving import free, served

    if not free(port):
        raise Usage(f"Port {port} is taken on this machine; choose another with --port.")
    with desk(call.db) as at:
        at.ledgers(None)
        who = f"as {call.person}" if call.person else "to read; to act, start it with --as STAFF_ID"
        note(f"http://127.0.0.1:{port}/ shows the ledger, {who}. Ctrl-C stops it.")
        asyncio.run(served(application(at, call.person), port))
