"""An evidence pack as made, and what would be sent back."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from delivery.render.table import Cell, count_of, facts, table

if TYPE_CHECKING:
    from delivery.packs.making import Case

_ROWS = ("code", "what", "do", "sessions")


def text(found: Any) -> str:
    """The findings, in the order in which an officer would look."""
    head = facts([("Pupil", f"{found.pupil.name} ({found.pupil.upn})")])
    if not found.findings:
        return f"{head}\n\nNothing would be sent back."
    rows = [(one.what, one.do) for one in found.findings]
    listed = table(("Would be sent back", "What would put it right"), rows)
    return f"{head}\n\n{count_of(len(rows), 'finding')}\n\n{listed}"


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row a finding."""
    return _ROWS, [
        (one.code, one.what, one.do, " ".join(map(str, one.sessions))) for one in found.findings
    ]


def written(made: "Case", files: Mapping[str, bytes], whole: bytes) -> dict[str, Any]:
    """What was written, for scripts: hashes, the log, what was left out, what is found."""
    return {
        "sha256": hashlib.sha256(whole).hexdigest(),
        "profile": made.asked.reader.profile,
        "entries": len(made.chosen.entries),
        "root": made.root.hex(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "left_out": list(made.chosen.left_out),
        "findings": [one.model_dump(mode="json") for one in made.found.findings],
    }
