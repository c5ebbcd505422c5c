"""Persistent lateness: pupils whose late sessions reach the policy's figure, and the meetings."""

import datetime as dt

from sqlalchemy import select

from ledger.events import LatenessMeetingRecorded
from ledger.kinds import Frozen, PupilId, Session
from ledger.reckoning.rule import Rule
from projections.answers import Header, PupilRef
from projections.current_register import current_register
from projections.spells import spells_in
from projections.views import View

t = current_register.c


class LatenessRow(Frozen):
    """
    A pupil who is late persistently: ``late`` sessions (L and U), ``after_close`` of them U.

    ``reached_on`` is the day of the late session that reached the figure. ``meeting`` is how
    the last meeting of the window stands (asked, held, not attended); empty if there was none.
    """

    pupil: PupilRef
    group: str
    late: int
    after_close: int
    reached_on: dt.date
    last_late: dt.date
    meeting: str | None
    meeting_on: dt.date | None


class PersistentLateness(Frozen):
    """Those at or over the figure on a day, the most late first; ``since`` opens the window."""

    header: Header
    on: dt.date
    since: dt.date
    needed: int
    within: str
    clause: str
    asks_to_meet: str | None
    rows: tuple[LatenessRow, ...]


def persistent_lateness(view: View, on: dt.date) -> PersistentLateness:
    """
    Pupils whose late sessions in the window that ends on a day reach ``lateness.persistent``.

    Advice: the policy that asks for the meeting gives no figure. ``asks_to_meet`` is its clause
    where the policy of the day does ask for it.

    Reference: policy (lateness and punctuality).
    """
    rules = view.policy.on(on)
    figure = rules.get("lateness.persistent")
    rule = Rule.read(figure.value)
    opens = rule.opens(view.school.meeting, Session(on, "PM"))
    since = opens.date if opens else on
    asks = rules.get("lateness.meeting") if "lateness.meeting" in rules else None
    late = _late(view, opens or Session(on, "AM"), on)
    meetings = _meetings(view, since, on)
    rows = []
    for pupil, marks in late.items():
        if len(marks) < rule.sessions or not view.context.roll.pupils[pupil].on_roll(on):
            continue
        met = meetings.get(pupil)
        rows.append(
            LatenessRow(
                pupil=PupilRef.of(view.context.roll.pupils[pupil]),
                group=view.context.roll.pupils[pupil].place_on(on).group,
                late=len(marks),
                after_close=sum(unauthorised for _, unauthorised in marks),
                reached_on=marks[rule.sessions - 1][0],
                last_late=marks[-1][0],
                meeting=met.stage if met else None,
                meeting_on=met.first if met else None,
            )
        )
    rows.sort(key=lambda row: (-row.late, row.reached_on, row.pupil.id))
    return PersistentLateness(
        header=view.header("lateness", [on]),
        on=on,
        since=since,
        needed=rule.sessions,
        within=f"{rule.within} {rule.of}",
        clause=figure.reference,
        asks_to_meet=asks.reference if asks is not None and asks.value else None,
        rows=tuple(rows),
    )


def _late(view: View, opens: Session, on: dt.date) -> dict[PupilId, list[tuple[dt.date, int]]]:
    """The late sessions of each pupil in time order: the day, and 1 for after the close."""
    question = (
        select(t.pupil, t.date, t.half, t.unauthorised)
        .where(t.school == view.urn, t.late == 1, t.date.between(opens.date, on))
        .order_by(t.date, t.half)
    )
    found: dict[PupilId, list[tuple[dt.date, int]]] = {}
    for row in view.rows(question):
        if Session(row.date, row.half) >= opens:
            found.setdefault(row.pupil, []).append((row.date, row.unauthorised))
    return found


def _meetings(view: View, since: dt.date, on: dt.date) -> dict[PupilId, LatenessMeetingRecorded]:
    """The last meeting of each pupil asked for or held since the window opened."""
    found: dict[PupilId, LatenessMeetingRecorded] = {}
    for pupil, spells in spells_in(view).items():
        for spell in spells:
            for one in spell.meetings:
                if since <= one.first and one.made_at.date() <= on:
                    found[pupil] = one
    return found
