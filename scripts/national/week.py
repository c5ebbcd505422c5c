"""
An invented week of every school in England, as Parquet in the shape of the star.

Sizes are like the country's: some 24,450 schools, nine million pupils, ten sessions each. Who is
away follows from a hash of school, pupil and day: a few are often away, most are hardly. Nobody is
anybody. A folder a region, as a server publishes its schools.
"""

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.policy import load
from ledger.reckoning import rates
from scripts.national.asked import COUNTS, MARKS, REGIONS, SCHOOLS

WEEK = (dt.date(2025, 3, 3), dt.date(2025, 3, 7))
REGION_NAMES = (
    "East Midlands", "East of England", "London", "North East", "North West", "South East",
    "South West", "West Midlands", "Yorkshire and The Humber",
)  # fmt: skip
AUTHORITIES = 153
PHASES = (("primary", 0.687, 281), ("secondary", 0.141, 1060), ("special", 0.172, 150))
"""Each with its share of the schools, and pupils in one of them on average."""

_OF_SCHOOL = (
    "school BIGINT, name VARCHAR, phase VARCHAR, local_authority VARCHAR, trust VARCHAR,"
    " region VARCHAR, pupils BIGINT, classes BIGINT"
)
_CODES = ("/", "\\", "L", "I", "M", "C", "G", "O", "U", "N", "B", "X", "D")
_ROWS = """
SELECT s.school, d.date, d.half, p.pupil, 'C' || (p.pupil % s.classes) AS class, x.code,
       'register' AS layer, {counts}, x.code AS entered, x.code AS first_code,
       d.place * s.pupils + p.pupil AS first_entry, d.place * s.pupils + p.pupil AS entry,
       0::BIGINT AS amendments, 0::BIGINT AS vanished
FROM schools s
CROSS JOIN days d
CROSS JOIN LATERAL (SELECT unnest(range(1, s.pupils + 1)) AS pupil) p
CROSS JOIN LATERAL (SELECT hash(s.school, p.pupil) % 100 AS prone,
                           hash(s.school, p.pupil, d.date) % 1000 AS day,
                           hash(s.school, p.pupil, d.date, d.half) % 1000 AS session) h
CROSS JOIN LATERAL (SELECT CASE
    WHEN h.prone = 99 AND s.phase = 'primary' THEN 'X'
    WHEN h.day < CASE WHEN h.prone < 2 THEN 600 WHEN h.prone < 14 THEN 220 ELSE 32 END THEN
      CASE WHEN h.day % 10 < 6 THEN 'I' WHEN h.day % 10 < 8 THEN 'O'
           WHEN h.day % 10 = 8 THEN 'G' ELSE 'C' END
    WHEN h.session < 14 THEN 'L' WHEN h.session < 20 THEN 'M' WHEN h.session < 23 THEN 'U'
    WHEN h.session < 25 THEN 'N' WHEN h.session < 29 THEN 'B' WHEN h.session < 31 THEN 'D'
    WHEN d.half = 'AM' THEN '/' ELSE '\\' END AS code) x
JOIN codes c ON c.code = x.code
WHERE s.region = ?
ORDER BY s.school, d.date, d.half, p.pupil
"""


def make(folder: Path, schools: int, *, threads: int = 2) -> Iterator[tuple[str, int]]:
    """Write the week; each region's name and number of marks as it is done."""
    import duckdb

    every = list(_schools(schools))
    with duckdb.connect(config={"threads": threads, "memory_limit": "6GB"}) as made:
        made.execute("SET preserve_insertion_order = true")
        _table(made, "schools", _OF_SCHOOL, every)
        _table(made, "days", "date DATE, half VARCHAR, place BIGINT", _days())
        counts = ", ".join(f"{one} BIGINT" for one in COUNTS)
        _table(made, "codes", f"code VARCHAR, {counts}", _codes())
        asked = _ROWS.format(counts=", ".join(f"c.{one}" for one in COUNTS))
        for region in REGION_NAMES:
            place = folder / region.lower().replace(" ", "-") / "parquet"
            place.mkdir(parents=True, exist_ok=True)
            of = "WHERE region = ?"
            marks = _write(made, asked, region, place / f"{MARKS}.parquet")
            dim = f"SELECT school, name, phase, local_authority, trust FROM schools {of} ORDER BY 1"
            _write(made, dim, region, place / f"{SCHOOLS}.parquet")
            known = f"SELECT DISTINCT local_authority, region FROM schools {of} ORDER BY 1"
            _write(made, known, region, place / f"{REGIONS}.parquet")
            yield region, marks


def _write(made: Any, asked: str, region: str, path: Path) -> int:
    to = f"COPY ({asked}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    return int(made.execute(to, [region]).fetchone()[0])


def _table(made: Any, name: str, columns: str, rows: Any) -> None:
    """By columns: a row at a time takes DuckDB minutes for all schools."""
    made.execute(f"CREATE TABLE {name} ({columns})")
    kinds = [one.split()[1] for one in columns.split(",")]
    asked = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    made.execute(
        f"INSERT INTO {name} SELECT {asked}", [list(one) for one in zip(*rows, strict=True)]
    )


def _schools(many: int) -> Iterator[tuple[Any, ...]]:
    drawn = random.Random(20250303)
    for number in range(many):
        phase, _, mean = drawn.choices(PHASES, [share for _, share, _ in PHASES])[0]
        authority = drawn.randrange(AUTHORITIES)
        region = REGION_NAMES[authority % len(REGION_NAMES)]
        pupils = max(20, round(mean * drawn.triangular(0.4, 1.6, 1.0)))
        urn = 900_000 + number
        named = f"Authority {authority + 1}"
        yield urn, f"School {urn}", phase, named, None, region, pupils, max(1, pupils // 28)


def _days() -> Iterator[tuple[dt.date, str, int]]:
    for place in range(10):
        yield WEEK[0] + dt.timedelta(days=place // 2), ("AM", "PM")[place % 2], place


def _codes() -> Iterator[tuple[Any, ...]]:
    codes = load("england").on(WEEK[0]).codes
    for code in _CODES:
        found = rates({code: 1}, codes)
        yield code, *(getattr(found, one) for one in COUNTS)
