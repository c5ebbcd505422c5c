"""Little ledgers of every kind, drawn by hypothesis, and what they come to in plain Python."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from ledger import events as e
from ledger.events import MarkRecorded
from ledger.kinds import Session
from ledger.layers import covering, effective
from ledger.leave import LEAVE_EVENTS, Leaves
from ledger.leave import evolve as evolve_leave
from ledger.register import SHEET_EVENTS, Sheet
from ledger.register import evolve as evolve_sheet
from ledger.roll import ROLL_EVENTS, Roll
from ledger.school import SCHOOL_EVENTS, School
from ledger.store import Ledger
from tests.projections.a_school import ASchool, made, sessions

SESSIONS = [*sessions("2024-07-22", "2024-07-24"), *sessions("2024-09-03", "2024-09-06")]
OLD, NEW = "/LIOGHJNDX#B", "/LIOGNUDXQ#BE"
CLASS_OF = {1: "4B", 2: "4B", 3: "4B", 4: "5A", 5: "5A"}
AT = dt.datetime(2024, 9, 1, 8, tzinfo=dt.UTC)


@dataclass
class Standing:
    """What has been written so far, so that what is drawn next could have happened."""

    codes: dict[tuple[Session, int], str] = field(default_factory=dict)
    vanished: set[tuple[Session, int]] = field(default_factory=set)
    closures: set[int] = field(default_factory=set)
    declared: int = 0
    left: set[int] = field(default_factory=set)
    leave: int = 0
    support: int = 0
    minutes: int = 0

    def next_moment(self) -> dt.datetime:
        self.minutes += 1
        return AT + dt.timedelta(minutes=self.minutes)


def code_in(draw: st.DrawFn, session: Session) -> str:
    return draw(st.sampled_from(OLD if session.date < dt.date(2024, 8, 19) else NEW))


def mark(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    session = draw(st.sampled_from(SESSIONS))
    group = draw(st.sampled_from(["4B", "5A"]))
    pupils = [p for p, c in CLASS_OF.items() if c == group and (session, p) not in so_far.codes]
    if pupils:
        codes = {pupil: code_in(draw, session) for pupil in pupils}
        so_far.codes |= {(session, pupil): code for pupil, code in codes.items()}
        by = made(so_far.next_moment())
        school.act(
            *(
                MarkRecorded(session=session, group=group, pupil=pupil, code=code, **by)
                for pupil, code in codes.items()
            ),
            command="import-marks",
            source={"file": "marks.csv"},
        )


def amend(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    if not so_far.codes:
        return
    key = draw(st.sampled_from(sorted(so_far.codes)))
    session, pupil = key
    code, moment = code_in(draw, session), so_far.next_moment()
    of: dict[str, Any] = {"session": session, "group": CLASS_OF[pupil], "pupil": pupil}
    if draw(st.booleans()):
        original = None if key in so_far.vanished else so_far.codes[key]
        seen = {"seen_before": None, "seen_at": moment}
        school.act(
            e.AmendmentObserved(original=original, amended=code, **of, **seen, **made(moment))
        )
    else:
        original = so_far.codes[key]
        school.act(
            e.MarkAmended(original=original, amended=code, reason="A letter", **of, **made(moment))
        )
    so_far.vanished.discard(key)
    so_far.codes[key] = code


def vanish(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    there = sorted(so_far.codes.keys() - so_far.vanished)
    if there:
        session, pupil = key = draw(st.sampled_from(there))
        moment = so_far.next_moment()
        school.act(
            e.MarkVanished(
                session=session,
                group=CLASS_OF[pupil],
                pupil=pupil,
                original=so_far.codes[key],
                seen_before=None,
                seen_at=moment,
                **made(moment),
            )
        )
        so_far.vanished.add(key)


def close(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    first, last = sorted((draw(st.sampled_from(SESSIONS)), draw(st.sampled_from(SESSIONS))))
    so_far.declared += 1
    so_far.closures.add(so_far.declared)
    groups = draw(st.sampled_from([None, ("4B",), ("5A",)]))
    code = "#" if first.date < dt.date(2024, 8, 19) else draw(st.sampled_from(["#", "Y4"]))
    school.closed(so_far.declared, first, last, code, groups)


def withdraw(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    if so_far.closures:
        closure = draw(st.sampled_from(sorted(so_far.closures)))
        so_far.closures.remove(closure)
        school.withdrawn(closure, so_far.next_moment())


def leave(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    there = sorted(CLASS_OF.keys() - so_far.left)
    if there:
        pupil = draw(st.sampled_from(there))
        so_far.left.add(pupil)
        school.left(pupil, draw(st.sampled_from(SESSIONS)).date)


def again(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    if so_far.left:
        pupil = draw(st.sampled_from(sorted(so_far.left)))
        so_far.left.remove(pupil)
        school.admitted([pupil], group=CLASS_OF[pupil], starts=dt.date(2024, 9, 5))


def move(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    """Into the other class, from a day that may be past: entries stay where they were made."""
    pupil = draw(st.sampled_from(sorted(CLASS_OF)))
    group, starts = draw(st.sampled_from(["4B", "5A"])), draw(st.sampled_from(SESSIONS)).date
    by = made(so_far.next_moment())
    school.act(e.PupilMoved(pupil=pupil, group=group, year_group=group[0], starts=starts, **by))


def give_leave(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    pupil = draw(st.sampled_from(sorted(CLASS_OF)))
    covering_ = draw(st.lists(st.sampled_from(SESSIONS), min_size=1, max_size=5, unique=True))
    given = sorted(covering_)
    so_far.leave += 1
    of: dict[str, Any] = {"leave": so_far.leave, "pupil": pupil}
    moment = so_far.next_moment()
    school.act(
        e.LeaveRequested(
            **of,
            asked_by="parent-1",
            first=given[0],
            back=given[-1],
            reason="A wedding",
            code="C",
            received_at=moment,
            arithmetic={"school_days": 1, "sessions": len(given), "notice_school_days": 0},
            **made(moment),
        ),
        command="request-leave",
    )
    school.act(
        e.LeaveGranted(
            **of,
            code=draw(st.sampled_from("CMS")),
            sessions=tuple(given),
            figures={"entry": 1},
            policy="england",
            **made(so_far.next_moment()),
        ),
        command="grant-leave",
    )


def withdraw_leave(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    if so_far.leave:
        number = draw(st.integers(1, so_far.leave))
        starts = draw(st.sampled_from([None, *SESSIONS]))
        school.act(
            e.LeaveWithdrawn(
                leave=number,
                pupil=_whose(school.ledger, number),
                starts=starts.date if starts else None,
                reason="Called off",
                **made(so_far.next_moment()),
            ),
            command="withdraw-leave",
        )


def _whose(ledger: Ledger, number: int) -> int:
    return int(ledger.pages_of(f"leave/{number}")[0].runs[0].column("pupil")[0])


PACKS = ("local_authorities/cornwall", "trusts/nclt_2023", "trusts/manor_2024")


def adopt(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    """Another policy from a day on, which may lie before marks that are there already."""
    starts, pack = draw(st.sampled_from(SESSIONS)).date, draw(st.sampled_from(PACKS))
    by = made(so_far.next_moment())
    school.act(e.PolicyAdopted(pack=pack, starts=starts, sha256="0" * 64, **by))


def set_calendar(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    summer = e.Term(term="Summer", half=2, starts=dt.date(2024, 6, 3), ends=dt.date(2024, 7, 23))
    school.act(
        e.CalendarSet(school_year="2023/24", half_terms=(summer,), **made(so_far.next_moment()))
    )


def follow_up(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    """Somebody calls, or a parent does, or a letter requires evidence or no longer does."""
    moment = so_far.next_moment()
    day = draw(st.sampled_from(SESSIONS)).date
    of = {"pupil": draw(st.sampled_from(sorted(CLASS_OF))), "first": day, **made(moment)}
    tried = {"contact": "parent-1", "channel": "phone", "outcome": "no answer"}
    said = {"reason": "Ill", "starts": day, "ends": day, "channel": "email", "parent": "parent-1"}
    steps = [
        e.ContactAttempted(**of, **tried, tried_at=moment),
        e.AbsenceReported(**of, **said, received_at=moment),
        e.EvidenceRequirementSet(**of, reason="80%", sent_on=day),
        e.EvidenceRequirementLifted(**of, reason="Better", last_day=day),
    ]
    school.act(draw(st.sampled_from(steps)))


def decide(draw: st.DrawFn, school: ASchool, so_far: Standing) -> None:
    """A return, a back-up, support begun or noted or ended, or a notice issued elsewhere."""
    moment = so_far.next_moment()
    by, day = made(moment), draw(st.sampled_from(SESSIONS)).date
    pupil = draw(st.sampled_from(sorted(CLASS_OF)))
    so_far.support += (begins := draw(st.booleans()) or not so_far.support)
    number, n = draw(st.integers(1, so_far.support)), so_far.minutes
    returned = e.Returned(pupil=pupil, since=day, due=day, held={"name": "Amy"})
    of = {"number": n, "made_on": day, "to": "Cornwall", "clause": "reg. 13(9)"}
    sums = {"possible": n, "attended": 1, "authorised": 0, "unauthorised": 0, "late": 0}
    figures = e.Figures(first=day, last=day, position=1, **sums)
    steps: list[e.Event] = [
        e.ReturnMade(kind="sickness", pupils=(returned,), **of, **by),
        e.BackupRecorded(number=n, backed_up_on=day, kept_at="Safe", **by),
        e.SupportNoted(support=number, noted_on=day, note="Kept", **by),
        e.SupportClosed(support=number, closed_on=day, outcome="Kept", after=figures, **by),
        e.EarlierNoticeDisclosed(
            pupil=pupil, parent="parent-1", notice=n, kind="absence", issued_on=day,
            offence_start=day, offence_end=day, issued_by="Devon", told_by="Devon", **by,
        ),
    ]  # fmt: skip
    begun = e.SupportOpened(
        support=so_far.support, kind="meeting", about="Mondays", opened_on=day, pupil=pupil,
        before=figures, **by,
    )  # fmt: skip
    school.act(begun if begins else draw(st.sampled_from(steps)))


ACTS = [mark, mark, mark, mark, amend, amend, vanish, close, withdraw, leave, again, set_calendar]
ACTS += [decide, decide, follow_up, follow_up, move, give_leave, give_leave, withdraw_leave]
ACTS += [adopt, adopt]


def write(draw: st.DrawFn, school: ASchool, acts: int) -> None:
    """Write a little ledger."""
    write_on(draw, school, begun(school), acts)


def begun(school: ASchool) -> Standing:
    """A school opened, its pupils admitted, and nothing entered."""
    school.opened(pupils=0)
    for pupil, group in CLASS_OF.items():
        school.admitted([pupil], group=group, year_group=group[0])
    return Standing()


def write_on(draw: st.DrawFn, school: ASchool, so_far: Standing, acts: int) -> None:
    """Write some more acts."""
    for _ in range(acts):
        draw(st.sampled_from(ACTS))(draw, school, so_far)


def plainly(ledger: Ledger, upto: int) -> dict[tuple[Session, int], tuple[Any, ...]]:
    """
    The register in plain Python: effective code, layer, code entered, first code, amendments,
    vanished, and how it counts. An oracle that shares only the states and the sums.
    """
    events = list(ledger.entries(upto=upto))
    school = School.fold(r.event for r in events if isinstance(r.event, SCHOOL_EVENTS))
    roll = Roll.fold(r.event for r in events if isinstance(r.event, ROLL_EVENTS))
    sheets: dict[tuple[Session, str], Sheet] = {}
    for recorded in events:
        if isinstance(recorded.event, SHEET_EVENTS):
            key = (recorded.event.session, recorded.event.group)
            sheets[key] = evolve_sheet(sheets.get(key, Sheet()), recorded.event, recorded.entry)
    found = {}
    for (session, group), sheet in sheets.items():
        for pupil, entry in sheet.entries.items():
            over = covering(school.closures.values(), session, group)
            counted = effective(entry.code, over, roll.pupils[pupil].on_roll(session.date))
            row = school.policy.on(session.date).codes.known(counted.code or "")
            counts_as = row.statistical if row else "nothing"
            found[session, pupil] = (
                counted.code,
                counted.layer,
                entry.code,
                entry.original,
                entry.amendments,
                int(entry.vanished),
                entry.numbers[-1],
                int(counts_as in ("present", "attending elsewhere")),
                int(counts_as == "authorised"),
                int(counts_as == "unauthorised"),
                int(bool(row and row.late)),
            )
    return plainly_planned(events, school, roll) | found


def plainly_planned(
    events: list[e.Recorded], school: School, roll: Roll
) -> dict[tuple[Session, int], tuple[Any, ...]]:
    """Leave in the register where nothing is entered: it counts for nothing."""
    leaves = Leaves()
    for recorded in events:
        if isinstance(recorded.event, LEAVE_EVENTS):
            leaves = evolve_leave(leaves, recorded.event, recorded.entry)
    found = {}
    for pupil in leaves.pupils:
        for session, planned in leaves.sessions(pupil).items():
            group = roll.pupils[pupil].place_on(session.date).group
            over = covering(school.closures.values(), session, group)
            counted = effective(None, over, roll.pupils[pupil].on_roll(session.date), planned)
            last = (planned[0].entry, 0, 0, 0, 0)
            found[session, pupil] = (counted.code, counted.layer, None, None, 0, 0, *last)
    return found
