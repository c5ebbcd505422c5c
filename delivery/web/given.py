"""What a request may say, as models made from what the same verb may be told when typed."""

import inspect
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    create_model,
)

from delivery.cli import parse
from delivery.cli.calls import EXPORT, Verb
from delivery.web.described import EXAMPLES, OF_ONE

_NOT_SAID_HERE = {"db", "school", "as_json", "as_csv", "output"}
"""Shared options that the address and the headers of a request say, or that only a shell has."""

_INTO_FILES = {"disclose"}
"""What is made as a folder of files."""

_PACKS = {"policy", "policies", "pack", "packs"}
"""Parameters that name a policy pack, or when typed a file that holds one."""

_SCHEMAS: dict[Any, dict[str, Any]] = {
    parse.date: {"type": "string", "format": "date", "examples": ["2024-10-18"]},
    parse.half: {"type": "string", "enum": ["AM", "PM"]},
    parse.moment: {"type": "string", "format": "date-time", "examples": ["2024-10-31T09:00"]},
    parse.asof: {"type": "string", "examples": ["31659", "2024-10-31T09:00"]},
}


def reaches_files(verb: Verb) -> bool:
    """Whether a verb cannot be told anything without files of the machine it runs on."""
    return verb.words in _INTO_FILES or any(
        Path in _parts(one.annotation)
        and (one.default is inspect.Parameter.empty or one.name == "output")
        for one in verb.own
    )


def is_question(verb: Verb) -> bool:
    """Whether a verb asks, and can answer with one JSON document."""
    names = {name for name, _, _ in verb.shared}
    return {"as_json", "as_csv", "school"} <= names


def is_export(verb: Verb) -> bool:
    """Whether a verb makes a file for somebody outside."""
    return verb.shared is EXPORT


def model_of(verb: Verb) -> type[BaseModel]:
    """The parameters of a verb as a strict model: unknown names are refused, not passed over."""
    fields: dict[str, Any] = {
        one.name: _field(one.name, one.annotation, one.default, verb.words) for one in own_of(verb)
    }
    for name, annotation, default in verb.shared:
        if name not in _NOT_SAID_HERE:
            fields[name] = _field(name, annotation, default, verb.words)
    if verb.lines:
        told = Field(None, description=verb.lines, examples=[EXAMPLES["lines"]])
        fields["lines"] = (list[str] | None, told)
    title = "".join(word.capitalize() for word in verb.words.replace("-", " ").split())
    return create_model(title, __config__=ConfigDict(extra="forbid"), **fields)


def said(verb: Verb, model: BaseModel) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a request said: of the verb's own parameters, and of the shared ones."""
    given = {name: getattr(model, name) for name in type(model).model_fields}
    own = {one.name: given.get(one.name, one.default) for one in verb.own}
    names = {name for name, _, _ in verb.shared}
    return own, {name: value for name, value in given.items() if name in names}


def own_of(verb: Verb) -> list[inspect.Parameter]:
    """The verb's own parameters, but for files it may be told of where it runs."""
    return [one for one in verb.own if Path not in _parts(one.annotation)]


def _field(name: str, annotation: Any, default: Any, words: str) -> tuple[Any, Any]:
    kind, info = told_of(annotation)
    alias = alias_of(name, info)
    required = default is inspect.Parameter.empty
    field = Field(
        ... if required else default,
        alias=alias,
        description=getattr(info, "help", None) or getattr(info, "metavar", None),
        examples=_example(words, alias, kind, info),
    )
    parser = getattr(info, "parser", None)
    if parser is not None:
        schema = _SCHEMAS.get(parser, {"type": "string"})
        many = any(get_origin(one) in (list, tuple) for one in _parts(kind))
        kind = Annotated[Any, BeforeValidator(_strictly(parser, many)), WithJsonSchema(schema)]
    elif kind in (str, str | None):
        kind = Annotated[str, AfterValidator(_no_file if name in _PACKS else _no_nul)]
    elif kind == list[str]:
        kind = list[Annotated[str, AfterValidator(_no_file if name in _PACKS else _no_nul)]]
    return kind if required or default is not None else kind | None, field


def _example(words: str, word: str, kind: Any, info: Any) -> list[Any] | None:
    """An example of what may be said under a word of a verb, where one of its kind is known."""
    parser = getattr(info, "parser", None)
    one_of = getattr(parser, "known", None)
    if one_of is not None:
        return list(one_of)
    known = None if parser in _SCHEMAS else OF_ONE.get((words, word), EXAMPLES.get(word))
    parts = _parts(kind) if parser is None else {str}
    pair = any(get_origin(one) is tuple for one in parts)
    listed = pair or any(get_origin(one) is list for one in _parts(kind))
    numbers = isinstance(known, int)
    if known is None or bool in parts or numbers is not (int in parts and str not in parts):
        return None
    if listed or not isinstance(known, list):
        return [known] if isinstance(known, list) or not listed else [[known]]
    return None


def told_of(annotation: Any) -> tuple[Any, Any]:
    """The kind of a parameter, and what its declaration says of it."""
    if get_origin(annotation) is Annotated:
        kind, info, *_ = get_args(annotation)
        return kind, info
    return annotation, None


def alias_of(name: str, info: Any) -> str:
    """The option's own word (``--from``), else the argument's name."""
    # Typer keeps the first word of an option in an annotation where a default would stand.
    first = getattr(info, "default", None)
    for declared in (first, *(getattr(info, "param_decls", None) or ())):
        if isinstance(declared, str) and declared.startswith("--"):
            return str(declared.removeprefix("--").replace("-", "_"))
    return name


def _strictly(parser: Any, many: bool) -> Any:
    """What reads a text as it is read when typed; several of them only where ``many`` are asked."""

    def read(given: object) -> object:
        if given is None:
            return None
        if isinstance(given, list) and many:
            return [read(one) for one in given]
        if not isinstance(given, str):
            raise ValueError(f"{given!r} is not text")
        try:
            return parser(_no_nul(given))
        except typer.BadParameter as problem:
            raise ValueError(problem.message) from None

    return read


def _no_nul(given: str) -> str:
    if "\0" in given:
        raise ValueError("text may not hold the character NUL")
    return given


def _no_file(given: str) -> str:
    if "/" in given.removeprefix("trusts/").removeprefix("local_authorities/") or ".toml" in given:
        raise ValueError("name a pack that the ledger has; files are read only where it runs")
    return _no_nul(given)


def _parts(annotation: Any) -> set[Any]:
    """The types an annotation is made of."""
    found = {annotation}
    for part in get_args(annotation):
        found |= _parts(part)
    return found
