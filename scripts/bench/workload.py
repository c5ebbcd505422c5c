"""The work every peer is given: one school, one year, the same marks for all.

Deterministic: the same size gives the same marks, amendments and questions on every
machine. The marks are drawn independently, which is harder to compress than life.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

CODES = ("/", "\\", "L", "B", "V", "I", "M", "C", "E", "S", "N", "O", "G", "U", "D", "C1", "Y1")
"""Every code of the workload; a mark is handled as its index here."""

ATTENDED = ("/", "\\", "L", "B", "V")
AUTHORISED = ("I", "M", "C", "E", "S", "C1")
UNAUTHORISED = ("N", "O", "G", "U")

AWAY = ("I", "N", "O", "G", "L", "M", "B", "C", "V", "D", "E", "S", "C1", "Y1")
"""What is entered first for who is not there: U comes only by amendment of an N."""

WEIGHTS = (30, 9, 20, 8, 12, 9, 3, 3, 2, 1, 1, 1, 0.5, 0.5)

REASONS = (
    "Parent rang: chickenpox",
    "Letter from home, dentist at ten",
    "Arrived after the register closed, signed in at the office",
    "Entered for the wrong pupil",
    "Clinic letter seen",
    "No reason given after five school days",
    "With the swimming gala, confirmed by the PE department",
    "Holiday confirmed by the parent, leave had not been asked for",
)

TERMS = (
    ("Autumn", 1, (9, 4), (10, 20)),
    ("Autumn", 2, (10, 30), (12, 20)),
    ("Spring", 1, (1, 4), (2, 9)),
    ("Spring", 2, (2, 19), (3, 28)),
    ("Summer", 1, (4, 15), (5, 24)),
    ("Summer", 2, (6, 3), (7, 28)),
)


@dataclass(frozen=True)
class Size:
    """How much of it: pupils, days, amendments, and how often each thing is timed."""

    groups: int = 30
    group_size: int = 30
    days: int = 190
    amendments: int = 3420
    takes: int = 1140
    slow_takes: int = 120
    reads: int = 200
    day_reads: int = 20
    writer_takes: int = 300
    tail_entries: int = 1_000_000
    years: int = 6


FULL = Size()
QUICK = Size(
    groups=6, days=20, amendments=80, takes=60, slow_takes=12, reads=30, day_reads=5,
    writer_takes=12, tail_entries=9_000, years=1,
)  # fmt: skip
TINY = Size(
    groups=2, group_size=5, days=60, amendments=30, takes=8, slow_takes=4, reads=8, day_reads=3,
    writer_takes=4, tail_entries=600, years=1,
)  # fmt: skip
SIZES = {"full": FULL, "quick": QUICK, "tiny": TINY}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One class, one session: a mark for every pupil of it."""

    session: int
    date: str
    half: str
    group: str
    pupils: tuple[int, ...]
    codes: bytes
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Change:
    """One amendment, with what the law wants kept."""

    session: int
    date: str
    half: str
    group: str
    pupil: int
    original: str
    amended: str
    reason: str
    at: str
    by: str


def school_days(start_year: int, wanted: int) -> list[dt.date]:
    """The first ``wanted`` school days of the year that begins in September."""
    days = []
    for _, _, first, last in TERMS:
        day = _date(start_year, first)
        while day <= _date(start_year, last):
            if day.weekday() < 5:
                days.append(day)
            day += dt.timedelta(days=1)
    assert len(days) >= wanted, f"{start_year} has {len(days)} school days, {wanted} asked for"
    return days[:wanted]


def half_terms(work: "Workload") -> list[tuple[str, int, dt.date, dt.date]]:
    """Term, half, first and last day of each half-term, up to the last day of the workload."""
    last_day = school_days(work.start_year, work.size.days)[-1]
    found = []
    for term, half, first, last in TERMS:
        starts, ends = _date(work.start_year, first), _date(work.start_year, last)
        if starts <= last_day:
            found.append((term, half, starts, min(ends, last_day)))
    return found


def _date(start_year: int, month_day: tuple[int, int]) -> dt.date:
    month, day = month_day
    return dt.date(start_year + (month < 9), month, day)


