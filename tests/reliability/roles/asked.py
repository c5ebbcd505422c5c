"""
Generated requests to every question and act of the API, each sent as five people (Schemathesis).

Whatever is sent: no fault of the server's, an answer that is as described, a refusal in its own
form with a code that is known, nobody outside what the person may see in it, and no entry of
whoever changes nothing.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
)

from delivery.bootstrap import Desk
from delivery.cli.calls import ACT, VERBS, Verb
from delivery.cli.verbs import load
from delivery.web import problems
from delivery.web.app import application
from delivery.web.door.book import Book
from delivery.web.door.doorman import Door
from delivery.web.door.turned_away import TurnedAway
from delivery.web.given import is_export, is_question, reaches_files
from ledger.refusals import Refused
from ledger.store import open_store
from ledger.store.verify import verify
from tests.delivery.web.door.conftest import CHEAP, account, sign_in
from tests.reliability.little import with_one_mark

NOW = dt.datetime(2024, 9, 3, 10, 0, tzinfo=dt.UTC)
AT = "http://localhost"
CAS, BEN = ("Madeup", "A102"), ("Ben Sample", "A101")
DEE = ("Invented", "B200")
HIDDEN = {
    "teacher": (*CAS, *DEE),
    "office": DEE,
    "head": DEE,
    "authority": (*BEN, *CAS, *DEE),
    "auditor": DEE,
}
"""Names and UPNs of those whom each must not be told of; and all that nobody sends as such."""
READS = ("authority", "auditor")
REAL: dict[str, Sequence[Any]] = {
    "pupil": ("A100", "A101", "A102", "B200", "1", "2", "3"),
    "group": ("4A", "4B", "6"),
    "class": ("4A", "4B", "6"),
    "date": ("2024-09-03", "2024-09-04"),
    "half": ("AM", "PM"),
    "session": ("2024-09-03 AM", "2024-09-03 PM", "AM"),
    "code": ("I", "N", "C2", "/"),
    "parent": ("parent-1",),
    "as": ("office", "teacher", "head", "ceo"),
    "by": ("pupil", "class", "school"),
}
"""What there is: half of what is sent names it, also that which the sender may not see."""

NOT_ASKED = (
    positive_data_acceptance,  # the register's rules refuse much that fits the description
    negative_data_rejection,  # what is put in of what there is may mend what was drawn wrong
    missing_required_header,
    ignored_auth,  # that every route asks who it is, is a test of its own
)

load_all_checks()
load()
VERBS_ASKED = [
    verb
    for verb in VERBS.values()
    if not reaches_files(verb) and (is_question(verb) or is_export(verb) or verb.shared is ACT)
]


def _codes(kind: type[Any]) -> Iterator[str]:
    for one in kind.__subclasses__():
        yield from _codes(one)
        if "code" in vars(one):
            yield one.code


CODES = {*_codes(Refused), *_codes(TurnedAway), "usage", "http", "nothing-matched"}


@dataclass
class Heard:
    """What was answered to whom; ``faults`` are what must not be."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    entries: int = 0


@dataclass
class Ground:
    """A server with an account for each of the five, all signed in."""

    desk: Desk
    described: Any
    headers: dict[str, dict[str, str]]

    def entries(self) -> int:
        return sum(self.desk.ledger(urn).size() for urn in (100001, 100002))


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """The little trust's ledger behind a door."""
    url = with_one_mark(folder)
    desk = Desk(url, open_store(url), clock=lambda: NOW)
    door = Door(
        desk, None, Book(folder / "door.db"), asks=True, passwords=CHEAP, keys=folder / "keys"
    )
    for login in ("teacher", "office", "head"):
        account(door.accounts, login, staff=login)
    account(door.accounts, "authority", roles=("authority",), pupils=frozenset({(100001, 1)}))
    account(door.accounts, "auditor", roles=("auditor",))
    made = application(desk, door=door, hosts=["*"])
    headers = {}
    for login in HIDDEN:
        client = sign_in(TestClient(made, base_url=AT, follow_redirects=False), login)
        kept = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers[login] = {"Cookie": kept, "Origin": AT}
    described = schemathesis.openapi.from_asgi("/api/openapi.json", made, headers=headers["head"])
    yield Ground(desk, described, headers)
    desk.close()


def asked(at: Ground, verb: Verb, heard: Heard, *, examples: int, seed: int) -> None:
    """So many generated requests to one question or act, each by everybody."""
    asks = is_question(verb) or is_export(verb)
    path = "/api/{school}/" + verb.words.replace(" ", "/")
    operation = at.described[path]["GET" if asks else "POST"]
    names = [one.name for one in operation.query] if asks else []

    @seeded(seed)
    @given(case=operation.as_strategy(), dice=st.randoms(use_true_random=False))
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def sent(case: Any, dice: random.Random) -> None:
        case.cookies = {}  # the five have their own; a generated one lets nobody in
        for name in [name for name in case.headers or {} if name.lower() == "authorization"]:
            del case.headers[name]
        case.path_parameters = {"school": dice.choice((100001,) * 9 + (100002,))}
        _name_what_there_is(case, names, dice)
        for role in HIDDEN:
            _heard(at, case, role, heard)

    sent()


def _name_what_there_is(case: Any, names: Sequence[str], dice: random.Random) -> None:
    given = case.query if names else case.body
    if not isinstance(given, dict):
        return
    for name in {*names, *given} & REAL.keys():
        if dice.random() < 0.6:
            given[name] = dice.choice(REAL[name])


def _heard(at: Ground, case: Any, role: str, heard: Heard) -> None:
    before = at.entries()
    answer = case.call(base_url=AT, headers=at.headers[role])
    heard.answers[role, answer.status_code] += 1
    told = f"{role} {case.method} {case.formatted_path} {case.query or ''} {case.body!r}"[:600]
    try:
        case.validate_response(answer, excluded_checks=list(NOT_ASKED))
    except BaseExceptionGroup as wrong:
        said = "; ".join(str(one) for one in wrong.exceptions)
        heard.faults.append(f"{told}: not as described: {said[:600]}")
    except AssertionError as wrong:
        heard.faults.append(f"{told}: not as described: {str(wrong)[:600]}")
    if answer.status_code >= 400:
        kind = dict(answer.headers).get("content-type", [""])
        if problems.TYPE not in str(kind) or answer.json().get("code") not in CODES:
            heard.faults.append(f"{told}: {answer.status_code} {kind}, {answer.text[:300]}")
    typed = repr(case.query) + repr(case.body)
    slipped = [one for one in HIDDEN[role] if one.encode() in answer.content and one not in typed]
    if slipped:
        heard.faults.append(f"{told}: told of {slipped}")
    if role in READS and at.entries() != before:
        heard.faults.append(f"{told}: it changed the ledger")


def everything(folder: Path, *, examples: int, seed: int) -> Heard:
    """Every question and act there is."""
    heard = Heard()
    with ground(folder) as at:
        before = at.entries()
        for verb in VERBS_ASKED:
            asked(at, verb, heard, examples=examples, seed=seed)
        heard.entries = at.entries() - before
        for urn in (100001, 100002):
            verdict = verify(at.desk.ledger(urn))
            if not verdict.sound:
                heard.faults.append(f"verify: {verdict.first_bad} {verdict.fault}")
    return heard
