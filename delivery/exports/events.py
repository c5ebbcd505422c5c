"""
Every entry of a school as JSON Lines, with the leaf of each in the school's log.

The first line says the school, the last entry and the root of the log after it. Whoever holds the
file hashes the leaves together (RFC 6962) and has that root, or the file is not whole.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from delivery.exports.made import LINES, Export, named
from delivery.render.envelope import moment
from delivery.usage import Usage
from ledger.proof import merkle
from ledger.refusals import LogDeparts
from ledger.store import Page
from ledger.store.log import Log, page_hashes
from ledger.store.rows import DISPOSED, event_of
from projections.views import View

SCHEMA = "attendance.events/1"


def events(view: View, after: int = 0) -> Export:
    """
    The entries after one, up to the view's, a line each in their order; none is held longer.

    An entry that was disposed of has its number and its leaf and nothing else. Fields have the
    names and meanings of ``docs/reference/events.md``, in their newest shape. Raises ``Usage``;
    and, while its parts are made, ``LogDeparts`` where the leaves do not lead to the root.
    """
    if after > view.entry:
        raise Usage(f"--after {after}: there are {view.entry} entries.")
    return Export(
        named("events", view, "jsonl"), LINES, lambda: _parts(view, after), view.entry - after
    )


def _parts(view: View, after: int) -> Iterator[bytes]:
    root, grown, size = _root(view), b"", 0
    head = {"schema": SCHEMA, "school": view.urn, "name": view.school.name, "after": after}
    yield _line({**head, "entries": view.entry, "root": root.hex()})
    for page in view.ledger.pages(upto=view.entry):
        hashes = list(islice(page_hashes(page), max(0, view.entry + 1 - page.first)))
        wanted = page.first + page.count - 1 > after
        for told, leaf in zip(_told(page) if wanted else (), hashes, strict=False):
            if told["entry"] > after:
                yield _line({**told, "leaf": leaf.hex()})
        grown = merkle.grow(size, grown, hashes)
        size += len(hashes)
    if merkle.root(merkle.unpack(grown)) != root:
        raise LogDeparts(school=view.urn, why="its entries lead to another root")


def _root(view: View) -> merkle.Hash:
    size, frontier = view.ledger.frontier()
    return merkle.root(frontier) if size == view.entry else Log(view.ledger).root_at(view.entry)


def _told(page: Page) -> Iterator[dict[str, Any]]:
    """Each entry of a page, in words: who, when, where and what."""
    number, act = page.first, page.act
    for run in page.runs:
        for index in range(run.count):
            version = page.version + number - page.first
            told: dict[str, Any] = {"entry": number, "stream": page.stream, "version": version}
            told |= {"event": run.topic, "recorded_at": moment(act.recorded_at)}
            if run.topic != DISPOSED:
                fields = event_of(run, index, page.stream, act).model_dump(mode="json")
                told |= {"act": act.command, "made_by": fields.pop("made_by")}
                told |= {"made_at": fields.pop("made_at"), "held": fields}
            yield told
            number += 1


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
