"""The questions about marks: one explained, a register, rates."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.asking import day_of, entry_of, nothing, policy_of, pupil_in, tell, view_of
from delivery.cli.calls import QUESTION, Call, verb
from delivery.usage import Usage

if TYPE_CHECKING:
    from projections.views import View

Pupil = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]
_BY = ("pupil", "class", "year", "school", "trust", "fact")
_PERIODS = ("day", "week", "half-term", "term", "year")


@verb(app, "explain-mark", QUESTION)
def explain_mark(
    call: Call,
    *,
    pupil: Pupil,
    date: Annotated[Any, typer.Argument(parser=parse.date, metavar="DATE")],
    half: Annotated[Any, typer.Argument(parser=parse.half, metavar="AM|PM")],
) -> None:
    """Who entered and changed a mark, when and why.

    Exit 3 if nothing was entered.
    """
    from delivery.bootstrap import desk
    from delivery.render import marks
    from ledger.kinds import Session
    from ledger.refusals import UnknownPupil
    from projections.explain import explain_mark as explain
    from projections.explain import find_pupil

    if call.first or call.last:
        raise Usage("The session is named: leave out --from and --to.")
    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        upto = entry_of(ledger, call.asof)
        theirs = find_pupil(ledger, pupil, upto)
        if theirs is None:
            raise UnknownPupil(pupil=pupil)
        found = explain(ledger, theirs, Session(date, half), upto, policy_of(call))
        tell(call, "explain-mark", found, marks)
    if not found.entries and found.layer != "leave":
        raise nothing(found.nothing)


@verb(app, "register", QUESTION)
def register(
    call: Call,
    *,
    pupil: Annotated[
        str | None, typer.Option("--pupil", metavar="P", help="UPN or number.")
    ] = None,
    group: Annotated[str | None, typer.Option("--class", metavar="C", help="Or a class.")] = None,
    printed: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="To be printed, into that file.")
    ] = None,
) -> None:
    """The marks of a pupil or a class, then beside now.

    Without --from and --to: the school year of a pupil, the week of a class, up to the last day
    with an entry. Exit 3 if there is no mark.
    """
    from delivery.bootstrap import desk
    from delivery.registers import register_shown
    from delivery.render import registers

    if (pupil is None) == (group is None):
        raise Usage("Say whose register: --pupil P or --class C.")
    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        now = view_of(at, ledger, Call()).under(policy_of(call))
        theirs = None if pupil is None else pupil_in(now.context.roll, pupil)
        first, last = span_of(now, call, "year" if pupil else "week")
        if group is not None:
            check_group(now, group, last)
        upto = entry_of(ledger, call.asof)
        found = register_shown(
            now, first, last, pupil=theirs, group=group, asof=upto, to_print=bool(printed)
        )
        if printed is None or call.as_json or call.as_csv:
            tell(call, "register", found, registers)
        if printed is not None and found.lines:
            _print(now, found, theirs.name if theirs else f"class {group}", printed)
    if not found.lines:
        gone = f" {registers.gone_said(found)}" if found.gone else ""
        raise nothing(f"There is no mark from {first} to {last}.{gone}")


@verb(app, "rates", QUESTION)
def rates(
    call: Call,
    *,
    by: Annotated[
        str, typer.Option("--by", metavar="|".join(_BY), help="A row for each.")
    ] = "pupil",
    period: Annotated[
        str, typer.Option("--period", metavar="|".join(_PERIODS), help="And each.")
    ] = "year",
    published: Annotated[
        bool, typer.Option("--dfe-published", help="As the Department for Education counts.")
    ] = False,
) -> None:
    """Sessions possible, attended and missed, as rates.

    By fact: the pupils of whom a recorded fact holds (SEN support, EHC plan, looked after and the
    rest), on the days on which it does; under each, where several do.
    Without --from and --to: the school year up to the last day with an entry. Without --school:
    every school. Exit 3 if there is no session.
    """
    among("--by", by, _BY)
    among("--period", period, _PERIODS)
    from delivery.bootstrap import desk
    from delivery.render import rates as render
    from projections.rates import rates as asked

    with desk(call.db) as at:
        views = [view_of(at, ledger, call) for ledger in at.ledgers(call.school)]
        first, last = span_of(views[0], call, "year")
        found = asked(
            views,
            by=by,  # type: ignore[arg-type]
            period=period,  # type: ignore[arg-type]
            first=first,
            last=last,
            published=published,
        )
        tell(call, "rates", found, render)
    if not found.rows:
        raise nothing(f"There is no session from {first} to {last}.")


def _print(view: "View", found: Any, of: str, file: Path) -> None:
    from delivery.cli.writing import write_to
    from delivery.documents.register import register_pdf

    write_to(file, register_pdf(view, found, of))


def among(option: str, typed: str, known: tuple[str, ...]) -> None:
    """Raise ``Usage`` unless what was typed is one of those known."""
    if typed not in known:
        raise Usage(f"{option} {typed} is not known; it is one of {', '.join(known)}.")


def span_of(view: "View", call: Call, period: Any) -> tuple[dt.date, dt.date]:
    """The days asked about: to the last day with an entry, from the start of its period."""
    last = call.last or max(day_of(view, call), call.first or dt.date.min)
    if call.first is not None:
        return call.first, last
    found = view.school.calendar.period_of(last, period)
    return (min(found.starts, last) if found else last), last


def check_group(view: "View", group: str, day: dt.date) -> None:
    """Raise ``UnknownGroup`` unless the school has or had a class of that name."""
    from ledger.refusals import UnknownGroup

    known = {place.group for pupil in view.context.roll.pupils.values() for place in pupil.places}
    if group not in known:
        listed = ", ".join(view.context.roll.groups(day) or sorted(known))
        raise UnknownGroup(group=group, known=listed)
