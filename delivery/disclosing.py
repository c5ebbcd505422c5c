"""Everything held on one pupil as a folder to hand over."""

from collections.abc import Mapping
from pathlib import Path

from delivery.documents.again import again
from delivery.packs.record import text as text_of
from delivery.registers import register_as_known
from delivery.render import disclosure, registers
from delivery.render.receipts import london
from delivery.render.table import comma_separated
from delivery.usage import Usage
from ledger.proof.disclosing import opened
from ledger.roll import Pupil
from ledger.store.log import Log
from projections.disclosure import ANOTHER, Clean, Disclosure
from projections.pupil_entries import everything_about
from projections.views import View

_READ_ME = """\
Attendance: everything held on {name} ({upn})
{school} ({urn}), as at entry {entry:,}, recorded {recorded}

entries.txt    every entry in the order in which it was recorded, in words
entries.json   the same with every field; entries.csv the same as rows
register.txt   the register as it stands, with the five particulars of every amendment
register.csv   the same as rows
proofs.json    what shows that each entry stands in the school's log as it was recorded
letters/       the letters to the parent this goes to, as they were sent
withheld.csv   what was left out of which entry, and why

{summary}

What free text says of others without their full name no program finds: whoever hands this
over reads it first (UK GDPR art. 15; Data Protection Act 2018 Sch. 2 para. 16). Staff are named
because the Regulations ask for the name of whoever amends an entry (SI 2024/208 reg. 6).

The entries are numbered within the school's ledger; those missing between them are about
others. proofs.json holds each with its envelope, the values and salts of its parts (of those from
which nothing was left out) and the hashes that lead to the root of the log: to check it, compare
that root with one printed or published before, and follow "The record" in docs/packs.md.
"""


def write(folder: Path, view: View, pupil: Pupil, found: Disclosure, document: str) -> list[Path]:
    """
    The folder, and what was written into it; ``document`` is the answer as JSON.

    Raises ``Usage`` if there is something in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Usage(f"{folder} is there already; name a new folder.")
    written: Mapping[str, str | bytes] = {
        "README.txt": _read_me(found),
        "entries.txt": disclosure.text(found) + "\n",
        "entries.json": document,
        "entries.csv": comma_separated(*disclosure.rows(found)),
        "withheld.csv": comma_separated(
            ("entry", "what", "why"), [(one.entry, one.what, one.why) for one in found.withheld]
        ),
        "proofs.json": _proofs(view, pupil, found),
        **_register(view, pupil, Clean(pupil, found.to, view.context.roll)),
        **_letters(view, found),
    }
    (folder / "letters").mkdir(parents=True)
    for name, held in written.items():
        (folder / name).write_bytes(held if isinstance(held, bytes) else held.encode())
    return [folder / name for name in written]


def _proofs(view: View, pupil: Pupil, found: Disclosure) -> bytes:
    """
    Each entry with its envelope and the hashes that lead to the root of the school's log.

    A part is shown that holds nothing of what was left out; else its commitment proves it.
    """
    log, clean = Log(view.ledger), Clean(pupil, found.to, view.context.roll)
    held = [
        opened(one.page, one.entry)
        for one in everything_about(view.ledger, pupil.id, view.entry)[0]
    ]
    nodes = log.leading({one.entry - 1: one.leaf for one in held}, view.entry)
    return text_of(
        {
            "format": "attendance.disclosure/1",
            "log": {"entries": view.entry, "root": log.root_at(view.entry).hex()},
            "entries": [
                one.shown([name for name, part in one.parts.items() if clean.whole(part.text)])
                for one in held
            ],
            "nodes": [[*place, value.hex()] for place, value in sorted(nodes.items())],
        }
    )


def _read_me(found: Disclosure) -> str:
    at = found.header.asof
    return _READ_ME.format(
        name=found.pupil.name,
        upn=found.pupil.upn,
        school=found.header.school_name,
        urn=found.header.school,
        entry=at.entry,
        recorded=london(at.recorded_at) if at.recorded_at else "never",
        summary=disclosure.summary(found),
    )


def _register(view: View, pupil: Pupil, clean: Clean) -> Mapping[str, str]:
    first = min(spell.starts for spell in pupil.spells)
    last = max(view.school.calendar.by_day.rungs, default=first)
    held = register_as_known(view, first, max(first, last), pupil=pupil)
    return {
        "register.txt": clean.text(0, registers.text(held)) + "\n",
        "register.csv": clean.text(0, comma_separated(*registers.rows(held))),
    }


def _letters(view: View, found: Disclosure) -> Mapping[str, bytes]:
    """The letters to the parent it goes to, unless they name somebody else's child."""
    letters = {}
    for one in found.entries:
        mine = one.event == "letter-sent" and found.to is not None
        if mine and one.fields.get("parent") == found.to and ANOTHER not in str(one.fields):
            number = int(one.stream.removeprefix("letter/"))
            made = again(view.ledger, number)
            if made is not None:
                letters[f"letters/letter-{number}.pdf"] = made.pdf
    return letters
