"""The records of penalty notices as at an entry, read from their own few streams."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from ledger.calendar import london
from ledger.events.improvement import improvement_stream
from ledger.events.penalty import penalty_stream
from ledger.kinds import PupilId
from ledger.penalty import Clock, Improving, Record, clocks, improving
from projections.views import View


class Between(NamedTuple):
    """What there is between one parent and one pupil."""

    pupil: PupilId
    parent: str
    record: Record
    improvements: Improving


def between(view: View, pupil: PupilId, parent: str) -> Between:
    """The record of one parent and one pupil, empty where nothing happened."""
    theirs = view.ledger.stream(penalty_stream(pupil, parent), view.entry)
    improved = view.ledger.stream(improvement_stream(pupil, parent), view.entry)
    return Between(
        pupil,
        parent,
        Record.fold(recorded.event for recorded in theirs),  # type: ignore[misc]
        improving(recorded.event for recorded in improved),  # type: ignore[misc]
    )


def every_record(view: View) -> Iterator[Between]:
    """Every record of the school, in the order of the streams' names."""
    pages = view.ledger.pages_between("penalty/", "penalty0", view.entry)
    for stream in dict.fromkeys(page.stream for page in pages):
        _, pupil, parent = stream.split("/", 2)
        yield between(view, int(pupil), parent)


def penalty_clocks(view: View) -> list[tuple[PupilId, str, Clock]]:
    """Every clock of every record, with the pupil's number and the parent's id."""
    policy, calendar = view.school.policy, view.school.calendar
    return [
        (one.pupil, one.parent, clock)
        for one in every_record(view)
        for clock in clocks(one.record, one.improvements, policy, calendar)
    ]


def last_act(view: View) -> dt.date | None:
    """The day of the last act about a penalty notice, London's."""
    pages = view.ledger.pages_between("penalty/", "penalty0", view.entry)
    return max((london(page.act.recorded_at).date() for page in pages), default=None)
