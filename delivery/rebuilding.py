"""Read models made anew of several schools side by side, each in a process of its own."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from delivery.bootstrap import Desk
from delivery.bootstrap import desk as desk_at


def side_by_side(desk: Desk, schools: Sequence[int], workers: int) -> Iterator[tuple[int, int]]:
    """
    Each school as it is done, and the entry its read models stand at then.

    What one process raises is raised here, once those that had begun are done.
    """
    from projections.runner import set_up

    set_up(desk.runner.engine)  # once, and not by each of them at the same moment
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        begun = [pool.submit(_rebuilt, desk.url, school) for school in schools]
        for one in as_completed(begun):
            yield one.result()


def may_be_side_by_side(url: str) -> bool:
    """Whether the database lets several write at once: SQLite does not."""
    return not url.startswith("sqlite")


def _rebuilt(url: str, school: int) -> tuple[int, int]:
    with desk_at(url) as at:
        return school, at.rebuild(at.ledger(school))
