"""Holds a peer's answers against the oracle's. A peer that is wrong fails the run."""

import json
from functools import cache
from itertools import islice
from typing import Any

from scripts.bench.child import size_for
from scripts.bench.oracle import Oracle
from scripts.bench.workload import CODES, SIZES, Sheet, Size, Workload


class WrongAnswer(Exception):
    """A peer answered something else than the oracle; its times mean nothing."""


@cache
def expected(size: Size) -> dict[str, Any]:
    """The oracle's answers to every question of the workload, in JSON's own shapes."""
    work = Workload(size)
    oracle = Oracle(work, known=len(work.changes()) // 2)
    taken = list(islice(work.sheets(), size.takes))
    answers = {
        "take": [first_marks(sheet) for sheet in taken[:: max(1, len(taken) // 10)]],
        "history": [oracle.history(*asked) for asked in work.asked_marks()],
        "register": [oracle.register(*asked) for asked in work.asked_sheets()],
        "day": [oracle.day(asked) for asked in work.asked_days()],
        "rebuild": [oracle.reckoned()] * 3,
    }
    found: dict[str, Any] = json.loads(json.dumps(answers))
    return found


def first_marks(sheet: Sheet) -> dict[int, str]:
    return {pupil: CODES[code] for pupil, code in zip(sheet.pupils, sheet.codes, strict=True)}


def check(found: dict[str, Any], size: str) -> int:
    """How many answers of one round were right. Raises ``WrongAnswer`` if any was not."""
    right = expected(size_for(SIZES[size], slow=found["slow"]))
    count = 0
    for op, answers in found["answers"].items():
        for number, (answer, wanted) in enumerate(zip(answers, right[op], strict=True)):
            if answer != wanted:
                raise WrongAnswer(f"{found['title']}: {op} {number}: {answer}, not {wanted}")
            count += 1
    return count
