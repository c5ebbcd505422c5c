"""From files to policies: the packs this software ships, a school's own, and those adopted."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ledger.policy.checking import first_not_allowed
from ledger.policy.packs import LAYERS, Layer, Pack
from ledger.policy.policy import Policy, Standing
from ledger.policy.reading import Draft
from ledger.refusals import NotLower, PackUnreadable

_NAME = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)*")


def load(pack: str | Path, home: Path | None = None) -> Policy:
    """A pack over those it lies over.

    ``pack`` is the name of a shipped one (``england``, ``trusts/nclt_2023``), or a file: a
    ``Path``, or text ending in ``.toml``. ``home`` is a folder to find named packs in
    before those shipped. Raises ``PackUnreadable``, and ``NotLower`` for a value that the
    packs beneath do not let it set.
    """
    if isinstance(pack, Path) or pack.endswith(".toml"):
        path = Path(pack)
        if not path.is_file():
            raise PackUnreadable(pack=path.name, why="there is no such file")
        return _policy(path.stem, _text(path, path.stem), path.parent, home, ())
    return _load_named(pack, home)


def load_text(text: str, name: str, home: Path | None = None, *, refuse: bool = True) -> Policy:
    """A pack from its text, as ``PolicyAdopted`` keeps it. Raises as ``load`` does.

    With ``refuse`` false a value that is not allowed raises nothing: it is passed over.
    """
    return _policy(name, text.removeprefix("\ufeff"), None, home, (), refuse=refuse)


@lru_cache(maxsize=1)
def shipped() -> tuple[str, ...]:
    """The names of the packs this software ships, England first."""
    root = _shipped_folder()
    names = [
        f"{folder}{file.name.removesuffix('.toml')}"
        for folder in ("", "local_authorities/", "trusts/")
        for file in (root / folder if folder else root).iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(names, key=lambda name: (name != "england", name)))


def lay_over(adopted: Iterable[tuple[dt.date, Policy]], *, refuse: bool = True) -> Policy:
    """A school's adopted packs, each from its day, over England and over each other.

    A pack brings those it lies over with it. One adopted later takes the place of the
    earlier one of its own layer (local authority, trust, school); packs of different
    layers lie over each other. ``[]`` is the law alone. Raises ``NotLower``; with ``refuse``
    false a value that is not allowed is passed over and told by ``check`` instead, so that
    what was once adopted can always be read.
    """
    packs = sorted(adopted, key=lambda adoption: adoption[0])
    if not packs:
        return load("england")
    stack = [Standing(packs[0][1].stack[0].pack)]
    for layer in LAYERS[1:]:
        stack += _standings(layer, packs)
    policy = Policy(
        name=", ".join(f"{pack.name} from {starts}" for starts, pack in packs),
        sha256=_digest(packs),
        stack=tuple(stack),
    )
    return _allowed(policy) if refuse else policy


def _standings(layer: Layer, packs: Sequence[tuple[dt.date, Policy]]) -> list[Standing]:
    """Which pack stands in this layer from each adoption to the next."""
    standings: list[Standing] = []
    days = sorted({starts for starts, _ in packs})
    ends = [*(day - dt.timedelta(days=1) for day in days[1:]), None]
    for day, last in zip(days, ends, strict=True):
        pack = _pack_of(layer, [policy for starts, policy in packs if starts <= day])
        if pack is None:
            continue
        before = standings[-1] if standings else None
        if before and before.pack == pack and before.ends == day - dt.timedelta(days=1):
            standings[-1] = replace(before, ends=last)
        else:
            standings.append(Standing(pack, day, last))
    return standings


def _pack_of(layer: Layer, adopted: Sequence[Policy]) -> Pack | None:
    """The pack of a layer: the one last adopted for itself, else one another brought along.

    A pack that has been replaced in its own layer brings nothing along any more.
    """
    last = {policy.pack.layer: policy for policy in adopted}
    if layer in last:
        return last[layer].pack
    for above in LAYERS[LAYERS.index(layer) + 1 :]:
        for standing in last[above].stack if above in last else ():
            if standing.pack.layer == layer:
                return standing.pack
    return None


def _load_named(name: str, home: Path | None, above: tuple[str, ...] = ()) -> Policy:
    if home is None:
        return _load_shipped(name)
    if _NAME.fullmatch(name) and (home / f"{name}.toml").is_file():
        return _policy(name, _text(home / f"{name}.toml", name), home, home, above)
    return _policy(name, _text(_shipped_file(name), name), _shipped_folder(), home, above)


@lru_cache(maxsize=32)
def _load_shipped(name: str) -> Policy:
    return _policy(name, _text(_shipped_file(name), name), _shipped_folder(), None, ())


def _shipped_folder() -> Traversable:
    return resources.files(__package__)


def _shipped_file(name: str) -> Traversable:
    file = _shipped_folder() / f"{name}.toml"
    if not (_NAME.fullmatch(name) and file.is_file()):
        known = ", ".join(shipped())
        raise PackUnreadable(pack=name, why=f"there is no pack of that name; there are {known}")
    return file


def _policy(
    name: str,
    text: str,
    folder: Traversable | Path | None,
    home: Path | None,
    above: tuple[str, ...],
    *,
    refuse: bool = True,
) -> Policy:
    draft = Draft(text, name)
    header = draft.header
    under: tuple[Standing, ...] = ()
    if header.lies_over is not None:
        if header.lies_over in (*above, name):
            raise PackUnreadable(pack=name, why=f"it lies over {header.lies_over}, in a circle")
        under = _load_named(header.lies_over, home, (*above, name)).stack
        if LAYERS.index(header.layer) <= LAYERS.index(under[-1].pack.layer):
            why = f"a pack of layer {header.layer} cannot lie over {header.lies_over}"
            raise PackUnreadable(pack=name, why=why)
    codes = ""
    if header.codes and not under:
        if folder is None:
            raise PackUnreadable(pack=name, why=f"{header.codes} is not with it")
        codes = _text(folder / header.codes, f"{name}, {header.codes}")
    pack = draft.finish(under[0].pack.parameters if under else None, codes)
    policy = Policy(name, pack.sha256, (*under, Standing(pack)))
    return _allowed(policy) if refuse else policy


def _allowed(policy: Policy) -> Policy:
    refused = first_not_allowed(policy)
    if refused is not None:
        value, why = refused
        raise NotLower(
            pack=value.pack,
            parameter=value.name,
            value=value,
            why=why,
            reference=value.reference,
        )
    return policy


def _text(file: Traversable | Path, name: str) -> str:
    if not file.is_file():
        raise PackUnreadable(pack=name, why="there is no such file")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise PackUnreadable(pack=name, why=f"byte {wrong.start} is not UTF-8 text") from wrong


def _digest(packs: Iterable[tuple[dt.date, Policy]]) -> str:
    lines = "".join(f"{starts} {policy.name} {policy.sha256}\n" for starts, policy in packs)
    return hashlib.sha256(lines.encode()).hexdigest()
