"""A little school on a real store, for the tests of the read models."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import count

from ledger import events as e
from ledger.calendar import instant
from ledger.events import Event
from ledger.kinds import Person, Session
from ledger.store import Act, Ledger, Receipt

OFFICER = Person(id="s1", name="Ann Example", position="attendance officer")
TEACHER = Person(id="s2", name="Tom Sample", position="class teacher")
URN = 101_234
CODES = {"morning": "/", "afternoon": "\\"}

SUMMER = e.Term(term="Summer", half=2, starts=dt.date(2024, 6, 3), ends=dt.date(2024, 7, 24))
AUTUMN_1 = e.Term(term="Autumn", half=1, starts=dt.date(2024, 9, 3), ends=dt.date(2024, 10, 25))
AUTUMN_2 = e.Term(term="Autumn", half=2, starts=dt.date(2024, 11, 4), ends=dt.date(2024, 12, 20))
SPRING_1 = e.Term(term="Spring", half=1, starts=dt.date(2025, 1, 6), ends=dt.date(2025, 2, 14))


class ASchool:
    """Writes entries the way acts do; every method is one act."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._keys = count(1)

    def act(
        self,
        *events: Event,
        command: str = "amend-mark",
        source: dict[str, object] | None = None,
    ) -> Receipt:
        """Events made together by whoever made the first."""
        first = events[0]
        key = f"key-{self.ledger.school}-{next(self._keys)}-{self.ledger.size()}"
        act = Act(key, command, first.made_by, first.made_at, source)
        return self.ledger.append(act, events)

    def opened(
        self,
        *packs: tuple[str, dt.date],
        trust: str | None = "Example Trust",
        pupils: int = 3,
        born: dt.date = dt.date(2014, 5, 1),
        name: str = "Example Primary School",
    ) -> "ASchool":
        """A school with its calendar, times, packs, and pupils 1 to ``pupils`` in class 4B."""
        by = made(dt.datetime(2024, 5, 1, 9, tzinfo=dt.UTC))
        adopted = [e.PolicyAdopted(pack=p, starts=s, sha256="0" * 64, **by) for p, s in packs]
        self.act(
            e.SchoolOpened(
                urn=self.ledger.school,
                name=name,
                phase="primary",
                local_authority="Cornwall",
                trust=trust,
                **by,
            ),
            e.CalendarSet(
                school_year="2023/24", half_terms=(SUMMER,), inset=(dt.date(2024, 6, 28),), **by
            ),
            e.CalendarSet(school_year="2024/25", half_terms=(AUTUMN_1, AUTUMN_2, SPRING_1), **by),
            e.RegisterTimesSet(
                starts=dt.date(2023, 9, 1),
                am_opens=dt.time(8, 45),
                am_closes=dt.time(9),
                pm_opens=dt.time(13),
                pm_closes=dt.time(13, 15),
                **by,
            ),
            *adopted,
            command="init",
        )
        if pupils:
            self.admitted(range(1, pupils + 1), born=born)
        return self

    def admitted(
        self,
        pupils: Iterable[int],
        *,
        group: str = "4B",
        year_group: str = "4",
        starts: dt.date = dt.date(2023, 9, 1),
        born: dt.date = dt.date(2014, 5, 1),
        upn: str | None = None,
    ) -> Receipt:
        by = made(dt.datetime(2024, 5, 2, 9, tzinfo=dt.UTC))
        parent = e.Parent(id="parent-1", name="Pat Example", lives_with=True)
        return self.act(
            *(
                e.PupilAdmitted(
                    pupil=pupil,
                    upn=upn or f"A{pupil:012d}",
                    surname=f"Surname{pupil}",
                    forename=f"Forename{pupil}",
                    born=born,
                    year_group=year_group,
                    group=group,
                    starts=starts,
                    parents=(parent,),
                    **by,
                )
                for pupil in pupils
            ),
            command="import-pupils",
        )

    def marked(self, session: Session, codes: dict[int, str], group: str = "4B") -> Receipt:
        """A register taken when the session begins."""
        at = instant(session.date, dt.time(8, 50) if session.half == "AM" else dt.time(13, 5))
        by = made(at, TEACHER)
        return self.act(
            *(
                e.MarkRecorded(session=session, group=group, pupil=pupil, code=code, **by)
                for pupil, code in codes.items()
            ),
            command="take-register",
        )

    def amended(
        self,
        session: Session,
        pupil: int,
        original: str,
        code: str,
        *,
        at: dt.datetime | None = None,
        reason: str = "Mother rang: chickenpox",
        group: str = "4B",
    ) -> Receipt:
        by = made(at or instant(session.date, dt.time(15)))
        return self.act(
            e.MarkAmended(
                session=session,
                group=group,
                pupil=pupil,
                original=original,
                amended=code,
                reason=reason,
                **by,
            )
        )

    def closed(
        self,
        closure: int,
        first: Session,
        last: Session,
        code: str = "#",
        groups: tuple[str, ...] | None = None,
    ) -> Receipt:
        by = made(instant(first.date, dt.time(7)))
        return self.act(
            e.ClosureDeclared(
                closure=closure,
                first=first,
                last=last,
                code=code,
                reason="No heating",
                groups=groups,
                **by,
            ),
            command="declare-closure",
        )

    def withdrawn(self, closure: int, at: dt.datetime) -> Receipt:
        event = e.ClosureWithdrawn(closure=closure, reason="It was mended", **made(at))
        return self.act(event, command="withdraw-closure")

    def left(self, pupil: int, last_day: dt.date) -> Receipt:
        by = made(instant(last_day, dt.time(16)))
        return self.act(e.PupilLeft(pupil=pupil, last_day=last_day, **by))


def made(at: dt.datetime, by: Person = OFFICER) -> dict[str, object]:
    """Who and when, as every event wants it."""
    return {"made_by": by, "made_at": at}


def session(written: str) -> Session:
    return Session.parse(written)


def sessions(first: str, last: str) -> Sequence[Session]:
    """Both halves of every weekday from one day to another."""
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    found = []
    while day <= end:
        if day.weekday() < 5:
            found += [Session(day, "AM"), Session(day, "PM")]
        day += dt.timedelta(days=1)
    return found


def present(half: str) -> str:
    return "/" if half == "AM" else "\\"
