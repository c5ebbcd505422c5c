"""The little trust's ledger behind the web application, at a moment that stands still."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.cli import main
from delivery.web.app import application
from ledger.store import open_store

NOW = dt.datetime(2024, 9, 3, 10, 0, tzinfo=dt.UTC)
AT = ["--school", "100001"]


@pytest.fixture(scope="session")
def marked_once(set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which Ann was N on the morning of 3 September 2024 and is I since 10:00."""
    path = tmp_path_factory.mktemp("marked") / "attendance.db"
    shutil.copy(set_up_once / "attendance.db", path)
    at = ["--db", f"sqlite:///{path}", *AT]
    with freeze_time("2024-09-03 07:50:00"):
        taking = ["take-register", "4B", "--session", "AM", "--present-except", "N:A100"]
        assert main([*at, *taking, "--as", "teacher"]) == 0
    with freeze_time("2024-09-03 09:00:00"):
        amending = ["amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Parent <rang>"]
        assert main([*at, *amending, "--as", "office"]) == 0
    return path


@pytest.fixture
def desk(marked_once: Path, folder: Path) -> Iterator[Desk]:
    path = folder / "attendance.db"
    shutil.copy(marked_once, path)
    opened = Desk(f"sqlite:///{path}", open_store(f"sqlite:///{path}"), clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def web(desk: Desk) -> Iterator[TestClient]:
    """A browser on the same machine; what it does, the office does."""
    made = application(desk, "office")
    with TestClient(made, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def reading(marked_once: Path) -> Iterator[TestClient]:
    """The same for tests that only read: the application is made once."""
    url = f"sqlite:///{marked_once}"
    desk = Desk(url, open_store(url), clock=lambda: NOW)
    made = application(desk, "office")
    with TestClient(made, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client
    desk.close()
