"""What the making again of earlier rows is told: where, as of when, and both states."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import Connection, Table

from ledger.store import Ledger
from projections.context import Context
from projections.views import Scope

Key = tuple[dt.date, str, int]
"""A day, a half-day and a pupil's number: a row of the current register of one school."""


class Past(NamedTuple):
    """
    What is asked for, and where: a reading transaction, an entry, the states of then and of now.

    ``live`` is the current register that all share.
    """

    connection: Connection
    ledger: Ledger
    entry: int
    then: Context
    now: Context
    scope: Scope
    live: Table
