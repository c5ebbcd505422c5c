"""
What the page of a penalty position offers to record: only what would not be refused.

Which acts those are the acts themselves say (``commands.penalty.possible``); here are the words.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from commands.penalty.possible import Possible, possible
from commands.states import states_of
from delivery.web.here import Here
from delivery.web.roles import in_words
from ledger.calendar import london
from ledger.roll import Pupil
from projections.penalty_answers import ClockShown, ParentStanding
from projections.penalty_questions import may_count
from projections.penalty_records import between

_WORDS = {
    "record-awareness": "Open a case",
    "record-authority-check": "Record what the local authority answered",
    "consider-penalty-notice": "Record the decision on the case",
    "issue-notice-to-improve": "Issue a notice to improve",
    "record-improvement": "Record how attendance goes",
    "conclude-notice-to-improve": "Conclude the notice to improve",
    "issue-penalty-notice": "Issue a penalty notice",
    "disclose-earlier-notice": "Record a notice issued elsewhere",
    "record-service": "Record how it was served",
    "record-payment": "Record a payment",
    "record-copy-to-authority": "Record that the copy was sent",
    "withdraw-penalty-notice": "Record that it was withdrawn",
    "record-prosecution": "Record what came of the prosecution",
}
_OF_ONE_WAY: Mapping[tuple[str, tuple[str, ...]], str] = {
    ("consider-penalty-notice", ("referred",)): "Refer below the threshold",
    ("conclude-notice-to-improve", ("ended early",)): "End the notice to improve early",
    ("issue-penalty-notice", ("sessions named",)): "Issue a penalty notice below the threshold",
    ("record-service", ("proved",)): "Prove another day of receipt",
    ("record-prosecution", ("begun",)): "Record that a prosecution was begun",
}
"""Where there is but one way left, its own words."""

_FIELD = {
    "consider-penalty-notice": "outcome",
    "conclude-notice-to-improve": "outcome",
    "record-prosecution": "stage",
    "record-awareness": "on",
}
"""The field of the form that is filled in where there is but one way."""

_OTHERS = {"la", "parent"}


@dataclass(frozen=True)
class Offer:
    """A button or a link: the act, its words, and what is filled in already."""

    act: str
    words: str
    said: Mapping[str, str]


@dataclass(frozen=True)
class Offers:
    """
    For one parent: what does the next step, what else is possible, and by notice.

    ``improving``: a notice to improve was issued, so that there is one to print.
    """

    next: Sequence[Offer] = ()
    more: Sequence[Offer] = ()
    of_notice: Mapping[int, Sequence[Offer]] = field(default_factory=dict)
    improving: bool = False


def offers(
    here: Here, pupil: Pupil, parents: Iterable[ParentStanding], stood_on: dt.date
) -> Mapping[str, Offers]:
    """By the id of each parent; nothing to whoever may do nothing here, or of the past."""
    if not here.deeds or here.person is None:
        return {}
    now = here.desk.clock()
    today = london(now).date()
    marks = may_count(here.view, pupil, today)
    found = possible(states_of(here.view.ledger), pupil, (here.person, now), marks, stood_on)
    return {
        one.id: replace(
            _offers(one, found.get(one.id, ()), today.isoformat()),
            improving=bool(between(here.view, pupil.id, one.id).improvements),
        )
        for one in parents
    }


def _offers(parent: ParentStanding, found: Sequence[Possible], today: str) -> Offers:
    steps = parent.next_act.split(", or ")
    told = [(one, _offer(one, today)) for one in found]
    following = [_named(one, offer) for one, offer in told if one.act in steps]
    again = parent.next_step.startswith("None")
    beside = [offer for one, offer in told if one.act not in steps and one.notice is None]
    return Offers(
        [] if again else following,
        [Offer(one.act, "Look at it again", one.said) for one in following] * again + beside,
        {
            notice.notice: [
                offer
                for one, offer in told
                if one.notice == notice.notice and (again or one.act not in steps)
            ]
            for notice in parent.held
        },
    )


def _offer(one: Possible, today: str) -> Offer:
    said = {} if one.notice is None else {"notice": str(one.notice)}
    if len(one.ways) == 1 and one.act in _FIELD and one.ways[0] != today:
        said[_FIELD[one.act]] = one.ways[0]
    return Offer(one.act, _OF_ONE_WAY.get((one.act, one.ways), _WORDS[one.act]), said)


def _named(one: Possible, offer: Offer) -> Offer:
    """With the notice that it is about, where it stands apart from the notices."""
    if one.notice is None:
        return offer
    return Offer(offer.act, f"{offer.words}: notice {one.notice}", offer.said)


def step_in_words(step: str) -> str:
    """The next lawful step as a page says it, that there is none too."""
    for none, words in (("None is owed", "Nothing is owed"), ("None", "Nothing to do now")):
        if step.startswith(none):
            return f"{words}{step.removeprefix(none)}"
    return step or "Nothing to do now"


@dataclass(frozen=True)
class Due:
    """Something with a last day: whose it is, and how long is left, in words."""

    what: str
    by: dt.date
    whose: str
    left: str
    about: str
    overdue: bool


def due(clocks: Iterable[ClockShown], today: dt.date) -> Sequence[Due]:
    """What is to be done by when, the school's own first."""
    ordered = sorted(clocks, key=lambda one: (one.owner in _OTHERS, one.due))
    return [
        Due(
            one.what[:1].upper() + one.what[1:],
            one.due,
            in_words([one.owner]),
            _left((one.due - today).days),
            f"{one.about}; {one.clause}",
            one.overdue,
        )
        for one in ordered
    ]


def _left(days: int) -> str:
    if days == 0:
        return "today"
    count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"in {count}" if days > 0 else f"overdue by {count}"


def school_s_own(clocks: Iterable[ClockShown]) -> dt.date | None:
    """The first day by which the school itself has something to do."""
    return min((one.due for one in clocks if one.owner not in _OTHERS), default=None)
