"""Who is on roll and in which class, as rows of bytes and lists by class."""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass

from commands.snapshot.codebook import NOTHING, OFF_ROLL
from ledger.kinds import GroupId, PupilId
from ledger.roll import Roll


@dataclass(frozen=True, slots=True)
class Placing:
    """
    The classes of every day between two changes of the roll.

    ``template`` is a session's row of bytes before any mark: nothing for whoever is on roll.
    ``groups`` are in order of name, ``members`` of each in the order of their numbers.
    """

    template: bytes
    groups: dict[GroupId, list[PupilId]]


class Places:
    """The placing of each day, made once between two changes of the roll."""

    def __init__(self, roll: Roll) -> None:
        self._roll = roll
        self._turns = roll.turning_days
        self._made: dict[int, Placing] = {}
        self._by_day: dict[dt.date, Placing] = {}

    def on(self, day: dt.date) -> Placing:
        placing = self._by_day.get(day)
        if placing is None:
            at = bisect_right(self._turns, day)
            if at not in self._made:
                self._made[at] = self._make(day)
            placing = self._by_day[day] = self._made[at]
        return placing

    def _make(self, day: dt.date) -> Placing:
        template = bytearray([OFF_ROLL]) * self._roll.next_id
        groups: dict[GroupId, list[PupilId]] = {}
        for pupil, group in self._roll.places(day).items():
            template[pupil] = NOTHING
            groups.setdefault(group, []).append(pupil)
        return Placing(bytes(template), dict(sorted(groups.items())))
