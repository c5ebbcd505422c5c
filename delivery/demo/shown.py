"""What the demonstration shows of what it found: the same answers that the questions give."""

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from delivery.bootstrap import Desk
from delivery.demo.feeding import PERSON, Fed
from delivery.demo.stories import Story
from delivery.render import marks, rates, registers
from delivery.render.penalties import Explained, Listed
from delivery.render.table import count_of, facts
from ledger.kinds import Session
from projections.explain import explain_mark
from projections.penalty_questions import penalty_explain, penalty_list
from projections.rates import pupils_persistently_absent
from projections.rates import rates as rates_of
from projections.register_question import register
from projections.views import View, live

FIRST_OF_TERM = dt.date(2024, 9, 2)


def found(at: Desk, fed: Fed, told: Story, last: dt.date) -> Iterator[str]:
    """Each part of what was found, as text: a heading and the answer under it."""
    views = [live(at.runner, at.store.ledger(urn)) for urn in at.store.schools()]
    view = next(one for one in views if one.urn == told.school)
    pupil = view.context.roll.by_upn(told.upn)
    assert pupil is not None, f"{told.upn} is in the demonstration's rolls"
    group = pupil.group_on(last)
    yield _part("What came in", _came(views, fed))
    if group is not None:
        today = register(view.ledger, first=last, last=last, group=group)
        yield _part(f"{view.school.name}, class {group} on {in_words(last)}", registers.text(today))
    yield _part("Persistently absent this term", _absent(views, view, last))
    yield _part("At the penalty-notice threshold", _thresholds(views))
    explained = penalty_explain(view, pupil)
    yield _part(f"Why {pupil.name} is", Explained.text(explained))
    mark = explain_mark(view.ledger, pupil, Session(told.date, told.half))
    yield _part("The mark that made the difference", f"{told.tells}.\n\n{marks.text(mark)}")


def to_try(db: str, told: Story, night: Path, last: dt.date) -> str:
    """The calls to type next, for this machine's shell; ``night`` is the file of the last one."""
    setting = '$env:{} = "{}"' if os.name == "nt" else "export {}={}"
    mark = f"{told.upn} {told.date} {told.half}"
    week = f"--from {told.date - dt.timedelta(4)} --to {told.date + dt.timedelta(6)}"
    then = told.date + dt.timedelta(13)
    calls = [
        setting.format("ATTENDANCE_DB", db),
        setting.format("ATTENDANCE_SCHOOL", told.school),
        setting.format("ATTENDANCE_AS", PERSON),
        f"attendance explain-mark {mark}",
        f"attendance register --pupil {told.upn} {week} --asof {then}T09:00",
        f"attendance penalty explain {told.upn} --asof {then}T09:00",
        "attendance penalty list",
        "attendance rates --by class --period half-term",
        f"attendance import marks {night} --seen-at {last}T18:30",
        f'attendance amend-mark {mark} I --reason "A letter from the surgery came"',
        "attendance policy check",
        "attendance verify",
    ]
    return _part("To try next", "\n".join(f"  {call}" for call in calls))


def _came(views: Sequence[View], fed: Fed) -> str:
    pupils = {pupil.upn for view in views for pupil in view.context.roll.pupils.values()}
    entries = sum(view.entry for view in views)
    lines = [
        ("Schools", f"{len(views)}, each with a ledger of its own"),
        ("Pupils", f"{len(pupils):,}, all invented"),
        ("Entries", f"{entries:,}"),
        ("Nightly files", f"{fed.files:,}, {fed.rows:,} rows"),
        ("Marks recorded", f"{fed.recorded:,}"),
        ("Amendments observed overnight", f"{fed.amended:,}"),
        ("Marks that vanished", f"{fed.vanished:,}"),
    ]
    parts = [facts(lines if fed.files else lines[:3])]
    if fed.before:
        parts.append(f"{count_of(fed.before, 'file')} had been taken in before, and stayed as is.")
    refused = [f"  {file}, line {line}: {why}" for file, line, why in fed.refused]
    if refused:
        parts += [f"{count_of(len(refused), 'row was', 'rows were')} refused:", *refused]
    if fed.flagged:
        file, line, what = fed.flagged[0]
        parts += ["Taken in, but somebody should look:", f"  {file}, line {line}: {what}."]
    return "\n".join(parts)


def _absent(views: Sequence[View], view: View, last: dt.date) -> str:
    """Every school's rates, and by name those of one school."""
    schools = rates_of(views, by="school", period="term", first=FIRST_OF_TERM, last=last)
    pupils = rates_of([view], by="pupil", period="term", first=FIRST_OF_TERM, last=last)
    worst = tuple(pupils_persistently_absent(pupils.rows))[:8]
    named = rates.text(pupils.model_copy(update={"rows": worst}))
    return f"{rates.text(schools)}\n\nThe first of {view.school.name}:\n{named}"


def _thresholds(views: Sequence[View]) -> str:
    lists = [(view, penalty_list(view)) for view in views]
    return "\n\n".join(
        f"{view.school.name}: {Listed.text(answer)}" for view, answer in lists if answer.rows
    )


def in_words(day: dt.date) -> str:
    """``20 December 2024``."""
    return f"{day.day} {day:%B %Y}"


def _part(heading: str, text: str) -> str:
    return f"{heading}\n{'=' * len(heading)}\n{text}\n"
