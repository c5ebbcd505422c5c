"""What is due, for the page of the day: each kind in plain words, and where it is worked on."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from delivery.render.table import count_of
from delivery.web.first import own_first
from delivery.web.here import Here
from delivery.web.roles import in_words
from ledger.due import ORDER
from ledger.kinds import Session
from projections.due import DueRow, day_and_moment, due
from projections.sheets_of_day import sheets_of_day


class Words(NamedTuple):
    """One of a kind, several of it, and the page of the school where it is worked on."""

    one: str
    many: str
    page: str = ""
    leads: str = ""
    within: str = ""


WORDS: dict[str, Words] = {
    "unexplained absence": Words(
        "pupil to find: nobody knows why they are away",
        "pupils to find: nobody knows why they are away",
        "absences",
        "Every absence to follow up",
    ),
    "register not taken": Words(
        "register not taken, or not for everybody",
        "registers not taken, or not for everybody",
        "not-taken",
        "By class, between two days",
    ),
    "unexplained mark": Words(
        "N whose reason is to be established",
        "N whose reason is to be established",
        "absences",
        "Every absence to follow up",
    ),
    "evidence": Words("piece of evidence to look after", "pieces of evidence to look after",
                      "absences", "Every absence to follow up"),
    "leave": Words("request for leave", "requests for leave", "leave", "All requests"),
    "threshold": Words(
        "pupil at the threshold for a penalty notice",
        "pupils at the threshold for a penalty notice",
        "penalties",
        "All at the threshold",
        "/penalty",
    ),
    "penalty notice": Words("step of a penalty notice", "steps of penalty notices", "penalties",
                            "All at the threshold", "/penalty"),
    "notice to improve": Words("step of a notice to improve", "steps of notices to improve",
                               "penalties", "All at the threshold", "/penalty"),
    "lateness": Words("pupil who is late persistently", "pupils who are late persistently",
                      "ask/lateness", "Persistent lateness"),
    "part-time timetable": Words("part-time timetable to review", "part-time timetables to review",
                                 "leave", "All requests and timetables"),
    "support": Words("support to look after", "supports to look after", "ask/support",
                     "All support given"),
    "return": Words("return to make to the local authority",
                    "returns to make to the local authority"),
    "back-up": Words("back-up to make", "back-ups to make"),
    "retention": Words("thing kept long enough", "things kept long enough", "audit/retention",
                       "What may be disposed of"),
    "policy review": Words("policy to review", "policies to review", "settings#policy",
                           "The policy in force"),
}  # fmt: skip


_SESSION = re.compile(r"(\d{4}-\d\d-\d\d) (AM|PM)")
_REQUEST = re.compile(r"request (\d+)")
_OF_A_CLASS = {"register not taken", "unexplained mark"}


class Sheets(NamedTuple):
    """The classes of one session whose register lacks somebody, in one row."""

    session: Session
    groups: Sequence[str]
    row: DueRow


@dataclass(frozen=True)
class Todo:
    """All that is due of one kind."""

    kind: str
    rows: Sequence[DueRow]
    words: Words

    @property
    def anchor(self) -> str:
        return self.kind.replace(" ", "-")

    @property
    def tile(self) -> str:
        return self.words.one if len(self.rows) == 1 else self.words.many

    @property
    def heading(self) -> str:
        return count_of(len(self.rows), self.words.one, self.words.many)

    @property
    def overdue(self) -> int:
        return sum(row.state == "overdue" for row in self.rows)

    @property
    def pupils(self) -> bool:
        return any(row.pupil for row in self.rows)

    @property
    def calls(self) -> bool:
        """Whether the families are to be called."""
        return self.kind == "unexplained absence"

    def about(self, row: DueRow) -> str:
        """What a row is about; what stands last in some kinds is a class, and is called so."""
        head, _, group = row.about.rpartition(", ")
        return f"{head}, class {group}" if head and self.kind in _OF_A_CLASS else row.about

    @property
    def sheets(self) -> Sequence[Sheets]:
        """The sheets that are not taken, those of one session together; none of other kinds."""
        if self.kind != "register not taken":
            return ()
        held: dict[Session, list[tuple[str, DueRow]]] = {}
        for row in self.rows:
            session, _, group = row.about.rpartition(", ")
            held.setdefault(Session.parse(session), []).append((group, row))
        return [
            Sheets(session, [group for group, _ in rows], rows[0][1])
            for session, rows in held.items()
        ]

    def to(self, row: DueRow) -> str:
        """Where what a row is about is worked on, within the school; of a mark, its page."""
        found = _SESSION.search(row.about)
        if self.kind == "unexplained mark" and row.pupil and found:
            return f"pupils/{row.pupil.id}/marks/{found[1]}/{found[2]}"
        number = _REQUEST.fullmatch(row.about)
        return f"leave/{number[1]}" if self.kind == "leave" and number else ""

    @property
    def page(self) -> str:
        return self.words.page

    @property
    def leads(self) -> str:
        return self.words.leads

    @property
    def within(self) -> str:
        """The page of a pupil that it is about, below theirs."""
        return self.words.within


def of_the_day(here: Here, on: dt.date | None) -> dict[str, Any]:
    """What is due, the kinds in the order of what to do first."""
    known = here.view.header("due", []).asof.recorded_at
    now = known if here.asked and known else here.desk.clock()
    day, moment = day_and_moment(on, now)
    found = due(here.view, day, moment)
    return {
        "found": found,
        "kinds": list(_kinds(found.rows, here.roles)),
        "people": here.view.context.roll.pupils,
        "role": in_words,
        "sessions": list(_accounted(here, found.on)),
    }


class Accounted(NamedTuple):
    """A session of the day: how many on roll are marked, in and away, on how many sheets."""

    half: str
    expected: int
    marked: int
    present: int
    away: int
    unexplained: int
    taken: int
    sheets: int


def _accounted(here: Here, on: dt.date) -> Iterator[Accounted]:
    """The sessions of which a register was begun."""
    pupils, taken = here.view.context.roll.pupils.values(), sheets_of_day(here.view, on)
    classes = Counter(group for one in pupils if (group := one.group_on(on)) is not None)
    for half in ("AM", "PM"):
        sheets = [one for (_, at), one in taken.items() if at == half]
        present = sum(one.attended for one in sheets)
        away = sum(one.authorised + one.unauthorised for one in sheets)
        if sheets:
            marked = {one.group: one.marked for one in sheets}
            yield Accounted(
                half=half,
                expected=sum(classes.values()),
                marked=sum(marked.values()),
                present=present,
                away=away,
                unexplained=sum(one.unexplained for one in sheets),
                taken=sum(marked.get(group, 0) >= many for group, many in classes.items()),
                sheets=len(classes),
            )


def _kinds(rows: Sequence[DueRow], roles: tuple[str, ...]) -> Iterator[Todo]:
    """Each kind that there is, what falls to the one who looks before the rest."""
    held = {kind: [row for row in rows if row.kind == kind] for kind in ORDER}
    owners = {kind: {row.owner for row in theirs} for kind, theirs in held.items() if theirs}
    for kind in own_first(roles, owners):
        yield Todo(kind, held[kind], WORDS[kind])
