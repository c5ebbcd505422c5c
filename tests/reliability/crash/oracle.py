"""
What must be true of a ledger whose writers were killed.

Known from the scripts and from the acknowledgements alone: the ledger is asked only for what it
holds.
"""

import base64
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from delivery.bootstrap import Desk
from delivery.sealing.keys import KeyFolder
from ledger.kinds import Session
from ledger.store import Ledger
from ledger.store.disposing import gone
from ledger.store.verify import verify
from projections.current_register import current_register
from projections.doctor import doctor
from tests.reliability.crash.school import (
    AFTER_TERM,
    BY_FILE,
    BY_HAND,
    DAYS,
    Script,
    desk,
    night,
)


@dataclass
class Found:
    """What was looked at, and what was wrong; everything is counted and nothing raised."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    entries: int = 0

    @property
    def well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


Acks = dict[str, list[str]]
Register = dict[tuple[Session, str], str]


def look(url: str, folder: Path, acks: Acks, *, closely: bool = True) -> Found:
    """
    Everything acknowledged is there once and as it was said, nothing else is, and all fits.

    ``closely``: the read models too, caught up and against ones made anew.
    """
    found = Found()
    at = desk(url, AFTER_TERM)
    try:
        for urn in (BY_HAND, BY_FILE):
            verdict = verify(at.ledger(urn))
            found.entries += verdict.entries
            if not verdict.sound:
                found.wrong.append(f"verify {urn}: {verdict.first_bad} {verdict.fault}")
        _done_by_hand(at, acks, found)
        if "sealer" in acks:
            _sealed(at.ledger(BY_HAND), folder, acks["sealer"], found)
        if "disposer" in acks:
            _disposed(at.ledger(BY_HAND), len(acks["disposer"]), found)
        if closely:
            _read_models(at, acks, found)
            _filed(at, acks, found)
    finally:
        at.close()
    return found


WRITERS = {
    "writer-4A": "4A",
    "writer-4B": "4B",
    "teller": "4A",
    "teller-4B": "4B",
    "server": "4A",
}


def _done_by_hand(at: Desk, acks: Acks, found: Found) -> None:
    there = {act.key: (act.first, act.last) for act in at.ledger(BY_HAND).acts()}
    keys = [act.key for act in at.ledger(BY_HAND).acts()]
    for kind, group in WRITERS.items():
        said = acks.get(kind, [])
        found.acknowledged += len(said)
        for n, (key, first, last) in enumerate(line.split() for line in said):
            if key != f"{group}-{n}":
                found.wrong.append(f"{kind} did {key} as its thing {n}")
            if there.get(key) != (int(first), int(last)):
                found.lost.append(f"{key}: acknowledged at {first}, there {there.get(key)}")
        if kind not in acks:
            continue
        of_class = [key for key in keys if key.startswith(f"{group}-")]
        # Each thing once and in order; one more than acknowledged, at most.
        if of_class != [f"{group}-{n}" for n in range(len(of_class))]:
            found.doubled.append(f"{group}: {of_class}")
        if len(of_class) - len(said) not in (0, 1):
            found.doubled.append(f"{group}: {len(of_class)} acts, {len(said)} acknowledged")


def register(at: Desk, urn: int) -> Register:
    """The read model's marks of a school, by session and UPN."""
    ledger = at.ledger(urn)
    runner = at.at(ledger).runner
    _, context = runner.context(ledger)
    upn = {pupil.id: pupil.upn for pupil in context.roll.pupils.values()}
    r = current_register.c
    asked = select(r.date, r.half, r.pupil, r.code).where(r.school == urn)
    with runner.engine.connect() as connection:
        return {
            (Session(row.date, row.half), str(upn[row.pupil])): row.code
            for row in connection.execute(asked)
        }


def _read_models(at: Desk, acks: Acks, found: Found) -> None:
    for urn in (BY_HAND, BY_FILE):
        ledger = at.ledger(urn)
        at.catch_up(ledger)
        for one in doctor(at.at(ledger).runner, ledger).findings:
            found.wrong.append(f"doctor {urn}: {one.check}, {one.where}: {one.what}")
    marks = register(at, BY_HAND)
    keys = [act.key for act in at.ledger(BY_HAND).acts()]
    for group in {WRITERS[kind] for kind in acks if kind in WRITERS}:
        many = sum(key.startswith(f"{group}-") for key in keys)
        expected = Script(group).upto(many).marks
        there = {one: code for one, code in marks.items() if one in expected}
        if there != expected:
            found.wrong.append(f"the register of {group} is not what {many} things come to")


def _filed(at: Desk, acks: Acks, found: Found) -> None:
    for kind in acks.keys() & {"importer", "watcher"}:
        taken = len(acks[kind])
        found.acknowledged += taken
        names = [
            str(act.source["file"])
            for act in at.ledger(BY_FILE).acts()
            if act.command == "import-marks" and act.source
        ]
        if len(names) != len(set(names)):
            found.doubled.append(f"files taken in twice: {names}")
        acked = [line.split()[0] for line in acks[kind]]
        if kind == "importer":
            acked = [f"night-{int(n):05}.csv" for n in acked]
        if not set(acked) <= set(names):
            found.lost.append(f"files acknowledged {acked}, taken in {names}")
        if names != [f"night-{n:05}.csv" for n in range(len(names))]:
            found.wrong.append(f"files in another order: {names}")
        if names and register(at, BY_FILE) != night(len(names) - 1):
            found.wrong.append(f"the register is not what {names[-1]} showed")


def _sealed(ledger: Ledger, folder: Path, acks: list[str], found: Found) -> None:
    """Every note that was given out is in the sealer's own files, and in the database."""
    keys = KeyFolder(folder, BY_HAND)
    own = {str(note) for note in keys.every()}
    kept = ledger.checkpoints()
    found.acknowledged += len(acks)
    for line in acks:
        note = base64.b64decode(line).decode()
        if note not in own or note not in kept:
            found.lost.append(f"a checkpoint: {note}")
    if not set(kept) <= own:
        found.wrong.append("the database keeps a checkpoint that the sealer does not know of")
    verdict = verify(ledger, keys=keys.verifiers())
    if not verdict.sound:
        found.wrong.append(f"verify with keys: {verdict.fault}")


def _disposed(ledger: Ledger, done: int, found: Found) -> None:
    """What was certified and acknowledged is gone, and nothing of a later day."""
    found.acknowledged += done
    left = {page.stream.split("/")[1] for page in ledger.pages("register/") if not page.gone}
    for day in DAYS[:done]:
        if day.isoformat() in left:
            found.lost.append(f"the disposal of {day}")
    for day in DAYS[done + 1 :]:
        if day.isoformat() not in left:
            found.wrong.append(f"the registers of {day} are gone before their time")
    assert done == 0 or gone(ledger)
