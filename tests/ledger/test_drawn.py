"""What is drawn is drawn once, by whichever thread or process asks."""

import os
import threading

import pytest

from ledger.store.drawn import drawing


def test_each_has_its_size_and_none_comes_twice():
    draw = drawing(16, many=4)

    found = [draw() for _ in range(1000)]

    assert {len(one) for one in found} == {16}
    assert len(set(found)) == 1000


def test_threads_have_none_in_common():
    draw, found = drawing(8, many=3), [[], [], [], []]

    def some(mine):
        mine += [draw() for _ in range(2000)]

    threads = [threading.Thread(target=some, args=(mine,)) for mine in found]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len({each for mine in found for each in mine}) == 8000


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # it draws, writes and ends
def test_a_process_that_is_forked_draws_its_own():
    draw = drawing(16, many=8)
    draw()
    reads, writes = os.pipe()
    child = os.fork()
    if not child:  # nothing of pytest's runs here
        os.write(writes, b"".join(draw() for _ in range(7)))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reads, 7 * 16)
    os.close(reads)
    os.close(writes)

    assert len(theirs) == 7 * 16
    assert theirs != b"".join(draw() for _ in range(7))
