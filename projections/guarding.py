"""Read models on PostgreSQL: whose they are, and that a login sees the schools it may see."""

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from ledger.store.roles import WRITER, guarding
from projections.rates_view import VIEWS
from projections.schema import every_table

_MEMBER = "SELECT coalesce(pg_has_role(current_user, to_regrole(%s)::oid, 'MEMBER'), false)"
_DENIED = "42501"  # PostgreSQL's insufficient_privilege


def computed() -> dict[str, bool]:
    """Every table and view, with whether it is a table of rows of schools."""
    tables = {table.name: "school" in table.c for table in every_table()}
    return tables | dict.fromkeys(VIEWS, False)


def guard(connection: Connection) -> None:
    """Give tables just made to the writers' role, with their policies, where there are roles."""
    if connection.dialect.name != "postgresql":
        return
    if connection.exec_driver_sql(_MEMBER, (WRITER,)).scalar():
        for statement in guarding(computed()):
            connection.exec_driver_sql(statement)


def narrow(connection: Connection, school: int) -> None:
    """Let the transaction see and change the rows of one school alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config("attendance.school", str(school), True)))


def may_only_read(refused: DBAPIError) -> bool:
    """Whether a statement was refused because this login, or this file, is there to read."""
    said = str(refused.orig)
    return getattr(refused.orig, "sqlstate", "") == _DENIED or "readonly database" in said
