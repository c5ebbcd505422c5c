"""What the roles of a school are called on a page."""

from collections.abc import Iterable

WORDS = {
    "teacher": "the class teacher",
    "office": "the school office",
    "attendance-officer": "the attendance officer",
    "champion": "the senior attendance champion",
    "head": "the headteacher",
    "ceo": "the chief executive",
    "board": "the board",
    "la": "the local authority",
    "parent": "the parent",
}


def in_words(roles: Iterable[str]) -> str:
    """``the school office, the attendance officer or the headteacher``."""
    told = [WORDS.get(one, one.replace("-", " ")) for one in roles]
    return " or ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else "".join(told)
