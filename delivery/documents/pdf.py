"""From a template and what is merged into it to the bytes of a PDF: the same each time."""

import calendar
import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files as resources
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
    import typst

    main = f"{kind}.typ"
    named = {name: text.encode() for name, text in files.items()}
    given: Any = {"main": named.pop(main), **named}
    options: dict[str, Any] = {
        "font_paths": [str(resources("delivery.documents") / "fonts")],
        "ignore_system_fonts": True,
        "sys_inputs": {"letter": merged_text(merged)},
        "pdf_standards": STANDARDS,
        "timestamp": _midnight(merged["date"]["iso"]),
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
