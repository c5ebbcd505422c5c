"""
The directory: a file that says which server holds which school.

People write ``[servers]``, a name and an address each. Below it the program adds a ``[[placed]]``
whenever a school is placed, with who did it, when and why, and takes none away: the last one of
a school counts, and those before it are its history. The file is replaced whole, by renaming.
"""

import datetime as dt
import fcntl
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from delivery.usage import Usage

SCHEME = "directory:"
_SQLITE = "sqlite:///"


class Placed(BaseModel):
    """That a school is at a server: since when, who said so, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    school: int
    server: str
    at: dt.datetime
    by: str
    why: str = ""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    servers: dict[str, str]
    placed: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Directory:
    """What the file says: the servers' addresses by name, and every placing in order."""

    servers: Mapping[str, str]
    placed: tuple[Placed, ...]

    @property
    def schools(self) -> dict[int, str]:
        """The server of each school."""
        return {one.school: one.server for one in self.placed}


def path_of(url: str) -> Path:
    """The file of an address such as ``directory:///schools.toml``, read as one of SQLite."""
    return Path(url.removeprefix(SCHEME).removeprefix("//").removeprefix("/"))


def read(path: Path) -> Directory:
    """What a file says. Raises ``Usage`` where it says nothing that can be meant."""
    try:
        held = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Usage(f"The directory {path} cannot be read: {problem}.") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Usage(f"The directory {path} cannot be read: {where}: {first['msg']}.") from None
    for one in held.placed:
        if one.server not in held.servers:
            why = f"school {one.school} is placed at {one.server}, which is none of its servers"
            raise Usage(f"The directory {path} cannot be read: {why}.")
    servers = {name: _from_there(path, url) for name, url in held.servers.items()}
    return Directory(servers, held.placed)


def place(path: Path, placed: Placed) -> None:
    """Add where a school is; nothing is added where the file says so already."""
    with _alone(path):
        if read(path).schools.get(placed.school) == placed.server:
            return
        said = path.read_text("utf-8")
        block = ["", "[[placed]]", *(f"{name} = {value}" for name, value in _written(placed)), ""]
        rough = path.with_name(f"{path.name}.part")
        with rough.open("w", encoding="utf-8") as file:
            file.write(said.rstrip("\n") + "\n" + "\n".join(block))
            file.flush()
            os.fsync(file.fileno())
        read(rough)  # what is put in its place can be read
        rough.chmod(path.stat().st_mode)  # there may be passwords in it
        rough.replace(path)
        folder = os.open(path.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _written(placed: Placed) -> Iterator[tuple[str, str]]:
    moment = placed.at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    yield "school", str(placed.school)
    yield "server", json.dumps(placed.server)
    yield "at", moment
    yield "by", json.dumps(placed.by)
    if placed.why:
        yield "why", json.dumps(placed.why)


def _from_there(path: Path, url: str) -> str:
    """An address; a SQLite file is looked for from the folder of the directory."""
    if not url.startswith(_SQLITE):
        return url
    return f"{_SQLITE}{path.absolute().parent / url.removeprefix(_SQLITE)}"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """While nobody else on this machine adds to it."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
