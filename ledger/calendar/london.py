"""Clock times as the school's wall shows them, and moments as the ledger stores them."""

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london(moment: dt.datetime) -> dt.datetime:
    """
    The London date and time of a moment.

    Raises ``ValueError`` for a moment that does not say its offset: a guess here would move
    a mark to another day.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} does not say its offset from UTC")
    return moment.astimezone(LONDON)


def instant(day: dt.date, time: dt.time) -> dt.datetime:
    """
    The moment, in UTC, at which London's clocks show ``time`` on ``day``.

    On the night the clocks go back a time occurs twice and the first is meant; on the night
    they go forward the skipped hour is read as if the clocks had not yet moved.
    Raises ``ValueError`` for a time that carries an offset of its own.
    """
    if time.tzinfo is not None:
        raise ValueError(f"{time.isoformat()} carries an offset; a London time has none")
    return dt.datetime.combine(day, time, LONDON).astimezone(dt.UTC)
