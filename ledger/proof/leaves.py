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
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256, shake_256
from itertools import count as count_from
from itertools import repeat

from ledger.proof.merkle import Hash
from ledger.store.rows import Act, ActRow, Run

ENVELOPE_VERSION = 1
CHECK = 3  # bytes

PART_OF = {
    "original": "prior",
    "reason": "reason",
    "source_reason": "reason",
    "comment": "reason",
    "nature": "reason",
    "ground": "reason",
}
"""Fields that stand in a part of their own, so that they can be withheld or struck out."""

_RETENTION = {"register": "attendance", "pupil": "admission"}

canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
"""RFC 8785 text of a value made of strings, integers, lists and objects."""

_small: dict[object, str] = {}


def _text(value: object) -> str:
    """The canonical text of a small value; codes and pupils repeat by the thousand."""
    if type(value) is int:
        return repr(value)
    if type(value) is str and len(value) <= 2:
        known = _small.get(value)
        if known is None:
            known = _small[value] = canonical(value)
        return known
    return canonical(value)


def salts(salt: bytes, part: str, index: int, count: int) -> list[bytes]:
    """The salts of one part for the ``count`` entries of a run, first one at ``index``."""
    stream = shake_256(salt + part.encode() + b"\x00" + index.to_bytes(8, "big"))
    block = stream.digest(32 * count)
    return [block[at : at + 32] for at in range(0, 32 * count, 32)]


def commit(salt: bytes, text: str) -> str:
    """The commitment to a part, in hexadecimal."""
    return sha256(salt + text.encode()).hexdigest()


def act_part(school: int, act: Act | ActRow, recorded_at: str) -> str:
    """The act part: who, position, when, which command, which source."""
    part: dict[str, object] = {
        "command": act.command,
        "key": act.key,
        "made_at": act.made_at.isoformat(),
        "made_by": {
            "id": act.made_by.id,
            "name": act.made_by.name,
            "position": act.made_by.position,
        },
        "recorded_at": recorded_at,
        "school": school,
    }
    if act.source is not None:
        part["source"] = act.source
    return canonical(part)


def act_commitment(school: int, act: Act | ActRow, recorded_at: str, salt: bytes) -> str:
    """The commitment to the act part, shared by every entry of the act."""
    return commit(salts(salt, "act", 0, 1)[0], act_part(school, act, recorded_at))


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
) -> list[Hash]:
    """
    The leaf hashes of one page, in entry order.

    ``first`` is the page's first entry number, ``index`` its place within the act, ``on`` the
    date recorded, ``act`` the act's commitment, ``salt`` the act's salt.
    """
    kind = stream.partition("/")[0]
    main = "mark" if kind == "register" else "fact"
    tail = f'","on":"{on}"'
    ends = f',"retention":"{_RETENTION.get(kind, "other")}","v":{ENVELOPE_VERSION}}}'
    place = canonical(stream)
    leaves: list[Hash] = []
    at = 0
    for run in runs:
        opens = f'{{"act":"{act}","entry":'
        middle = f',"event":"{run.topic}","{main}":"'
        digests = [
            sha256(own + text.encode()).hexdigest()
            for own, text in zip(
                salts(salt, main, index + at, run.count),
                _main_texts(run, place, version + at),
                strict=True,
            )
        ]
        closes = _smaller_parts(run, salt, index + at)
        leaves += [
            sha256(f"\0{opens}{entry}{middle}{digest}{tail}{close}{ends}".encode()).digest()
            for entry, digest, close in zip(count_from(first + at), digests, closes, strict=False)
        ]
        at += run.count
    return leaves


def checks(of_page: Sequence[Hash]) -> bytes:
    """The first three bytes of each leaf hash of a page, kept beside it to name a bad entry."""
    return b"".join([leaf[:CHECK] for leaf in of_page])


def _smaller_parts(run: Run, salt: bytes, index: int) -> Iterable[str]:
    """The commitments to the parts that few entries have, as the envelope holds them."""
    names = sorted({PART_OF[field] for field in _fields(run) if field in PART_OF})
    if not names:
        return repeat("")
    columns = [
        [
            f',"{name}":"{commit(own, text)}"'
            for own, text in zip(
                salts(salt, name, index, run.count), _texts_of_part(run, name), strict=True
            )
        ]
        for name in names
    ]
    return ("".join(parts) for parts in zip(*columns, strict=True))


def _fields(run: Run) -> list[str]:
    return [*run.same, *run.each]


def _main_texts(run: Run, stream: str, version: int) -> list[str]:
    """The canonical text of each entry's main part: what was entered, and its place."""
    names = sorted(
        {name for name in _fields(run) if name not in PART_OF} | {"shape", "stream", "version"}
    )
    constant = {"shape": str(run.shape), "stream": stream}
    constant |= {name: _text(value) for name, value in run.same.items()}
    pattern: list[str] = []
    columns: list[Iterable[object]] = []
    for name in names:
        if name in constant:
            pattern.append(f'"{name}":' + constant[name].replace("%", "%%"))
            continue
        values = range(version, version + run.count) if name == "version" else run.each[name]
        whole = set(map(type, values)) == {int}
        columns.append(values if whole else [_text(value) for value in values])
        pattern.append(f'"{name}":' + ("%d" if whole else "%s"))
    text = "{" + ",".join(pattern) + "}"
    return [text % row for row in zip(*columns, strict=True)]


def _texts_of_part(run: Run, part: str) -> Iterator[str]:
    """The canonical text of one of the smaller parts, for each entry of the run."""
    names = [name for name in _fields(run) if PART_OF.get(name) == part]
    columns = [run.column(name) for name in names]
    return (
        canonical(dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)
    )
