"""
Which questions and acts somebody may put at all: for the lists that offer them.

The answer is the door's own (``check_question``), tried once in each way that a question can be
put: of the school, of a pupil and of a class that they may see, of a request for leave.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from commands.permits import Ask, permitted
from delivery.cli.calls import Verb
from delivery.web.door.doorman import Pass
from delivery.web.door.questions import check_question
from delivery.web.door.rules import Topic, Verdict
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.given import own_of
from ledger.refusals import Refused


def may_ask(passed: Pass, verb: Verb) -> bool:
    """Whether there is a way to put a question that is answered on a page, names and all."""
    return any(_answered(passed, verb.words, own) for own in _ways(passed, verb))


def _answered(passed: Pass, words: str, own: Mapping[str, Any]) -> bool:
    try:
        return check_question(passed, words, own)[0] is Verdict.ALLOWED
    except (NotYoursToSee, Refused):
        return False


def _ways(passed: Pass, verb: Verb) -> Iterator[Mapping[str, Any]]:
    names, context = {one.name for one in own_of(verb)}, passed.view.context
    theirs = (one for one in context.roll.pupils.values() if passed.sees(Topic.PUPIL, pupil=one))
    pupil = next(theirs, None)
    groups = (one for one in _groups(passed) if passed.sees(Topic.CLASS, group=one))
    group = next(groups, None)
    yield {}
    if "pupil" in names and pupil is not None:
        yield {"pupil": str(pupil.id)}
    if group is not None:
        yield from ({one: group} for one in sorted(names & {"group", "of_class"}))
    if "request" in names:
        yield from ({"request": number} for number in context.leaves.requests)


def _groups(passed: Pass) -> Iterator[str]:
    yield from passed.grant.groups if passed.grant else ()
    yield from passed.view.context.roll.groups(passed.door.today())


def may_do(
    passed: Pass, person: str | None, act: str, group: str | None = None, *, inside: bool = True
) -> bool:
    """
    Whether somebody's place at the school, or a delegation, lets them do an act now.

    ``group``: to a class; ``inside``: while its register is taken.
    """
    school, now = passed.view.school, passed.door.desk.clock()
    if person is None or f"may.{act}" not in school.rules_on(passed.door.today()):
        return True  # nobody is named yet, or no rule says whose it is: the act itself will say
    try:
        permitted(school, Ask(act, person, now, group, inside))
    except Refused:
        return False
    return True
