"""Which page somebody sees first: what their place at the school has them look at."""

import datetime as dt
from collections.abc import Mapping

from commands.windows import Window
from delivery.web.door.doorman import Pass
from ledger.calendar import london
from ledger.due import Kind
from ledger.kinds import HALVES, Instant, Session
from ledger.school import School


def first_page(passed: Pass, now: Instant) -> str:
    """
    The page of a school to begin with, below the school's address.

    A teacher's is the register of their class that is to be taken now; the office's and the
    head's the day; an auditor's what was done; a trust's and a board's the figures; an
    authority's the pupils named to it; whoever builds dashboards has the data.
    """
    grant, roles = passed.grant, passed.visitor.roles
    assert grant is not None, "nobody without business here comes so far"
    if grant.groups and not grant.whole:
        return _register(passed.view.school, sorted(grant.groups), now)
    if "auditor" in roles:
        return "audit"
    if grant.whole and grant.names:
        return "today" if grant.changes else "reports"
    if grant.pupils:
        return "pupils"
    return "data" if grant.whole or not grant.figures else "reports"


def _register(school: School, groups: list[str], now: Instant) -> str:
    """Of one class the sheet of this session; of several, or on no school day, all of them."""
    today = london(now).date()
    half = _half(school, today, now)
    if len(groups) != 1 or half is None:
        return "registers"
    return f"registers/{groups[0]}/{today}/{half}"


def _half(school: School, today: dt.date, now: Instant) -> str | None:
    """The session of a day whose register is open, or opens next; the last once all are over."""
    held = [one for one in school.calendar.sessions(today, today) if one.half in HALVES]
    windows = [(one, Window.of(school, Session(today, one.half))) for one in held]
    last = None
    for session, window in windows:
        if window is None:
            return None
        last = session.half
        if now < window.over:
            break
    return last


def own_first(roles: tuple[str, ...], owners: Mapping[Kind, set[str]]) -> list[Kind]:
    """
    The kinds of what is due, those that fall to somebody of these roles before the others.

    A pupil whom nobody can account for comes before everything, whoever looks.
    """
    safety = "unexplained absence"
    return sorted(owners, key=lambda kind: (kind != safety, owners[kind].isdisjoint(roles)))
