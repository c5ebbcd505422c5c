"""A register as it may be shown or printed: its marks, and the particulars of each amendment."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from delivery.foot import Foot, foot
from ledger.kinds import Frozen, GroupId, Session
from ledger.roll import Pupil
from projections.completeness import AmendmentHeld, audit_completeness
from projections.earlier import Earlier, earlier
from projections.gone import sheets_gone
from projections.register_question import RegisterAnswer, register
from projections.views import Scope, View


class SheetGone(Frozen):
    """A sheet of which entries were disposed of: what it said cannot be told any more."""

    session: Session
    group: GroupId


class RegisterShown(RegisterAnswer):
    """
    A register with every amendment known at the time asked about.

    A copy of a register must hold the five particulars of each amended entry. ``gone`` are the
    sheets of it that are not whole, as entries of theirs were disposed of.

    Reference: SI 2024/208 reg. 6(2).
    """

    gone: tuple[SheetGone, ...] = ()
    amendments: tuple[AmendmentHeld, ...]
    foot: Foot


def register_shown(
    view: View,
    first: dt.date,
    last: dt.date,
    *,
    pupil: Pupil | None = None,
    group: GroupId | None = None,
    asof: int | None = None,
    to_print: bool = False,
) -> RegisterShown:
    """
    The register of a pupil or a class between two days; ``view`` is the live one.

    To be printed: its foot has the root of the log, whatever that takes.
    """
    at = partial(_at, view) if view.runner and not isinstance(view, Earlier) else None
    found = register(
        view.ledger, first=first, last=last, pupil=pupil, group=group, asof_entry=asof, at=at
    )
    return _shown(view, found, pupil, group, to_print=to_print)


def register_as_known(
    view: View,
    first: dt.date,
    last: dt.date,
    *,
    pupil: Pupil | None = None,
    group: GroupId | None = None,
    to_print: bool = False,
) -> RegisterShown:
    """The register as at the view's entry, and nothing of what came after it."""

    def at(_: int, __: Scope) -> View:
        return view

    found = register(view.ledger, first=first, last=last, pupil=pupil, group=group, at=at)
    return _shown(view, found, pupil, group, to_print=to_print)


def _shown(
    view: View,
    found: RegisterAnswer,
    pupil: Pupil | None,
    group: GroupId | None,
    *,
    to_print: bool,
) -> RegisterShown:
    first, last = found.first, found.last
    shown = {(line.pupil, line.session) for line in found.lines}
    amended = tuple(
        one
        for one in audit_completeness(
            view, first, last, pupils=frozenset({pupil.id}) if pupil else None
        ).rows
        if one.entry <= found.header.asof.entry
        and one.pupil is not None
        and (one.pupil.id, one.session) in shown
    )
    below = foot(view.ledger, found.header.asof.entry, insist=to_print)
    gone = tuple(_gone(view, first, last, pupil, group))
    return RegisterShown(**dict(found), gone=gone, amendments=amended, foot=below)


def _gone(
    view: View, first: dt.date, last: dt.date, pupil: Pupil | None, group: GroupId | None
) -> Iterator[SheetGone]:
    """The sheets of a class, or of the class a pupil was in on the day."""
    for day, half, of in sorted(sheets_gone(view.ledger, first, last)):
        if of == (pupil.group_on(day) if pupil else group):
            yield SheetGone(session=Session(day, half), group=of)


def _at(view: View, entry: int, scope: Scope) -> View:
    """The read models as at an entry: the live ones as they are, or less what came later."""
    assert view.runner is not None
    return (
        view if entry >= view.entry else earlier(view.runner, view.ledger, entry, scope, view.asked)
    )
