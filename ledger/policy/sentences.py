"""What a validation found wrong, in sentences for whoever wrote the file."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from pydantic import ValidationError


def faults(wrong: ValidationError, known: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """For each fault the key it is at (``values.2024-08-19.reference``) and a sentence."""
    for fault in wrong.errors():
        at = [str(part) for part in fault["loc"] if part != "[key]"]
        key = ".".join(at)
        said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
        if fault["type"] == "missing":
            yield key, f"{key} is missing"
        elif fault["type"] == "extra_forbidden":
            yield key, f"{key} is not a key that is known here{did_you_mean(at[-1], known)}"
        else:
            yield key, f"{key}: {said}" if key else said


def did_you_mean(written: str, known: Collection[str]) -> str:
    """``; did you mean retention.entry?``, or nothing."""
    near = get_close_matches(written, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
