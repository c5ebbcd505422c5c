"""Pictures that a browser took, as their points: enough of PNG for what Chromium writes."""

import struct
import zlib
from typing import NamedTuple


class Picture(NamedTuple):
    """Its width, and for each point red, green and blue."""

    wide: int
    points: list[tuple[int, int, int]]


def read(png: bytes) -> Picture:
    """An 8-bit RGB or RGBA picture without interlacing."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place, data, head = 8, b"", b""
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        head, data = (body if kind == b"IHDR" else head), data + body * (kind == b"IDAT")
        place += size + 12
    wide, high, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", head)
    assert (depth, interlaced) == (8, 0)
    step = {2: 3, 6: 4}[colour]
    raw, before, points = zlib.decompress(data), bytes(wide * step), []
    for row in range(high):
        start = row * (wide * step + 1)
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + wide * step], before, step)
        points += [
            (before[at], before[at + 1], before[at + 2]) for at in range(0, len(before), step)
        ]
    return Picture(wide, points)


def _unfiltered(how: int, line: bytes, above: bytes, step: int) -> bytes:
    made = bytearray(line)
    for at, value in enumerate(line):
        left, up = made[at - step] if at >= step else 0, above[at]
        corner = above[at - step] if at >= step else 0
        added = (0, left, up, (left + up) // 2, _nearest(left, up, corner))[how]
        made[at] = (value + added) & 255
    return bytes(made)


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def apart(one: Picture, other: Picture) -> float:
    """How far two pictures are from each other: the mean difference of their points, 0 to 255."""
    size = min(len(one.points), len(other.points))
    pairs = zip(one.points[:size], other.points[:size], strict=True)
    total = sum(abs(a - b) for pair in pairs for a, b in zip(*pair, strict=True))
    return total / (3 * size)
