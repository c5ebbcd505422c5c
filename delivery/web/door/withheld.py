"""
An answer without names: for whoever counts and compares, and need not know who.

What is not known to name nobody is left out. A pupil is their number in the school's ledger, which
says nothing outside it; every free text, and every name of a person, is ``null``.
"""

import hashlib
import json
import re
from typing import Any

from delivery.render.envelope import document
from delivery.web.door.turned_away import NotYoursToSee

BY_THEMSELVES = {"star", "export star"}
"""Those that are asked without names, and then say none: see ``asked_without_names``."""

WITHOUT_NAMES = BY_THEMSELVES | {
    "rates",
    "register",
    "penalty list",
    "registers-not-taken",
    "lateness",
}
"""The questions about pupils that still say something without names."""

_SAFE = {
    "schema",
    "question",
    "policy",
    "code_sets",
    "code",
    "layer",
    "half",
    "kind",
    "state",
    "by",
    "period",
    "label",
    "pack",
    "rule",
    "clause",
    "within",
    "no_school",
    "on",
}
"""Texts that name nobody, by the name of their field. Of one ``on`` or ``by`` is a date or word."""

_SHAPED = re.compile(
    r"\d{4}-\d{2}-\d{2}( AM| PM|T[0-9:.]+(Z|[+-]\d{2}:\d{2}))?|-?\d{1,7}(\.\d{1,4})?"
)
"""Dates, sessions, moments, and figures written as texts."""


def without_names(question: str, told: str) -> str:
    """An answer's document without names. Raises ``NotYoursToSee`` where nothing would be left."""
    if question not in WITHOUT_NAMES:
        raise NotYoursToSee
    return told if question in BY_THEMSELVES else document(_stripped(json.loads(told)))


def asked_without_names(question: str, own: dict[str, Any], who: str) -> dict[str, Any]:
    """
    What a question is told when it is asked by an account that sees no names.

    Pupils come under pseudonyms of that account's own, whatever it asked for: another's could be
    joined with what that one was given. Raises ``NotYoursToSee`` where names are asked for.
    """
    if question not in BY_THEMSELVES:
        return own
    if own.get("names"):
        raise NotYoursToSee
    return own | {"recipient": f"account-{hashlib.sha256(who.encode()).hexdigest()[:16]}"}


def _stripped(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _stripped(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_stripped(one, name) for one in value]
    if isinstance(value, str):
        return value if name in _SAFE or _SHAPED.fullmatch(value) else None
    return value
