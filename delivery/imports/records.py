"""Another school's record of a pupil: a pack of its ledger, proved; or a Common Transfer File."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.import_record import ImportRecord, OneRecord
from commands.states import states_of
from delivery import acts
from delivery.bootstrap import Desk, signed
from delivery.importers.formats.ctf import YearOfMarks, years
from delivery.importers.source import Source, look_at_any
from delivery.imports.proved import of_pack
from delivery.imports.reading import SUMS, Reading
from delivery.imports.schools import BadRow
from ledger.events.elsewhere import FromWhat
from ledger.refusals import UnknownPupil

LONGEST = 500
"""Letters of a school's name."""


@dataclass(frozen=True)
class Taken:
    """What a file came to: the act, the lines left out, and what does not add up."""

    done: acts.Done | None
    bad: tuple[BadRow, ...]
    differences: tuple[str, ...]


def import_record(
    desk: Desk,
    path: Path,
    person: str | None,
    *,
    school: int | None = None,
    keys: Sequence[str] = (),
    key: str | None = None,
    dry_run: bool = False,
) -> Taken:
    """
    Take in a pack or a transfer file; ``keys`` are public keys of the other school.

    Raises ``FileUnreadable`` for what is neither, ``RecordBroken`` for a pack that is not as it was
    recorded or lacks its signature, and as ``commands.import_record`` does.
    """
    states = states_of(desk.ledger(school))
    reading = Reading(states.school, states.roll)
    if path.is_dir() or path.suffix in (".zip", ".pdf"):
        sha256, records = of_pack(path, tuple(keys), reading)
        source: FromWhat = "ledger"
    else:
        file = look_at_any(path)
        if file.holds != "xml":
            raise file.refused("it is no pack (zip or PDF) and no Common Transfer File (XML)")
        sha256, records, source = file.sha256, _of_transfer(file, reading), "transfer file"
    done = None
    if records:
        command = ImportRecord(
            **signed(desk, person, key),
            source=source,
            file=path.name,
            sha256=sha256,
            records=tuple(records),
        )
        done = acts.do(desk, command, states.school.urn, dry_run=dry_run)
    return Taken(done, tuple(reading.bad), tuple(reading.differences))


# --- a Common Transfer File ------------------------------------------------------------------


def _of_transfer(file: Source, reading: Reading) -> Sequence[OneRecord]:
    """The years of pupils on our roll at other schools; what is not so is told, line by line."""
    found = []
    for year in years(file.path, file.name):
        one = _of_year(year, reading)
        if one is not None:
            reading.compare(year.line, one)
            found.append(one)
    if not found and not reading.bad:
        raise file.refused("it has no year of attendance of any pupil")
    return found


def _of_year(year: YearOfMarks, reading: Reading) -> OneRecord | None:
    name = year.school or "a school not named"
    if len(name) > LONGEST or len(year.authority) + len(year.establishment) > LONGEST:
        reading.bad.append(BadRow(year.line, "Its school has a name longer than any school's."))
        return None
    if reading.roll.by_upn(year.upn) is None:
        reading.bad.append(BadRow(year.line, str(UnknownPupil(pupil=year.upn or "without a UPN"))))
        return None
    if name.casefold() == reading.school.name.casefold():
        why = f"These sessions are {name}'s own, and its register has them."
        reading.bad.append(BadRow(year.line, why))
        return None
    said = ((f"{mark.day} {mark.half}", mark.code) for mark in year.marks)
    marks, refused = reading.marks(year.line, said)
    sums = {each: getattr(year, each) for each in SUMS}
    told = {each: count for each, count in sums.items() if count is not None}
    if not marks and not told:
        return None
    return OneRecord(
        upn=year.upn,
        school=name,
        establishment=f"{year.authority}/{year.establishment}".strip("/") or None,
        marks=marks,
        told=told,
        refused=refused,
        line=year.line,
    )
