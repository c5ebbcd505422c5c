"""
A folder that files are put into: each is taken in once, and lies afterwards where it belongs.

``taking/`` holds the file being taken in, ``done/`` those taken in, ``quarantine/`` those
that could not be; beside each of these lies a report, ``NAME.report.txt``. A file is moved
before it is read and again when all it held is recorded. One left in ``taking/`` by a crash is
taken in again first of all; what it had recorded by then it does not record twice.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from delivery.bootstrap import Desk
from delivery.importers.source import look_at_any
from delivery.importers.table import open_table
from delivery.imports.marks import import_marks
from delivery.imports.pupils import import_pupils
from delivery.render import taken_in
from delivery.settling import settle, sync
from delivery.usage import Usage
from ledger.refusals import (
    LedgerBusy,
    LedgerUnreachable,
    LedgerUnwritable,
    OutcomeUnknown,
    Refused,
)

if TYPE_CHECKING:
    from delivery.importers.formats.file import Keys

TAKING, DONE, QUARANTINE = "taking", "done", "quarantine"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".swp")
"""How programs call a file that they are still writing."""

SETTLED = dt.timedelta(seconds=2)
"""A file is left alone until it was last written so long ago, lest half of it be read. One from
a clock that is ahead of ours is not."""

NOT_NOW = (LedgerBusy, LedgerUnreachable, LedgerUnwritable, OutcomeUnknown)
"""What is no fault of a file's: it is tried again."""

Outcome = Literal["taken", "quarantined"]


@dataclass(frozen=True)
class Passed:
    """
    A file that was dealt with: where it lies now, and what the report says.

    ``said`` is what a log may hold of it: why a file was refused quotes the file, its names too.
    """

    name: str
    outcome: Outcome
    where: Path
    report: str
    said: str


@dataclass(frozen=True)
class Watched:
    """A folder being watched, by whom, and for which school where its files do not say."""

    folder: Path
    person: str | None
    school: int | None = None
    keys: "Keys | None" = None

    def prepare(self) -> None:
        """Make the folders inside. Raises ``Usage`` where there is no such folder to watch."""
        if not self.folder.is_dir():
            raise Usage(f"There is no folder {self.folder} to watch.")
        for name in (TAKING, DONE, QUARANTINE):
            (self.folder / name).mkdir(exist_ok=True)

    def is_apart(self, desk: Desk) -> None:
        """Raise ``Usage`` where the ledger itself lies in the folder: it would be moved away."""
        scheme, _, where = desk.url.partition(":///")
        if scheme == "sqlite" and Path(where).resolve().parent == self.folder.resolve():
            raise Usage(
                f"The ledger itself lies in {self.folder}, and every file there is moved when it "
                "is taken in: watch a folder of its own."
            )

    def waiting(self, now: dt.datetime) -> list[Path]:
        """
        The files to be taken in, what a crash left first, then oldest first.

        Raises ``Usage`` where the folder has gone.
        """
        try:
            left = [path for path in (self.folder / TAKING).iterdir() if _is_ours(path)]
            come = [path for path in self.folder.iterdir() if _is_ours(path)]
        except OSError as problem:
            raise Usage(f"{self.folder} cannot be watched: {problem.strerror}.") from None
        settled = [path for path in come if not now - SETTLED < _written(path) <= now]
        return sorted(left, key=_order) + sorted(settled, key=_order)

    def take(self, desk: Desk, path: Path) -> Passed:
        """
        Take one file in and put it where it belongs, with its report beside it.

        Raises one of ``NOT_NOW`` where the ledger cannot be written now: the file waits in
        ``taking/``.
        """
        held = path
        if path.parent.name != TAKING:
            held = _free(self.folder / TAKING / path.name)
            path.rename(held)
        try:
            outcome, report = _taken(desk, held, self)
            said = report.splitlines()[0] if report.strip() else "Nothing was taken in."
        except NOT_NOW:
            raise
        except (Refused, Usage) as why:
            outcome, report = "quarantined", f"{why}\n"
            said = f"Refused ({why.code}); its report, beside it, says why."
        return self._put(held, outcome, report, said)

    def _put(self, held: Path, outcome: Outcome, report: str, told: str) -> Passed:
        """The report first: a file that lies in its place has one, whenever a crash came."""
        where = _free(self.folder / (DONE if outcome == "taken" else QUARANTINE) / held.name)
        said = where.with_name(f"{where.name}.report.txt")
        said.write_text(report, encoding="utf-8")
        sync(said)
        held.rename(where)
        settle(where.parent)
        return Passed(held.name, outcome, where, report, told)


def _taken(desk: Desk, held: Path, watched: Watched) -> tuple[Outcome, str]:
    told = (_pupils if _is_of_pupils(held) else _marks)(desk, held, watched)
    outcome: Outcome = "quarantined" if told.refused and not told.took else "taken"
    return outcome, "".join(f"{line}\n" for line in (told.text(), *told.beside()))


def _pupils(desk: Desk, held: Path, watched: Watched) -> taken_in.Told:
    taken = import_pupils(desk, held, watched.person, school=watched.school)
    return taken_in.pupils(taken, dry_run=False)


def _marks(desk: Desk, held: Path, watched: Watched) -> taken_in.Told:
    taken = import_marks(desk, held, watched.person, keys=watched.keys, school=watched.school)
    return taken_in.marks(taken, dry_run=False)


def _is_of_pupils(held: Path) -> bool:
    source = look_at_any(held)
    if source.holds is not None:
        return False
    with open_table(source) as table:
        return table.heading.find("date_of_birth", "dob", "born") is not None


def _is_ours(path: Path) -> bool:
    name = path.name.lower()
    return path.is_file() and not (name.startswith((".", "~")) or name.endswith(UNFINISHED))


def _written(path: Path) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    except FileNotFoundError:  # taken away again
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def _order(path: Path) -> tuple[dt.datetime, str]:
    return _written(path), path.name


def _free(path: Path) -> Path:
    """``path``, or where that is taken, the same name with a number."""
    return next(one for one in _numbered(path) if not one.exists())


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1


def watch(
    watched: Watched,
    desk: Desk,
    *,
    once: bool,
    wait: Callable[[], None],
    told: Callable[[Passed], None],
    held_up: Callable[[Refused], None],
) -> int:
    """
    Take in what lies in the folder, and what comes; ``once`` only what lies there.

    ``told`` hears of each file. Where the ledger cannot be written now, ``held_up`` hears why and
    the file is tried again after ``wait``. The number of files quarantined.
    """
    watched.prepare()
    watched.is_apart(desk)
    quarantined = 0
    while True:
        for path in watched.waiting(desk.clock()):
            try:
                passed = watched.take(desk, path)
            except NOT_NOW as why:
                held_up(why)
                break
            except FileNotFoundError:  # somebody took it away, or another watcher was first
                continue
            quarantined += passed.outcome == "quarantined"
            told(passed)
        if once:
            return quarantined
        wait()
