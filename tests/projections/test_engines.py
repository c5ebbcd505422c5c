"""An address as the store reads it is one that the read models read, with several servers too."""

import pytest

pytest.importorskip("psycopg")

from ledger.store.postgres_address import shown
from projections.engines import engine


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://app@a.example:5432,b.example:5433/att", "a.example,b.example", "5432,5433"),
        ("postgres://app@[::1]:54,[::2]:55/att", "::1,::2", "54,55"),
        ("postgresql://app@/att?host=/run/a,/run/b&port=1,2", "/run/a,/run/b", "1,2"),
        ("postgresql://app@a.example:5432/att", "a.example", "5432"),
    ],
)
def test_several_servers(url: str, host: str, port: str) -> None:
    url += f"{'&' if '?' in url else '?'}target_session_attrs=read-write"

    made = engine(url)

    _, given = made.dialect.create_connect_args(made.url)
    said = {name: str(given[name]) for name in ("user", "host", "port", "dbname")}
    assert said == {"user": "app", "host": host, "port": port, "dbname": "att"}
    assert given["target_session_attrs"] == "read-write"


def test_a_password_is_read_and_not_shown() -> None:
    url = "postgresql://app:s%40cret%2F@a:1,b:2/att"

    made = engine(url)

    assert made.dialect.create_connect_args(made.url)[1]["password"] == "s@cret/"
    assert shown(url) == "postgresql://a,b/att"
