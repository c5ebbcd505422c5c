"""Spoilt files taken in by the calls that people type, and what must be true after each."""

import io
import json
import random
import re
import shutil
import tempfile
import unicodedata
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from delivery.cli import main
from ledger.events import (
    AmendmentObserved,
    Event,
    MarkRecorded,
    MarkVanished,
    PupilAdmitted,
    RecordTakenIn,
)
from ledger.kinds import Session
from ledger.store import open_store
from ledger.store.verify import verify
from tests.reliability.little import little_trust, typed
from tests.reliability.mutated import naive
from tests.reliability.mutated.samples import FIRST, OTHER, SCHOOL, Sample, samples
from tests.reliability.mutated.spoiling import spoilt

ENDS = (0, 2, 3, 5, 8)
"""Exit codes a spoilt file may end with: taken in, typed wrongly, nothing, refused, findings."""
_OURS = re.compile(r"Traceback|should not have happened|Error\b.*\(|<class|object at 0x|pydantic")
LONGEST = 1200


@dataclass
class Came:
    """What came of the files of one kind; ``took`` counts those of which something was taken in."""

    files: int = 0
    took: int = 0
    entries: int = 0
    marks: int = 0


@dataclass
class Tally:
    """What came of so many files; ``faults`` are what must not be."""

    of: dict[str, Came] = field(default_factory=lambda: defaultdict(Came))
    ways: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Ground:
    """A ledger with some marks of one day, copied anew for every file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first = folder / "attendance.db"
        self.samples = samples(_made(folder / "samples"))
        self.url = little_trust(folder, "Bench Primary")
        rows = [f"{upn},{FIRST},{half},{code}" for upn in ("A100", "A101", "A102")
                for half, code in (("AM", "/"), ("PM", "N"))]  # fmt: skip
        (folder / "before.csv").write_text("upn,date,session,code\n" + "\n".join(rows) + "\n")
        told = ("import", "marks", str(folder / "before.csv"), "--as", "office")
        at = ("--school", str(SCHOOL), "--seen-at", "2024-09-03T18:00")
        typed(self.url, "2024-09-03 17:00:00", *told, *at)
        self.before = dict(_entries(self.url))


def many(ground: Ground, files: int, seed: int) -> Tally:
    """So many files, each from a dice of its own, so that any of them can be had alone."""
    tally = Tally()
    for number in range(files):
        one(ground, seed * 1_000_000 + number, tally)
    return tally


def one(ground: Ground, number: int, tally: Tally) -> None:
    """Spoil one file and take it in; what is wrong afterwards is counted, with its number."""
    dice = random.Random(number)
    sample = dice.choice(ground.samples)
    content, beside = sample.content, {option: body for option, _, body in sample.beside}
    if beside and dice.random() < 0.15:
        option = dice.choice(list(beside))
        name = next(name for each, name, _ in sample.beside if each == option)
        kind = {".csv": "csv", ".json": "json"}.get(Path(name).suffix, "toml")
        beside[option], ways = spoilt(dice, kind, beside[option])
    else:
        content, ways = spoilt(dice, sample.kind, content)
    case = Case(ground, sample, content, beside, dice.random() < 0.5, dice.random() < 0.4)
    tally.ways.update(set(ways))
    faults = list(case.faults())
    came = tally.of[sample.name]
    came.files += 1
    came.took += case.added > 0
    came.entries += case.added
    came.marks += case.marks
    tally.faults += [f"{number} ({sample.name}: {', '.join(ways)}): {one}" for one in faults]


@dataclass
class Case:
    """One file taken in; ``cut`` by the way of files of megabytes."""

    ground: Ground
    sample: Sample
    content: bytes
    beside: dict[str, bytes]
    as_json: bool
    cut: bool
    code: int = -1
    added: int = 0
    marks: int = 0

    def faults(self) -> Iterator[str]:
        """What is wrong with what came of it."""
        with tempfile.TemporaryDirectory(dir=self.ground.folder) as made:
            folder = Path(made)
            shutil.copy(self.ground.first, folder / "attendance.db")
            url = f"sqlite:///{folder}/attendance.db"
            self.code, out, err = _heard(["--db", url, *self._call(folder)], cut=self.cut)
            yield from self._told(out, err)
            entries = dict(_entries(url))
            yield from _unsound(url)
        new = {urn: events[len(self.ground.before[urn]) :] for urn, events in entries.items()}
        for urn, events in entries.items():
            if events[: len(self.ground.before[urn])] != self.ground.before[urn]:
                yield f"the entries of {urn} before it are not what they were"
        self.added = sum(map(len, new.values()))
        if self.code in (2, 5) and self.added:
            yield f"{self.added} entries of a file that was refused"
        if self.sample.verb == "totals" and self.added > 1:
            yield f"{self.added} entries of totals"
        yield from self._not_in_the_file(new)
        yield from self._miscounted(out, new)

    def _call(self, folder: Path) -> list[str]:
        file = folder / f"file{self.sample.suffix}"
        file.write_bytes(self.content)
        call = ["import", self.sample.verb, str(file), "--as", "office", *self.sample.options]
        if self.sample.verb in ("marks", "pupils"):
            call += ["--seen-at", "2024-09-05T18:00"]
        if not self._of_two:
            call += ["--school", str(SCHOOL)]
        for option, name, _ in self.sample.beside:
            (folder / name).write_bytes(self.beside[option])
            call += [option, str(folder / name)]
        return [*call, "--json"] if self.as_json else call

    @property
    def _of_two(self) -> bool:
        return self.sample.name in ("long of two schools", "pupils")

    def _told(self, out: str, err: str) -> Iterator[str]:
        if self.code not in ENDS:
            yield f"exit code {self.code}: {err[-400:]}"
        if self.code and not (err or out):
            yield f"exit code {self.code} without a word"
        for line in err.splitlines():
            unseen = {unicodedata.category(one) for one in line} & {"Cc", "Cs"}
            if unseen or _OURS.search(line) or len(line) > LONGEST:
                yield f"no sentence of the house: {line[:400]!r}"
            if not line.endswith((".", ":")):
                yield f"no sentence: {line[:400]!r}"

    def _not_in_the_file(self, new: dict[int, Sequence[Event]]) -> Iterator[str]:
        """A mark that the file does not say, or one said to have vanished that it says."""
        said: set[naive.Said] | None = None
        rows = [set(map(str.strip, row)) for row in naive.rows(self.content)]
        for urn, events in new.items():
            for event in events:
                match event:
                    case (
                        MarkRecorded(pupil=p, session=s, code=c)
                        | AmendmentObserved(pupil=p, session=s, amended=c)
                    ):
                        wanted = [(s, c)]
                    case RecordTakenIn(pupil=p, marks=marks):
                        wanted = [(Session.parse(at), c) for at, c in marks.items()]
                    case PupilAdmitted():
                        known = {event.upn, event.surname, event.forename, event.group,
                                 event.year_group, event.born.isoformat()}  # fmt: skip
                        if not any(known <= row for row in rows):
                            yield f"{known} stand in no row of the file"
                        continue
                    case _:
                        continue
                if said is None:
                    said = naive.marks(self.sample.kind, self.content, self.beside)
                self.marks += len(wanted)
                for session, code in wanted:
                    at = (UPNS[urn, p], session.date.isoformat(), session.half, code)
                    if (None, *at) not in said and (str(urn), *at) not in said:
                        yield f"{at} is in the ledger, and the file does not say it"

    def _miscounted(self, out: str, new: dict[int, Sequence[Event]]) -> Iterator[str]:
        """What the answer says came of it, against what is in the ledger."""
        if not self.as_json or self.code not in (0, 5) or self.sample.verb != "marks":
            return
        told = json.loads(out)
        for one in told.get("schools", ()):
            kinds = Counter(type(event) for event in new[one["school"]])
            found = (kinds[MarkRecorded], kinds[AmendmentObserved], kinds[MarkVanished])
            if found != (one["recorded"], one["amended"], one["vanished"]):
                yield f"{found} recorded, amended, vanished; and it says {one}"
            rest = one["rows"] - one["refused"] - one["repeated"] - one["blank"]
            if rest != one["recorded"] + one["amended"] + one["unchanged"] or one["blank"] < 0:
                yield f"its rows do not add up: {one}"
        if told.get("refused", 0) != len(told.get("refused_rows", ())) and told["refused"] < 1000:
            yield f"{told['refused']} rows refused, and {len(told['refused_rows'])} named"


UPNS = {(SCHOOL, 1): "A100", (SCHOOL, 2): "A101", (SCHOOL, 3): "A102", (OTHER, 1): "B200"}


def _heard(call: Sequence[str], *, cut: bool = False) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with ExitStack() as inside:
        inside.enter_context(warnings.catch_warnings())
        inside.enter_context(redirect_stdout(out))
        inside.enter_context(redirect_stderr(err))
        if cut:
            inside.enter_context(patch("delivery.imports.marks.HELD", 0))
        code = main(list(call))
    return code, out.getvalue(), err.getvalue()


def _entries(url: str) -> Iterator[tuple[int, list[Event]]]:
    with open_store(url) as store:
        for urn in (SCHOOL, OTHER):
            yield urn, [one.event for one in store.ledger(urn).entries()]


def _unsound(url: str) -> Iterator[str]:
    with open_store(url) as store:
        for urn in (SCHOOL, OTHER):
            verdict = verify(store.ledger(urn))
            if not verdict.sound:
                yield f"verify: {verdict.first_bad} {verdict.fault}"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
