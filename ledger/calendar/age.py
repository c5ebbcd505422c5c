"""How old a child is, and when the law says that the child must be in education."""

import datetime as dt

_PRESCRIBED = ((3, 31), (8, 31), (12, 31))
"""The days on which compulsory school age can begin (SI 1998/1607)."""


def compulsory_school_age(born: dt.date) -> tuple[dt.date, dt.date]:
    """
    The first and the last day on which a child is of compulsory school age, both in.

    It begins on the fifth birthday where that is 31 March, 31 August or 31 December, and
    otherwise on the next of those days. It ends at the end of the last Friday in June of the
    school year in which the child turns 16.

    A school year begins with a school's first term after July; this function, which knows
    no school, takes it to begin on 1 September (DERIVED).

    Reference: Education Act 1996 s. 8; SI 1998/1607; SI 1997/1970.
    """
    five = _birthday(born, 5)
    years = (five.year, five.year + 1)
    begins = min(
        day for year in years for m, d in _PRESCRIBED if (day := dt.date(year, m, d)) >= five
    )
    sixteen = _birthday(born, 16)
    leaves = sixteen.year if sixteen.month <= 8 else sixteen.year + 1
    return begins, _last_friday_in_june(leaves)


def of_compulsory_school_age(born: dt.date, day: dt.date) -> bool:
    """Whether a child born on ``born`` is of compulsory school age on ``day``."""
    begins, ends = compulsory_school_age(born)
    return begins <= day <= ends


def age_on(born: dt.date, day: dt.date) -> int:
    """
    The age in whole years on a day; a year older from the start of each birthday.

    Born on 29 February: a year older on 1 March in a year that has no 29 February.

    Reference: Family Law Reform Act 1969 s. 9.
    """
    return day.year - born.year - (day < _birthday(born, day.year - born.year))


def _birthday(born: dt.date, age: int) -> dt.date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # 29 February
        return dt.date(born.year + age, 3, 1)


def _last_friday_in_june(year: int) -> dt.date:
    last = dt.date(year, 6, 30)
    return last - dt.timedelta(days=(last.weekday() - 4) % 7)
