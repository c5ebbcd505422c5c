"""A pack from a ledger: gathered once, written as PDF or zip; the same bytes each time."""

import hashlib
import io
import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files as resources
from typing import Any

from delivery.documents.again import again
from delivery.documents.pdf import compiled_with
from delivery.packs import telling
from delivery.packs.pages import pages
from delivery.packs.profiles import Others, Reader
from delivery.packs.record import FORMAT, Selected, record, selected, text
from ledger.events import LetterSent
from ledger.kinds import Session
from ledger.proof.merkle import Hash
from ledger.proof.sharing import Place
from ledger.store import Ledger
from ledger.store.log import Log
from projections.preflight import Preflight, marks_of, missing, preflight
from projections.pupil_entries import Held, entries_about
from projections.views import View

PAGES = "pack.pdf"
SIGNED = "checkpoint.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Asked:
    """What pack is asked for: about whom, for whom, of which days, with which signatures."""

    reader: Reader
    first: Any
    last: Any
    checkpoint: str | None = None
    keys: Sequence[str] = ()


@dataclass(frozen=True)
class Case:
    """A pupil's case as at the view's entry: its entries, what a reader sees, what is wrong."""

    view: View
    asked: Asked
    entries: tuple[Held, ...]
    log: Log
    disposed: int = 0

    @cached_property
    def marks(self) -> Mapping[Session, Any]:
        return marks_of(self.view, self.asked.reader.pupil, self.asked.first, self.asked.last)

    @cached_property
    def missing(self) -> list[Session]:
        pupil, days = self.asked.reader.pupil, (self.asked.first, self.asked.last)
        return missing(self.view, pupil, dict(self.marks), *days)

    @cached_property
    def chosen(self) -> Selected:
        others = Others(self.view.context.roll, self.asked.reader.pupil)
        return selected(self.entries, self.asked.reader, others, self.disposed)

    @cached_property
    def found(self) -> Preflight:
        pupil, days = self.asked.reader.pupil, (self.asked.first, self.asked.last)
        return preflight(self.view, pupil, *days, self.entries)

    @cached_property
    def root(self) -> Hash:
        """The hash of the log's first entries, as many as the view knows of."""
        return self.log.root_at(self.view.entry)

    @cached_property
    def nodes(self) -> Mapping[Place, Hash]:
        """
        The hashes that lead from the entries shown to the root.

        Raises ``LogDeparts`` where they do not: an entry is not as it was recorded.
        """
        leaves = {one.held.entry - 1: one.opened.leaf for one in self.chosen.entries}
        return self.log.leading(leaves, self.view.entry)

    @property
    def is_signed(self) -> bool:
        """Whether the checkpoint given is of these very entries; its signature is not looked at."""
        _, size, said, *_ = [*(self.asked.checkpoint or "").split("\n"), "", "", ""]
        return (size, said) == (str(self.view.entry), b64encode(self.root).decode())

    @cached_property
    def figures(self) -> dict[str, int]:
        names = ("possible", "attended", "authorised", "unauthorised", "late")
        rows = [row for row in self.marks.values() if row.code is not None]
        return {name: sum(int(row._mapping[name]) for row in rows) for name in names}


def case(ledger: Ledger, view: View, asked: Asked) -> Case:
    """The case, read from the ledger. Raises ``LogDeparts`` where that is not as recorded."""
    pupil = asked.reader.pupil
    entries, gone = entries_about(ledger, pupil.id, (asked.first, asked.last), view.entry)
    made = Case(view, asked, tuple(entries), Log(ledger), gone)
    assert made.nodes is not None  # what is shown is held against the log before anybody has it
    return made


def attached(found: Case) -> dict[str, bytes]:
    """The files of a pack by name, but for its pages."""
    files = {"record.json": text(record(_about(found), found.chosen, found.nodes))}
    for one in found.chosen.entries:
        if isinstance(one.held.event, LetterSent) and one.main:
            remade = again(found.view.ledger, one.held.event.letter)
            assert remade is not None
            files[f"letter-{one.held.event.letter}.pdf"] = remade.pdf
    if found.asked.checkpoint is not None:
        files[SIGNED] = found.asked.checkpoint.encode()
    if found.asked.keys:
        files["keys.txt"] = "".join(f"{key.strip()}\n" for key in found.asked.keys).encode()
    checker = resources("delivery.packs") / "checker" / "verify.py"
    files["verify.py"] = checker.read_bytes()
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    files["manifest.json"] = text({"format": FORMAT, "files": hashes})
    return dict(sorted(files.items()))


def as_pdf(found: Case, files: Mapping[str, bytes]) -> bytes:
    """The pages, PDF/A-3 and PDF/UA, with every file of the pack attached."""
    said = pages(found, files)
    templates = resources("delivery.packs") / "templates"
    given = {"pack.typ": (templates / "pack.typ").read_bytes(), "pack.json": text(said), **files}
    return compiled_with("pack.typ", given, said["date"]["iso"])


def as_zip(found: Case, files: Mapping[str, bytes]) -> bytes:
    """The same, as a zip: the pages and the files beside them."""
    held = {**files, PAGES: as_pdf(found, files)}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in sorted(held.items()):
            place = zipfile.ZipInfo(name, _EPOCH)
            place.compress_type, place.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            place.create_system = 3  # the same on every system
            made.writestr(place, data)
    return whole.getvalue()


def _about(found: Case) -> dict[str, Any]:
    """What the record says of itself beside the entries."""
    view, asked = found.view, found.asked
    pupil, named = asked.reader.pupil, asked.reader.profile != "auditor"
    act = next(view.ledger.acts(view.entry, view.entry))
    particulars = {"upn": pupil.upn, "name": pupil.name, "born": pupil.born.isoformat()}
    return {
        "school": {"urn": view.urn, "name": view.school.name},
        "pupil": {"id": pupil.id, **(particulars if named else {})},
        "profile": asked.reader.profile,
        "parent": asked.reader.parent,
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "log": {
            "entries": view.entry,
            "recorded_at": act.recorded_at.isoformat(),
            "root": found.root.hex(),
        },
        "register": [_line(found, session, row) for session, row in found.marks.items()],
        "no_entry": [str(session) for session in found.missing],
        "figures": found.figures,
    }


def _line(found: Case, session: Session, row: Any) -> dict[str, Any]:
    """A line of the register as printed: what is entered, what counts, and as what."""
    known = telling.codes_on(found.view, session).known(row.code) if row.code else None
    return {
        "session": str(session),
        "class": row._mapping["class"],
        "entered": row.entered,
        "counts": row.code,
        "as": known.statistical if known else None,
        "late": bool(row.late),
        "layer": row.layer,
        "entry": row.entry,
    }
