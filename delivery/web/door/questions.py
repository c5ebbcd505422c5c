"""What each question over HTTP is about, and so whether the one who asks is answered."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response

from delivery.cli.calls import Call
from delivery.cli.questions import span_of
from delivery.web.door.doorman import Pass
from delivery.web.door.readings import Shown, Whole
from delivery.web.door.rules import Topic, Verdict
from delivery.web.door.turned_away import NotYoursToDo, NotYoursToSee
from delivery.web.door.withheld import WITHOUT_NAMES
from ledger.refusals import UnknownPupil
from ledger.roll import Pupil

TOPICS = {
    "explain-mark": Topic.PUPIL,
    "register": Topic.CLASS,
    "rates": Topic.FIGURES,
    "star": Topic.SCHOOL,
    "patterns": Topic.FIGURES,
    "explain-leave": Topic.CASE,
    "leave list": Topic.SCHOOL,
    "contradictions": Topic.SCHOOL,
    "penalty explain": Topic.PUPIL,
    "penalty list": Topic.SCHOOL,
    "due": Topic.SCHOOL,
    "retention plan": Topic.SCHOOL,
    "retention prove": Topic.LEDGER,
    "support": Topic.SCHOOL,
    "audit completeness": Topic.SCHOOL,
    "audit amendments": Topic.PEOPLE,
    "audit reading": Topic.PEOPLE,
    "audit roll": Topic.SCHOOL,
    "registers-not-taken": Topic.SCHOOL,
    "diff rates": Topic.SCHOOL,
    "whatif": Topic.SCHOOL,
    "letters": Topic.SCHOOL,
    "unexplained": Topic.SCHOOL,
    "absences": Topic.SCHOOL,
    "evidence": Topic.SCHOOL,
    "lateness": Topic.SCHOOL,
    "last-seen": Topic.PUPIL,
    "pack": Topic.CASE,
    "verify": Topic.LEDGER,
    "policy check": Topic.LEDGER,
    "doctor": Topic.LEDGER,
    "export marks": Topic.SCHOOL,
    "export amendments": Topic.SCHOOL,
    "export certificate": Topic.CASE,
    "export daily": Topic.FIGURES,
    "export return": Topic.SCHOOL,
    "export census": Topic.SCHOOL,
    "export ctf": Topic.SCHOOL,
    "export star": Topic.SCHOOL,
    "export events": Topic.ENTRIES,
    "elsewhere": Topic.PUPIL,
    "feed": Topic.SCHOOL,
}
"""By question where it names no pupil and no class. One that is not here is the whole school's."""

CASES = {
    *("absences", "explain-leave", "leave list", "letters", "pack", "support"),
    *("export ctf", "export marks", "export amendments", "export certificate"),
}
"""Questions that, of one pupil, tell more than the register and what follows from it."""

OF_NOBODY = {"v1_dim_date", "v1_dim_code", "v1_dim_school"}
"""Tables of the star in which no pupil is."""


def about(words: str, own: Mapping[str, Any]) -> Topic:
    """The topic of a question as it was asked."""
    if words == "audit reading":
        return Topic.PEOPLE
    if own.get("pupil") is not None:
        return Topic.CASE if words in CASES else Topic.PUPIL
    named = own.get("group") is not None or own.get("of_class") is not None
    if named and not words.startswith("export "):
        return Topic.CLASS
    if words == "rates" and own.get("by") == "pupil":
        return Topic.SCHOOL
    return TOPICS.get(words, Topic.SCHOOL)


