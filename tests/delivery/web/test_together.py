"""Whoever waits in a loop is told what came, in order, and the loop is woken once for many."""

import asyncio
import threading

import pytest

from delivery.web.together import Together


def test_many_answers_wake_the_loop_once(monkeypatch):
    async def main():
        loop, woken = asyncio.get_running_loop(), []
        wakes = loop.call_soon_threadsafe
        monkeypatch.setattr(loop, "call_soon_threadsafe", lambda do: woken.append(1) or wakes(do))
        together = Together(loop)
        waiting = [together.one() for _ in range(50)]
        thread = threading.Thread(
            target=lambda: [one.set_result(n) for n, one in enumerate(waiting)]
        )
        thread.start()
        thread.join()  # the loop is held up so long
        found = await asyncio.gather(*(one.future for one in waiting))
        assert found == list(range(50))
        assert woken == [1]
        last = together.one()
        last.set_result("after")
        assert await last.future == "after"
        assert woken == [1, 1]

    asyncio.run(main())


def test_no_answer_is_lost_however_loop_and_thread_run():
    async def main():
        together = Together(asyncio.get_running_loop())
        came = 0
        for _ in range(200):
            waiting = [together.one() for _ in range(7)]
            threads = [
                threading.Thread(target=lambda some=some: [one.set_result(1) for one in some])
                for some in (waiting[:4], waiting[4:])
            ]
            for one in threads:
                one.start()
            came += sum(await asyncio.wait_for(asyncio.gather(*(w.future for w in waiting)), 10))
            for one in threads:
                one.join()
        assert came == 1400

    asyncio.run(main())


def test_a_problem_is_raised_where_it_is_waited_for():
    async def main():
        one = Together(asyncio.get_running_loop()).one()
        one.set_exception(ValueError("off"))
        with pytest.raises(ValueError, match="off"):
            await one.future

    asyncio.run(main())


def test_whoever_is_gone_is_not_served_and_not_told():
    async def main():
        one = Together(asyncio.get_running_loop()).one()
        assert one.set_running_or_notify_cancel()
        one.future.cancel()
        assert not one.set_running_or_notify_cancel()
        one.set_result(1)
        await asyncio.sleep(0)
        assert one.future.cancelled()

    asyncio.run(main())


def test_a_loop_that_has_ended_is_told_nothing():
    async def main():
        return Together(asyncio.get_running_loop()).one()

    asyncio.run(main()).set_result(1)
