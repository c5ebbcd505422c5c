"""Record that another system's totals were held to the register: what was found, and no total."""

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from commands.states import Decided, States
from ledger.events import Event, TotalsCompared
from ledger.kinds import Said
from ledger.refusals import Forbidden
from ledger.school import School

_FOUND = ("sha256", "first", "last", "pupils", "differing", "differences", "absent", "refused")


class ImportTotals(Command):
    """
    Say what a file of totals came to, held to the sessions from ``first`` to ``last``, both in.

    ``position`` is the last entry that the register had then. ``pupils`` were compared, of whom
    ``differing`` differ, in so many ``differences``; ``absent`` had a mark and no line, ``refused``
    lines could not be compared.
    """

    NAME: ClassVar[str] = "import-totals"

    file: Said
    sha256: Said
    first: dt.date
    last: dt.date
    position: int
    pupils: int
    differing: int
    differences: int
    absent: int
    refused: int


def decide(command: ImportTotals, school: School, known: Iterable[Event]) -> list[Event]:
    """
    Record the comparison. The same file that comes to the same again is nothing.

    Raises ``Forbidden`` for days in the wrong order.
    """
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if command.last < command.first:
        first, last = in_words(command.first), in_words(command.last)
        raise Forbidden(why=f"Totals from {first} to {last} are of no day")
    before = [one for one in known if isinstance(one, TotalsCompared)]
    if before and _found(before[-1]) == _found(command):
        return []
    said = {name: getattr(command, name) for name in ("file", "position", *_FOUND)}
    return [TotalsCompared(**said, **made(by, command.at))]


def way(command: ImportTotals, states: States) -> Decided:
    """From the files taken in before."""
    known = [one for of in states.under("imports").values() for one in of]
    events = decide(command, states.school, known)
    return events, {event.stream: states.version(event.stream) for event in events}


def _found(said: ImportTotals | TotalsCompared) -> tuple[object, ...]:
    return tuple(getattr(said, name) for name in _FOUND)
