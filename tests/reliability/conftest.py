"""The little trust of the typed calls, here too; and what cuts a line to PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.conftest import attendance, folder, set_up_once, trust  # noqa: F401
from tests.reliability.line import Line


@pytest.fixture
def line(postgres_server: Any, postgres_url: str) -> Iterator[Line]:
    """A line to the fresh database, which can be cut; ``line.url`` goes through it."""
    made = Line(Path(postgres_server.pgdata), postgres_url)
    yield made
    made.close()
