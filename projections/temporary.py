"""Tables of one connection's own, under the names of the live ones, which it then sees first."""

from functools import cache

from sqlalchemy import Connection, Dialect, MetaData, Table
from sqlalchemy.schema import CreateTable


def make(connection: Connection, *tables: Table) -> None:
    """Make temporary tables like these, empty and without their indexes."""
    for table in tables:
        connection.exec_driver_sql(_statement(table, connection.dialect))


@cache
def shared(table: Table, schema: str) -> Table:
    """The table that all share, by its schema: a temporary one may stand under its name."""
    return table.to_metadata(MetaData(), schema=schema)


_statements: dict[tuple[str, str], str] = {}


def _statement(table: Table, dialect: Dialect) -> str:
    """To copy a table and to compile it takes milliseconds: once is enough."""
    found = _statements.get((table.name, dialect.name))
    if found is None:
        own = table.to_metadata(MetaData())
        own._prefixes = ["TEMPORARY"]
        found = str(CreateTable(own).compile(dialect=dialect))
        _statements[table.name, dialect.name] = found
    return found
