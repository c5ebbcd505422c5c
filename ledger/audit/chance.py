"""How likely a share as high as one person's would be by chance alone: exact, no float."""

from collections.abc import Sequence
from fractions import Fraction
from math import comb


def tail(everything: int, marked: int, own: int, own_marked: int) -> Fraction:
    """
    The chance that of ``own`` things drawn from ``everything`` at least ``own_marked`` are marked.

    ``marked`` of ``everything`` are. This is Fisher's exact test, one side: if who made a
    change had nothing to do with what it was, how often would one person's changes hold as
    many of a kind as they do? Exact, as a fraction.
    """
    assert 0 <= own_marked <= own <= everything, (own_marked, own, everything)
    assert own_marked <= marked <= everything, (own_marked, marked, everything)
    others = everything - marked
    first = max(own_marked, own - others)
    last = min(marked, own)
    ways = comb(marked, first) * comb(others, own - first)
    total = ways
    for here in range(first, last):
        ways = ways * (marked - here) * (own - here)
        ways //= (here + 1) * (others - own + here + 1)
        total += ways
    return Fraction(total, comb(everything, own))


def raised(chances: Sequence[Fraction], level: Fraction) -> list[bool]:
    """
    Which of several comparisons stand out, where by chance alone ``level`` of all audits have any.

    Holm's step-down correction: it holds however the comparisons depend on each other, as
    those by person and by month do.
    """
    found = [False] * len(chances)
    order = sorted(range(len(chances)), key=lambda index: chances[index])
    for place, index in enumerate(order):
        if chances[index] * (len(chances) - place) > level:
            break
        found[index] = True
    return found


def odds(chance: Fraction) -> str:
    """A chance as a reader takes it in: ``1 in 1,240``, rounded down to the lighter side."""
    against = chance.denominator // chance.numerator
    return "1 in " + (f"{against:,}" if against < 10**9 else "more than 1,000,000,000")
