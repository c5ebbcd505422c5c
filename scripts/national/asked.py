"""
What is asked of many schools' marks on Parquet, by DuckDB and by Polars: counts, never averages.

A folder holds a folder for each server, as ``attendance publish --format parquet`` makes it; the
same questions are asked of all of them at once. The path is ``*/parquet/``, not ``**/``: what is
published is a link to a folder, and Polars would read it by both names.

``tests/scripts/test_national_week.py`` holds the answers to ``attendance rates`` and to a loop.
"""

import datetime as dt
from pathlib import Path
from typing import Any

MARKS, SCHOOLS, REGIONS = "v1_fact_mark_current", "v1_dim_school", "regions"
COUNTS = ("possible", "attended", "authorised", "unauthorised", "late")
ANSWER = ("pupils", *COUNTS, "persistent", "severe")
"""Of each group: pupils with a possible session, sessions, pupils persistently, severely absent."""
BY = ("england", "region", "local_authority", "phase", "school")
Span = tuple[dt.date, dt.date]
Answer = dict[Any, tuple[int, ...]]

_SQL = """
WITH pupils AS (
  SELECT school, pupil, {summed}
  FROM read_parquet('{folder}/*/parquet/{marks}.parquet')
  WHERE date BETWEEN DATE '{first}' AND DATE '{last}'
  GROUP BY school, pupil
), schools AS (
  SELECT school, count(*) FILTER (possible > 0) AS pupils, {summed},
         count(*) FILTER (possible > 0 AND 10 * (authorised + unauthorised) >= possible)
           AS persistent,
         count(*) FILTER (possible > 0 AND 2 * (authorised + unauthorised) >= possible) AS severe
  FROM pupils GROUP BY school
)
SELECT {group} AS of, {added}
FROM schools JOIN read_parquet('{folder}/*/parquet/{dim}.parquet') d USING (school) {more}
GROUP BY ALL ORDER BY ALL
"""
_REGION = "JOIN read_parquet('{folder}/*/parquet/regions.parquet') r USING (local_authority)"


def sql(folder: Path, by: str, span: Span) -> str:
    """The question as DuckDB is asked it."""
    group = {"england": "'England'", "region": "r.region", "school": "schools.school"}
    return _SQL.format(
        folder=folder,
        marks=MARKS,
        dim=SCHOOLS,
        first=span[0],
        last=span[1],
        summed=", ".join(f"sum({one})::BIGINT AS {one}" for one in COUNTS),
        added=", ".join(f"sum(schools.{one})::BIGINT AS {one}" for one in ANSWER),
        group=group.get(by, f"d.{by}"),
        more=_REGION.format(folder=folder) if by == "region" else "",
    )


def duckdb(folder: Path, by: str, span: Span, *, threads: int = 2) -> Answer:
    """The answer of DuckDB."""
    import duckdb as duck

    with duck.connect(config={"threads": threads}) as opened:
        rows = opened.execute(sql(folder, by, span)).fetchall()
    return {row[0]: tuple(row[1:]) for row in rows}


def polars(folder: Path, by: str, span: Span) -> Answer:
    """The answer of Polars, its columns taken through in parts."""
    import polars as pl

    absent = pl.col("authorised") + pl.col("unauthorised")
    pupils = (
        pl.scan_parquet(f"{folder}/*/parquet/{MARKS}.parquet")
        .filter(pl.col("date").is_between(*span))
        .group_by("school", "pupil")
        .agg(pl.col(*COUNTS).sum())
    )
    schools = pupils.group_by("school").agg(
        (pl.col("possible") > 0).sum().alias("pupils"),
        pl.col(*COUNTS).sum(),
        ((pl.col("possible") > 0) & (10 * absent >= pl.col("possible"))).sum().alias("persistent"),
        ((pl.col("possible") > 0) & (2 * absent >= pl.col("possible"))).sum().alias("severe"),
    )
    found = schools.join(pl.scan_parquet(f"{folder}/*/parquet/{SCHOOLS}.parquet"), on="school")
    if by == "region":
        regions = pl.scan_parquet(f"{folder}/*/parquet/{REGIONS}.parquet")
        found = found.join(regions, on="local_authority")
    if by == "england":
        found = found.with_columns(england=pl.lit("England"))
    told = found.group_by(by).agg(pl.col(*ANSWER).cast(pl.Int64).sum()).collect(engine="streaming")
    return {row[0]: tuple(row[1:]) for row in told.sort(by).select(by, *ANSWER).iter_rows()}
