"""Words that stand for one of a few: written whole, or with hyphens in the place of spaces."""

import datetime as dt
from collections.abc import Callable, Iterable

import typer

from delivery.cli import parse


def one_of(*known: str) -> Callable[[str], str]:
    """A parser that takes ``first class post`` and ``first-class-post`` alike."""
    by_slug = {slug(word): word for word in known}

    def read(typed: str) -> str:
        found = by_slug.get(slug(typed))
        if found is None:
            raise typer.BadParameter(f"{typed!r} is not one of {', '.join(by_slug)}")
        return found

    read.known = tuple(by_slug)  # type: ignore[attr-defined]  # for whoever describes it
    return read


def slug(word: str) -> str:
    """``first class, deemed`` as it is typed: ``first-class-deemed``."""
    return "-".join(word.casefold().replace(",", " ").replace("-", " ").split())


def numbered(typed: Iterable[str] | None) -> dict[int, str]:
    """
    Answers by number: ``3:Text`` is the third, and a text without one the next unanswered.

    A text that itself begins with a number and a colon is written with its number before.
    """
    found: dict[int, str] = {}
    for text in typed or ():
        number, colon, said = text.partition(":")
        if colon and number.strip().isdigit():
            found[int(number)] = said.strip()
        else:
            found[next(n for n in range(1, len(found) + 2) if n not in found)] = text
    return found


def sessions(typed: Iterable[str] | None) -> list[tuple[dt.date, str]]:
    """Sessions written ``2024-09-09 AM``; a day alone is both of its sessions."""
    found = []
    for text in typed or ():
        first, last = parse.session_or_day(text, "AM"), parse.session_or_day(text, "PM")
        found += [first] if first == last else [first, last]
    return found
