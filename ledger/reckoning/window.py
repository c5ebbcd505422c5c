"""Where so many things fall within so many consecutive places: two pointers, no calendar."""

from collections.abc import Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """
    A stretch during which the count stands.

    ``met`` is the index of the thing that brought it to the number needed, ``last`` the index
    of the last thing that came while it stood, and ``lapses`` the first place at which it no
    longer stands if nothing more comes.
    """

    met: int
    last: int
    lapses: int


def runs(places: Sequence[int], needed: int, within: int) -> list[Run]:
    """
    The runs in which at least ``needed`` things lie within ``within`` consecutive places.

    ``places`` are where the things happened, in order: the number of the school week, or of
    the session, counted along the calendar; several may share a place. Linear in things.

    A count stands at place p if enough things lie in the places p - within + 1 to p.
    """
    assert needed > 0
    assert within > 0
    found: list[Run] = []
    for index in range(needed - 1, len(places)):
        oldest = places[index - needed + 1]
        if places[index] - oldest >= within:
            continue
        lapses = oldest + within
        if found and places[index] < found[-1].lapses:
            found[-1] = found[-1]._replace(last=index, lapses=lapses)
        else:
            found.append(Run(index, index, lapses))
    return found
