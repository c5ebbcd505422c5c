"""
What is left of an entry in the log when its values, or one part of it, are gone for good.

The leaf of an entry never changes, so the root does not. What it was computed from goes in
one of two ways:

*Disposed*: the entry's run is ``DISPOSED`` (``entry-disposed``); its one column ``leaf`` holds
the leaf hash of each entry (hexadecimal), written down when the values went. Place, stream
and version stay; nothing else does. Who checks takes the hash as it stands, and asks that an
``entries-disposed`` certificate covers the entry number.

*Struck out*: one part (``reason``) of one entry is gone. Each of its fields reads ``STRUCK``,
and ``kept["struck"][part][place in the run]`` holds the part's commitment. Who checks puts
that in the part's place, and asks for the ``reason-redacted`` certificate of the entry.

Salts: an act's 32 bytes give the salt of every part of every entry of it, so they would give
a guessed mark away after its value has gone. An act of which anything is disposed of or
struck out is therefore *opened*: ``acts.salt`` becomes ``0x01`` and the act part's own salt
(33 bytes), and each run that is left carries the salts of its own parts,
``kept["salts"][part]`` (hexadecimal, 32 bytes an entry, in the run's order), as the sixth
member of the run in the page's body. Of an act that is gone whole no salt is left (``b""``)
and neither are key, person and source. Ask ``leaves.salts_of`` and ``leaves.act_salt``, never
the act's salt itself, and all three kinds are answered.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ledger.proof import leaves
from ledger.store.rows import DISPOSED, STRUCK, Run

OPENED = b"\x01"


def opened(salt: bytes) -> bytes:
    """The salt column of an act of which something is gone: the act part's own salt alone."""
    return OPENED + leaves.act_salt(salt)


def without(
    runs: Sequence[Run],
    of_page: Sequence[bytes],
    *,
    salt: bytes,
    index: int,
    main: str,
    going: Collection[int],
    striking: Mapping[int, Collection[str]],
) -> list[Run]:
    """
    The runs of a page with some entries disposed of and some parts struck out.

    ``of_page`` are the leaf hashes of the page, ``index`` its place within the act, ``main``
    the name of the part that says what was entered; ``going`` the places on the page to dispose
    of, ``striking`` the parts to strike at a place. Each run that is left carries its salts.
    """
    left: list[Run] = []
    at = 0
    for run in runs:
        end = at + run.count
        if run.topic == DISPOSED:
            left.append(run)
        else:
            here = {p - at: parts for p, parts in striking.items() if at <= p < end}
            whole = _struck(_carrying(run, salt, index + at, main), here)
            left += _split(whole, [p in going for p in range(at, end)], of_page[at:end])
        at = end
    return _joined(left)


def _carrying(run: Run, salt: bytes, index: int, main: str) -> Run:
    """The run with the salts of its parts written beside it."""
    salts = {
        part: b"".join(leaves.salts_of(run, salt, part, index)).hex()
        for part in (main, *leaves.smaller_parts(run))
    }
    struck = dict((run.kept or {}).get("struck", {}))
    return Run(run.topic, run.shape, run.count, run.same, run.each, _kept(salts, struck))


def _kept(salts: Mapping[str, str], struck: Mapping[str, Any]) -> dict[str, Any]:
    return {"salts": dict(salts)} | ({"struck": dict(struck)} if any(struck.values()) else {})


def _struck(run: Run, striking: Mapping[int, Collection[str]]) -> Run:
    """The run with parts struck out of some of its entries."""
    assert run.kept is not None
    each, same = dict(run.each), dict(run.same)
    struck = {part: dict(found) for part, found in run.kept.get("struck", {}).items()}
    commitments = {
        part: leaves.commitments(run, b"", part, 0)
        for part in {part for parts in striking.values() for part in parts}
        if part in leaves.smaller_parts(run)
    }
    salts = dict(run.kept["salts"])
    for place, parts in striking.items():
        for part in parts:
            if part not in commitments:
                continue
            struck.setdefault(part, {})[str(place)] = commitments[part][place]
            of_part = salts[part]
            salts[part] = of_part[: 64 * place] + "0" * 64 + of_part[64 * (place + 1) :]
            for name in [*same, *each]:
                if leaves.PART_OF.get(name) == part:
                    values = list(each.get(name) or [same.pop(name)] * run.count)
                    if values[place] is not None:
                        values[place] = STRUCK
                    each[name] = values
    return Run(run.topic, run.shape, run.count, same, each, _kept(salts, struck))


def _split(run: Run, going: Sequence[bool], hashes: Sequence[bytes]) -> list[Run]:
    """The run in stretches that stay and stretches that are only leaf hashes now."""
    found: list[Run] = []
    begins = 0
    for at in range(1, run.count + 1):
        if at < run.count and going[at] == going[begins]:
            continue
        if going[begins]:
            gone = [one.hex() for one in hashes[begins:at]]
            found.append(Run(DISPOSED, 1, at - begins, {}, {"leaf": gone}))
        else:
            found.append(_stretch(run, begins, at))
        begins = at
    return found


def _stretch(run: Run, begins: int, ends: int) -> Run:
    assert run.kept is not None
    each = {name: values[begins:ends] for name, values in run.each.items()}
    salts = {part: text[64 * begins : 64 * ends] for part, text in run.kept["salts"].items()}
    struck = {
        part: {
            str(int(at) - begins): digest
            for at, digest in found.items()
            if begins <= int(at) < ends
        }
        for part, found in run.kept.get("struck", {}).items()
    }
    kept = _kept(salts, struck)
    return Run(run.topic, run.shape, ends - begins, dict(run.same), each, kept)


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Neighbouring runs of leaf hashes as one."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].topic == run.topic == DISPOSED:
            before = found.pop()
            hashes = [*before.column("leaf"), *run.column("leaf")]
            found.append(Run(DISPOSED, 1, len(hashes), {}, {"leaf": hashes}))
            continue
        found.append(run)
    return found
