"""What a call writes into a file: whole, or not at all."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from delivery.settling import replace
from delivery.usage import Usage


def write_into(path: Path, parts: Iterable[bytes]) -> None:
    """
    Write the parts one after another; the file takes its name when all of it is there.

    What is no plain file, such as a pipe, is written as it comes. Raises ``Usage`` where it
    cannot be written.
    """
    plain = path.is_file() or not path.exists()
    rough = path.with_name(f"{path.name}.part") if plain else path
    try:
        with rough.open("wb") as file:
            file.writelines(parts)
        if plain:
            replace(rough, path)
    except OSError as problem:
        raise Usage(f"{path} cannot be written: {problem.strerror}.") from None
    finally:
        if plain:
            with suppress(OSError):
                rough.unlink(missing_ok=True)
