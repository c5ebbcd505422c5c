"""What is left beside a ledger's file when the last who had it open is gone."""

from pathlib import Path

from tests.delivery.conftest import Call


def test_a_rebuild_leaves_no_log_beside_the_file(trust: Call, folder: Path) -> None:
    """Given a ledger, when its read models are made anew, then its file is all there is of it."""
    assert trust("rebuild").code == 0

    assert [one.name for one in folder.glob("attendance.db*")] == ["attendance.db"]
