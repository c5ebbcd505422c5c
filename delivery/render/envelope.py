"""The one JSON document a call prints: an answer, a receipt or a refusal, in its envelope."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec


def moment(when: dt.datetime) -> str:
    """A moment as our documents write it: in UTC, ``2024-09-03T07:52:00Z``."""
    return when.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    """What JSON has no form for, in the form we give it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Fraction | Path):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"no JSON for {value!r}")


def answer(
    question: str,
    found: object,
    *,
    school: int | None,
    asof: Mapping[str, object] | None,
    policy: str | None,
    version: int = 1,
) -> dict[str, Any]:
    """The envelope of an answer, as ``questions.md`` fixed it for those who script."""
    return {
        "schema": f"attendance.{question.replace(' ', '-')}/{version}",
        "question": question,
        "school": school,
        "asof": asof,
        "policy": policy,
        "answer": found,
    }


def refusal(code: str, message: str, reference: str) -> dict[str, Any]:
    """The envelope of a refusal."""
    return {"refusal": {"code": code, "message": message, "reference": reference}}


def document(fields: Mapping[str, Any]) -> str:
    """One JSON document, indented, in the letters it is about."""
    plain = json.dumps(fields, ensure_ascii=False, default=_plain)  # with ``indent`` it is slow
    return msgspec.json.format(plain, indent=2) + "\n"
