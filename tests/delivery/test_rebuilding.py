"""Schools rebuilt side by side: the same as one by one, and only where that is possible."""

import pytest
from freezegun import freeze_time

from tests.delivery.conftest import Call


def test_sqlite_lets_one_process_write(trust: Call) -> None:
    """Given a SQLite ledger, when two workers are asked for, then it is said why there is one."""
    ran = trust("rebuild", "--workers", "2")

    assert ran.code == 2
    assert "--workers is for PostgreSQL" in ran.err


@pytest.mark.slow  # two processes start
def test_every_school_is_made_anew_by_two_workers(trust: Call, postgres_url: str) -> None:
    """Given a trust on PostgreSQL, when it is rebuilt by two, then each school is, as by one."""
    at = ["--db", postgres_url]
    with freeze_time("2024-09-02 08:00:00"):
        assert trust("init", "trust.toml", *at).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert trust(*pupils, *at).code == 0
    one = trust("rebuild", *at)
    two = trust("rebuild", "--workers", "2", *at)

    assert (one.code, two.code) == (0, 0)
    assert sorted(two.err.splitlines()) == sorted(one.err.splitlines())
    assert len(two.err.splitlines()) > 1
    assert trust("doctor", "--computed", *at).code == 0
