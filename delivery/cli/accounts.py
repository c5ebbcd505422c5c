"""Accounts: who may sign in, as whom; machines' tokens. Kept apart from the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from delivery.cli.account_scope import pupils_of, schools_of
from delivery.cli.app import group
from delivery.cli.calls import DB, Call, Shared, note, verb
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.bootstrap import Desk
    from delivery.web.door.accounts import Accounts

account = group("account", "Who may sign in, and machines' tokens.")

_HERE: tuple[Shared, ...] = (("db", DB, None),)
Login = Annotated[str, typer.Argument(metavar="NAME", help="What is typed to sign in.")]
Schools = Annotated[
    list[str] | None,
    typer.Option("--school", metavar="URN|all", help="Which schools; may be given again."),
]
Pupils = Annotated[
    list[str] | None,
    typer.Option("--pupil", metavar="UPN", help="A pupil named to an authority; again."),
]


@verb(account, "add", _HERE)
def add(
    call: Call,
    *,
    login: Login,
    staff: Annotated[
        str | None, typer.Option("--staff", metavar="STAFF_ID", help="Whom on the staff it is for.")
    ] = None,
    roles: Annotated[
        list[str] | None,
        typer.Option(
            "--role", metavar="trust|board|authority|auditor|bi", help="For somebody else."
        ),
    ] = None,
    schools: Schools = None,
    pupils: Pupils = None,
    names: Annotated[
        bool, typer.Option("--names", help="Show names to a role that goes without (bi).")
    ] = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Comes from a provider, or is a machine.")
    ] = False,
) -> None:
    """Make an account, with a first password.

    With --staff it sees and does what the roles held at the school allow, that day; with --role
    what the role allows, and acts as nobody.
    """
    with _open(call) as (at, accounts, now):
        meant = schools_of(at, schools, staff)
        found = pupils_of(at, pupils, meant)
        first = accounts.add(
            login,
            now=now,
            staff=staff,
            roles=tuple(roles or ()),
            schools=meant,
            pupils=found,
            names=names,
            password=not no_password,
        )
    if first is None:
        note(f"Account {login} is made, without a password.")
        return
    note(f"Account {login} is made. At the first sign-in another password has to be chosen:")
    call.write(first)


@verb(account, "link", _HERE)
def link(
    call: Call,
    *,
    login: Login,
    issuer: Annotated[str, typer.Option("--issuer", metavar="URL", help="As the provider has it.")],
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="ID", help="Its name for the person.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="MAIL", help="Or an address it verifies.")
    ] = None,
) -> None:
    """Lead a person of a provider to an account."""
    from delivery.web.door.identities import Identities

    if (subject is None) == (email is None):
        raise Usage("Say who it is there: --subject or --email.")
    with _open(call) as (_, accounts, _now):
        claim = "subject" if subject else "email"
        Identities(accounts).link(login, issuer, claim, subject or email or "")
    note(f"Whoever signs in at {issuer} as {subject or email} has the account {login}.")


@verb(account, "grant", _HERE)
def grant(
    call: Call,
    *,
    login: Login,
    pupils: Pupils = None,
    names: Annotated[bool, typer.Option("--names", help="Show names.")] = False,
) -> None:
    """Name more pupils to an account, or show it names."""
    with _open(call) as (at, accounts, _):
        found = pupils_of(at, pupils, accounts.known(login).schools)
        accounts.grant(login, found, True if names else None)
    note(f"Granted to {login}.")


@verb(account, "revoke", _HERE)
def revoke(
    call: Call,
    *,
    login: Login,
    pupils: Pupils = None,
    names: Annotated[bool, typer.Option("--names", help="Show no names any more.")] = False,
) -> None:
    """Take pupils, or names, back from an account."""
    with _open(call) as (at, accounts, _):
        found = pupils_of(at, pupils, accounts.known(login).schools)
        accounts.revoke(login, found, names)
    note(f"Taken back from {login}.")


@verb(account, "disable", _HERE)
def disable(call: Call, *, login: Login) -> None:
    """Let nobody in with an account any more.

    Its sessions and tokens end now; what was done with it stays as it is. A reset brings it back.
    """
    with _open(call) as (_, accounts, now):
        accounts.disable(login, now)
    note(f"Account {login} is disabled.")


@verb(account, "reset", _HERE)
def reset(call: Call, *, login: Login) -> None:
    """A new password for one sign-in.

    The old one and its sessions end; a disabled account is let in again.
    """
    with _open(call) as (_, accounts, _now):
        first = accounts.reset(login)
    note(f"For the next sign-in of {login}:")
    call.write(first)


@verb(account, "token", _HERE)
def token(
    call: Call,
    *,
    login: Login,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="QUESTION", help="'penalty list', …; may be given again."),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="How long it is good.")] = 90,
    end: Annotated[
        str | None, typer.Option("--end", metavar="ID", help="End this one instead.")
    ] = None,
) -> None:
    """A token with which a machine asks over HTTP.

    It is shown this once. It sees what the account sees; with --only no more than these questions,
    and it does nothing.
    """
    from delivery.web.door.questions import TOPICS
    from delivery.web.door.sessions import Sessions

    if unknown := set(only or ()) - TOPICS.keys():
        raise Usage(f"{', '.join(sorted(unknown))}: there is no such question over HTTP.")
    with _open(call) as (_, accounts, now):
        sessions = Sessions(accounts)
        if end is not None:
            sessions.end_token(end, now)
            note(f"The token {end} is good no more.")
            return
        made = sessions.token(login, tuple(only) if only else None, now, days)
    note(f"A token of {login}, good for {days} days, as 'Authorization: Bearer …':")
    call.write(made)


@verb(account, "list", _HERE)
def listed(call: Call) -> None:
    """The accounts, what each is for, and its tokens."""
    from delivery.render.accounts import text
    from delivery.web.door.sessions import Sessions

    with _open(call) as (_, accounts, now):
        sessions = Sessions(accounts)
        call.write(text([(one, sessions.tokens(one.login)) for one in accounts.all()], now))


@verb(account, "comings", _HERE)
def comings(
    call: Call,
    *,
    last: Annotated[int, typer.Option("--last", min=1, max=10_000, help="How many.")] = 50,
) -> None:
    """Who signed in and out, who was refused, and whence."""
    from delivery.render.accounts import comings_text

    with _open(call) as (_, accounts, _now):
        call.write(comings_text(accounts.comings(last)))


@contextmanager
def _open(call: Call) -> Iterator[tuple["Desk", "Accounts", int]]:
    """The ledger, the accounts beside it, and the moment in seconds."""
    from delivery.bootstrap import desk
    from delivery.web.door.accounts import Accounts
    from delivery.web.door.book import Book, place_of

    with desk(call.db) as at:
        at.ledgers(None)
        book = Book(place_of(call.db))
        try:
            yield at, Accounts(book), int(at.clock().timestamp())
        finally:
            book.close()
