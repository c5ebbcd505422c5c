"""``attendance policy check``: what is stale, overtaken by a later law, or not allowed."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Mapping
from typing import Literal

from ledger.kinds import Frozen, IsoDate, Said
from ledger.policy.packs import LAYERS, Value, barred
from ledger.policy.policy import Policy, Standing, heard


class Finding(Frozen):
    """One thing about a policy that a person should look at.

    ``parameter`` is empty for the pack as a whole; ``since`` is the day from which it holds.
    """

    kind: Literal["not allowed", "overtaken", "stale", "changed"]
    pack: Said
    parameter: str
    since: IsoDate
    sentence: Said
    reference: str = ""


def check(
    policy: Policy, today: dt.date, adopted: Mapping[str, str] | None = None
) -> list[Finding]:
    """Everything to look at in ``policy``, the gravest first.

    ``adopted`` maps the names of packs to the hashes under which they were adopted: a pack
    whose bytes have changed since is told. What a law overtakes only after ``today`` is not
    yet to be looked at. Nothing here reads the clock.
    """
    return [
        *_not_allowed(policy),
        *_changed(policy, today, adopted or {}),
        *(found for found in _overtaken(policy) if found.since <= today),
        *stale(policy, today),
    ]


def first_not_allowed(policy: Policy) -> tuple[Value, str] | None:
    """The first value that the packs beneath did not allow on the day it was written for."""
    return next(_refused(policy), None)


def _refused(policy: Policy) -> Iterator[tuple[Value, str]]:
    """A value is judged on its own first day: a law that came later makes it no fault."""
    for standing in policy.stack:
        for name, values in standing.pack.values.items():
            for value in values:
                upper, may = heard(_beneath(policy, standing, value), name, value.starts)
                why = barred(value, upper, may)
                if why is not None:
                    yield value, why


def _beneath(policy: Policy, standing: Standing, value: Value) -> list[Standing]:
    """The packs a value lay over when it first applied, whenever each was adopted.

    An old pack adopted late is judged as it was written, among those adopted then.
    """
    layer = LAYERS.index(standing.pack.layer)
    day = max(value.starts, standing.starts or value.starts)
    return [
        Standing(other.pack)
        for other in policy.stack
        if LAYERS.index(other.pack.layer) < layer and other.in_force(day)
    ]


def _not_allowed(policy: Policy) -> Iterator[Finding]:
    for value, why in _refused(policy):
        yield Finding(
            kind="not allowed",
            pack=value.pack,
            parameter=value.name,
            since=value.starts,
            sentence=f"{value.name} may not be {value} ({value.reference}): {why}.",
            reference=value.reference,
        )


def _overtaken(policy: Policy) -> Iterator[Finding]:
    refused = {(value.pack, value.name, value.starts) for value, _ in _refused(policy)}
    for at, standing in enumerate(policy.stack):
        for values in standing.pack.values.values():
            for value in values:
                if (value.pack, value.name, value.starts) in refused:
                    continue
                found = _overtaken_by(policy, at, standing, value)
                if found is not None:
                    since, upper = found
                    yield Finding(
                        kind="overtaken",
                        pack=value.pack,
                        parameter=value.name,
                        since=since,
                        sentence=(
                            f"{value.name} = {value} ({value.reference}) no longer applies from "
                            f"{since}: {upper.reference} says {upper}."
                        ),
                        reference=upper.reference,
                    )


def _overtaken_by(
    policy: Policy, at: int, standing: Standing, value: Value
) -> tuple[dt.date, Value] | None:
    """The first day on which ``value`` is what its pack says and the packs beneath bar it."""
    for day in policy.turns:
        if not standing.in_force(day) or standing.pack.said_on(value.name, day) != value:
            continue
        upper, may = heard(policy.stack[:at], value.name, day)
        if upper is not None and barred(value, upper, may) is not None:
            return day, upper
    return None


def _changed(policy: Policy, today: dt.date, adopted: Mapping[str, str]) -> Iterator[Finding]:
    for standing in policy.stack:
        pack = standing.pack
        if adopted.get(pack.name, pack.sha256) != pack.sha256:
            yield Finding(
                kind="changed",
                pack=pack.name,
                parameter="",
                since=today,
                sentence=(
                    f"{pack.name} is not the file that was adopted: its bytes have the hash "
                    f"{pack.sha256[:12]}, those adopted {adopted[pack.name][:12]}."
                ),
            )


def stale(policy: Policy, today: dt.date) -> list[Finding]:
    """The values in use on ``today`` that nobody has confirmed for too long, and the packs
    whose own day of review has passed.
    """
    day = policy.on(today)
    found = [
        Finding(
            kind="stale",
            pack=standing.pack.name,
            parameter="",
            since=standing.pack.review_by,
            sentence=f"{standing.pack.title} was to be reviewed by {standing.pack.review_by}.",
        )
        for standing in policy.stack
        if standing.in_force(today)
        and standing.pack.review_by is not None
        and standing.pack.review_by < today
    ]
    if "policy.confirm_within_months" not in day:
        return found
    months = day.get("policy.confirm_within_months").value
    for value in day.values.values():
        due = _months_later(value.confirmed, months)
        if due < today:
            found.append(_to_be_confirmed(value, due))
    return found


def _to_be_confirmed(value: Value, due: dt.date) -> Finding:
    return Finding(
        kind="stale",
        pack=value.pack,
        parameter=value.name,
        since=due,
        sentence=(
            f"{value.name} ({value.reference}) was last checked against its source on "
            f"{value.confirmed}: look again."
        ),
        reference=value.reference,
    )


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
