"""A register as it was said, typed or sent: to the act of taking it."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from delivery.cli.calls import Call
from delivery.cli.doing import Made
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.importers.sheet import SheetLine


def taking(
    call: Call,
    *,
    group: str,
    half: Any,
    date: Any,
    present_except: list[str] | None,
    rest_present: bool,
    close: bool,
    taken_at: Any,
) -> Made:
    """What taking a register comes to, as it was said. Raises ``Usage`` where that is off."""
    lines = _said(call, present_except, enough=rest_present or close)

    def made(said: dict[str, Any]) -> Any:
        from commands.take_register import TakeRegister
        from commands.taking import Given
        from ledger.calendar.london import london
        from ledger.kinds import Session

        day: dt.date = date or london(said["at"]).date()
        marks = [
            Given(pupil=one.pupil, code=one.code, arrived=one.arrived, nature=one.nature)
            for one in lines
        ]
        return TakeRegister(
            **said,
            session=Session(day, half),
            group=group,
            marks=tuple(marks),
            rest_present=rest_present or present_except is not None,
            close=close,
            taken_at=taken_at,
        )

    return made


def _said(call: Call, present_except: list[str] | None, *, enough: bool) -> "list[SheetLine]":
    """What was said of pupils; nothing at all is only ``enough`` where it means something."""
    from delivery.importers.sheet import exceptions, sheet_lines

    if present_except is not None:
        return exceptions(present_except)
    given = call.lines()
    if given is None:
        raise Usage("Give the marks on stdin, a line each, or say --present-except CODE:PUPIL,…")
    lines = sheet_lines(given)
    if not lines and not enough:
        raise Usage(
            "Nothing was said on stdin. Give a line a pupil, or --rest-present for all present, or "
            "--close to enter whoever has no mark as N."
        )
    return lines