@dataclass(frozen=True)
class Workload:
    """One school year of one school."""

    size: Size
    start_year: int = 2024
    prefix: str = ""
    classes: dict[str, tuple[int, ...]] = field(init=False)
    group_of: dict[int, str] = field(init=False)
    sessions: list[tuple[str, str]] = field(init=False)
    weeks: list[int] = field(init=False)
    marks: dict[int, bytes] = field(init=False)

    def __post_init__(self) -> None:
        ids = list(range(1, self.size.groups * self.size.group_size + 1))
        random.Random("classes").shuffle(ids)
        per = self.size.group_size
        classes = {
            f"{self.prefix}{n // 5 + 1}{'ABCDE'[n % 5]}": tuple(
                sorted(ids[n * per : (n + 1) * per])
            )
            for n in range(self.size.groups)
        }
        days = school_days(self.start_year, self.size.days)
        mondays = sorted({day - dt.timedelta(days=day.weekday()) for day in days})
        week_of = {monday: n for n, monday in enumerate(mondays)}
        keep = {
            "classes": classes,
            "group_of": {pupil: name for name, pupils in classes.items() for pupil in pupils},
            "sessions": [(day.isoformat(), half) for day in days for half in ("AM", "PM")],
            "weeks": [
                week_of[day - dt.timedelta(days=day.weekday())] for day in days for _ in range(2)
            ],
            "marks": {
                pupil: pupil_year(pupil, 2 * len(days), self.start_year) for pupil in sorted(ids)
            },
        }
        for name, value in keep.items():
            object.__setattr__(self, name, value)

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet of the year, in the order in which they are taken."""
        for session in range(len(self.sessions)):
            for group in self.classes:
                yield self.sheet(session, group)

    def sheet(self, session: int, group: str) -> Sheet:
        date, half = self.sessions[session]
        pupils = self.classes[group]
        number = list(self.classes).index(group)
        return Sheet(
            session, date, half, group, pupils,
            bytes(self.marks[pupil][session] for pupil in pupils),
            f"{date}T{'08' if half == 'AM' else '13'}:{number:02}:00Z", f"teacher-{number + 1}",
        )  # fmt: skip

    def changes(self) -> list[Change]:
        """The year's amendments, in the order in which they are made."""
        rng = random.Random("changes")
        standing: dict[tuple[int, int], str] = {}
        found = []
        spots = [
            (rng.choice(list(self.marks)), rng.randrange(len(self.sessions)))
            for _ in range(self.size.amendments)
        ]
        again = self.size.amendments // 30
        spots[-again:] = spots[:again]  # some marks are amended twice
        for number, (pupil, session) in enumerate(spots):
            original = standing.get((pupil, session), CODES[self.marks[pupil][session]])
            amended = rng.choice([code for code in ("I", "O", "G", "U", "M") if code != original])
            standing[pupil, session] = amended
            date, half = self.sessions[session]
            found.append(
                Change(
                    session,
                    date,
                    half,
                    self.group_of[pupil],
                    pupil,
                    original,
                    amended,
                    REASONS[rng.randrange(len(REASONS))],
                    f"2025-08-{1 + number % 28:02}T09:{number % 60:02}:00Z",
                    f"officer-{1 + number % 6}",
                )
            )
        return found

    def asked_marks(self) -> list[tuple[int, int]]:
        """Pupils and sessions whose history is asked for: half of them amended ones."""
        rng = random.Random("histories")
        half = self.size.reads // 2
        amended = [(change.pupil, change.session) for change in self.changes()]
        chosen = [rng.choice(amended) for _ in range(half)]
        pupils = list(self.marks)
        return chosen + [
            (rng.choice(pupils), rng.randrange(len(self.sessions))) for _ in range(half)
        ]

    def asked_sheets(self) -> list[tuple[int, str]]:
        rng = random.Random("sheets")
        amended = [(change.session, change.group) for change in self.changes()]
        return [rng.choice(amended) for _ in range(self.size.reads)]

    def asked_days(self) -> list[int]:
        """Days, as the number of their morning session."""
        rng = random.Random("days")
        return [2 * rng.randrange(self.size.days) for _ in range(self.size.day_reads)]


def pupil_year(pupil: int, sessions: int, start_year: int) -> bytes:
    """One pupil's year as indices into ``CODES``: about 94% present, one in ten often away."""
    rng = random.Random(f"{start_year}/{pupil}")
    away = 0.20 if rng.random() < 0.1 else 0.045
    codes = rng.choices(AWAY, WEIGHTS, k=sessions)
    year = bytearray()
    for session, code in enumerate(codes):
        present = rng.random() >= away
        written = ("/", "\\")[session % 2] if present else code
        if start_year < 2024 and len(written) > 1:
            written = written[0]  # C1 and Y1 came in with the codes of August 2024
        year.append(CODES.index(written if written in CODES else "I"))
    return bytes(year)
