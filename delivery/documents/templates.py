"""Where the wording of a letter comes from: ours, or a school's own file in its place."""

from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path

from delivery.usage import Usage

SHARED = ("letter.typ", "letterhead.typ")
LOGO = "logo.svg"
"""A school's own, beside its templates; there is none of ours."""


def template(kind: str, folder: Path | None = None) -> Mapping[str, str]:
    """
    The files of one kind of letter by name: those in ``folder`` that are there, else ours.

    Raises ``Usage`` for a folder that is not there, or a file that is not text.
    """
    if folder is not None and not folder.is_dir():
        raise Usage(f"{folder} is not a folder of templates.")
    names = (f"{kind}.typ", *SHARED)
    found = {name: _own(folder, name) or _ours(name) for name in names}
    logo = _own(folder, LOGO)
    return found if logo is None else {**found, LOGO: logo}


def _ours(name: str) -> str:
    return (resources("delivery.documents") / "templates" / name).read_text(encoding="utf-8")


def _own(folder: Path | None, name: str) -> str | None:
    path = folder / name if folder is not None else None
    if path is None or not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Usage(f"{path} cannot be read as UTF-8 text.") from None
