"""Writing the world as the files that ``attendance init`` and ``import pupils`` read."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from delivery.demo.people import Parent
from delivery.demo.world import Enrolment, School, Trust, World
from delivery.render.table import comma_separated

PUPIL_COLUMNS = [
    *("school", "upn", "surname", "forename", "date_of_birth"),
    *("year_group", "class", "start_date", "leaving_date"),
    *("parent_1_name", "parent_1_lives_with", "parent_1_address", "parent_1_telephone"),
    *("parent_2_name", "parent_2_lives_with", "parent_2_address", "parent_2_telephone"),
]


def write_trusts(world: World, directory: Path) -> dict[str, Path]:
    """Write ``directory/TRUST.toml`` for each trust; the path of each by its id."""
    directory.mkdir(parents=True, exist_ok=True)
    written = {}
    for trust in world.trusts:
        path = directory / f"{trust.id}.toml"
        path.write_text("\n".join(_trust(trust)) + "\n", "utf-8")
        written[trust.id] = path
    return written


def write_rolls(world: World, directory: Path) -> dict[tuple[str, dt.date], Path]:
    """Write ``directory/pupils-TRUST-DATE.csv`` for each day a roll changed; the path of each."""
    directory.mkdir(parents=True, exist_ok=True)
    written = {}
    for trust in world.trusts:
        for day in world.roll_days(trust):
            path = directory / f"pupils-{trust.id}-{day.isoformat()}.csv"
            rows = [row for one in trust.schools for row in _roll(world.enrolments[one.urn], day)]
            path.write_text(comma_separated(PUPIL_COLUMNS, rows), encoding="utf-8")
            written[trust.id, day] = path
    return written


def _roll(enrolments: Sequence[Enrolment], day: dt.date) -> list[list[str]]:
    """Everybody who has started by a day; whoever left by then with the leaving date."""
    rows = []
    for one in enrolments:
        if one.starts > day:
            continue
        place = one.place_on(day)
        left = one.last_day if one.last_day and one.last_day < day else None
        pupil = one.pupil
        row = [str(one.school), pupil.upn, pupil.surname, pupil.forename, pupil.born.isoformat()]
        row += [place.year, place.group, one.starts.isoformat(), left.isoformat() if left else ""]
        for parent in (*pupil.parents, None)[:2]:
            row += _parent(parent)
        rows.append(row)
    return rows


def _parent(parent: Parent | None) -> list[str]:
    if parent is None:
        return [""] * 4
    lives_with = "yes" if parent.lives_with else "no"
    return [parent.name, lives_with, parent.address, parent.telephone]


def _trust(trust: Trust) -> list[str]:
    lines = [
        "# Written by `attendance demo`. Invented: the people, the dates and the URNs.",
        f"trust = {_value(trust.name)}",
        f"policy_packs = {_value(trust.policy_packs)}",
    ]
    for school in trust.schools:
        lines += ["", "[[schools]]", *_school(school)]
        for year in school.years:
            lines += ["", "[[schools.calendar]]", f"school_year = {_value(year['school_year'])}"]
            lines += [f"half_terms = {_value(year['days'])}"]
            lines += [f"inset = {_value(school.inset(year))}"]
            lines += [f"closed = {_value(school.closed(year))}"]
        for person in school.staff:
            lines += ["", "[[schools.staff]]", f"id = {_value(person.id)}"]
            lines += [f"name = {_value(person.name)}", f"position = {_value(person.position)}"]
            lines += [f"roles = {_value(person.roles)}", f"classes = {_value(person.groups)}"]
            lines += [f"starts = {_value(person.starts)}"]
        lines += ["", "[[schools.delegations]]", *_delegation()]
    return lines


def _school(school: School) -> list[str]:
    times = {"starts": dt.date(2023, 7, 21), **school.facts["times"]}
    return [
        f"urn = {school.urn}",
        f"name = {_value(school.name)}",
        f"phase = {_value(school.facts['phase'])}",
        f"local_authority = {_value(school.facts['local_authority'])}",
        f"register_times = {_value([times])}",
        f"classes = {_value(school.groups)}",
    ]


def _delegation() -> list[str]:
    """The office may send everybody home while the headteacher is away."""
    return [
        'act = "declare-closure"',
        'delegate = "office"',
        "starts = 2024-11-25",
        "ends = 2024-11-29",
        'reason = "The headteacher is away for the week"',
    ]


def _value(value: Any) -> str:
    """A value as TOML writes it: text, whole numbers, dates, times, lists and inline tables."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(said)}" for key, said in value.items()) + " }"
    if isinstance(value, Sequence):
        written = [_value(each) for each in value]
        if value and isinstance(value[0], Mapping):
            return "[\n" + "".join(f"  {each},\n" for each in written) + "]"
        return "[" + ", ".join(written) + "]"
    assert isinstance(value, int), f"no TOML for {value!r}"
    return str(value)
