"""How files come to be wrong: in transit, in an editor, in Excel, in a system's own export."""

import csv
import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Sequence

Spoil = Callable[[random.Random, bytes], bytes]

NASTY = [
    "", " ", "-", "#", "?", "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "\t=2", "'", '"', '""',
    "\0", "\x1b[2J", "\u202e", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "None", "null", "true", "NaN", "1e999", "-1", "0", "9" * 30, "9" * 5000, "x" * 3000,
    "2024-02-30", "9999-99-99", "0000-01-01", "0001-01-01", "9999-12-31", "1066-10-14",
    "2099-12-31",
    "2024-09-07", "03/09/2024", "09/03/2024", "2024-W36-2", "20240903", "٢٠٢٤-٠٩-٠٣",
    "2024-09-03T00:00:00+14:00", "0001-01-01T00:00:00+14:00", "2024-09-03T25:00:00Z",
    "am", "PM ", "AM/PM", "Morning", "ＡＭ", "i", "／", "Y", "H", "J", "Z", "#N/A", "C 2",
    "I,N", "IN",
    "A100", "A101", "a100", "A100 ", "A1OO", "6420", "06420", "6420.0", "100001", "100002",
    "999999",
    "&amp;", "<b>", "]]>", "%s", "{0}", "../../etc/passwd", "Robert'); DROP TABLE entries;--",
]  # fmt: skip
_TOKEN = re.compile(rb"[\w/\\.:+-]+")


def spoilt(dice: random.Random, kind: str, content: bytes) -> tuple[bytes, list[str]]:
    """The content with one to four things done to it, and their names."""
    done = []
    ways = [*BYTES, *LINES] + (TABLE * 3 if kind == "csv" else TOKENS * 4)
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 4))):
        way = dice.choice(ways)
        if kind == "zip" and dice.random() < 0.8:
            content = _inside(dice, content, way)
        else:
            content = way(dice, content)
        done.append(way.__name__.strip("_"))
    return content, done


