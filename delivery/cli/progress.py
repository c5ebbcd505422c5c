"""A progress bar for whoever watches: on a terminal's stderr, and nowhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far something has come: the yielded function is told the count so far."""
    with _bar(what, total) as (set_to, _):
        yield set_to


@contextmanager
def reading(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how much of a file is read: the yielded function is told of each part."""
    with _bar(what, total) as (_, move):
        yield move


@contextmanager
def _bar(what: str, total: int) -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    if not sys.stderr.isatty():
        yield _nothing, _nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total or None)
        yield (
            lambda done: progress.update(task, completed=done),
            lambda more: progress.advance(task, more),
        )


def _nothing(count: int) -> None:
    pass
