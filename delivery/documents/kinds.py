"""What each kind of letter says of its own, from the ledger as at the view's entry."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from commands.base import in_words
from delivery.documents import merging
from delivery.documents.merging import Writing, session, value
from delivery.documents.published import national
from delivery.usage import Usage
from ledger.events import LeaveRefused, NoticeToImproveIssued
from ledger.events.improvement import improvement_stream
from ledger.events.leave import leave_stream
from ledger.kinds import Session
from ledger.leave import LEAVE_EVENTS, Leave, Leaves
from ledger.reckoning import Rates, percent
from ledger.refusals import Forbidden, StepMissing
from projections.letter_figures import LetterFigures, figures, marks_with, year_figures
from projections.penalty_questions import penalty_explain


@dataclass(frozen=True)
class Own:
    """
    What a kind adds; the day whose penalty terms it gives; the decision it tells of.

    ``position`` is the entry of figures that were reckoned with that decision, not with the letter.
    ``notifies`` and ``requires_from``: what the letter counts as in law (``SendLetter``).
    """

    says: dict[str, Any]
    terms_on: dt.date
    about: str | None = None
    position: int | None = None
    notifies: tuple[Session, ...] = ()
    requires_from: dt.date | None = None


def leave_refused(writing: Writing) -> Own:
    """The refusal of a request: of leave ``--leave``, or of the days given."""
    asked = writing.asked
    says: dict[str, Any] = {"decided": None, "reason": asked.reason, "penalty_notice": False}
    first, last, about = asked.first, asked.last, None
    if asked.leave is not None:
        request, refused = _refused(writing, asked.leave)
        assert request.requested is not None
        first, last = request.requested.first, request.requested.last
        about = leave_stream(asked.leave)
        says |= {
            "decided": in_words(refused.made_at.date()),
            "reason": asked.reason or refused.reason,
            "penalty_notice": refused.penalty_notice,
        }
    if first is None or last is None:
        raise Usage("Say which request with --leave, or its days with --from and --to.")
    says["reason"] = says["reason"].rstrip(".") if says["reason"] else None
    days = writing.school.calendar.school_days(first.date, last.date)
    rules = writing.view.policy.on(first.date)
    says |= {
        "first": session(first),
        "last": session(Session(days[-1], last.half) if days else last),
        "school_days": len(days),
        "evidence": bool(value(rules, "evidence.in_refused_leave")),
    }
    return Own({"leave": says}, first.date, about)


def _refused(writing: Writing, number: int) -> tuple[Leave, LeaveRefused]:
    stream = writing.view.ledger.stream(leave_stream(number), writing.view.entry)
    told = [one.event for one in stream if isinstance(one.event, LEAVE_EVENTS)]
    leave = Leaves.fold(told).requests.get(number)
    if leave is None or leave.pupil != writing.pupil.id or leave.requested is None:
        why = f"{writing.pupil.name} has no request for leave number {number}"
        raise StepMissing(why=why)
    if leave.standing != "refused" or leave.refused is None:
        raise Forbidden(why=f"Leave {number} is {leave.standing}: this letter is for a refusal")
    return leave, leave.refused


def concern(writing: Writing) -> Own:
    """The pupil's figures, evidence from now on, and the threshold clause in force."""
    asked = writing.asked
    evidence = merging.evidence(writing.rules)
    evidence["required"] = evidence["required"] and not asked.without_evidence
    first = _school_day_from(writing) if evidence["required"] else None
    says: dict[str, Any] = {
        "figures": merging.figures(_figures(writing)),
        "evidence": {**evidence, "from": in_words(first) if first else None},
        "threshold": merging.threshold(writing.rules),
        "national": national(writing),
    }
    return Own(says, asked.dated, requires_from=first)


def _school_day_from(writing: Writing) -> dt.date:
    """The first school day on the date of the letter or after it."""
    day, calendar = writing.asked.dated, writing.school.calendar
    return day if calendar.is_school_day(day) else calendar.add_school_days(day, 1) or day


def _figures(writing: Writing) -> LetterFigures:
    """Of the days asked about, else of the school year so far."""
    asked, view, pupil = writing.asked, writing.view, writing.pupil.id
    year = view.school.calendar.period_of(asked.dated, "year")
    first = asked.first.date if asked.first else year.starts if year else asked.dated
    last = asked.last.date if asked.last else asked.dated
    return figures(view, pupil, first, last, year.label if year else "")


def general(writing: Writing) -> Own:
    """Nothing but the rules in force."""
    return Own({"notice": value(writing.rules, "leave.notice")}, writing.asked.dated)