def _inside(dice: random.Random, content: bytes, way: Spoil) -> bytes:
    """Something done to a part of a zip, mostly to its sheet; or to which parts there are."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            parts = [(part.filename, held.read(part)) for part in held.infolist()]
    except Exception:  # spoilt before, in any way that a zip can be
        return way(dice, content)
    if not parts:
        return content
    sheets = [n for n, (name, _) in enumerate(parts) if "sheet1.xml" in name or "String" in name]
    at = dice.choice(sheets) if sheets and dice.random() < 0.7 else dice.randrange(len(parts))
    name, held_there = parts[at]
    match dice.randrange(12):
        case 0:
            del parts[at]
        case 1:
            parts.append((name, way(dice, held_there)))
        case 2:
            parts[at] = (dice.choice([name.upper(), f"../{name}", parts[0][0], "x"]), held_there)
        case _:
            parts[at] = (name, way(dice, held_there))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")  # a name twice
        for called, body in parts:
            made.writestr(called, body)
    return out.getvalue()


# --- bytes -----------------------------------------------------------------------------------


def _byte(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) or 1)
    return content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]


def _cut(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) or 1)
    return content[:at] + content[at + dice.randint(1, 60) :]


def _doubled(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) or 1)
    return content[:at] + content[at : at + dice.randint(1, 80)] + content[at:]


def _put_in(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) or 1)
    return content[:at] + dice.randbytes(dice.randint(1, 12)) + content[at:]


def _truncated(dice: random.Random, content: bytes) -> bytes:
    return content[: dice.randrange(len(content) or 1)]


def _nul(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) or 1)
    return content[:at] + b"\0" * dice.randint(1, 4) + content[at:]


def _recoded(dice: random.Random, content: bytes) -> bytes:
    to = ("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "cp037", "utf-7")
    return content.decode("utf-8", "replace").encode(dice.choice(to), "replace")


def _bit(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) or 1)
    changed = bytes([content[at] ^ (1 << dice.randrange(8))]) if content else b""
    return content[:at] + changed + content[at + 1 :]


# --- lines -----------------------------------------------------------------------------------


def _lines(change: Callable[[random.Random, list[bytes]], Sequence[bytes]], name: str) -> Spoil:
    def way(dice: random.Random, content: bytes) -> bytes:
        return b"".join(change(dice, content.splitlines(keepends=True) or [b""]))

    way.__name__ = name
    return way


def _swapped(dice: random.Random, lines: list[bytes]) -> list[bytes]:
    one, other = (dice.randrange(len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def _joined(dice: random.Random, lines: list[bytes]) -> list[bytes]:
    at = dice.randrange(len(lines))
    lines[at] = lines[at].rstrip(b"\r\n")
    return lines


def _without(dice: random.Random, lines: list[bytes]) -> list[bytes]:
    at = dice.randrange(len(lines))
    return lines[:at] + lines[at + dice.choice((1, 1, 1, 3)) :]


def _again(dice: random.Random, lines: list[bytes]) -> list[bytes]:
    at = dice.randrange(len(lines))
    return lines[:at] + lines[at : at + 1] * dice.choice((2, 2, 3, 300)) + lines[at + 1 :]


# --- words, wherever they stand ----------------------------------------------------------------


def _word(dice: random.Random, content: bytes) -> bytes:
    found = list(_TOKEN.finditer(content))
    if not found:
        return content
    one = dice.choice(found)
    instead = dice.choice(NASTY).encode(errors="replace")
    if dice.random() < 0.3:
        instead = dice.choice(found)[0]
    return content[: one.start()] + instead + content[one.end() :]


def _word_throughout(dice: random.Random, content: bytes) -> bytes:
    found = _TOKEN.findall(content)
    if not found:
        return content
    return content.replace(dice.choice(found), dice.choice(NASTY).encode(errors="replace"))


def _words_swapped(dice: random.Random, content: bytes) -> bytes:
    found = _TOKEN.findall(content)
    if len(found) < 2:
        return content
    one, other = dice.choice(found), dice.choice(found)
    return content.replace(one, b"\1").replace(other, one).replace(b"\1", other)


# --- tables ----------------------------------------------------------------------------------


def _table(change: Callable[[random.Random, list[list[str]]], None], name: str) -> Spoil:
    def way(dice: random.Random, content: bytes) -> bytes:
        try:
            text = content.decode("utf-8")
            rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
        except (UnicodeDecodeError, csv.Error):
            return content
        if not rows or not rows[0]:
            return content
        change(dice, rows)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue().encode(errors="replace")

    way.__name__ = name
    return way


def _cell(dice: random.Random, rows: list[list[str]]) -> None:
    row = dice.choice(rows)
    if row:
        row[dice.randrange(len(row))] = dice.choice(NASTY)


def _column(dice: random.Random, rows: list[list[str]]) -> None:
    at, instead = dice.randrange(len(rows[0])), dice.choice(NASTY)
    for row in rows[1:]:
        if at < len(row):
            row[at] = instead


def _heading(dice: random.Random, rows: list[list[str]]) -> None:
    rows[0][dice.randrange(len(rows[0]))] = dice.choice([*NASTY, "code", "date", "Reason", "upn"])


def _column_out(dice: random.Random, rows: list[list[str]]) -> None:
    at = dice.randrange(len(rows[0]))
    for row in rows:
        del row[at : at + 1]


def _column_twice(dice: random.Random, rows: list[list[str]]) -> None:
    at, to = dice.randrange(len(rows[0])), dice.randrange(len(rows[0]) + 1)
    other = dice.random() < 0.5
    for number, row in enumerate(rows):
        if at < len(row):
            row.insert(to, dice.choice(NASTY) if other and number else row[at])


def _columns_moved(dice: random.Random, rows: list[list[str]]) -> None:
    one, other = (dice.randrange(len(rows[0])) for _ in range(2))
    from_row = dice.choice((0, 0, 1))  # with their headings, or without
    for row in rows[from_row:]:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def _cell_moved(dice: random.Random, rows: list[list[str]]) -> None:
    row = dice.choice(rows)
    row.insert(dice.randrange(len(row) + 1), "")


BYTES: list[Spoil] = [_byte, _byte, _bit, _cut, _doubled, _put_in, _truncated, _nul, _recoded]
LINES: list[Spoil] = [
    _lines(_swapped, "lines swapped"),
    _lines(_joined, "lines joined"),
    _lines(_without, "lines out"),
    _lines(_again, "a line again"),
]
TOKENS: list[Spoil] = [_word, _word, _word_throughout, _words_swapped]
TABLE: list[Spoil] = [
    _table(_cell, "a cell"),
    _table(_cell, "a cell"),
    _table(_column, "a column's cells"),
    _table(_heading, "a heading"),
    _table(_column_out, "a column out"),
    _table(_column_twice, "a column twice"),
    _table(_columns_moved, "columns moved"),
    _table(_cell_moved, "cells moved"),
]
