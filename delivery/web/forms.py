"""The form of an act, made from what the same verb may be told when typed."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

from delivery.cli import parse
from delivery.cli.calls import ACT, VERBS, Verb
from delivery.cli.verbs import load
from delivery.web.given import alias_of, model_of, own_of, reaches_files, told_of
from ledger.policy import PolicyDay
from ledger.roll import Pupil

Kind = Literal["text", "words", "lines", "date", "moment", "number", "yes", "choice"]
_WORDS = {"reason", "said", "note", "about", "target", "why", "instead", "outcome_note", "agreed"}
_OPTION = re.compile(r"--([a-z][a-z-]*)")
_WORD = re.compile(r"[a-z][a-z -]*")
_HYPHENED = re.compile(r"\b[a-z]+(?:-[a-z]+)+\b")
_AGAIN = re.compile(r"(?:; m|^M)ay be given again\.?")
_PARSED: dict[Any, Kind] = {parse.date: "date", parse.moment: "moment"}
_LABELS = {
    "at": "when",
    "on": "day",
    "who": "whose it is",
    "with": "with whom else",
    "other": "somebody else",
    "back": "back at school",
    "between": "between which two entries or moments",
    "first": "first session",
    "national": "national rate",
    "national_published": "national rate published on",
    "national_source": "source of the national rate",
}
"""What a page calls a thing whose name as an option is too short to stand alone."""
_ITS_OWN_PAGE = {"take-register", "amend-mark"}


@dataclass(frozen=True)
class Field:
    """
    One thing an act may be told. ``choices`` are what may be said, each with its words;
    ``asked`` what the policy asks or lists, by number from 1, where a line answers each.
    """

    name: str
    label: str
    hint: str
    kind: Kind
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    asked: tuple[str, ...] = ()


_ASKED = {
    "answer": "penalty.considerations",
    "content": "notice_to_improve.contents",
    "factor": "leave.factors",
}
"""Of what is said a line each: the list in the policy that it goes by."""


def acts() -> dict[str, Verb]:
    """The acts that have a form here, by name; those with two names under the first."""
    load()
    return {
        name: verb
        for name, verb in VERBS.items()
        if verb.shared is ACT
        and " " not in name
        and name not in _ITS_OWN_PAGE
        and not reaches_files(verb)
    }


def title_of(verb: Verb) -> tuple[str, str]:
    """What an act does, in a line; and what else its help says."""
    first, _, more = (verb.function.__doc__ or "").strip().partition("\n")
    sentences = " ".join(more.split()).split(". ")
    said = ". ".join(one for one in sentences if not one.startswith("Exit "))
    said = _OPTION.sub(lambda found: found[1].replace("-", " "), said).replace("PUPIL", "the pupil")
    acts_named = _HYPHENED.sub(
        lambda found: found[0].replace("-", " ") if found[0] in VERBS else found[0], said
    )
    return first.rstrip("."), acts_named


def fields_of(verb: Verb, pupil: Pupil | None, rules: PolicyDay) -> Sequence[Field]:
    """The fields of an act; the parents to choose from are those of the pupil, where known."""
    return tuple(_fitted(one, pupil, rules) for one in _fields(verb))


def question_fields(verb: Verb) -> Sequence[Field]:
    """The fields of a question: its own, then the days and the policy it may be asked for."""
    shared = {name for name, _, _ in verb.shared}
    more = [
        Field(name, label, "", "date", required=False)
        for field, name, label in (("first", "from", "From"), ("last", "to", "To"))
        if field in shared
    ]
    return (*_fields(verb), *more)


def read(
    verb: Verb, sent: Mapping[str, Sequence[str]], fields: Sequence[Field] | None = None
) -> Any:
    """
    What somebody sent, as the verb's own model; empty fields are not said.

    Raises ``pydantic.ValidationError``, by field.
    """
    given: dict[str, Any] = {}
    for one in fields or tuple(_fields(verb)):
        said = [text.strip() for text in sent.get(one.name, ()) if text.strip()]
        if not said:
            continue
        if one.kind == "lines":
            given[one.name] = [line.strip() for text in said for line in text.splitlines() if line]
        elif one.kind == "yes":
            given[one.name] = said[0] == "yes"
        else:
            given[one.name] = said[0]
    return model_of(verb)(**given)


def _fields(verb: Verb) -> Iterator[Field]:
    for one in own_of(verb):
        kind, info = told_of(one.annotation)
        name = alias_of(one.name, info)
        required = one.default is inspect.Parameter.empty
        hint = str(getattr(info, "help", None) or "")
        choices = _choices(info, hint)
        found = _kind(one.name, kind, info, choices)
        hint = _AGAIN.sub("", hint)
        label = _LABELS.get(name, name.replace("_", " "))
        if found == "yes" and required:
            found, choices = "choice", (("yes", "Yes"), ("no", "No"))
        default = one.default if isinstance(one.default, str) else ""
        label = label[0].upper() + label[1:]
        yield Field(name, label, hint, found, required, choices, default)


def _kind(name: str, kind: Any, info: Any, choices: tuple[tuple[str, str], ...]) -> Kind:
    parsed = _PARSED.get(getattr(info, "parser", None))
    parts = {get_origin(part) or part for part in (kind, *get_args(kind))}
    cases: tuple[tuple[bool, Kind], ...] = (
        (kind is bool, "yes"),
        (not parts.isdisjoint({list, tuple}), "lines"),
        (bool(choices), "choice"),
        (parsed is not None, parsed or "text"),
        (int in parts, "number"),
        (name in _WORDS, "words"),
    )
    return next((found for true, found in cases if true), "text")


def _choices(info: Any, hint: str) -> tuple[tuple[str, str], ...]:
    """What may be said, where the help names it: ``AM|PM``, or a list of words."""
    known = getattr(getattr(info, "parser", None), "known", None)
    if known:
        return tuple((one, one.replace("-", " ")) for one in known)
    named = [one for one in str(getattr(info, "metavar", None) or "").split("|") if one]
    if len(named) > 1 and "…" not in named:
        return tuple((one, one.replace("-", " ")) for one in named)
    listed = hint.rpartition(": ")[2].rstrip(".").split(", ")
    if len(listed) > 2 and all(_WORD.fullmatch(one) for one in listed):
        return tuple((one, one.replace("-", " ")) for one in listed)
    return ()


def _fitted(field: Field, pupil: Pupil | None, rules: PolicyDay) -> Field:
    if field.kind == "lines" and _ASKED.get(field.name) in rules.values:
        return replace(field, asked=tuple(rules.values[_ASKED[field.name]].value))
    if field.name == "code":
        rows = rules.codes.values()
        return replace(field, kind="choice", choices=tuple((one.code, one.meaning) for one in rows))
    if field.name in {"parent", "asked_by"} and pupil is not None and pupil.parents:
        known = tuple((one.id, one.name) for one in pupil.parents)
        also = (("pupil", "the pupil"),) if field.name == "asked_by" else ()
        return replace(field, kind="choice", choices=known + also)
    return field


_NOT_OF_A_PAGE = {"draft", "templates", "output", "asof"}


def letter_fields(verb: Verb) -> Sequence[Field]:
    """What a letter may be told on a page: not where its files are."""
    return tuple(
        replace(one, label="Sent by") if one.name == "by" else one
        for one in _fields(verb)
        if one.name not in _NOT_OF_A_PAGE
    )
