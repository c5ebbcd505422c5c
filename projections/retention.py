"""What may be disposed of and what is kept, by class; and the certificates of what went."""

import datetime as dt

from ledger.events.retention import FilesGone
from ledger.kinds import Frozen, IsoDate
from ledger.proof import merkle
from ledger.retention import Retention, plan
from ledger.retention.certified import standing
from ledger.retention.plan import Line
from ledger.store import Ledger
from ledger.store.verify import verify
from projections.answers import Header
from projections.views import View


class KeptAs(Frozen):
    """A class of entries: the rule it is kept by, and counts of entries by what may be done."""

    kept_as: str
    years: int | None
    reference: str
    due: int
    held: int
    waiting: int
    disposed: int
    next_due: IsoDate | None


class HoldRow(Frozen):
    """A legal hold in force, and how many entries it keeps that could else go or wait."""

    hold: int
    case: str
    reason: str
    placed_by: str
    confirmed_by: str | None
    release_asked_by: str | None
    pupils: tuple[str, ...]
    streams: tuple[str, ...]
    first: IsoDate | None
    last: IsoDate | None
    entries: int


class DisposalRow(Frozen):
    """A disposal that was asked for and is not carried out yet."""

    disposal: int
    on: IsoDate
    entries: int
    requested_by: str
    approved_by: tuple[str, ...]


class RetentionPlanned(Frozen):
    """What a disposal on ``on`` would take: so many ``entries``, and the hash of the list."""

    header: Header
    on: IsoDate
    rows: tuple[KeptAs, ...]
    entries: int
    ranges: tuple[tuple[int, int], ...]
    listed: str
    holds: tuple[HoldRow, ...]
    disposals: tuple[DisposalRow, ...]


class GoneBy(Frozen):
    """The rule by which entries went: what they were kept as, for how long, by which clause."""

    kept_as: str
    entries: int
    years: int | None
    reference: str
    policy: str


class Certificate(Frozen):
    """A certificate: of a disposal, or of a reason that was struck out; each rule it goes by."""

    entry: int
    what: str
    day: IsoDate
    entries: int
    by: str
    approved_by: tuple[str, ...]
    policy: str
    rules: tuple[GoneBy, ...]
    files: tuple[FilesGone, ...]
    listed: str


class RetentionProved(Frozen):
    """
    The certificates, and whether they and what is gone agree.

    ``standing`` are entries that a certificate says are gone and that are not; ``fault`` is
    what ``verify`` found first, if anything.
    """

    header: Header
    rows: tuple[Certificate, ...]
    root: str
    standing: tuple[int, ...]
    first_bad: int | None
    fault: str | None

    @property
    def sound(self) -> bool:
        """Nothing is gone that is not certified, nothing certified stands, the log is whole."""
        return not self.standing and self.fault is None


_STRUCK = GoneBy(
    kept_as="words of a reason",
    entries=1,
    years=None,
    reference="UK GDPR Art. 5(1)(c), 9; SI 2024/208 reg. 6(1)(c)",
    policy="the law",
)
"""No years: words that should not stand go at once, and what is said instead stands."""


def planned(view: View, on: dt.date) -> RetentionPlanned:
    """What may be disposed of on a day, as the ledger stood at the view's entry."""
    retention = _as_at(view)
    rules = view.policy.on(on)
    found = plan(view.ledger, view.school, retention, on, rules=rules, upto=view.entry)
    return RetentionPlanned(
        header=view.header("retention plan", [on]),
        on=on,
        rows=tuple(_kept_as(found.lines[name]) for name in sorted(found.lines) if name),
        entries=len(found.going),
        ranges=found.ranges,
        listed=found.listed,
        holds=tuple(_holds(view, retention, found.held_by)),
        disposals=tuple(_open(retention)),
    )


def proved(view: View) -> RetentionProved:
    """The certificates, and the whole log recomputed."""
    retention = _as_at(view)
    ledger: Ledger = view.ledger
    verdict = verify(ledger)
    return RetentionProved(
        header=view.header("retention prove", []),
        rows=tuple(_certificates(retention)),
        root=merkle.root(ledger.frontier()[1]).hex(),
        standing=tuple(standing(ledger)),
        first_bad=verdict.first_bad,
        fault=verdict.fault,
    )


def _as_at(view: View) -> Retention:
    told = view.ledger.stream("retention", view.entry)
    return Retention.fold((one.entry, one.event) for one in told)


def _kept_as(line: Line) -> KeptAs:
    return KeptAs(
        kept_as=line.kept_as,
        years=line.rule.years if line.rule else None,
        reference=line.rule.reference if line.rule else "no rule: kept",
        due=line.due,
        held=line.held,
        waiting=line.waiting,
        disposed=line.disposed,
        next_due=line.next_due,
    )


def _holds(view: View, retention: Retention, kept: dict[int, int]) -> list[HoldRow]:
    pupils = view.context.roll.pupils
    return [
        HoldRow(
            hold=number,
            case=one.placed.case,
            reason=one.placed.reason,
            placed_by=one.placed.made_by.name,
            confirmed_by=one.confirmed_by.name if one.confirmed_by else None,
            release_asked_by=one.release.made_by.name if one.release else None,
            pupils=tuple(pupils[p].upn if p in pupils else str(p) for p in one.placed.pupils),
            streams=one.placed.streams,
            first=one.placed.first,
            last=one.placed.last,
            entries=kept.get(number, 0),
        )
        for number, one in retention.holds.items()
        if one.in_force
    ]


def _open(retention: Retention) -> list[DisposalRow]:
    return [
        DisposalRow(
            disposal=number,
            on=one.requested.on,
            entries=sum(last - first + 1 for first, last in one.requested.ranges),
            requested_by=one.requested.made_by.name,
            approved_by=tuple(by.name for by in one.approved),
        )
        for number, one in retention.disposals.items()
        if one.done is None
    ]


def _certificates(retention: Retention) -> list[Certificate]:
    disposals = [
        Certificate(
            entry=entry,
            what=f"disposal {one.disposal}",
            day=one.made_at.date(),
            entries=one.entries,
            by=one.made_by.name,
            approved_by=tuple(by.name for by in one.approved_by),
            policy=one.policy,
            rules=tuple(
                GoneBy(
                    kept_as=each.kept_as,
                    entries=each.entries,
                    years=each.years,
                    reference=each.reference,
                    policy=each.pack or one.policy,
                )
                for each in one.classes
            ),
            files=one.files,
            listed=one.listed,
        )
        for entry, one in retention.certificates
    ]
    redactions = [
        Certificate(
            entry=entry,
            what=f"words of entry {one.entry} struck out",
            day=one.made_at.date(),
            entries=1,
            by=one.made_by.name,
            approved_by=(one.asked_by.name,),
            policy="",
            rules=(_STRUCK,),
            files=(),
            listed="",
        )
        for entry, one in retention.redacted
    ]
    return sorted([*disposals, *redactions], key=lambda one: one.entry)
