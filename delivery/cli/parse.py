"""What is typed on the command line, read strictly: dates, moments, sessions, people."""

import datetime as dt
import re

import typer

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")


def date(typed: str) -> dt.date:
    """A date written like 2024-09-03, and nothing looser."""
    if _DATE.fullmatch(typed):
        try:
            return dt.date.fromisoformat(typed)
        except ValueError:
            raise typer.BadParameter(f"there is no day {typed}") from None
    raise typer.BadParameter(f"{typed!r} is not a date; write it like 2024-09-03")


def entries(typed: str) -> tuple[int, int]:
    """Entry numbers like 29858..29900, or one of them."""
    first, _, last = typed.replace(",", "").partition("..")
    if first.isdecimal() and (last or first).isdecimal():
        return int(first), int(last or first)
    raise typer.BadParameter(f"{typed!r} are no entries; write them like 29858..29900")


def half(typed: str) -> str:
    """AM or PM."""
    if typed.upper() in {"AM", "PM"}:
        return typed.upper()
    raise typer.BadParameter(f"{typed!r} is not a session; write AM or PM")


def moment(typed: str) -> dt.datetime:
    """A moment like 2025-02-10T09:00; London time unless it carries an offset."""
    if not _MOMENT.fullmatch(typed):
        raise typer.BadParameter(f"{typed!r} is not a moment; write it like 2025-02-10T09:00")
    try:
        found = dt.datetime.fromisoformat(typed)
        if found.tzinfo is not None:
            return found.astimezone(dt.UTC)
    except (OverflowError, ValueError):
        raise typer.BadParameter(f"there is no moment {typed}") from None
    from ledger.calendar.london import instant

    return instant(found.date(), found.time())


def asof(typed: str) -> int | dt.datetime:
    """An entry number, or a moment."""
    if typed.isdecimal():
        return int(typed)
    try:
        return moment(typed)
    except typer.BadParameter as problem:
        raise typer.BadParameter(f"{problem.message} or give an entry number") from None


def session_or_day(typed: str, half_of_day: str) -> tuple[dt.date, str]:
    """A session written like ``2024-09-03 AM``; of a day alone, its first or its last."""
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})([ T]?(AM|PM))?", typed, re.IGNORECASE)
    if not found:
        raise typer.BadParameter(f"{typed!r} is not a session; write it like '2024-09-03 AM'")
    return date(found[1]), (found[3] or half_of_day).upper()


def span(typed: str) -> tuple[tuple[dt.date, str], tuple[dt.date, str]]:
    """Sessions written like ``2024-10-07..2024-10-08 AM``; a day or a session alone is itself."""
    first, _, last = typed.partition("..")
    return session_or_day(first.strip(), "AM"), session_or_day((last or first).strip(), "PM")


def half_days(typed: str) -> int:
    """A number of days such as ``3`` or ``3.5``, in half-days."""
    found = re.fullmatch(r"(\d{1,3})(\.[05])?", typed)
    if not found:
        raise typer.BadParameter(f"{typed!r} is not a number of days; write it like 3 or 3.5")
    return int(found[1]) * 2 + (found[2] == ".5")


def half_day_of_week(typed: str) -> dict[str, object]:
    """A half-day attended each week, like ``Mon AM`` or ``Mon AM 09:00-12:00``."""
    clock = r"\d{2}:\d{2}"
    found = re.fullmatch(rf"([A-Z][a-z]{{2}}) (AM|PM)(?: ({clock})-({clock}))?", typed)
    if not found:
        raise typer.BadParameter(f"{typed!r} is not a half-day; write it like 'Mon AM 09:00-12:00'")
    names = ("weekday", "half", "arrives", "leaves")
    return {name: said for name, said in zip(names, found.groups(), strict=True) if said}
