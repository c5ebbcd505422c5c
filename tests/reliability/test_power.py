"""
The power goes, on SQLite: whatever of the unsynced is left, nothing acknowledged is lost.

Some states here; ``scripts/soak.py power`` looks at more than a thousand.
"""

from pathlib import Path

import pytest

from tests.reliability.power.cutting import KINDS, cut, recorded, shim

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = shim(tmp_path_factory.mktemp("shim"))
    if made is None:
        pytest.skip(
            "NOT TESTED: that nothing is lost when the power goes wants Linux and a C compiler"
        )
    return made


def test_nothing_acknowledged_is_lost_when_the_power_goes(library: Path, tmp_path: Path) -> None:
    ops = recorded(tmp_path, library, 30, "full")

    found = cut(ops, tmp_path, 40, 3, KINDS)

    assert (found.lost, found.corrupt) == ([], [])
    assert (found.states, found.acknowledged > 400) == (40, True)
    # It was watched: logs came and went, and each kind of thing was written down.
    assert {op.op for op in ops} == set("OWTSDUR")
    assert sum(op.op == "O" and op.said.endswith(b"-wal") for op in ops) > 2


@pytest.mark.parametrize("run", ["files", "disposals"])
def test_nor_while_files_are_taken_in_and_published_or_entries_disposed_of(
    run: str, library: Path, tmp_path: Path
) -> None:
    """
    A file in ``done/`` lies there with its report, and what took the place of another is whole;
    a disposal that was cut short is whole or still to be done, and done again it is done.
    """
    ops = recorded(tmp_path, library, 2, "full", run)

    found = cut(ops, tmp_path, 8, 3, KINDS, run)

    assert (found.lost, found.corrupt) == ([], [])
    assert (found.states, found.acknowledged > 30) == (8, True)


def test_the_control_which_syncs_less_is_found_out(library: Path, tmp_path: Path) -> None:
    """With ``synchronous=NORMAL`` acts are lost, or the test above would see nothing."""
    ops = recorded(tmp_path, library, 15, "normal")

    found = cut(ops, tmp_path, 8, 3, ("none",))

    assert found.lost
    assert found.corrupt == []
