"""
Schools are moved between two servers under their writers, and whoever moves them is killed.

The writers, the file that comes every night, and the sealer go on all the time and are left alone:
they find each school by the directory. What is looked at afterwards is what
``tests/reliability/crash`` looks at, and that each school goes on at one server alone.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from delivery.directory.directed import Directed
from delivery.directory.showing import placed
from delivery.sealing.keys import KeyFolder
from tests.reliability.crash.killing import Ground, Running
from tests.reliability.crash.oracle import Found, look
from tests.reliability.crash.school import AFTER_TERM, BY_FILE, BY_HAND, desk, set_up
from tests.reliability.failover.pair import Server, until

WRITERS = ("teller", "teller-4B", "importer", "sealer")
MOVER = "mover"
SCHOOLS = (BY_HAND, BY_FILE)
_WITHIN = 4.0  # seconds, on a busy machine the time of one move


@dataclass
class Moves:
    """What was found after so many moves, and how often who made them was killed."""

    found: Found
    moves: int
    kills: int
    at_one: bool
    """Each school goes on at one server, and the directory says which."""
    longest: float
    """Seconds between two acknowledgements of any one writer, at most."""


def moved(
    folder: Path,
    addresses: Sequence[str],
    *,
    kills: int,
    seed: int,
    told: Callable[[str], None] = lambda line: None,
) -> Moves:
    """Both schools begin at the first address; the mover is killed so often at drawn moments."""
    ground = Ground(f"directory:////{str(folder / 'schools.toml').lstrip('/')}", folder, seed)
    _set_up(ground, addresses)
    with ExitStack() as stack:
        running = {kind: stack.enter_context(_running(ground, kind)) for kind in WRITERS}
        watched = {kind: Longest(ground.acks[kind]) for kind in ("teller", "teller-4B")}
        for one in running.values():
            until(lambda one=one: one.first.is_set() or one.process.poll() is not None, "nothing")
        began = folder / "began"
        for n in range(kills):
            began.unlink(missing_ok=True)
            with _running(ground, MOVER):
                until(began.exists, "the mover does not begin")
                ends = time.monotonic() + ground.random.random() * _WITHIN
                while time.monotonic() < ends:
                    _look(watched)
            told(f"kill {n + 1}: {len(ground.acks[MOVER])} moves, {_many(ground)}")
        so_far = len(ground.acks[MOVER])
        with _running(ground, MOVER) as last:  # and in the end it comes through

            def through() -> bool:
                _look(watched)
                return len(ground.acks[MOVER]) > so_far + 1 or last.process.poll() is not None

            until(through, "it does not come through")
    # It was killed once more: what it had begun is finished or taken back before anybody looks.
    at = desk(ground.url, AFTER_TERM)
    assert isinstance(at, Directed)
    _tidy(at)
    at_one = all(_goes_on_at(at, urn) == [at.directory.schools[urn]] for urn in SCHOOLS)
    at.close()
    found = look(ground.url, folder, {k: v for k, v in ground.acks.items() if k != MOVER})
    longest = max(one.seconds for one in watched.values())
    return Moves(found, len(ground.acks[MOVER]), kills + 1, at_one, longest)


class Longest:
    """The longest that a writer waited between two things done."""

    def __init__(self, acks: list[str]) -> None:
        self._acks, self._many, self._at, self.seconds = acks, 0, time.monotonic(), 0.0

    def look(self) -> None:
        now = time.monotonic()
        if len(self._acks) > self._many:
            self.seconds = max(self.seconds, now - self._at) if self._many else 0.0
            self._many, self._at = len(self._acks), now


def _look(watched: dict[str, Longest]) -> None:
    for one in watched.values():
        one.look()
    time.sleep(0.005)


def _set_up(ground: Ground, addresses: Sequence[str]) -> None:
    set_up(addresses[0])
    lines = [f'{name} = "{url}"' for name, url in zip(("north", "south"), addresses, strict=True)]
    (ground.folder / "schools.toml").write_text("\n".join(["[servers]", *lines, ""]))
    at = desk(ground.url, AFTER_TERM)
    assert isinstance(at, Directed)
    assert placed(at, "north", None, "keeper") == list(SCHOOLS)
    at.close()
    KeyFolder(ground.folder, BY_HAND).make("example.org")


def _tidy(at: Directed) -> None:
    """As whoever finds a move that was cut short: one is finished, another taken back."""
    from delivery.directory.moving import move, stay
    from ledger.refusals import Forbidden

    for n, urn in enumerate(SCHOOLS):
        name = at.name_at(urn)
        here = at.last(name, urn)
        if n == 0 and here is not None and here.what == "leaving":
            move(at, urn, here.other, "keeper")
            continue
        try:
            stay(at, urn, "keeper")
        except Forbidden:
            move(at, urn, name, "keeper")  # so that the directory says it too


def _goes_on_at(at: Directed, urn: int) -> list[str]:
    return [name for name in at.directory.servers if urn in at.server(name).store.schools()]


def _many(ground: Ground) -> str:
    return ", ".join(f"{len(ground.acks[kind])} by {kind}" for kind in WRITERS)


@contextmanager
def _running(ground: Ground, kind: str) -> Iterator[Running]:
    one = Running(kind, ground.url, ground.folder, ground.acks[kind])
    try:
        yield one
    finally:
        one.kill()


@contextmanager
def two_servers() -> Iterator[list[str]]:
    """Two PostgreSQL servers of the wheel's own binaries, an empty database on each."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="servers-")))
        folder.chmod(0o777)
        addresses = []
        for name in ("north", "south"):
            server = Server(name, folder)
            server.run("initdb", "-N", "-A", "trust", "-E", "utf8", "-U", "postgres", "-D",
                       str(server.data))  # fmt: skip
            server.start()
            stack.callback(server.stop)
            server.ask("CREATE DATABASE attendance")
            addresses.append(f"postgresql://postgres@127.0.0.1:{server.port}/attendance")
        yield addresses