def notice_to_parents(writing: Writing) -> Own:
    """The notice and the form, filled in as far as the school knows the pupil."""
    years: list[str | None] = [None, None]
    says: dict[str, Any] = {
        "notice": value(writing.rules, "leave.notice"),
        "accepted_as": value(writing.rules, "leave.accepted_as") or [],
    }
    if writing.asked.pupil is not None:
        found = year_figures(writing.view, writing.pupil.id, writing.asked.dated)
        years = [f"{one.attendance}%" if one and one.attendance else None for one in found]
        place = writing.pupil.place_on(writing.asked.dated)
        says["pupil"] = {
            "name": writing.pupil.name,
            "forename": writing.pupil.forename,
            "class": place.group,
            "year_group": place.year_group,
            "born": in_words(writing.pupil.born),
        }
    says["years"] = dict(zip(("current", "last"), years, strict=True))
    return Own(says, writing.asked.dated)


def notice_to_improve(writing: Writing) -> Own:
    """The notice that was issued last to the parent, as it was decided."""
    pupil, parent = writing.pupil, writing.one_parent
    stream = improvement_stream(pupil.id, parent.id)
    events = [one.event for one in writing.view.ledger.stream(stream, writing.view.entry)]
    issued = [event for event in events if isinstance(event, NoticeToImproveIssued)]
    if not issued:
        why = f"No notice to improve was issued to {parent.name}: issue-notice-to-improve first"
        raise StepMissing(why=why)
    last = issued[-1]
    sums = last.figures.model_dump(exclude={"first", "last", "position"})
    found = LetterFigures(
        label="",
        starts=last.figures.first,
        ends=last.figures.last,
        attendance=percent(Rates(**sums).attendance),
        entry=last.figures.position,
        **sums,
    )
    says = {
        "figures": merging.figures(found),
        "notice_to_improve": {
            "starts": in_words(last.starts),
            "ends": in_words(last.ends),
            "weeks": last.weeks,
            "target": last.target,
            "contents": [one.model_dump() for one in last.contents],
        },
    }
    return Own(says, last.starts, stream, last.figures.position)


ILL = ("I",)


def illness_notice(writing: Writing) -> Own:
    """The sessions recorded as illness on the days named."""
    asked = writing.asked
    if asked.first is None or asked.last is None:
        raise Usage("Say which days with --from and --to.")
    found = marks_with(writing.view, writing.pupil.id, ILL, asked.first.date, asked.last.date)
    marks = [one for one in found if asked.first <= one.session <= asked.last]
    if not marks:
        why = f"{writing.pupil.name} has no session recorded as illness (I) on those days"
        raise StepMissing(why=why)
    says = {
        "sessions": _by_day(writing, [(one.session, one.code) for one in marks]),
        "reason": asked.reason.rstrip(".") if asked.reason else None,
        "reply_by": in_words(asked.reply_by) if asked.reply_by else None,
        "evidence": merging.evidence(writing.rules),
    }
    return Own(says, marks[0].session.date, notifies=tuple(one.session for one in marks))


def _by_day(writing: Writing, marks: Iterable[tuple[Session, str]]) -> list[dict[str, Any]]:
    """A row for each session, or for both of a day where they were recorded alike."""
    rows: list[dict[str, Any]] = []
    for on, code in marks:
        said = session(on)
        if rows and (rows[-1]["day"], rows[-1]["code"]) == (said["day"], code):
            rows[-1] |= {"half": "", "half_words": "all day"}
            continue
        known = writing.view.policy.on(on.date).codes.known(code)
        rows.append({**said, "code": code, "meaning": known.meaning if known else ""})
    return rows


def penalty_warning(writing: Writing) -> Own:
    """Where the pupil stands against the threshold, with the very sessions."""
    assert writing.one_parent
    on = writing.asked.on or writing.asked.dated
    found = penalty_explain(writing.view, writing.pupil, on)
    standing, rule = found.standing, merging.threshold(writing.view.policy.on(on))
    if standing is None or rule is None:
        raise Forbidden(why=f"No penalty notice can be warned of: {found.why_not}")
    if not standing.sessions:
        why = f"No unauthorised session of {writing.pupil.name} counts on {in_words(on)}"
        raise StepMissing(why=why)
    says = {
        "standing": {
            **rule,
            "on": in_words(on),
            "met": standing.met,
            "met_on": in_words(standing.met_on) if standing.met_on else None,
            "counted": standing.counted,
            "needed": standing.needed,
            "sessions": _by_day(writing, [(one.session, one.code) for one in standing.sessions]),
        }
    }
    return Own(says, standing.sessions[0].session.date)


KINDS: dict[str, Callable[[Writing], Own]] = {
    "leave-refused": leave_refused,
    "concern": concern,
    "general": general,
    "notice-to-parents": notice_to_parents,
    "notice-to-improve": notice_to_improve,
    "illness-notice": illness_notice,
    "penalty-warning": penalty_warning,
}
"""How each kind of letter is written."""
