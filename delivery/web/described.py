"""What the description of the API says by example: of each part of a request, and of answers."""

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
}
"""By the word of the request; of the demonstration's first school."""

FILES = ("text/csv", "application/xml", "application/jsonl", "application/pdf")
"""What a file for somebody outside may be."""

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


def answered(words: str) -> dict[int | str, dict[str, Any]]:
    """A question's answer in the description, with an example of its envelope."""
    example = {
        "schema": f"attendance.{words.replace(' ', '-')}/1",
        "question": words,
        "school": 999001,
        "asof": {"entry": 31659, "recorded_at": "2024-10-31T09:00:00Z"},
        "policy": "local_authorities/cornwall over england",
        "answer": {},
        "code_sets": ["SI 2024/208, from 2024-08-19"],
        "schools": [],
    }
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
    example = {"schema": "attendance.receipt/1", "act": words, "dry_run": False, "receipts": []}
    content = {"application/json": {"schema": RECEIPTS, "example": example}}
    return {200: {"description": "What was recorded.", "content": content}}
