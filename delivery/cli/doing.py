"""Doing an act for somebody who typed it: who, when, under which key, and the receipt."""

from collections.abc import Callable, Sequence
from typing import Any

from delivery.cli.calls import Call, note
from delivery.usage import Usage

Made = Callable[[dict[str, Any]], Any]
"""From who, when and key (``by``, ``at``, ``key``) to the command."""


def do(call: Call, made: Made) -> None:
    """Do one act at one school and print its receipt, or with ``--dry-run`` what it would be."""
    from delivery import acts
    from delivery.bootstrap import desk

    with desk(call.db) as at:
        command = built(made, acts.signed(at, call.person, call.key))
        outcome = acts.do(at, command, call.school, dry_run=call.dry_run)
        say(call, command.NAME, [outcome])


def built(made: Made, said: dict[str, Any]) -> Any:
    """The command; a field that cannot be so is a typing mistake, told in a sentence."""
    from pydantic import ValidationError

    try:
        return made(said)
    except ValidationError as problem:
        faults = problem.errors()
        told = [f"{'.'.join(map(str, fault['loc']))}: {_reason(fault)}" for fault in faults]
        raise Usage("; ".join(told)[:2000] + ".") from None


def say(call: Call, name: str, outcomes: Sequence[Any]) -> None:
    """Print what was recorded."""
    from delivery.render import receipts

    for one in outcomes:
        for said in one.notes:
            note(said)
    render = receipts.document if call.as_json else receipts.text
    call.write(render(name, outcomes, dry_run=call.dry_run))


def _reason(fault: Any) -> str:
    said = str(fault["msg"])
    return f"{said[0].lower()}{said[1:]} (given: {fault['input']!r})"
