"""A door that asks, on the little trust's ledger; its clock can be moved, its hashes are cheap."""

import datetime as dt
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from delivery.bootstrap import Desk
from delivery.web.app import application
from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book
from delivery.web.door.doorman import Door
from delivery.web.door.passwords import Passwords
from ledger.store import open_store

BOTH = frozenset({100001, 100002})
HERE = frozenset({100001})
PASSWORD = "three odd words"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Clock:
    """A clock that stands still until it is moved on."""

    def __init__(self) -> None:
        self.at = dt.datetime(2024, 9, 3, 10, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.at

    def on(self, **later: float) -> None:
        self.at += dt.timedelta(**later)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def door(
    marked_once: Path, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """The door of a copy of the ledger, with an account for each role of it."""
    folder = tmp_path_factory.mktemp("door")
    shutil.copy(marked_once, folder / "attendance.db")
    url = f"sqlite:///{folder}/attendance.db"
    desk = Desk(url, open_store(url), clock=clock)
    made = Door(
        desk,
        None,
        Book(folder / "attendance.door.db"),
        asks=True,
        passwords=CHEAP,
        keys=folder / "keys",
    )
    for login in ("head", "office", "teacher", "ceo"):
        account(made.accounts, login, staff=login)
    account(made.accounts, "there", staff="office", schools=frozenset({100002}))
    account(made.accounts, "trust", roles=("trust",), schools=None)
    account(made.accounts, "authority", roles=("authority",), pupils=frozenset({(100001, 1)}))
    account(made.accounts, "auditor", staff="head", roles=("auditor",), schools=BOTH)
    account(made.accounts, "bi", roles=("bi",))
    account(made.accounts, "gone", staff="office")
    made.accounts.disable("gone", made.now())
    yield made
    desk.close()


def account(accounts: Accounts, login: str, **said: object) -> None:
    """An account that has its own password already."""
    given = {"staff": None, "roles": (), "schools": HERE, "now": 0, **said}
    first = accounts.add(login, **given)  # type: ignore[arg-type]
    assert first is not None
    assert accounts.change_password(login, first, PASSWORD)


@pytest.fixture(scope="module")
def browser(door: Door) -> Iterator[Callable[[], TestClient]]:
    """Browsers with nothing kept in them, at one server."""
    made = application(door.desk, door=door)
    with TestClient(made, base_url="http://localhost", raise_server_exceptions=False):
        yield lambda: TestClient(
            made, base_url="http://localhost", raise_server_exceptions=False, follow_redirects=False
        )


def form_of(page: str) -> dict[str, str]:
    """The token that stands in the forms of a page."""
    found = re.search(r'<input type="hidden" name="form" value="([0-9a-f]{64})">', page)
    assert found, page
    return {"form": found[1]}


def sign_in(client: TestClient, login: str, password: str = PASSWORD, **more: str) -> TestClient:
    """Sign in as a browser does, with whatever comes of it."""
    token = form_of(client.get("/sign-in").text)
    client.last = client.post(  # type: ignore[attr-defined]
        "/sign-in", data={"login": login, "password": password, **token, **more}
    )
    return client


@pytest.fixture
def signed_in(browser: Callable[[], TestClient]) -> Callable[[str], TestClient]:
    """A browser in which somebody is signed in."""

    def come(login: str) -> TestClient:
        client = sign_in(browser(), login)
        assert client.last.status_code == 303, client.last.text  # type: ignore[attr-defined]
        return client

    return come
