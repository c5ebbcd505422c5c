"""
One entry shown to a stranger: its envelope, and of its parts those that may be shown.

The envelope (``leaves.py``) holds a commitment to each part. A part is *disclosed* with its
value and its salt, from which anybody computes the commitment; it is *withheld* by leaving
the commitment in the envelope as it stands. Nothing of one entry says anything of another,
but the act part, which all entries of one act share.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.proof import leaves
from ledger.proof.merkle import Hash, leaf_hash
from ledger.store.rows import DISPOSED, Page, Run


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an entry: its canonical text, its salt, and so its commitment."""

    text: str
    salt: bytes

    @property
    def commitment(self) -> str:
        """In hexadecimal, as it stands in the envelope."""
        return leaves.commit(self.salt, self.text)


@dataclass(frozen=True, slots=True)
class Opened:
    """
    An entry with its envelope's text and every part that is there.

    ``struck`` names the parts whose values are gone; their commitments are in the envelope.
    """

    entry: int
    envelope: str
    parts: Mapping[str, Part]
    struck: tuple[str, ...] = ()

    @property
    def leaf(self) -> Hash:
        """The hash of its leaf."""
        return leaf_hash(self.envelope.encode())

    def shown(self, parts: Collection[str]) -> dict[str, Any]:
        """
        What is handed out (JSON): the envelope, and value and salt of the parts named.

        Parts not named are withheld. A part that the entry does not have is no error.
        """
        return {
            "entry": self.entry,
            "envelope": self.envelope,
            "parts": {
                name: {"value": json.loads(part.text), "salt": part.salt.hex()}
                for name, part in self.parts.items()
                if name in parts
            },
            "withheld": sorted(set(self.parts) - set(parts)),
            "struck": list(self.struck),
        }


def opened(page: Page, entry: int) -> Opened:
    """One entry of a page, opened. Raises ``ValueError`` where it is not there, or disposed of."""
    at = entry - page.first
    if not 0 <= at < page.count:
        raise ValueError(f"entry {entry} is not on this page")
    begins = 0
    for run in page.runs:
        if at < begins + run.count:
            return _opened(page, run, begins, at - begins)
        begins += run.count
    raise ValueError(f"entry {entry} is not on this page")


def checked(shown: Mapping[str, Any]) -> Hash:
    """
    The leaf hash of an entry that was shown, once each of its parts fits its envelope.

    Raises ``ValueError`` where one does not.
    """
    envelope = json.loads(shown["envelope"])
    for name, part in shown["parts"].items():
        made = leaves.commit(bytes.fromhex(part["salt"]), leaves.canonical(part["value"]))
        if envelope.get(name) != made:
            raise ValueError(f"the {name} part is not what was recorded")
    if envelope.get("entry") != shown["entry"]:
        raise ValueError("the envelope is another entry's")
    return leaf_hash(shown["envelope"].encode())


def _opened(page: Page, run: Run, begins: int, at: int) -> Opened:
    if run.topic == DISPOSED:
        raise ValueError(f"entry {page.first + begins + at} was disposed of")
    act = page.act
    kind = page.stream.partition("/")[0]
    index = page.first - act.first + begins  # of the run's first entry in the act
    entry = page.first + begins + at
    values: dict[str, dict[str, Any]] = {}
    for name, value in run.at(at).items():
        part = leaves.PART_OF.get(name, leaves.main_part(kind))
        values.setdefault(part, {})[name] = value
    values.setdefault(leaves.main_part(kind), {}).update(
        shape=run.shape, stream=page.stream, version=page.version + begins + at
    )
    gone = _struck(run, at)
    parts = {
        name: Part(leaves.canonical(value), leaves.salts_of(run, act.salt, name, index)[at])
        for name, value in sorted(values.items())
        if name not in gone
    }
    said = leaves.act_part(act.school, act, act.recorded_at.isoformat())
    parts["act"] = Part(said, leaves.act_salt(act.salt))
    envelope: dict[str, Any] = {name: part.commitment for name, part in parts.items()} | gone
    envelope |= {
        "entry": entry,
        "event": run.topic,
        "on": act.recorded_at.date().isoformat(),
        "retention": leaves.retention_class(kind),
        "v": leaves.ENVELOPE_VERSION,
    }
    return Opened(entry, leaves.canonical(envelope), dict(sorted(parts.items())), tuple(gone))


def _struck(run: Run, at: int) -> dict[str, str]:
    """The commitments of the parts of one entry that were struck out."""
    struck = (run.kept or {}).get("struck", {})
    return {part: found[str(at)] for part, found in sorted(struck.items()) if str(at) in found}
