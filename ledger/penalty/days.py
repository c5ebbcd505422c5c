"""Days that are so many months or years from another, as the law counts them."""

import calendar
import datetime as dt


def years_before(day: dt.date, years: int) -> dt.date:
    """
    The day from which a period of years ending with ``day`` is counted; itself outside it.

    Three years ending with 1 October 2027 begin on 2 October 2024: this gives 1 October 2024.
    From 29 February it gives 28 February where the year has no 29th.
    """
    return _on(day.year - years, day.month, day.day)


def years_after(day: dt.date, years: int) -> dt.date:
    """
    The first day that ends a period of years in which ``day`` no longer lies.

    From 29 February it is 1 March: on 28 February the period still begins with the 29th.
    """
    if day.month == 2 and day.day == 29 and not calendar.isleap(day.year + years):
        return dt.date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


def add_months(day: dt.date, months: int) -> dt.date:
    """The corresponding day so many months later, or the last day of a month without one."""
    place = day.year * 12 + day.month - 1 + months
    return _on(place // 12, place % 12 + 1, day.day)


def _on(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
