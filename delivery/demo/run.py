"""The demonstration, whole: write the files, take them in, show what is found, say what to try."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from delivery.bootstrap import Desk, desk
from delivery.cli.progress import counting
from delivery.demo import feeding, shown, world
from delivery.demo.feeding import Fed, Files, Watched
from delivery.demo.marks import LAST_NIGHT
from delivery.demo.stories import Story
from delivery.demo.world import World
from delivery.usage import Usage


class Compose(Protocol):
    """What opens a ledger: ``delivery.bootstrap.desk``."""

    def __call__(self, url: str, *, create: bool) -> AbstractContextManager[Desk]: ...


@dataclass(frozen=True)
class DemoResult:
    """
    Where the demonstration is, and what is in it.

    ``db`` is the ledger's address; ``entries`` counts the entries of each school by URN;
    ``stories`` name pupils to whom something happens.
    """

    directory: Path
    db: str
    fed: Fed
    entries: dict[int, int]
    stories: dict[str, Story]


def echo_to_stdout(text: str) -> None:
    """Say it where answers go."""
    sys.stdout.write(text + "\n")


def run(
    directory: Path,
    db: str | None = None,
    *,
    compose: Compose = desk,
    echo: Callable[[str], None] = echo_to_stdout,
    watched: Watched = counting,
    invented: World | None = None,
) -> DemoResult:
    """
    Build the demonstration below ``directory`` and show what the ledger finds in it.

    ``db`` is where the ledger goes: by default ``attendance.db`` in the directory. Run again
    it records nothing twice. ``invented`` is another world than the usual one, for tests.
    Raises ``Usage`` where the directory cannot be written or the ledger is of other schools.
    """
    known = invented or world.build()
    try:
        files = feeding.write(known, directory, watched)
    except OSError as problem:
        raise Usage(f"{directory} cannot be written to: {problem.strerror}.") from None
    url = db or f"sqlite:///{directory / 'attendance.db'}"
    with compose(url, create=True) as at:
        _only_ours(at, known, url)
        fed = feeding.feed(at, files, watched)
        feeding.add_up(at, watched)
        told = files.exports.stories["disputed"]
        for part in shown.found(at, fed, told, LAST_NIGHT):
            echo(part)
        entries = {urn: at.store.ledger(urn).size() for urn in at.store.schools()}
    echo(shown.to_try(url, told, _last_night(files, told), LAST_NIGHT))
    return DemoResult(directory, url, fed, entries, files.exports.stories)


def _last_night(files: Files, told: Story) -> Path:
    """The last file that the story's school was in."""
    night = next(one for one in reversed(files.exports.nights) if told.school in one.schools)
    return night.path


def _only_ours(at: Desk, known: World, url: str) -> None:
    """The invented must never stand beside the real."""
    others = sorted(set(at.store.schools()) - {school.urn for school in known.schools})
    if others:
        raise Usage(
            f"{url} holds school {others[0]}, which is not of the demonstration; "
            "give another folder, or another --db."
        )
