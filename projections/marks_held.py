"""Every mark as it stands, with what was told beside it, from the entries themselves."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from ledger.events.register import sheet_of
from ledger.kinds import Code, GroupId, PupilId, Session
from ledger.layers import covering, effective
from ledger.store import Page, Run
from ledger.store.rows import STRUCK
from projections.views import Scope, View

_CODE_IN = {"mark-recorded": "code", "mark-amended": "amended", "amendment-observed": "amended"}
_FIRST, _VANISHED = "mark-recorded", "mark-vanished"
_BY = {
    _FIRST: ("taken_at", "taken_by_name", "taken_by_position"),
    "amendment-observed": ("taken_at", "source_name", "source_position"),
}
TAKEN_IN = "import-marks"
"""The act by which another system's marks are taken in."""
Key = tuple[Session, PupilId]


class MarkHeld(NamedTuple):
    """
    The entry that stands for a pupil and a session, and what is said beside it.

    ``code`` is the entry's own, whatever lies over it; ``layer`` says what does: ``register`` for
    nothing, ``closure``, or ``not on roll``; ``counts_as`` is the code that counts. ``taken_at``
    is ISO text in UTC, and by whom: who made the entry here, or in another system where that said
    so. ``reason`` is that of the last amendment. ``vanished``: the source shows it no longer.
    """

    session: Session
    pupil: PupilId
    group: GroupId
    code: Code
    entry: int
    minutes_late: int | None
    comment: str | None
    taken_at: str | None
    taken_by_name: str | None
    taken_by_position: str | None
    reason: str | None
    vanished: bool
    layer: str
    counts_as: Code | None


def marks_held(view: View, scope: Scope) -> list[MarkHeld]:
    """The marks of the scope as at the view's entry, by day, half-day, class and pupil."""
    found: dict[Key, tuple[Any, ...]] = {}
    vanished: set[Key] = set()
    whole = replace(scope, group=None)  # an amendment may stand on another class's sheet
    for page in whole.pages(view.ledger, view.entry):
        session, group = sheet_of(page.stream)
        number = page.first
        for run in page.runs:
            for entry, pupil, *said in _told(page, run, number):
                key = (session, pupil)
                if entry > view.entry or (scope.pupils is not None and pupil not in scope.pupils):
                    continue
                if run.topic == _VANISHED:
                    vanished.add(key)
                    continue
                vanished.discard(key)
                stands_in = group if run.topic == _FIRST else found.get(key, (group,))[0]
                found[key] = (stands_in, said[0], entry, *said[1:])
            number += run.count
    held = (_held(view, key, one, gone=key in vanished) for key, one in found.items())
    wanted = (one for one in held if scope.group is None or one.group == scope.group)
    return sorted(wanted, key=lambda one: (one.session, one.group, one.pupil))


def _told(page: Page, run: Run, number: int) -> Iterator[tuple[Any, ...]]:
    """Entry, pupil, code, minutes late, comment, taken at, by whom, position, reason."""
    if run.topic != _VANISHED and run.topic not in _CODE_IN:
        return
    code = run.column(_CODE_IN.get(run.topic, "pupil"))
    taken, name, position = (run.column(one) for one in _BY.get(run.topic, _BY[_FIRST]))
    if page.act.command != TAKEN_IN:  # made here: who and when are the act's own
        by = page.act.made_by
        name, position = [by.name] * run.count, [by.position] * run.count
        taken = [one or page.act.made_at.isoformat() for one in taken]
    reason = run.column("source_reason" if run.topic == "amendment-observed" else "reason")
    beside = (run.column("minutes_late"), run.column("comment"), taken, name, position, reason)
    entries = range(number, number + run.count)
    yield from zip(entries, run.column("pupil"), code, *beside, strict=True)


def _held(view: View, key: Key, one: tuple[Any, ...], *, gone: bool) -> MarkHeld:
    session, pupil = key
    group, code, entry, minutes, *words = one
    counts_as, layer = _counting(view, session, pupil, group, code)
    comment, taken_at, name, position, reason = (None if s == STRUCK else s for s in words)
    return MarkHeld(
        session,
        pupil,
        group,
        code,
        entry,
        minutes,
        comment,
        taken_at,
        name,
        position,
        reason,
        gone,
        layer,
        counts_as,
    )


def _counting(
    view: View, session: Session, pupil: PupilId, group: GroupId, code: Code
) -> tuple[Code | None, str]:
    """The code that counts, and the layer it comes from."""
    on_roll = pupil in view.context.roll.places(session.date)
    closures = view.school.closures
    if on_roll and not closures:
        return code, "register"  # nearly all there are
    found = effective(code, covering(closures.values(), session, group), on_roll)
    return found.code, found.layer
