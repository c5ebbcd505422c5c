"""Amendments added up by person, month, class or school, and which of them stand out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ledger.audit import decisions, odds, raised, tail
from ledger.policy import PolicyDay
from projections.amendment_audit_answers import LAGS, Tally
from projections.amendment_rows import Change


@dataclass(frozen=True)
class Counted:
    """
    One group of amendments; ``chance`` is ``None`` where there is no other to compare with.

    ``others`` is the share that became attendance of the late absences of all the others.
    """

    what: str
    changes: Sequence[Change]
    late: int
    to_attending: int
    chance: Fraction | None = None
    others: Fraction = Fraction(0)

    @property
    def share(self) -> Fraction:
        return Fraction(self.to_attending, self.late)


def counted(changes: Iterable[Change], by: Callable[[Change], str]) -> list[Counted]:
    """The groups, each with the chance of its share of absences that became attendance."""
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        groups[by(change)].append(change)
    found = []
    for what, held in sorted(groups.items()):
        late = [change for change in held if change.late]
        to = _decided(change for change in late if change.to_attending)
        found.append(Counted(what, held, to + _decided(c for c in late if not c.to_attending), to))
    return compared(found)


def compared(found: Sequence[Counted]) -> list[Counted]:
    """The same, each with its chance against all the others."""
    late, to = sum(one.late for one in found), sum(one.to_attending for one in found)
    return [_beside(one, late, to) if 0 < one.late < late else one for one in found]


def _beside(one: Counted, late: int, to: int) -> Counted:
    chance = tail(late, to, one.late, one.to_attending)
    return replace(one, chance=chance, others=Fraction(to - one.to_attending, late - one.late))


def _decided(changes: Iterable[Change]) -> int:
    """Decisions behind changes: counted for each person and day, and added up."""
    days: dict[tuple[str, object], list[tuple[object, object]]] = defaultdict(list)
    for change in changes:
        days[change.person, change.made_on].append((change.pupil, change.register))
    return sum(decisions(held) for held in days.values())


@dataclass(frozen=True)
class Bar:
    """
    What it takes to stand out: a chance that ``level`` of audits would show by themselves, at
    least ``least`` decisions, and a share ``times`` that of all others.
    """

    level: Fraction
    least: int
    times: int

    @classmethod
    def of(cls, rules: PolicyDay) -> "Bar":
        level = rules.get("audit.chance").value
        ratio = Fraction(level["numerator"], level["denominator"])
        return cls(ratio, rules.get("audit.least").value, rules.get("audit.times").value)

    def __str__(self) -> str:
        return f"1 in {self.level.denominator // self.level.numerator}"


def tallies(families: Mapping[str, Sequence[Counted]], bar: Bar) -> dict[str, tuple[Tally, ...]]:
    """Each family of groups as an answer holds it, whoever stands out first, corrected together."""
    tested = [one for groups in families.values() for one in groups if one.chance is not None]
    out = raised([one.chance for one in tested if one.chance is not None], bar.level)
    standing = {
        id(one)
        for one, is_out in zip(tested, out, strict=True)
        if is_out and one.to_attending >= bar.least and one.share >= bar.times * one.others
    }
    return {
        name: tuple(_tally(one, id(one) in standing) for one in sorted(groups, key=_rank))
        for name, groups in families.items()
    }


def how_many(families: Mapping[str, Sequence[Counted]]) -> int:
    """How many comparisons there are."""
    return sum(one.chance is not None for groups in families.values() for one in groups)


def by_lag(changes: Iterable[Change]) -> tuple[int, ...]:
    """How many there are of each lag."""
    counts = Counter(change.lag for change in changes)
    return tuple(counts[lag] for lag in LAGS)


def _rank(one: Counted) -> tuple[Fraction, int, str]:
    chance = Fraction(1) if one.chance is None else one.chance
    return chance, -one.to_attending, one.what


def _tally(one: Counted, stands_out: bool) -> Tally:
    return Tally(
        what=one.what,
        amendments=len(one.changes),
        by_lag=by_lag(one.changes),
        late=one.late,
        to_attending=one.to_attending,
        odds=odds(one.chance) if one.chance is not None and one.to_attending else "",
        stands_out=stands_out,
    )
