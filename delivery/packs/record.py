"""The event record of a pack: each entry opened as far as its reader may see, with the proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from delivery.packs.profiles import LEFT_OUT, Others, Reader, quiet_streams
from ledger.events.leave import LeaveRequested
from ledger.events.support import SupportOpened
from ledger.proof.disclosing import Opened, opened
from ledger.proof.merkle import Hash
from ledger.proof.sharing import Place
from projections.pupil_entries import Held

FORMAT = "attendance.pack/1"


@dataclass(frozen=True)
class Shown:
    """An entry of the pack: what is withheld of it, and why."""

    held: Held
    opened: Opened
    withheld: Mapping[str, str]

    @property
    def main(self) -> bool:
        """Whether what was entered is shown."""
        return not {"mark", "fact"} & self.withheld.keys()

    @property
    def whole(self) -> bool:
        """Whether nothing of it is withheld."""
        return not self.withheld


@dataclass(frozen=True)
class Selected:
    """What a reader sees: the entries, and the sentences about what is not among them."""

    entries: tuple[Shown, ...]
    left_out: tuple[str, ...]


def selected(
    entries: Sequence[Held], reader: Reader, others: Others, disposed: int = 0
) -> Selected:
    """
    The entries that go into a pack, and what was left out of it and why.

    ``disposed`` entries of the same sheets are gone: whose they were is not known any more.
    """
    quiet = quiet_streams(one.event for one in entries)
    theirs = {
        one.event.stream
        for one in entries
        if isinstance(one.event, LeaveRequested | SupportOpened)
        and reader.names_another_parent(one.event)
    }
    kept: list[Shown] = []
    for one in entries:
        if reader.left_out(one.event, quiet) is None:
            laid = opened(one.page, one.entry)
            kept.append(
                Shown(
                    one, laid, {**reader.withheld(one.event, laid, others, theirs), **_gone(laid)}
                )
            )
    # Said of every pack for such a reader, so that it does not tell whether there was anything.
    said = {"parent": tuple(LEFT_OUT.values()), "court": (LEFT_OUT["safeguarding"],)}
    said["school"] = said["court"]
    gone = (_disposed(disposed),) if disposed else ()
    return Selected(tuple(kept), (*said.get(reader.profile, ()), *gone, *_withheld(kept)))


def _disposed(count: int) -> str:
    said = "One entry was" if count == 1 else f"{count:,} entries were"
    return (
        f"{said} disposed of among the registers of these days and what is about this pupil, when "
        "the time was over and under a certificate: whose they were is not known any more."
    )


def _gone(laid: Opened) -> dict[str, str]:
    """The parts whose words are gone for good; their digests stand."""
    return dict.fromkeys(laid.struck, "struck out for good, under a certificate")


def _withheld(kept: Sequence[Shown]) -> list[str]:
    """How many parts are withheld for each reason, with the numbers of their entries."""
    found: dict[str, list[int]] = {}
    for one in kept:
        for why in dict.fromkeys(one.withheld.values()):
            found.setdefault(why, []).append(one.held.entry)
    return [
        f"Withheld in {_count(entries)} ({why}): {_numbers(entries)}. Each is proved by its "
        "envelope all the same."
        for why, entries in sorted(found.items())
    ]


def _count(entries: Sequence[int]) -> str:
    return "one entry" if len(entries) == 1 else f"{len(entries)} entries"


def _numbers(entries: Sequence[int]) -> str:
    listed = ", ".join(f"{number:,}" for number in entries[:12])
    return listed if len(entries) <= 12 else f"{listed} and {len(entries) - 12} more"


def record(
    about: Mapping[str, Any], chosen: Selected, nodes: Mapping[Place, Hash]
) -> dict[str, Any]:
    """
    ``record.json``: the particulars ``about`` the pack, the entries, and the shared hashes.

    The act part, which the entries of an act share, is given once under its commitment.
    """
    acts: dict[str, Any] = {}
    entries: list[dict[str, Any]] = []
    for one in chosen.entries:
        shown = one.opened.shown(set(one.opened.parts) - one.withheld.keys())
        shown["withheld"] = dict(sorted(one.withheld.items()))
        acts[one.opened.parts["act"].commitment] = shown["parts"].pop("act")
        entries.append(shown)
    return {
        "format": FORMAT,
        **about,
        "left_out": list(chosen.left_out),
        "acts": acts,
        "entries": entries,
        "nodes": [[level, index, node.hex()] for (level, index), node in sorted(nodes.items())],
    }


def text(found: Mapping[str, Any]) -> bytes:
    """A document of the pack as its file holds it: always the same bytes for the same content."""
    return msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=1) + b"\n"
