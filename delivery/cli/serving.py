"""The ledger in a browser: on this machine, or for those who sign in."""

import ipaddress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli.app import app
from delivery.cli.calls import DB, PERSON, Call, Shared, note, verb
from delivery.cli.sealing import HERE, KEYS
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.bootstrap import Desk
    from delivery.web.door.doorman import Door
    from delivery.web.serving import Where

_WHERE: tuple[Shared, ...] = (("db", DB, None), *PERSON)


@verb(app, "serve", _WHERE)
def serve(
    call: Call,
    *,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Of this machine.")] = 8000,
    sign_in: Annotated[
        bool, typer.Option("--sign-in", help="Ask everybody to sign in, here on the machine too.")
    ] = False,
    address: Annotated[
        str, typer.Option("--address", metavar="IP", help="Answer there, and not here alone.")
    ] = "127.0.0.1",
    host: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="NAME", help="The name people type; may be given again."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="PEM; with --tls-key.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--tls-key", metavar="FILE", help="PEM; with --tls-cert.")
    ] = None,
    proxies: Annotated[
        list[str] | None,
        typer.Option(
            "--behind-proxy", metavar="IP", help="Believe this proxy, which does TLS; again."
        ),
    ] = None,
    providers: Annotated[
        Path | None,
        typer.Option("--providers", metavar="FILE.toml", help="Where people may sign in as well."),
    ] = None,
    brand: Annotated[
        Path | None,
        typer.Option("--brand", metavar="FILE.toml", help="A trust's own name, colour and logo."),
    ] = None,
    keys: KEYS = HERE,
) -> None:
    """The ledger in a browser.

    Without more it answers this machine alone and asks for no password: whoever sits here sees
    all, and acts as the person of --as. With --sign-in, and always when others can ask,
    everybody has an account (attendance account add). Stop it with Ctrl-C.
    """
    import asyncio

    from delivery.bootstrap import desk
    from delivery.web.app import LOCAL, application
    from delivery.web.brand import brands_of
    from delivery.web.serving import Where, free, served

    where = Where(_ip(address), port, certificate, key, tuple(proxies or ()))
    asks = sign_in or not where.alone
    _check(call, where, asks, host)
    if not free(port, where.address):
        raise Usage(f"Port {port} is taken on this machine; choose another with --port.")
    with desk(call.db) as at:
        at.ledgers(None)
        door = replace(_door(at, call, where, asks, providers), keys=keys)
        brands = brands_of(brand) if brand else ()
        made = application(at, None, door, LOCAL if where.alone else host or (), brands)
        name = host[0] if host else f"{address}:{port}"
        note(f"{'https' if door.secure else 'http'}://{name}/ {_who(call, asks)}. Ctrl-C stops it.")
        asyncio.run(served(made, where))


def _who(call: Call, asks: bool) -> str:
    if asks:
        return "shows the ledger to those who sign in"
    if call.person:
        return f"shows the ledger, as {call.person}"
    return "shows the ledger, to read; to act, start it with --as STAFF_ID"


def _ip(written: str) -> str:
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        raise Usage(f"--address {written} is no address; write it like 0.0.0.0.") from None


def _check(call: Call, where: "Where", asks: bool, host: list[str] | None) -> None:
    """Raise ``Usage`` for what would let others read or pretend."""
    if (where.certificate is None) != (where.key is None):
        raise Usage("Give both --tls-cert and --tls-key.")
    if where.certificate and where.proxies:
        raise Usage(
            "Either the proxy does TLS (--behind-proxy) or this does (--tls-cert), not both."
        )
    if not where.alone and not where.certificate and not where.proxies:
        raise Usage(
            f"At {where.address} others can listen in: give --tls-cert and --tls-key, or say which "
            "proxy does TLS with --behind-proxy."
        )
    if not where.alone and not host:
        raise Usage("Say under which name people come: --host register.example.org.")
    if asks and call.person:
        raise Usage("Where people sign in nobody acts as --as: they act as themselves.")


def _door(at: "Desk", call: Call, where: "Where", asks: bool, providers: Path | None) -> "Door":
    import sqlite3

    from delivery.web.door.book import Book, place_of
    from delivery.web.door.doorman import Door
    from delivery.web.door.openid import providers_of

    place = place_of(call.db)
    try:
        book = Book(place)
    except (OSError, sqlite3.Error) as problem:
        raise Usage(f"{place}, where readings and accounts are kept: {problem}.") from None
    found: dict[str, Any] = {"providers": providers_of(providers)} if providers else {}
    door = Door(
        at,
        call.person,
        book,
        asks=asks,
        secure=bool(where.certificate or where.proxies),
        **found,
    )
    if asks and not door.accounts.any():
        raise Usage("Nobody could sign in: make an account first, with 'attendance account add'.")
    return door
