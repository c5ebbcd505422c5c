"""A ledger to serve: six school-years of a school of 1,020 pupils, and accounts of every kind."""

import datetime as dt
import random
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from delivery import acts
from delivery.bootstrap import desk as desk_at
from delivery.importers.trust import trust_file
from delivery.imports.pupils import import_pupils
from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book, place_of
from ledger.events import MarkAmended
from ledger.kinds import Person, Session
from ledger.store import Act, Ledger
from scripts.bench import files
from scripts.bench.ours_years import pupil_ids, sheet_draft
from scripts.bench.workload import CODES, REASONS, Sheet, Size, Workload

PUPILS = Size(groups=34, group_size=30)
FIRST_YEAR, YEARS = 2019, 6
OPEN = 10
"""The last school days on which an ``N`` may still stand; before, its reason was found."""
CLERK = Person(id=files.OFFICER, name="Invented Officer", position="Staff")
_N, _O = CODES.index("N"), CODES.index("O")


def build(folder: Path, years: int = YEARS, size: Size = PUPILS) -> dict[str, int | float]:
    """
    Write the ledger ``attendance.db`` and its accounts into a folder; how much, and how long.

    All years but the last were taken in whole. Of the last each day is an act of its own, up to
    the day before the last one: on that morning nothing is entered yet. A further year has its
    calendar and no marks, for registers to be taken in.
    """
    began = time.perf_counter()
    work = [Workload(size, FIRST_YEAR + n) for n in range(YEARS + 1)][-(years + 1) :]
    folder.mkdir(parents=True, exist_ok=True)
    files.write_trust(folder / "trust.toml", work)
    _more_staff(folder / "trust.toml", work[0])
    files.write_pupils(folder / "pupils.csv", work[-1])
    where = str(folder / "attendance.db")
    url = f"sqlite:///{where}"
    with desk_at(url, create=True) as at:
        at.clock = lambda: dt.datetime(FIRST_YEAR, 9, 2, 7, tzinfo=dt.UTC)
        acts.init(at, trust_file(folder / "trust.toml"), "head")
        import_pupils(at, folder / "pupils.csv", files.OFFICER)
        named = pupil_ids(where)
        ledger = at.ledger(files.URN)
        for year in work[:-2]:
            _append(ledger, f"{year.start_year}", _sheets(year, whole=True), named, 0)
        last = work[-2]
        sheets = _sheets(last, whole=False)
        for date, day in groupby(sheets, lambda sheet: sheet.date):
            _append(ledger, date, day, named, 17)
        _amend(ledger, last, named)
        entries = at.catch_up(ledger)
    _accounts(url)
    return {"entries": entries, "seconds": round(time.perf_counter() - began, 1)}


def last_morning(years: Sequence[Workload] = ()) -> dt.datetime:
    """The moment at which the pages are asked for: a register is being taken."""
    date, _ = Workload(PUPILS, FIRST_YEAR + YEARS - 1).sessions[-1]
    return dt.datetime.fromisoformat(f"{date}T07:50:00+00:00")


def _sheets(year: Workload, *, whole: bool) -> Iterator[Sheet]:
    """The sheets of a year; old ``N`` are ``O`` by now, and the last day has not come."""
    sessions = len(year.sessions)
    for sheet in year.sheets():
        if whole or sheet.session < sessions - 2:
            codes = sheet.codes
            if whole or sheet.session < sessions - 2 * OPEN:
                codes = codes.replace(bytes([_N]), bytes([_O]))
            yield Sheet(
                sheet.session, sheet.date, sheet.half, sheet.group,
                sheet.pupils, codes, sheet.at, sheet.by,
            )  # fmt: skip


def _append(
    ledger: Ledger, what: str, sheets: Iterator[Sheet], named: dict[str, int], hour: int
) -> None:
    if hour:
        at = dt.datetime.fromisoformat(f"{what}T{hour}:00:00+00:00")
    else:
        at = dt.datetime(int(what) + 1, 7, 31, 18, tzinfo=dt.UTC)
    act = Act(f"marks/{what}", "import-marks", CLERK, at, {"file": f"{what}.csv"})
    ledger.append_pages(act, (sheet_draft(sheet, named) for sheet in sheets))


def _amend(ledger: Ledger, year: Workload, named: dict[str, int]) -> None:
    """A thousand amendments of the year, made on its last evening."""
    rng = random.Random("six years")
    sessions = len(year.sessions)
    at = dt.datetime.fromisoformat(f"{year.sessions[-3][0]}T18:00:00+00:00")
    for number in range(1000):
        sheet = year.sheet(rng.randrange(sessions - 2 * OPEN), rng.choice(list(year.classes)))
        place = rng.randrange(len(sheet.pupils))
        code = CODES[sheet.codes[place]].replace("N", "O")
        other = rng.choice([one for one in ("I", "O", "M", "L") if one != code])
        event = MarkAmended(
            session=Session.parse(f"{sheet.date} {sheet.half}"), group=sheet.group,
            pupil=named[files.upn(sheet.pupils[place])], original=code, amended=other,
            reason=REASONS[rng.randrange(len(REASONS))], made_by=CLERK,
            made_at=at + dt.timedelta(seconds=number),
        )  # fmt: skip
        act = Act(f"amend/{number}", "amend-mark", CLERK, event.made_at)
        ledger.append(act, [event], {event.stream: ledger.version(event.stream)})


def _more_staff(trust: Path, year: Workload) -> None:
    """A teacher for each class, and one in the office."""
    lines = []
    for number, group in enumerate(year.classes):
        lines += ["[[schools.staff]]", f'id = "teacher-{number + 1}"',
                  f'name = "Invented Teacher {number + 1}"', 'position = "Class teacher"',
                  f'roles = ["teacher"]\nclasses = ["{group}"]', "starts = 2019-09-01"]  # fmt: skip
    lines += ["[[schools.staff]]", 'id = "office-1"', 'name = "Invented Office"',
              'position = "Office"', 'roles = ["office"]', "starts = 2019-09-01"]  # fmt: skip
    with trust.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


STAFF = {"teacher": "teacher-1", "office": "office-1", "officer": files.OFFICER, "head": "head"}


def _accounts(url: str) -> None:
    """An account of each kind, which cannot sign in: the bench begins its sessions itself."""
    book = Book(place_of(url))
    accounts = Accounts(book)
    for login, staff in STAFF.items():
        accounts.add(
            login, now=0, staff=staff, roles=(), schools=frozenset({files.URN}), password=False
        )
    accounts.add("auditor", now=0, staff=None, roles=("auditor",), schools=None, password=False)
    book.close()


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
