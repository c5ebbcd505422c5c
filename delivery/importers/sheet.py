"""A register as somebody types it: one line a pupil."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from delivery.usage import Usage

_TIME = re.compile(r"@(\d{1,2})[:.](\d{2})")
_SHAPE = "write PUPIL CODE, or PUPIL @08:52 for the time of arrival"


@dataclass(frozen=True)
class SheetLine:
    """One pupil's line: a code (with its nature, where given) or a time of arrival, London time."""

    pupil: str
    code: str | None = None
    arrived: dt.time | None = None
    nature: str | None = None


def sheet_lines(lines: Iterable[str]) -> list[SheetLine]:
    """
    Read ``PUPIL CODE [nature…]`` and ``PUPIL @08:52``, a line each; empty lines are passed over.

    Raises ``Usage`` that names the line.
    """
    read = []
    for number, line in enumerate(lines, start=1):
        words = line.strip().lstrip("\ufeff").split(maxsplit=2)
        if not words:
            continue
        if len(words) == 1:
            raise Usage(f"Line {number} says nothing of {words[0]}: {_SHAPE}.")
        if words[1].startswith("@"):
            if len(words) > 2:
                raise Usage(f"Line {number} says too much after {words[1]}: {_SHAPE}.")
            read.append(SheetLine(words[0], arrived=_time(words[1], f"Line {number}")))
        else:
            _check_code(words[1], f"Line {number}")
            nature = words[2] if len(words) > 2 else None
            read.append(SheetLine(words[0], code=words[1], nature=nature))
    return read


def exceptions(written: Iterable[str]) -> list[SheetLine]:
    """
    Read ``CODE:PUPIL,PUPIL…`` and ``PUPIL@08:52``: those who are not simply present.

    Raises ``Usage`` for anything else.
    """
    read = []
    for text in written:
        pupil, at, time = text.partition("@")
        if at:
            read.append(SheetLine(pupil.strip(), arrived=_time(f"@{time.strip()}", text)))
            continue
        code, colon, pupils = text.partition(":")
        named = [name.strip() for name in pupils.split(",") if name.strip()]
        if not colon or not named:
            raise Usage(f"{text} cannot be read: write CODE:PUPIL,PUPIL or PUPIL@08:52.")
        _check_code(code.strip(), text)
        read += [SheetLine(name, code=code.strip()) for name in named]
    return read


def _check_code(code: str, where: str) -> None:
    if len(code) > 2:
        raise Usage(f"{where}: {code} is no code, which has one or two characters; {_SHAPE}.")


def read_time(written: str) -> dt.time:
    """A time of arrival as somebody writes it: ``8:52`` or ``@08.52``. Raises ``Usage``."""
    return _time(f"@{written.removeprefix('@')}", written)


def _time(written: str, where: str) -> dt.time:
    found = _TIME.fullmatch(written)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return dt.time(int(found[1]), int(found[2]))
    raise Usage(f"{where}: {written} is not a time; write it like @08:52.")
