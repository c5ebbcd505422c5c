"""
Publishing for dashboards: what is new takes the place of what was there, whole or not at all.

A published thing is made aside in the same folder, written onto the disk and then renamed into its
place. Whoever has the old one open keeps it; a kill at any moment leaves the old one or the new.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from delivery.dashboards import columns, sets, snapshot
from delivery.dashboards.metadata import datasette
from delivery.dashboards.queries import every
from delivery.dashboards.stands import Given, Wanted
from delivery.settling import replace, sync
from delivery.usage import Usage

SQLITE, FILE, DATASETTE = "sqlite", "star.db", "datasette.json"

_ASIDE = ".new"
_LOCK = ".publishing"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """
    Within it nobody else publishes into the folder, and what a kill left aside is gone.

    The folder is made. Raises ``Usage`` where it cannot be, or somebody else is at it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise Usage(f"{folder} cannot be published into: {problem.strerror}.") from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Usage(f"Somebody else is publishing into {folder} just now.") from None
        for left in folder.glob(f".*{_ASIDE}"):
            _remove(left)
        yield
    finally:
        os.close(lock)


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """Where to write a file that then takes the place of ``path``; nothing does if this fails."""
    aside = _aside(path)
    try:
        yield aside
        replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def folder_in_place_of(path: Path) -> Iterator[Path]:
    """
    A folder to fill, which ``path`` then leads to: a link, because a folder replaces none.

    The folder it led to before is removed after that, and with it what was let go meanwhile.
    """
    if path.exists() and not path.is_symlink():
        raise Usage(f"{path} is there and is none of ours: publish into another folder.")
    aside = _aside(path)
    aside.mkdir()
    made = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    link = _aside(path)
    try:
        yield aside
        for one in (*aside.iterdir(), aside):
            sync(one)
        aside.rename(made)
        link.symlink_to(made.name)
        link.replace(path)
        sync(path.parent)
    finally:
        _remove(aside)
        link.unlink(missing_ok=True)
        for old in path.parent.glob(f".{path.name}-*"):
            if not path.is_symlink() or old.name != os.readlink(path):
                _remove(old)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}{_ASIDE}")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Published:
    """What was published: under which names in the folder, and what is given there."""

    names: tuple[str, ...]
    given: Given


def publish(folder: Path, wanted: Wanted, forms: Sequence[str]) -> tuple[Published, ...]:
    """
    Publish the star into a folder in some forms, each in the place of what was there.

    Raises ``Usage`` where something stands there that is not ours, or the extra is not installed.
    """
    for form in forms:
        if form != SQLITE:
            columns.needed()
    made = []
    with only_one(folder):
        for form in forms:
            if form == SQLITE:
                made.append(_one_file(folder, wanted))
                continue
            with folder_in_place_of(folder / form) as aside:
                told = sets.write(aside, wanted, cast(columns.Form, form))
            made.append(Published((f"{form}/",), told))
    return tuple(made)


def _one_file(folder: Path, wanted: Wanted) -> Published:
    path = folder / FILE
    if path.exists() and snapshot.published(path) is None:
        raise Usage(f"{path} is there and is none of ours: publish into another folder.")
    with in_place_of(folder / DATASETTE) as beside:
        beside.write_text(datasette(path.stem, wanted.who.shapes(), every()), encoding="utf-8")
    with in_place_of(path) as aside:
        told = snapshot.write(aside, wanted)
    return Published((FILE, DATASETTE), told)