def check_question(
    passed: Pass, words: str, own: Mapping[str, Any]
) -> tuple[Verdict, Pupil | None]:
    """
    Whether a question is answered, with names or without, and whose record that shows.

    Raises ``UnknownPupil`` alike for a pupil there is not and for one the visitor may not know of.
    """
    visitor = passed.visitor
    if visitor.questions is not None and words not in visitor.questions:
        raise NotYoursToSee
    topic = about(words, own)
    written, pupil = own.get("pupil"), None
    roll = passed.view.context.roll
    if written is not None:
        pupil = roll.find(written)
        if pupil is None:
            raise UnknownPupil(pupil=written)
    elif words == "explain-leave":
        leave = passed.view.context.leaves.requests.get(own.get("request", 0))
        pupil = roll.pupils.get(leave.pupil) if leave else None
        if pupil is None or not passed.sees(topic, pupil=pupil):
            topic, pupil = Topic.SCHOOL, None  # a request there is not, or not theirs: alike
    group = own.get("group") or own.get("of_class")
    found = passed.check(topic, pupil=pupil, group=group, written=written or "")
    if found is Verdict.WITHOUT_NAMES and words not in WITHOUT_NAMES:
        raise NotYoursToSee
    return found, pupil if topic in {Topic.PUPIL, Topic.CASE} else None


def keep_reading(
    passed: Pass, words: str, own: Mapping[str, Any], call: Call, pupil: Pupil | None
) -> Shown | None:
    """
    Keep whose record an answer shows, before it is given: a pupil's, or those of a class.

    Of a class, what is shown.
    """
    if pupil is not None:
        passed.door.reads(passed, pupil, words)
    elif own.get("group") and (words == "register" or words.startswith("export ")):
        days = span_of(passed.view, call, "week" if words == "register" else "year")
        shown = Shown(own["group"], *days)
        passed.door.reads_class(passed, shown, words)
        return shown
    return None


def kept(
    answer: Response,
    passed: Pass,
    words: str,
    own: Mapping[str, Any],
    call: Call,
    *,
    once: bool = False,
) -> Response:
    """
    The answer, to be sent: that one about pupils of the whole school is given is kept before.

    What a page lists is not kept; what is given away is: a file each time, and ``once`` in a
    while what a program asks for again and again. Figures that name no pupil are nobody's record,
    and who has the same bytes already is given nothing.
    """
    if answer.status_code == 200:
        keep_given(passed, words, own, call, once=once)
    return answer


def keep_given(
    passed: Pass, words: str, own: Mapping[str, Any], call: Call, *, once: bool = False
) -> None:
    """Keep that an answer is given, if it is about pupils of the whole school."""
    one = [own.get(name) for name in ("pupil", "group", "of_class")]
    if own.get("table") in OF_NOBODY or any(one):
        return
    if about(words, own) not in {Topic.SCHOOL, Topic.ENTRIES}:
        return
    nameless = own.get("names") is False or not passed.sees(Topic.SCHOOL)
    what = f"{words}, without names" if nameless else words
    whole = Whole(call.first, call.last)
    passed.door.reads_school(passed.visitor, passed.view.urn, whole, what, once=once)


def check_named(passed: Pass, own: Mapping[str, Any]) -> None:
    """
    That whoever acts may know of the pupils they name: what refuses an act may say who they are.

    Raises ``UnknownPupil`` alike for a pupil there is not and for one the visitor may not know of,
    before anything else is looked at.
    """
    grant = passed.grant
    if grant is None or grant.whole:
        return
    roll = passed.view.context.roll
    for written in (own.get("pupil"), *(own.get("pupils") or ())):
        pupil = roll.find(written) if isinstance(written, str) else None
        if written is not None and (pupil is None or not passed.sees(Topic.PUPIL, pupil=pupil)):
            raise UnknownPupil(pupil=written)


def check_act(passed: Pass, named: str | None) -> str | None:
    """
    As whom an act is done: as whoever is signed in, and here on the machine as whoever is named.

    Whether that person may do it is the act's own rule. Raises ``NotYoursToDo``.
    """
    visitor = passed.visitor
    if visitor.local:
        return named or visitor.staff
    grant = passed.grant
    if grant is None or not grant.changes or visitor.machine:
        raise NotYoursToDo
    if visitor.staff is None or named not in {None, visitor.staff}:
        raise NotYoursToDo
    return visitor.staff
