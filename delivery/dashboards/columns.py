"""
Tables of the star as columns: read by ADBC, held by Polars, written as Parquet or CSV.

Neither is needed for anything else: they are the extra ``dashboards``.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from delivery.cells import guarded
from delivery.dashboards.stands import Given
from delivery.dashboards.who import For
from delivery.exports.made import CSV, PARQUET
from delivery.usage import Usage

if TYPE_CHECKING:
    import polars as pl

    from delivery.bootstrap import Desk
    from projections.star_rows import Changed, Window
    from projections.star_shape import Shape

Form = Literal["parquet", "csv"]
MEDIA: dict[Form, str] = {"parquet": PARQUET, "csv": CSV}
MISSING = (
    "Parquet, and CSV for dashboards, need Polars and ADBC, which are not installed here: install "
    "attendance-ledger[dashboards]. 'attendance star TABLE --csv' needs neither."
)
_NEEDED = ("polars", "adbc_driver_sqlite", "adbc_driver_postgresql")
_TYPED = {"integer": "0", "text": "''", "date": "''"}


def needed() -> None:
    """Raise ``Usage`` where the extra is not installed."""
    if not all(map(find_spec, _NEEDED)):
        raise Usage(MISSING)


@dataclass(frozen=True)
class Source:
    """The ledger's database through ADBC, within one reading transaction."""

    cursor: Any
    dialect: str
    compiles: Any

    def position(self, school: int) -> int:
        """The entry at which a school stands in the transaction."""
        self.cursor.execute(f"SELECT MAX(upto) AS entry FROM positions WHERE ledger = '{school}'")  # noqa: S608 (a number)
        (row,) = self._frame().rows()
        return int(row[0] or 0)

    def table(self, table: "Shape", school: int, window: "Window") -> "pl.DataFrame":
        """A school's rows, in no order, dates still as text."""
        from projections.star_rows import question, statement

        asked = question(table, school, window, self.dialect, ordered=False)
        sql = statement(asked, self.compiles)
        if self.dialect == "sqlite":
            # ADBC takes a column's type from its first rows, which may all be empty: a row that
            # says it comes first, and is taken off again.
            said = ", ".join(f'{_TYPED[one.kind]} AS "{one.name}"' for one in table.columns)
            self.cursor.execute(f"SELECT {said} UNION ALL SELECT * FROM ({sql})")  # noqa: S608
            return self._frame().slice(1)
        self.cursor.execute(sql)
        return self._frame()

    def _frame(self) -> "pl.DataFrame":
        import polars as pl

        return pl.DataFrame(self.cursor.fetch_arrow())


@contextmanager
def source(desk: "Desk") -> Iterator[Source]:
    """The database of an open ledger. Raises ``Usage`` where the extra is not installed."""
    needed()
    dialect = desk.runner.engine.dialect.name
    if dialect == "sqlite":
        from adbc_driver_sqlite.dbapi import connect

        opened = connect(f"{Path(desk.store.where).absolute().as_uri()}?mode=ro")
    else:
        from adbc_driver_postgresql.dbapi import connect as connect_to

        opened = connect_to(desk.url)
    with opened as connection, connection.cursor() as cursor:
        if dialect != "sqlite":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET attendance.school = 'all'")
        yield Source(cursor, dialect, desk.runner.engine)


def frame(table: "Shape", parts: "Iterable[pl.DataFrame]", who: For) -> "pl.DataFrame":
    """
    Rows of some schools as one table, as ``who`` gets it: its types, in the order of its key.

    Types are those of the dictionary, whatever the rows.
    """
    import polars as pl

    shown, schema = who.shape(table), _schema(table)
    found = pl.concat(
        [pl.DataFrame(schema=schema), *(one.cast(schema) for one in parts)]  # type: ignore[arg-type]
    )
    if who.of is not None and "pupil" in table.names:
        found = _hidden(found, who.of)
    dates = [one.name for one in table.columns if one.kind == "date"]
    return found.with_columns(pl.col(dates).str.to_date("%Y-%m-%d")).sort(shown.key)


def _schema(table: "Shape") -> dict[str, Any]:
    import polars as pl

    return {one.name: pl.Int64 if one.kind == "integer" else pl.String for one in table.columns}


def _hidden(found: "pl.DataFrame", of: Any) -> "pl.DataFrame":
    """With pseudonyms in the place of numbers: made once a pupil, not once a row."""
    pupils = found.select("school", "pupil").unique()
    names = pupils.with_columns(pseudonym=_texts([of(*row) for row in pupils.rows()]))
    joined = found.join(names, on=["school", "pupil"], how="left")
    return joined.with_columns(pupil=joined["pseudonym"]).drop("pseudonym")


def _texts(values: list[str]) -> "pl.Series":
    import polars as pl

    return pl.Series(values, dtype=pl.String)


def of_rows(table: "Shape", rows: Sequence[tuple[Any, ...]]) -> "pl.DataFrame":
    """Rows that came otherwise, as an answer as at an earlier entry does."""
    import polars as pl

    return pl.DataFrame(rows, schema=_schema(table), orient="row")


def of_units(found: "pl.DataFrame", table: "Shape", changed: "Changed") -> "pl.DataFrame":
    """Only the rows of units that changed."""
    import polars as pl

    by = [name for name in table.unit if name != "school"]
    kinds = {"date": pl.String, "half": pl.String, "pupil": pl.Int64}
    units = pl.DataFrame(list(changed.units), schema=kinds, orient="row").select(by).unique()
    return found.join(units, on=by, how="semi")


def written(found: "pl.DataFrame", form: Form, told: Given) -> bytes:
    """As a file; a Parquet file says in its own metadata, under ``attendance``, what is given."""
    if form == "csv":
        return comma_separated(found)
    into = io.BytesIO()
    found.write_parquet(into, metadata={"attendance": told.text})
    return into.getvalue()


def comma_separated(found: "pl.DataFrame") -> bytes:
    """As CSV; no cell of it begins a formula (``delivery/cells.py``)."""
    import polars as pl

    safe = found.with_columns(
        _safe(found[one]) for one in found.columns if found[one].dtype == pl.String
    )
    into = io.BytesIO()
    safe.write_csv(into)
    return into.getvalue()


def _safe(column: "pl.Series") -> "pl.Series":
    texts = [one for one in column.unique().to_list() if one is not None]
    changed = {one: guarded(one) for one in texts if guarded(one) != one}
    return column.replace(changed) if changed else column
