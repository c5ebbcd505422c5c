"""What the description of the API says by example: of each part of a request, and of answers."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

EXAMPLES: dict[str, Any] = {
    "pupil": "X000900115083",
    "parent": "parent-1",
    "parents": "parent-1",
    "group": "4",
    "class": "4",
    "code": "I",
    "reason": "A letter from the surgery came",
    "nature": "Swimming gala",
    "as": "office",
    "key": "2024-10-18-4-AM-a1",
    "closure": 1,
    "pack": "local_authorities/cornwall",
    "policy": "local_authorities/cornwall",
    "act": "amend-mark",
    "to": "t-4",
    "request": 1,
    "notice": 1,
    "number": 1,
    "entry": 31659,
    "disposal": 1,
    "amount": 80,
    "by": "class",
    "period": "term",
    "between": ["31000", "31659"],
    "lines": ["X000900115083 I", "X000900118004 @08:52"],
    "present_except": ["N:X000900115083"],
    "about": "Arriving on time on Mondays",
    "address": "12 Example Street, Camelford",
    "after": 31000,
    "agenda": "How mornings go",
    "agreed": "A lift from a neighbour on Mondays",
    "answer": "yes",
    "answered": "letter",
    "asked_by": "parent-1",
    "attends": "Mon AM 09:00-11:30",
    "authority": "Cornwall Council",
    "back": "2025-02-06",
    "below_threshold": "A notice to improve was not kept",
    "case": "Example v Example",
    "channel": "phone",
    "condition": "Work is sent home",
    "confirm": 1,
    "consent": "By mail of 2 September 2024",
    "consulted": "The school nurse",
    "content": "2",
    "dates": "2025-02-03..2025-02-04 AM",
    "days": 3,
    "detail": "Truro magistrates: fined £120",
    "entries": "31000..31659",
    "evidence": "Invitation to the wedding",
    "examination": "GCSE Mathematics, paper 1",
    "fact": "EHC plan",
    "factor": "1",
    "first": "2025-02-03",
    "from": "2024-12-02 PM",
    "ground": "not-successful",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "instead": "A reason that names nobody",
    "issued_by": "Devon County Council",
    "kept_at": "The safe of the trust's office",
    "kind": "letter",
    "letter": 1,
    "licence": "C1 licence 2024/17",
    "measure": "attendance",
    "minutes_late": 12,
    "note": "Came in by herself each morning",
    "other": "grandmother",
    "outcome": "reached",
    "profile": "authority",
    "proof": "Posted first class, certificate kept",
    "pupils": "X000900115083",
    "purpose": "other",
    "root": "31659 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "said": "She has a temperature",
    "session": "2024-09-09 AM",
    "stage": "held",
    "stream": "pupil/4",
    "target": "No unauthorised session",
    "their_reference": "EWO-2024-31",
    "told_by": "Devon County Council",
    "weeks": 4,
    "who": "head",
    "why": "in-doubt",
    "with": "The school nurse",
    "changed_since": 31000,
    "dfe_number": "908/2101",
    "for": "dashboard",
    "format": "csv",
    "lastEventId": "999001:31659",
    "Last-Event-ID": "999001:31659",
    "limit": 100,
    "marks": "characters",
    "table": "v1_fact_mark_current",
    "timeout": 30000,
}
"""By the word of the request; of the demonstration's first school."""

OF_ONE: dict[tuple[str, str], Any] = {
    ("disclose-earlier-notice", "case"): 1,
    ("request-leave", "days"): "3",
    ("close-support", "outcome"): "She comes in every day",
    ("escalate-absence", "kind"): "home-visit",
    ("escalate-absence", "outcome"): "Nobody was at home",
    ("make-return", "kind"): "attendance",
    ("note-support", "outcome"): "A second meeting in two weeks",
    ("notify-parent", "channel"): "letter",
    ("open-support", "kind"): "attendance contract",
    ("record-authority-check", "answer"): "No notice of another school counts",
    ("record-contact", "number"): "mobile",
    ("record-evidence", "kind"): "appointment card",
    ("redact", "why"): "It names another pupil",
    ("request-leave", "channel"): "form",
    ("require-evidence", "letter"): "letter 4 of 12 December 2024",
}
"""Where a word means something else in one act."""

FILES = (
    "text/csv",
    "application/xml",
    "application/jsonl",
    "application/pdf",
    "application/vnd.apache.parquet",
)
"""What a file for somebody outside may be."""

