"""From a template and what is merged into it to the bytes of a PDF: the same each time."""

import calendar
import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files as resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.letters import merged_text
from ledger.refusals import FileUnreadable

STANDARDS = ["a-3a", "ua-1"]
"""PDF/A-3a to be kept, PDF/UA-1 to be read aloud; typst refuses what does not conform."""


def pdf(kind: str, files: Mapping[str, str], merged: Mapping[str, Any]) -> bytes:
    """
    The letter as a PDF. The data goes in as one JSON text, never as code of the template.

    Same files, same data, same typst: same bytes. Only our own font is used, and the date in the
    document is the letter's. Raises ``FileUnreadable`` for a template that typst does not take.
    """
    main = f"{kind}.typ"
    named = {name: text.encode() for name, text in files.items()}
    given = {"main": named.pop(main), **named}
    return compiled(main, given, {"letter": merged_text(merged)}, merged["date"]["iso"])


def compiled(main: str, given: Mapping[str, bytes], said: Mapping[str, str], on: str) -> bytes:
    """
    A PDF from the files given by name, texts all of them, with the template as ``main``.

    Dated ``on``; ``said`` is what the template reads from ``sys.inputs``. Raises
    ``FileUnreadable``, naming ``main``, for what typst does not take.
    """
    return _made(main, dict(given), {"sys_inputs": dict(said)}, on)


def compiled_with(main: str, given: Mapping[str, bytes], on: str) -> bytes:
    """The same, with files that are no texts among those given; the template is ``given[main]``."""
    with TemporaryDirectory() as folder:  # typst takes files by name from memory as texts only
        for name, data in given.items():
            (Path(folder) / name).write_bytes(data)
        return _made(main, str(Path(folder) / main), {"root": folder}, on)


def _made(main: str, given: Any, more: Mapping[str, Any], on: str) -> bytes:
    import typst

    options: dict[str, Any] = {
        "font_paths": [str(resources("delivery.documents") / "fonts")],
        "ignore_system_fonts": True,
        "pdf_standards": STANDARDS,
        "timestamp": _midnight(on),
        **more,
    }
    try:
        made: bytes = typst.compile(given, **options)
    except typst.TypstError as problem:
        why = str(problem).strip().rstrip(".")
        raise FileUnreadable(file=main, why=why) from None
    return made


@cache
def made_with() -> str:
    """What makes the PDFs here, with its version."""
    return f"typst {version('typst')}"


def _midnight(iso: str) -> int:
    return calendar.timegm(dt.date.fromisoformat(iso).timetuple())
