"""Asking a question for somebody who typed it: where, as of when, and how it is printed."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from delivery.cli.calls import Call, note
from delivery.cli.problems import Exit
from delivery.render.envelope import answer, document
from delivery.render.table import comma_separated
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.bootstrap import Desk
    from ledger.policy import Policy
    from ledger.roll import Roll
    from ledger.store import Ledger
    from projections.views import Scope, View


@contextmanager
def view(call: Call, scope: "Scope | None" = None) -> Iterator["View"]:
    """The school's read models: live, or with ``--asof`` as they stood, within ``scope``."""
    from delivery.bootstrap import desk

    with desk(call.db) as at:
        yield view_of(at, at.ledger(call.school), call, scope)


def view_of(desk: "Desk", ledger: "Ledger", call: Call, scope: "Scope | None" = None) -> "View":
    """One school's view: live; or as at an entry, or under another policy, and then its own."""
    from projections.views import EVERYTHING, live

    upto, policy = entry_of(ledger, call.asof), policy_of(call)
    if upto is None and policy is None:
        return live(desk.at(ledger).runner, ledger)
    from projections.earlier import then

    entry = ledger.size() if upto is None else upto
    return then(desk.at(ledger).runner, ledger, entry, scope or EVERYTHING, policy)


def moment_of(call: Call, ledger: "Ledger") -> dt.datetime:
    """
    The moment that a question is asked of: now, or with ``--asof`` the moment asked for.

    So an answer as at an entry is the same whenever it is asked. Of an entry number it is the
    moment at which that entry was recorded.
    """
    from delivery.bootstrap import now

    if isinstance(call.asof, dt.datetime):
        return call.asof
    act = next(ledger.acts(call.asof, call.asof), None) if call.asof else None
    return act.recorded_at if act else now()


def day_and_moment(
    call: Call, ledger: "Ledger", on: dt.date | None = None
) -> tuple[dt.date, dt.datetime]:
    """The day asked about, by ``on`` or ``--to`` or the moment; and the moment, or its end."""
    from ledger.calendar.london import instant, london

    moment = moment_of(call, ledger)
    day = the_day(call, on) or london(moment).date()
    return (day, moment) if day == london(moment).date() else (day, instant(day, dt.time(23, 59)))


def the_day(call: Call, on: dt.date | None = None) -> dt.date | None:
    """The day said by ``--on`` or ``--to``; both may be said where they agree."""
    if on is not None and call.last is not None and on != call.last:
        raise Usage(f"--on {on} and --to {call.last} are two days; say one.")
    return on or call.last


def no_span(call: Call, why: str) -> None:
    """Refuse ``--from`` where it could only be passed over; ``why`` says what decides instead."""
    if call.first is not None:
        raise Usage(f"--from {call.first} decides nothing here: {why}.")


def policy_of(call: Call) -> "Policy | None":
    """The policy pack asked for with ``--policy``, if any."""
    if call.policy is None:
        return None
    from ledger.policy import load

    return load(call.policy)


def entry_of(ledger: "Ledger", asof: "int | dt.datetime | None") -> int | None:
    """The entry number meant by ``--asof``; one that there is not is refused."""
    if asof is None:
        return None
    size = ledger.size()
    entry = ledger.entry_at(asof) if isinstance(asof, dt.datetime) else asof
    if entry > size:
        raise nothing(f"The ledger of school {ledger.school} has {size:,} entries, not {entry:,}.")
    if entry == 0:
        raise nothing(f"The ledger of school {ledger.school} held nothing yet.")
    return entry


def tell(call: Call, question: str, found: Any, render: Any) -> None:
    """
    Print an answer: ``render.text``, or its ``render.rows`` as CSV, or one JSON document.

    The envelope repeats what the answer's header says of where it comes from.
    """
    if call.as_csv:
        call.write(comma_separated(*render.rows(found)))
    elif call.as_json:
        call.write(answered(question, found))
    else:
        heads = "\n".join(heading(head) for head in headers_of(found))
        call.write(f"{heads}\n\n{render.text(found)}")


def answered(question: str, found: Any) -> str:
    """An answer as one JSON document."""
    return document(_envelope(question, found))


def headers_of(found: Any) -> Sequence[Any]:
    """The header of an answer, or one for each of its schools."""
    headers: Sequence[Any] = found.headers if hasattr(found, "headers") else (found.header,)
    return headers


def _envelope(question: str, found: Any) -> dict[str, Any]:
    """The envelope; of an answer about several schools each has its ``asof`` in ``schools``."""
    fields = found.model_dump(mode="json", exclude={"header", "headers"})
    heads = headers_of(found)
    one = heads[0] if len(heads) == 1 else None
    made = answer(
        question,
        fields,
        school=one.school if one else None,
        asof=one.asof if one else None,
        policy="; ".join(dict.fromkeys(head.policy for head in heads)) or None,
    )
    made["code_sets"] = list(dict.fromkeys(said for head in heads for said in head.code_sets))
    made["schools"] = [
        {"school": head.school, "name": head.school_name, "asof": head.asof} for head in heads
    ]
    return made


def heading(header: Any) -> str:
    """Where an answer comes from, in two lines."""
    from delivery.render.receipts import london

    at = header.asof
    when = f", recorded {london(at.recorded_at)}" if at.recorded_at else ""
    lines = [f"{header.school_name} ({header.school}), as at entry {at.entry:,}{when}"]
    if header.policy:
        lines.append(f"Policy: {header.policy}")
    return "\n".join(lines)


def day_of(view: "View", call: Call | None = None) -> dt.date:
    """The day meant where none is said: the last with an entry, or today before the first."""
    from ledger.calendar.london import london
    from projections.views import last_day

    entered = last_day(view)
    return (
        entered if entered > dt.date.min else london(moment_of(call or Call(), view.ledger)).date()
    )


def others_of(desk: "Desk", view: "View", call: Call) -> "list[View]":
    """The other schools of the ledger: live, or with ``--asof`` as at the same moment."""
    ledgers = [one for one in desk.ledgers(None) if one.school != view.urn]
    moment = call.asof
    if isinstance(moment, int):
        moment = next(view.ledger.acts(moment, moment)).recorded_at
    if moment is None:
        return [view_of(desk, one, call) for one in ledgers]
    begun = [one for one in ledgers if one.entry_at(moment)]
    return [view_of(desk, one, replace(call, asof=moment)) for one in begun]


def span(view: "View", call: Call) -> tuple[dt.date, dt.date]:
    """The days asked about: the school year up to the last day with an entry, if not said."""
    last = call.last or max(day_of(view, call), call.first or dt.date.min)
    if call.first is not None:
        return call.first, last
    year = view.school.calendar.period_of(last, "year")
    return (min(year.starts, last) if year else last), last


class Nothing(typer.Exit):
    """Nothing matched: how it ends when typed, and the sentence that says so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Exit.NOTHING)
        self.sentence = sentence


def nothing(sentence: str) -> Nothing:
    """Say that nothing matched; to be raised."""
    note(sentence)
    return Nothing(sentence)


def pupil_in(roll: "Roll", written: str) -> Any:
    """The pupil meant. Raises ``UnknownPupil``."""
    from ledger.refusals import UnknownPupil

    found = roll.find(written)
    if found is None:
        raise UnknownPupil(pupil=written)
    return found
