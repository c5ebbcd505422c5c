"""The acts of one person: take a register, amend a mark, close, adopt, delegate."""

from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.calls import ACT, Call, verb
from delivery.cli.doing import do
from delivery.cli.register_said import taking

Pupil = Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's own number.")]
Date = Annotated[Any, typer.Argument(parser=parse.date, metavar="DATE")]
HalfDay = Annotated[Any, typer.Argument(parser=parse.half, metavar="AM|PM")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the register.")]
Nature = Annotated[
    str | None, typer.Option("--nature", help="Of the activity or the circumstances.")
]


@verb(app, "take-register", ACT, lines="A line a pupil: PUPIL CODE [NATURE], or PUPIL @08:52.")
def take_register(
    call: Call,
    *,
    group: Annotated[str, typer.Argument(metavar="CLASS")],
    half: Annotated[
        Any, typer.Option("--session", parser=parse.half, metavar="AM|PM", help="Which.")
    ],
    date: Annotated[
        Any, typer.Option("--date", parser=parse.date, metavar="DATE", help="Else today.")
    ] = None,
    present_except: Annotated[
        list[str] | None,
        typer.Option(
            "--present-except",
            metavar="CODE:PUPIL,… | PUPIL@08:52",
            help="Everybody is present but these; may be given again.",
        ),
    ] = None,
    rest_present: Annotated[
        bool, typer.Option("--rest-present", help="Whoever is not on stdin is present.")
    ] = False,
    close: Annotated[
        bool, typer.Option("--close", help="Close it now: the unexplained are entered as N.")
    ] = False,
    taken_at: Annotated[
        Any,
        typer.Option(
            "--taken-at", parser=parse.moment, metavar="INSTANT", help="If marked earlier."
        ),
    ] = None,
) -> None:
    """Take the register of a class for a session.

    On stdin, a line a pupil: PUPIL CODE [NATURE], or PUPIL @08:52 for the time of arrival. Or
    everybody is present but those of --present-except.
    """
    do(
        call,
        taking(
            call,
            group=group,
            half=half,
            date=date,
            present_except=present_except,
            rest_present=rest_present,
            close=close,
            taken_at=taken_at,
        ),
    )


@verb(app, "amend-mark", ACT)
def amend_mark(
    call: Call,
    *,
    pupil: Pupil,
    date: Date,
    half: HalfDay,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code to put in its place.")],
    reason: Reason = "",
    nature: Nature = None,
    minutes_late: Annotated[
        int | None, typer.Option("--minutes-late", min=0, help="With L and U.")
    ] = None,
) -> None:
    """Amend a mark; the entry it replaces stays.

    The code must be one in force on the day of the session.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.amend_mark import AmendMark
        from ledger.kinds import Session

        return AmendMark(
            **said,
            pupil=pupil,
            session=Session(date, half),
            code=code,
            reason=reason,
            nature=nature,
            minutes_late=minutes_late,
        )

    do(call, made)


@verb(app, "declare-closure", ACT)
def declare_closure(
    call: Call,
    *,
    first: Annotated[
        str, typer.Option("--from", metavar="SESSION", help="'2024-12-02 PM', or a day.")
    ],
    last: Annotated[str, typer.Option("--to", metavar="SESSION", help="The last session of it.")],
    code: Annotated[
        str, typer.Option("--code", help="# if planned; Y4 if not; Y3 for some classes.")
    ],
    reason: Reason,
    groups: Annotated[
        list[str] | None, typer.Option("--class", metavar="CLASS", help="Only this class.")
    ] = None,
) -> None:
    """Say that the school, or some classes, did not meet.

    A closure lies over the marks, never in their place.
    """
    begins, ends = parse.session_or_day(first, "AM"), parse.session_or_day(last, "PM")

    def made(said: dict[str, Any]) -> Any:
        from commands.declare_closure import DeclareClosure
        from ledger.kinds import Session

        return DeclareClosure(
            **said,
            first=Session(*begins),  # type: ignore[arg-type]
            last=Session(*ends),  # type: ignore[arg-type]
            code=code,
            reason=reason,
            groups=tuple(groups) if groups else None,
        )

    do(call, made)


@verb(app, "withdraw-closure", ACT)
def withdraw_closure(
    call: Call,
    closure: Annotated[int, typer.Argument(metavar="NUMBER", help="The closure's number.")],
    reason: Reason,
) -> None:
    """Take a closure back; the marks beneath it count."""

    def made(said: dict[str, Any]) -> Any:
        from commands.withdraw_closure import WithdrawClosure

        return WithdrawClosure(**said, closure=closure, reason=reason)

    do(call, made)


@verb(app, "adopt-policy", ACT)
def adopt_policy(
    call: Call,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="A name, or your own FILE.toml.")],
    starts: Annotated[
        Any, typer.Option("--starts", parser=parse.date, metavar="DATE", help="From.")
    ],
) -> None:
    """Work under a policy pack from a day on."""

    def made(said: dict[str, Any]) -> Any:
        from commands.adopt_policy import AdoptPolicy
        from delivery.acts import pack_text

        name, text = pack_text(pack)
        return AdoptPolicy(**said, pack=name, starts=starts, text=text)

    do(call, made)


@verb(app, "delegate", ACT)
def delegate(
    call: Call,
    *,
    act: Annotated[str, typer.Argument(metavar="ACT", help="Named as here: amend-mark.")],
    to: Annotated[str, typer.Argument(metavar="STAFF_ID", help="Who may do it from now on.")],
    starts: Annotated[
        Any, typer.Option("--starts", parser=parse.date, metavar="DATE", help="From.")
    ],
    ends: Annotated[
        Any, typer.Option("--ends", parser=parse.date, metavar="DATE", help="The last day.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why; kept with it.")] = None,
) -> None:
    """Let somebody else do an act that you may do.

    What was delegated to you cannot be delegated on.
    """

    def made(said: dict[str, Any]) -> Any:
        from commands.delegate import Delegate

        return Delegate(**said, act=act, delegate=to, starts=starts, ends=ends, reason=reason)

    do(call, made)
