"""The files a school would type in: its trust, its pupils, its marks. All invented."""

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.bench.workload import CODES, Workload, half_terms

URN = 100000
OFFICER = "officer-1"
PUPIL_COLUMNS = (
    *("school", "upn", "surname", "forename", "date_of_birth", "year_group", "class"),
    *("start_date", "leaving_date", "parent_1_name"),
)


def upn(pupil: int) -> str:
    return f"Z{pupil:012}"


def write_trust(path: Path, years: Sequence[Workload]) -> None:
    """A trust of one school, with the calendar of every year and one attendance officer."""
    classes = ", ".join(f'"{group}"' for group in years[0].classes)
    lines = [
        'trust = "Bench Trust"', "policy_packs = []", "[[schools]]", f"urn = {URN}",
        'name = "Bench Primary"', 'phase = "primary"', 'local_authority = "Cornwall"',
        "register_times = [{starts = 2019-09-01, am_opens = 08:45:00, am_closes = 09:00:00,"
        " pm_opens = 13:00:00, pm_closes = 13:15:00}]",
        f"classes = [{classes}]",
    ]  # fmt: skip
    for year in years:
        halves = ", ".join(_half_terms(year))
        label = f"{year.start_year}/{(year.start_year + 1) % 100:02}"
        lines += ["[[schools.calendar]]", f'school_year = "{label}"', f"half_terms = [{halves}]"]
    for who, name, role in (
        ("head", "Invented Head", "head"),
        (OFFICER, "Invented Officer", "attendance-officer"),
    ):
        lines += ["[[schools.staff]]", f'id = "{who}"', f'name = "{name}"']
        lines += ['position = "Staff"', f'roles = ["{role}"]', "starts = 2019-09-01"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _half_terms(year: Workload) -> Iterator[str]:
    for term, half, starts, ends in half_terms(year):
        yield f'{{term = "{term}", half = {half}, starts = {starts}, ends = {ends}}}'


def write_pupils(path: Path, work: Workload) -> None:
    """The roll: everybody of one age group, on it since September 2019."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(PUPIL_COLUMNS)
        for pupil in sorted(work.marks):
            group = work.group_of[pupil]
            rows.writerow(
                (URN, upn(pupil), f"Surname{pupil}", f"Forename{pupil}", "2014-10-01", group[0],
                 group, "2019-09-01", "", f"Parent {pupil}")
            )  # fmt: skip


def write_marks(path: Path, years: Sequence[Workload], *, changed: int = 0) -> int:
    """
    A long file of marks: five columns, in the order of the days; how many lines.

    ``changed`` marks of the first year, each of another pupil, differ from the file before.
    """
    other = changes(years[0], changed)
    lines = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write("school_urn,upn,date,session,code\n")
        for year in years:
            for sheet in year.sheets():
                for pupil, number in zip(sheet.pupils, sheet.codes, strict=True):
                    code = other.get((pupil, sheet.session), CODES[number])
                    file.write(f"{URN},{upn(pupil)},{sheet.date},{sheet.half},{code}\n")
                    lines += 1
    return lines


def changes(year: Workload, count: int) -> dict[tuple[int, int], str]:
    """Marks of a year that a later file shows otherwise."""
    rng = random.Random("changed")
    found = {}
    for pupil in rng.sample(sorted(year.marks), count):
        session = rng.randrange(len(year.sessions))
        found[pupil, session] = "I" if CODES[year.marks[pupil][session]] != "I" else "O"
    return found


def write_wide_rows(path: Path, years: Sequence[Workload]) -> int:
    """The same with every further column filled, so that six years weigh over 200 MB."""
    lines = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(
            "school_urn,upn,date,session,code,taken_at,taken_by_name,taken_by_position,comment\n"
        )
        for year in years:
            for sheet in year.sheets():
                who = f"Invented {sheet.by.title()},Class teacher of {sheet.group}"
                for pupil, number in zip(sheet.pupils, sheet.codes, strict=True):
                    file.write(
                        f"{URN},{upn(pupil)},{sheet.date},{sheet.half},{CODES[number]},{sheet.at},"
                        f"{who},\n"
                    )
                    lines += 1
    return lines
