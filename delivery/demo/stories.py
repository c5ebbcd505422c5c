"""What happens to particular pupils: read from ``stories.toml``, laid over what chance brought."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from delivery.demo.marks import PRESENT, Book, Cell, cell
from ledger.kinds import HALVES, Half


@dataclass(frozen=True)
class Story:
    """
    A pupil to whom something happens, so that the demonstration can show it.

    ``date`` and ``half`` are the session that was put right most often, or the first one.
    """

    name: str
    tells: str
    school: int
    upn: str
    pupil: str
    date: dt.date
    half: Half


def tell(book: Book) -> list[Story]:
    """Lay the stories of the book's school over it; one ``Story`` for each pupil named."""
    told = tomllib.loads(Path(__file__).with_name("stories.toml").read_text("utf-8"))["stories"]
    found = []
    for story in told:
        if story["school"] != book.school.urn:
            continue
        seats = _seats(book, story)
        for seat in seats:
            for marks in story["marks"]:
                _lay(book, seat, marks)
        if story["pupils"] != "all" and seats:
            found.append(_story(book, seats[0], story))
    return found


def _seats(book: Book, story: dict[str, Any]) -> list[int]:
    """The pupils meant, counted in their year group; a small world counts round again."""
    day = story["marks"][0]["from"]
    year = story.get("year")
    there = [
        seat
        for seat, enrolment in enumerate(book.enrolments)
        if enrolment.on_roll(day) and year in (None, enrolment.place_on(day).year)
    ]
    if story["pupils"] == "all":
        return there
    return [there[place % len(there)] for place in story["pupils"] if there]


def _lay(book: Book, seat: int, marks: dict[str, Any]) -> None:
    span = [n for n, day in enumerate(book.days) if marks["from"] <= day <= marks["to"]]
    weekdays = marks.get("weekdays", range(7))
    for day in span[:: marks.get("every", 1)]:
        if book.days[day].weekday() not in weekdays:
            continue
        for half, name in enumerate(HALVES):
            if marks.get("half", name) == name:
                then = [(day + step["after"], _cell(step, half)) for step in marks.get("then", ())]
                book.put(day, half, seat, _cell(marks, half), then)


def _cell(said: dict[str, Any], half: int) -> Cell:
    if not said["code"]:
        return ""
    code = PRESENT[half] if said["code"] in PRESENT else said["code"]
    return cell(code, said.get("late"), said.get("says", ""))


def _story(book: Book, seat: int, story: dict[str, Any]) -> Story:
    """Point at the session that shows best what the story tells."""
    marks = max(story["marks"], key=lambda one: (len(one.get("then", ())), one["code"] != "/"))
    pupil = book.enrolments[seat].pupil
    return Story(
        name=story["name"],
        tells=story["tells"],
        school=book.school.urn,
        upn=pupil.upn,
        pupil=pupil.name,
        date=next(day for day in book.days if day >= marks["from"]),
        half=marks.get("half", "AM"),
    )
