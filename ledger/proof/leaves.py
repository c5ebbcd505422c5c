"""
The leaf of an entry: a small envelope that tells a stranger nothing personal.

Envelope, version 1, as canonical JSON (RFC 8785): ``v``, ``entry`` (number), ``event``
(stored name), ``on`` (date recorded, UTC), ``retention`` (class), and one *commitment* a
part: ``act`` (who, position, when, which command, source: hashed once for all entries of an
act), ``mark`` or ``fact`` (what was entered, with its stream and version), ``prior`` (the
entry an amendment replaces) and ``reason`` (words people wrote). No name, UPN, code, reason
or staff id stands in it.

A commitment is ``SHA-256(salt || canonical JSON of the part)``. A mark is one or two
letters, so without a salt it could be guessed. An act has 32 random bytes; the salts of one
part for the entries of one run are consecutive 32-byte blocks of
``SHAKE-256(act salt || part name || 0x00 || index of the run's first entry in the act)``
(index as 8 bytes, big-endian), so a run's salts cost one call. A part is disclosed by giving
its value and its salt, withheld by giving its digest.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256, shake_256
from struct import iter_unpack

from ledger.proof.merkle import Hash
from ledger.store.rows import DISPOSED, Act, ActRow, Run

ENVELOPE_VERSION = 1
CHECK = 3  # bytes
WHOLE = slice(0, 2**31)
"""Every place of a page."""

PART_OF = {
    "original": "prior",
    "reason": "reason",
    "source_reason": "reason",
    "comment": "reason",
    "nature": "reason",
    "ground": "reason",
}
"""Fields that stand in a part of their own, so that they can be withheld or struck out."""

_ACT = b"act\x00" + bytes(8)
_RETENTION = {"register": "attendance", "pupil": "admission"}

canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
"""RFC 8785 text of a value made of strings, integers, lists and objects."""

quoted = json.encoder.encode_basestring
"""The same of a string alone."""


def _text(value: object) -> str:
    """The canonical text of a value; a string or a whole number needs no encoder made for it."""
    if type(value) is str:
        return quoted(value)
    return repr(value) if type(value) is int else canonical(value)


def main_part(kind: str) -> str:
    """The name of the part that says what was entered, by the stream's first word."""
    return "mark" if kind == "register" else "fact"


def retention_class(kind: str) -> str:
    """The class an entry is kept under, by its stream's first word."""
    return _RETENTION.get(kind, "other")


def salts(salt: bytes, part: str, index: int, count: int) -> list[bytes]:
    """The salts of one part for the ``count`` entries of a run, first one at ``index``."""
    stream = shake_256(salt + part.encode() + b"\x00" + index.to_bytes(8, "big"))
    return [one for (one,) in iter_unpack("32s", stream.digest(32 * count))]


def act_salt(salt: bytes) -> bytes:
    """The salt of the act part, of an act whole or opened (``remaining.py``)."""
    if len(salt) == 33 and salt[0] == 1:
        return salt[1:]
    return shake_256(salt + _ACT).digest(32)


def salts_of(run: Run, salt: bytes, part: str, index: int) -> list[bytes]:
    """
    The salts of one part for the entries of a run, the first of them at ``index`` in its act.

    They stand beside the run once something of its act is gone; else they follow from the
    act's ``salt``. A part that was struck out has zeros.
    """
    if run.kept is None:
        return salts(salt, part, index, run.count)
    return [one for (one,) in iter_unpack("32s", bytes.fromhex(run.kept["salts"][part]))]


def commit(salt: bytes, text: str) -> str:
    """The commitment to a part, in hexadecimal."""
    return sha256(salt + text.encode()).hexdigest()


def act_part(school: int, act: Act | ActRow, recorded_at: str) -> str:
    """The act part: who, position, when, which command, which source."""
    by = act.made_by
    source = "" if act.source is None else f',"source":{canonical(act.source)}'
    return (
        f'{{"command":{quoted(act.command)},"key":{quoted(act.key)}'
        f',"made_at":"{act.made_at.isoformat()}","made_by":{{"id":{quoted(by.id)}'
        f',"name":{quoted(by.name)},"position":{quoted(by.position)}}}'
        f',"recorded_at":"{recorded_at}","school":{school}{source}}}'
    )


def act_commitment(school: int, act: Act | ActRow, recorded_at: str, salt: bytes) -> str:
    """The commitment to the act part, shared by every entry of the act."""
    return commit(act_salt(salt), act_part(school, act, recorded_at))


