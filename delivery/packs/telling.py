"""What the pages of a pack say, from the entries its reader may see."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from commands.base import in_words
from delivery.packs.record import Shown
from ledger.calendar import london
from ledger.calendar.school import monday_of
from ledger.events import (
    AmendmentObserved,
    MarkAmended,
    MarkRecorded,
    MarkVanished,
)
from ledger.kinds import HALVES, Session
from ledger.policy import Codes
from projections.answers import NOT_PROVIDED
from projections.particulars import particulars
from projections.sentences import MarkEvent
from projections.views import View

AMENDED = MarkAmended | AmendmentObserved | MarkVanished
WITHHELD = "withheld"


def day(when: dt.date) -> str:
    """A day of the week and its date, short."""
    return f"{when:%a} {when.day} {when:%b %Y}"


def moment(when: dt.datetime) -> str:
    """A moment by London's clocks, short."""
    local = london(when)
    return f"{local.day} {local:%b %Y %H:%M}"


def codes_on(view: View, session: Session) -> Codes:
    """The codes in force on the day of a session."""
    return view.school.rules_on(session.date).codes


def look(view: View, session: Session, code: str | None) -> str:
    """How a mark is drawn: by form as well as by shade."""
    row = codes_on(view, session).known(code) if code else None
    if code == "N":
        return "open"
    if row is None:
        return "nothing"
    if row.late and row.statistical == "present":
        return "late"
    if row.state == "unable to attend":
        return "unable"
    return row.statistical.replace(" ", "-")


def grid(view: View, marks: Mapping[Session, Any]) -> list[dict[str, Any]]:
    """The weeks of the register, ten half-days each; a half-day without a mark is empty."""
    weeks: dict[dt.date, dict[Session, Any]] = {}
    for session, row in marks.items():
        weeks.setdefault(monday_of(session.date), {})[session] = row
    found = []
    for monday, theirs in sorted(weeks.items()):
        days = [monday + dt.timedelta(days=n) for n in range(5)]
        cells = [_cell(view, Session(d, half), theirs) for d in days for half in HALVES]
        found.append({"week": f"{monday.day} {monday:%b %Y}", "cells": cells})
    return found


def _cell(view: View, session: Session, marks: Mapping[Session, Any]) -> dict[str, Any]:
    row = marks.get(session)
    if row is None or row.code is None:
        return {"code": "", "look": "nothing", "amended": False}
    return {
        "code": row.code,
        "look": look(view, session, row.code),
        "amended": bool(row.amendments),
    }


def key(view: View, marks: Mapping[Session, Any], entries: Sequence[Shown]) -> list[dict[str, str]]:
    """Every code that is printed, with its meaning under the set of its day."""
    printed = {(session, row.code) for session, row in marks.items() if row.code}
    for one in entries:
        if isinstance(event := one.held.event, MarkEvent):
            codes = (getattr(event, name, None) for name in ("code", "original", "amended"))
            printed |= {(event.session, code) for code in codes if code}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for session, code in sorted(printed):
        known = codes_on(view, session).known(code)
        if known:
            said = {"code": code, "look": look(view, session, code), "meaning": known.meaning}
            said |= {"counts": known.statistical, "from": known.reference.partition(" reg")[0]}
            found.setdefault((known.code, known.meaning), said)
    return [found[one] for one in sorted(found)]


def by_day(sessions: Sequence[Session]) -> list[str]:
    """Sessions in words, both of one day together."""
    days: dict[dt.date, list[str]] = {}
    for session in sessions:
        days.setdefault(session.date, []).append(session.half)
    return [f"{day(on)} {' and '.join(halves)}" for on, halves in days.items()]


def first_entered(entries: Sequence[Shown]) -> dict[Session, dict[str, str]]:
    """Code, moment and person of the first entry of each session."""
    found: dict[Session, dict[str, str]] = {}
    for one in entries:
        event = one.held.event
        if isinstance(event, MarkRecorded):
            act = one.held.page.act
            imported = "file" in (act.source or {})
            name = event.taken_by_name if imported else event.made_by.name
            position = event.taken_by_position if imported else event.made_by.position
            who = f"{name} ({position})" if name and position else name or NOT_PROVIDED
            when = event.taken_at or (act.recorded_at if imported else event.made_at)
            found.setdefault(event.session, {"code": event.code, "when": moment(when), "who": who})
    return found


def absences(
    view: View, marks: Mapping[Session, Any], entries: Sequence[Shown]
) -> list[dict[str, str]]:
    """Every session that is not simply present, with what was entered first and by whom."""
    first = first_entered(entries)
    found = []
    for session, row in marks.items():
        known = codes_on(view, session).known(row.code) if row.code else None
        if known is None or (known.statistical == "present" and not known.late):
            continue
        begun = first.get(session, {"code": "", "when": "not entered yet", "who": ""})
        found.append(
            {
                "day": day(session.date),
                "half": session.half,
                "code": row.code,
                "look": look(view, session, row.code),
                "meaning": known.meaning,
                "counts": known.statistical,
                "first": begun["code"],
                "entered": begun["when"],
                "who": begun["who"],
            }
        )
    return found


def amendments(view: View, entries: Sequence[Shown]) -> list[dict[str, str]]:
    """The five particulars of each amendment, and the position; what is withheld says so."""
    found = []
    for one in entries:
        event = one.held.event
        if not isinstance(event, AMENDED):
            continue
        five = particulars(event)
        kept = "reason" in one.withheld
        found.append(
            {
                "session": f"{day(event.session.date)} {event.session.half}",
                "original": five["original"] or "let go of before",
                "original-look": look(view, event.session, five["original"]),
                "amended": five["amended"] or "shown no more by the source",
                "amended-look": look(view, event.session, five["amended"]),
                "reason": WITHHELD if kept else five["reason"] or NOT_PROVIDED,
                "date": _when(event, five["made_on"]),
                "name": five["name"] or NOT_PROVIDED,
                "position": five["position"] or ("" if five["name"] is None else NOT_PROVIDED),
                "entry": f"{one.held.entry:,}",
            }
        )
    return found


def _when(event: AMENDED, made_on: dt.date | None) -> str:
    if made_on is not None or isinstance(event, MarkAmended):
        return in_words(made_on or london(event.made_at).date())
    before, after = event.seen_before, event.seen_at
    began = f"between {moment(before)} and" if before else "before"
    return f"{began} {moment(after)}"
