"""One request for leave explained, from the form to the marks that followed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, facts, table


class Explained:
    """One request, from the form to the marks that followed."""

    @staticmethod
    def text(found: Any) -> str:
        """Request, notice, policy, figures, consultation, decisions, marks."""
        return "\n\n".join(part for part in _parts(found) if part)

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """The sessions asked for and those just after, a row each."""
        headings = ("leave", "upn", "date", "half", "asked", "given", "code", "layer", "entry")
        return (*headings, "proposed", "note"), [
            (
                found.leave,
                found.pupil.upn,
                one.session.date,
                one.session.half,
                "yes" if one.asked else "no",
                one.given,
                one.code,
                one.layer,
                one.entry,
                one.proposed,
                one.note,
            )
            for one in found.marks
        ]


def _parts(found: Any) -> Iterator[str]:
    who = f"{found.pupil.name} ({found.pupil.upn})"
    yield facts([("Request", found.leave), ("Pupil", who), ("Standing", found.standing)])
    if found.asked:
        yield _asked(found.asked)
    if found.timetable:
        yield _timetable(found.timetable)
    if found.notice:
        rows = [
            (one.clause, f"{one.asked} {one.unit}", one.given, one.kept, one.applied)
            for one in found.notice
        ]
        yield f"Notice\n{table(('Clause', 'Asked', 'Given', 'Kept', 'Applied'), rows)}"
    yield from _shown("Attendance as it stands", found.figures_now)
    yield _tests(found.tests_now)
    if found.standing == "undecided":
        yield _policy(found.policy_says)
    if found.earlier:
        before = [
            (one.leave, one.first, one.last, one.code, one.standing, one.reason)
            for one in found.earlier
        ]
        headings = ("Request", "First", "Last", "Code", "Standing", "Reason")
        yield f"Earlier requests\n{table(headings, before)}"
    for one in found.consulted:
        yield (
            f"Entry {one.entry}. {one.name} ({one.position}) was consulted as {one.role} on "
            f"{one.consulted_on}: {one.said}"
        )
    for one in found.decisions:
        yield from _decision(one)
    if found.letters:
        yield f"Letters: {', '.join(map(str, found.letters))}"
    yield _marks(found.marks)


def _asked(one: Any) -> str:
    sums = one.arithmetic
    stated = None if one.half_days_stated is None else f"{one.half_days_stated / 2:g} days"
    agree = {True: "", False: "; the calendar has another number", None: ""}[one.days_agree]
    may = (
        "an appropriate person" if one.appropriate else f"not an appropriate person: {one.why_not}"
    )
    return facts(
        [
            ("Asked by", f"{one.asked_by}, {may} ({one.reference})"),
            ("Received", f"{london(one.received_at)}, {one.channel} (entry {one.entry})"),
            ("Signed", one.signed_on),
            ("First session", one.first),
            ("Session of return", one.back),
            ("Leaves home on", one.leaves_home_on),
            ("Days stated", None if stated is None else stated + agree),
            ("Misses", _misses(sums)),
            ("Notice", f"{count_of(sums.notice_school_days, 'school day')}{_kept(sums)}"),
            ("Ground", one.code),
            ("For", one.purpose),
            ("Reason", one.reason),
            ("Evidence", "; ".join(one.evidence) or None),
        ]
    )


def _misses(sums: Any) -> str:
    return f"{count_of(sums.school_days, 'school day')}, {count_of(sums.sessions, 'session')}"


def _kept(sums: Any) -> str:
    if sums.asked is None:
        return ""
    verdict = {True: "kept", False: "not kept", None: "not known"}[sums.kept]
    return f"; {sums.notice} of the {sums.asked} {sums.unit} asked: {verdict} ({sums.clause})"


def _timetable(one: Any) -> str:
    halves = [
        f"{half.weekday} {half.half}"
        + (f" {half.arrives:%H:%M}-{half.leaves:%H:%M}" if half.arrives and half.leaves else "")
        for half in one.attends
    ]
    return facts(
        [
            ("Agreed with", one.parent),
            ("From", one.starts),
            ("Until", one.ends),
            ("Review", one.review_on),
            ("Attends", ", ".join(halves)),
        ]
    )


def _shown(title: str, figures: Iterable[Any]) -> Iterator[str]:
    rows = [
        (
            one.year,
            *(one.first, one.last, one.possible, one.attended, one.authorised),
            *(one.unauthorised, one.late, f"{one.attendance}%" if one.attendance else None),
            one.entry,
        )
        for one in figures
    ]
    if rows:
        headings = ("Year", "From", "To", "Possible", "Attended", "Authorised", "Unauthorised")
        yield f"{title}\n{table((*headings, 'Late', 'Attendance', 'At entry'), rows)}"


def _tests(tests: Any) -> str:
    told = missed_tests(tests) if tests else None
    return f"Statutory tests missed: {told}" if told else ""


def missed_tests(tests: Any) -> str | None:
    """Which, when, and how many sessions; that the windows are not known; or nothing to say."""
    if not tests.known:
        return "not known: no windows for that school year in leave.test_windows"
    said = [
        f"{one.test}, {one.first} to {one.last} ({count_of(one.sessions, 'session')})"
        for one in tests.missed
    ]
    return "; ".join(said) or None


def _policy(listed: Iterable[Any]) -> str:
    lines = []
    for one in listed:
        lines.append(f"The policy: {one.what} ({one.reference})")
        lines += [f"  {number}. {item}" for number, item in enumerate(one.items, start=1)]
    return "\n".join(lines)


def _decision(one: Any) -> Iterator[str]:
    when = f"{london(one.recorded_at)}: " if one.recorded_at else ""
    dates = ", ".join(f"{span.first} to {span.last}" for span in one.spans) or None
    factors = [f"{w.factor}: {w.note}" if w.note else w.factor for w in one.factors]
    told = facts(
        [
            ("Code", one.code),
            ("For these only", dates),
            ("From", one.starts),
            ("Purpose", one.purpose),
            ("Reason", one.reason),
            ("Factors", "; ".join(factors) or None),
            ("Tests missed", missed_tests(one.tests) if one.tests else None),
            ("Evidence", "; ".join(one.evidence) or None),
            ("Conditions", "; ".join(one.conditions) or None),
            ("Wanted", "; ".join(one.wants) or None),
            ("Answered by", one.answered),
            ("If taken", "consider a penalty notice" if one.penalty_notice else None),
            ("Policy", one.policy),
        ]
    )
    lines = [f"    {line}" for line in told.splitlines()]
    yield "\n".join(
        [f"Entry {one.entry}. {when}{one.what} by {one.name} ({one.position}).", *lines]
    )
    yield from _shown("Attendance shown then", one.figures)


def _marks(marks: Iterable[Any]) -> str:
    rows = [
        (one.session, one.given, one.code, one.layer, one.entry, one.proposed, one.note)
        for one in marks
    ]
    if not rows:
        return ""
    headings = ("Session", "Leave", "Register", "Layer", "Entry", "Proposed", "Note")
    return f"The sessions\n{table(headings, rows)}"
