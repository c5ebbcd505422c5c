"""What is entered about one session and does not go together, in sentences. No database."""

from collections.abc import Iterator, Sequence

from ledger.layers import Effective
from ledger.policy import Codes
from projections.explain_answers import ExplainedEntry


def contradicting(counted: Effective, codes: Codes) -> Iterator[str]:
    """What layers say against each other, each in a sentence; a winner is not always right."""
    said = {layer.name: layer for layer in counted.layers}
    entered = said["register"].code if "register" in said else None
    row = codes.known(entered) if entered else None
    if row is None or entered is None:
        return
    if "not on roll" in said:
        yield f"{entered} was entered for a day on which the pupil was not on roll."
    attends = row.statistical in ("present", "attending elsewhere")
    if "closure" in said and attends:
        yield f"{entered} was entered, and the school was closed: {said['closure'].why}."
    if "leave" in said and said["leave"].code != entered:
        yield f"{entered} was entered, and leave stood under {said['leave'].code}."


def entered_twice(entries: Sequence[ExplainedEntry]) -> Iterator[str]:
    """First entries of one session on the sheets of two classes: two people took the pupil."""
    firsts = [one for one in entries if one.what == "recorded"]
    if len({one.group for one in firsts}) > 1:
        told = [f"{one.code} on the sheet of {one.group} by {_who(one)}" for one in firsts]
        yield f"Taken by two: {'; '.join(told)}. The last entry counts."


def _who(entry: ExplainedEntry) -> str:
    if entry.name is None:
        return "somebody whom the source does not name"
    return f"{entry.name} ({entry.position})" if entry.position else entry.name