def page_leaves(
    runs: Sequence[Run],
    *,
    stream: str,
    version: int,
    first: int,
    index: int,
    on: str,
    act: str,
    salt: bytes,
    places: slice = WHOLE,
) -> list[Hash]:
    """
    The leaf hashes of one page, in entry order; of some neighbours on it, with ``places``.

    ``first`` is the page's first entry number, ``index`` its place within the act, ``on`` the
    date recorded, ``act`` the act's commitment, ``salt`` the act's salt.
    """
    kind = stream.partition("/")[0]
    main = main_part(kind)
    opens = f'\0{{"act":"{act}","entry":%d,"event":"'
    ends = f',"retention":"{retention_class(kind)}","v":{ENVELOPE_VERSION}}}'
    place = quoted(stream)
    leaves: list[Hash] = []
    at = 0
    for run in runs:
        wanted = slice(max(0, places.start - at), max(0, places.stop - at))
        if run.topic == DISPOSED:
            leaves += map(bytes.fromhex, run.column("leaf")[wanted])
            at += run.count
            continue
        text, columns = _main_part(run, place, version + at)
        parts = [one[wanted] for one in (salts_of(run, salt, main, index + at), *columns)]
        texts = [text % row for row in zip(*parts, strict=True)]
        digests = [one.hexdigest().encode() for one in map(sha256, texts)]
        smaller = [one[wanted] for one in _smaller_parts(run, salt, index + at)]
        closes = "%b" if smaller else ""
        topic = run.topic.replace("%", "%%")  # another library's may be anything
        envelope = f'{opens}{topic}","{main}":"%b","on":"{on}"{closes}{ends}'.encode()
        entries = range(first + at, first + at + run.count)[wanted]
        envelopes = [envelope % each for each in zip(entries, digests, *smaller, strict=True)]
        leaves += [one.digest() for one in map(sha256, envelopes)]
        at += run.count
    return leaves


def checks(of_page: Sequence[Hash]) -> bytes:
    """The first three bytes of each leaf hash of a page, kept beside it to name a bad entry."""
    return b"".join([leaf[:CHECK] for leaf in of_page])


def _smaller_parts(run: Run, salt: bytes, index: int) -> list[list[bytes]]:
    """The commitments to the parts that few entries have, as the envelope holds them."""
    names = smaller_parts(run)
    if not names:
        return []
    columns = [
        [f',"{name}":"{digest}"' for digest in commitments(run, salt, name, index)]
        for name in names
    ]
    return [["".join(parts).encode() for parts in zip(*columns, strict=True)]]


def smaller_parts(run: Run) -> tuple[str, ...]:
    """The names of the parts that few entries have, as far as the entries of a run have them."""
    return _layout((*run.same, *run.each))[1]


@lru_cache(maxsize=512)
def _layout(fields: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the main part of an entry with these fields names, in order; and its smaller parts."""
    main = {"shape", "stream", "version", *fields} - PART_OF.keys()
    return tuple(sorted(main)), tuple(sorted({PART_OF[name] for name in fields if name in PART_OF}))


def commitments(run: Run, salt: bytes, part: str, index: int) -> list[str]:
    """The commitments to one of the smaller parts; of one struck out, the one written down."""
    own = salts_of(run, salt, part, index)
    made = [commit(each, text) for each, text in zip(own, _texts_of_part(run, part), strict=True)]
    struck = (run.kept or {}).get("struck", {}).get(part, {})
    for place, digest in struck.items():
        made[int(place)] = digest
    return made


def _main_part(run: Run, stream: str, version: int) -> tuple[bytes, list[Sequence[object]]]:
    """
    The canonical text of the main part, what was entered and its place, for a run.

    A pattern, for bytes: first the salt goes into it, then a value of each of the columns.
    """
    fixed = {"shape": f"{run.shape}", "stream": stream.replace("%", "%%")}
    texts: list[str] = []
    columns: list[Sequence[object]] = []
    for name in _layout((*run.same, *run.each))[0]:
        if name in run.each:
            values = run.each[name]
            kinds = set(map(type, values))
            text = "%d" if kinds == {int} else "%b"
            columns.append(values if kinds == {int} else _encoded(values, kinds))
        elif name in run.same:
            text = _text(run.same[name]).replace("%", "%%")
        elif name == "version":
            text = "%d"
            columns.append(range(version, version + run.count))
        else:
            text = fixed[name]
        texts.append(f'"{name}":{text}')
    return f"%b{{{','.join(texts)}}}".encode(), columns


def _encoded(values: Sequence[object], kinds: set[type]) -> list[bytes]:
    """The canonical text of each value of a column, as bytes."""
    if kinds == {str}:  # codes: the same few again and again
        known = {value: _text(value).encode() for value in set(values)}
        return [known[value] for value in values]
    return [_text(value).encode() for value in values]


def _texts_of_part(run: Run, part: str) -> list[str]:
    """The canonical text of one of the smaller parts, for each entry of the run."""
    names = sorted(name for name in (*run.same, *run.each) if PART_OF.get(name) == part)
    columns = [map(_text, run.column(name)) for name in names]
    pattern = ",".join([f'"{name}":%s' for name in names])
    return [f"{{{pattern}}}" % texts for texts in zip(*columns, strict=True)]
