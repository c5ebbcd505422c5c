"""A pack checked here by the very program that is in it, run as a stranger would run it."""

import io
import subprocess
import sys
import tempfile
import zipfile
import zlib
from importlib.resources import as_file
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from delivery.usage import Usage

LARGEST = 1 << 28
"""Bytes that the files of a pack may have together: its record, letters and pages."""


_SPOILT = (OSError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError,
           AttributeError, AssertionError, RuntimeError)  # fmt: skip
"""What reading a spoilt zip or PDF may raise: encrypted, packed in some other way, cut short."""


def checked(pack: Path, keys: tuple[str, ...] = (), kept: tuple[str, ...] = ()) -> dict[str, Any]:
    """
    What ``verify.py`` says of a zip, a PDF or a folder: its lines, and whether all is sound.

    ``keys`` and ``kept`` checkpoints come from elsewhere than the pack. It is our copy of the
    program that runs, never the one in the pack. Raises ``Usage`` for what is no pack.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        place = _attachments(pack, folder / "pack") if pack.suffix == ".pdf" else pack
        call: list[str] = []
        for key in keys:
            call += ["--key", key]
        for number, note in enumerate(kept):
            file = folder / f"kept-{number}.txt"
            file.write_text(note, encoding="utf-8")
            call += ["--checkpoint", str(file)]
        with as_file(resources("delivery.packs") / "checker" / "verify.py") as program:
            ran = subprocess.run(  # noqa: S603 - our own file, with arguments and no shell
                [sys.executable, "-X", "utf8", str(program), str(place), *call],
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
    if ran.returncode not in (0, 4):
        said = ran.stderr.strip().rpartition("error: ")[2].splitlines()
        raise Usage(f"{pack} is no pack: {said[-1] if said else 'it cannot be checked'}")
    return {"pack": pack.name, "sound": ran.returncode == 0, "said": ran.stdout.splitlines()}


def files_of(pack: Path) -> dict[str, bytes]:
    """The files of a pack by name. Raises ``Usage`` for what is no pack, or too large for one."""
    if pack.is_dir():
        return {one.name: one.read_bytes() for one in pack.iterdir() if one.is_file()}
    if pack.suffix == ".pdf":
        with tempfile.TemporaryDirectory() as made:
            return files_of(_attachments(pack, Path(made) / "pack"))
    try:
        with zipfile.ZipFile(pack) as held:
            if sum(one.file_size for one in held.infolist()) > LARGEST:
                raise Usage(f"{pack} is larger than any pack, once unpacked.")
            return {name: held.read(name) for name in held.namelist()}
    except _SPOILT as problem:
        raise Usage(f"{pack} cannot be read: {_words(problem)}.") from None


def _words(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0].rstrip(".")


def _attachments(pack: Path, folder: Path) -> Path:
    """The files attached to a PDF, in a folder."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    folder.mkdir()
    try:
        attached = PdfReader(io.BytesIO(pack.read_bytes())).attachments
        for name, (data, *_) in attached.items():
            (folder / Path(name).name).write_bytes(data)
    except (*_SPOILT, PyPdfError) as problem:
        raise Usage(f"{pack} cannot be read: {_words(problem)}.") from None
    return folder
