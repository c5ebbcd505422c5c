"""
Page bodies: zlib over JSON, readable without us.

A body is ``zlib.compress(JSON)`` of a list of runs, each
``[topic, shape, count, same, each]``: the stored name of the events, the version of their
shape, how many, the fields equal for all, and the columns of the others; a sixth member, where
something of the act is gone, is what the proof needs beside them. Decompressed with any zlib,
it is text that a stranger can read.
"""

import zlib
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from ledger.events.base import Event
from ledger.store.rows import PageDraft, Run

_LEVEL = 6
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Run, ...]).decode


def pack(runs: Sequence[Run]) -> bytes:
    """
    The bytes of a page body.

    zlib gets the window that sees the body whole, and memory in its own proportion: what it
    takes by itself is a quarter of a megabyte to clear for each register.
    """
    body = _encode([_row(run) for run in runs])
    window = min(15, max(10, len(body).bit_length()))
    made = zlib.compressobj(_LEVEL, zlib.DEFLATED, window, window - 7)
    return made.compress(body) + made.flush()


def _row(run: Run) -> list[Any]:
    row = [run.topic, run.shape, run.count, run.same, run.each]
    return row if run.kept is None else [*row, run.kept]


def unpack(body: bytes) -> tuple[Run, ...]:
    """The runs of a page body. Raises ``zlib.error`` or ``ValueError`` for damaged bytes."""
    return _decode(inflated(body))


def inflated(body: bytes) -> bytes:
    """The JSON text of a page body. Raises ``zlib.error`` for damaged bytes."""
    return zlib.decompress(body)


def drafts(events: Sequence[Event], expect: dict[str, int]) -> list[PageDraft]:
    """
    The pages of one act's events: a page a stream, in the order in which streams appear.

    Within a stream the events keep their order.
    """
    streams: dict[str, list[Event]] = {}
    for (kind, _), together in groupby(events, key=_place):
        alike = list(together)
        if kind.STREAM_FIELDS:
            streams.setdefault(alike[0].stream, []).extend(alike)
            continue
        for event in alike:
            streams.setdefault(event.stream, []).append(event)
    return [
        PageDraft(
            stream,
            expect.get(stream),
            [Run.of(list(same_kind)) for _, same_kind in groupby(of_stream, key=type)],
        )
        for stream, of_stream in streams.items()
    ]


_fields: dict[type[Event], Callable[[dict[str, object]], object]] = {}


def _place(event: Event) -> tuple[type[Event], object]:
    """What an event's stream is named by: the marks of one sheet come together."""
    kind = type(event)
    fields = _fields.get(kind)
    if fields is None:
        fields = itemgetter(*sorted(kind.STREAM_FIELDS)) if kind.STREAM_FIELDS else _nothing
        _fields[kind] = fields
    return kind, fields(event.__dict__)


def _nothing(_: dict[str, object]) -> None:
    return None
