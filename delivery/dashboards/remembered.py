"""
Which published files there are, as far as this machine is told where to look.

The folders that ``ATTENDANCE_EXPORTS`` names are looked through, as for packs and disclosures. A
single table written with ``-o`` says nothing of itself in CSV, and is not found.
"""

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from delivery.dashboards import snapshot
from delivery.dashboards.columns import needed
from delivery.dashboards.sets import PACKAGE
from delivery.usage import Usage
from ledger.retention.state import Retention, covers

HISTORY = "v1_fact_mark_history"
"""The table in which every entry of a register has its row, by its number."""

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Found:
    """A published thing: the file or folder, and the entry at which each school stands in it."""

    path: Path
    entries: dict[int, int]
    names: bool


def found_at(path: Path) -> Found | None:
    """What is published at a path that was come across; ``None`` for anything else."""
    if path.name == PACKAGE:
        with suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(path.read_bytes())["attendance"]
            entries = {int(one["school"]): int(one["entry"]) for one in said["schools"]}
            return Found(path.parent, entries, bool(said["names"]))
        return None
    if path.suffix != ".db" or path.is_symlink():
        return None
    told = snapshot.published(path)
    return None if told is None else Found(path, *told)


def holding(path: Path, school: int, ranges: Ranges) -> Path | None:
    """
    What has to go of something published, if it holds an entry of a school in some ranges.

    What cannot be looked into goes too: it can be published again.
    """
    found = found_at(path)
    if found is None or school not in found.entries:
        return None
    try:
        held = any(covers(ranges, one) for one in _entries(found.path, school))
    except (OSError, ValueError, KeyError, sqlite3.Error, Usage):
        held = True
    return found.path if held else None


def stale(folders: Iterable[Path], school: int, kept: Retention) -> Iterator[tuple[str, str]]:
    """What was published before the last disposal, or with reasons that were struck out since."""
    gone = max((entry for entry, _ in kept.certificates), default=0)
    struck = max((entry for entry, _ in kept.redacted), default=0)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            found = found_at(path)
            if found is None or school not in found.entries:
                continue
            since = max(gone, struck if found.names else 0)
            if found.entries[school] < since:
                stands = f"it stands at entry {found.entries[school]}"
                what = f"what it may hold was let go at entry {since}: publish again, or remove it"
                yield str(found.path), f"{stands}, and {what}"


def not_remembered(folder: Path) -> bool:
    """Whether a folder lies in none of those that ``ATTENDANCE_EXPORTS`` names."""
    from delivery.expired import exports

    where = folder.resolve()
    return not any(where.is_relative_to(one.resolve()) for one in exports())


def _entries(path: Path, school: int) -> Iterator[int]:
    """The numbers of a school's entries in something published."""
    if path.is_file():
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as file:
            sql = f"SELECT entry FROM {HISTORY} WHERE school = ?"  # noqa: S608 (a name of ours)
            yield from (entry for (entry,) in file.execute(sql, (school,)))
    elif (rows := path / f"{HISTORY}.csv").is_file():
        with rows.open(newline="", encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                if row["school"] == str(school):
                    yield int(row["entry"])
    else:
        yield from _of_parquet(path / f"{HISTORY}.parquet", school)


def _of_parquet(path: Path, school: int) -> Iterator[int]:
    needed()
    import polars as pl

    of_school = pl.scan_parquet(path).filter(pl.col("school") == school)
    held: Any = of_school.select("entry").collect()
    yield from held["entry"].to_list()