IDEMPOTENCY_KEY: dict[str, Any] = {
    "max_length": 200,
    "description": "Sent again under the same key, an act is recorded once.",
    "examples": ["2024-10-18-4-AM-a1"],
}
IF_MATCH: dict[str, Any] = {
    "max_length": 80,
    "description": "An ETag, or an entry number: do it only if nothing it stands on came after.",
    "examples": ['"31659-0f1e2d3c4b5a6978"'],
}

_STANDS = {
    "type": "object",
    "properties": {"entry": {"type": "integer"}, "recorded_at": {"type": ["string", "null"]}},
}
ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["schema", "question", "answer"],
    "properties": {
        "schema": {"type": "string", "description": "The form of the answer and its version."},
        "question": {"type": "string"},
        "school": {"type": ["integer", "null"]},
        "asof": {"anyOf": [_STANDS, {"type": "null"}], "description": "The entry it stands at."},
        "policy": {"type": ["string", "null"]},
        "answer": {"type": "object"},
        "code_sets": {"type": "array", "items": {"type": "string"}},
        "schools": {"type": "array", "items": {"type": "object"}},
    },
}
RECEIPTS: dict[str, Any] = {
    "type": "object",
    "required": ["schema", "act", "receipts"],
    "properties": {
        "schema": {"type": "string"},
        "act": {"type": "string"},
        "dry_run": {"type": "boolean"},
        "receipts": {"type": "array", "items": {"type": "object"}},
    },
}


@cache
def answers() -> dict[str, Any]:
    """An example of each answer, as ``scripts/examples.py`` got it of the demonstration."""
    found: dict[str, Any] = json.loads(files("delivery.web").joinpath("answers.json").read_bytes())
    return found


def answered(words: str) -> dict[int | str, dict[str, Any]]:
    """A question's answer in the description, with an example."""
    example = answers().get(words)
    headers = {"ETag": {"schema": {"type": "string"}, "description": "Entry number, and a hash."}}
    content = {"application/json": {"schema": ANSWER, "example": example}}
    told = {"description": "The document that --json prints.", "content": content}
    return {200: {**told, "headers": headers}, 304: {"description": "As If-None-Match has it."}}


def handed_over(words: str) -> dict[int | str, dict[str, Any]]:
    """A file in the description: the bytes that the same words write when typed."""
    headers = {"ETag": {"schema": {"type": "string"}, "description": "Entry number, and a hash."}}
    content = {media: {"schema": {"type": "string"}} for media in FILES}
    told = {"description": f"The file that '{words}' writes.", "content": content}
    return {200: {**told, "headers": headers}, 304: {"description": "As If-None-Match has it."}}


def recorded(words: str) -> dict[int | str, dict[str, Any]]:
    """An act's receipt in the description."""
    receipt = {"first": 44673, "last": 44673, "count": 1, "repeated": False}
    made = [{"school": 999001, "receipt": receipt, "entries": []}]
    example = {"schema": "attendance.receipt/1", "act": words, "dry_run": False, "receipts": made}
    content = {"application/json": {"schema": RECEIPTS, "example": example}}
    return {200: {"description": "What was recorded.", "content": content}}


def secured(described: dict[str, Any], cookie: str, *, asks: bool) -> dict[str, Any]:
    """
    The description, with who may ask: a session's cookie, or a token, which does no act.

    Without ``asks`` whoever asks sits at the machine and needs neither.
    """
    described.setdefault("components", {})["securitySchemes"] = {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "Of somebody signed in. An act by cookie is done only for a page of "
            "this site, or with the token of its forms in X-Form-Token.",
        },
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "att_ID_SECRET",
            "description": "Of 'attendance account token': it asks, and does nothing.",
        },
    }
    nobody: list[dict[str, list[str]]] = [] if asks else [{}]
    for operations in described["paths"].values():
        for method, one in operations.items():
            _give_examples(one.get("parameters", ()))
            one["security"] = [*nobody, {"session": []}]
            if method == "get":
                one["security"].append({"token": []})
    return described


def _give_examples(parameters: Sequence[dict[str, Any]]) -> None:
    """Of what is in an address or a header and was described without one."""
    for one in parameters:
        if "example" not in one and "examples" not in one["schema"] and one["name"] in EXAMPLES:
            one["example"] = EXAMPLES[one["name"]]
