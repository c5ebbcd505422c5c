"""Which layer speaks for a pupil's session: layers lie over each other and overwrite nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.events import ClosureDeclared
from ledger.kinds import Code, GroupId, Session
from ledger.leave import Planned

LayerName = Literal["not on roll", "closure", "register", "leave", "no entry"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing said of a session. ``code`` is ``None`` where the layer takes the pupil out."""

    name: LayerName
    code: Code | None
    why: str


@dataclass(frozen=True, slots=True)
class Effective:
    """
    The code that counts for a pupil's session, and every layer that speaks, topmost first.

    ``layer`` says which one won; ``code`` is ``None`` where there is no entry to count.
    """

    code: Code | None
    layer: LayerName
    layers: tuple[Layer, ...]


def effective(
    entry: Code | None,
    closures: Sequence[ClosureDeclared],
    on_roll: bool,
    leave: Sequence[Planned] = (),
) -> Effective:
    """
    The effective code of a session from the register's entry and what lies over it.

    ``closures`` are those standing that cover the session and the pupil's class
    (``covering``), ``leave`` what ``Leaves.planned`` gives. Topmost first: a pupil not on roll
    has no session, whatever was entered; then the closure declared last; then the register;
    then leave, which was planned and gives way to whatever was entered. Withdrawing a closure
    or leave takes its layer away and no other.

    Reference: SI 2024/208 regs 8, 10(10) and 11.
    """
    layers: list[Layer] = []
    if not on_roll:
        layers.append(Layer("not on roll", None, "not on the admission register that day"))
    for closure in sorted(closures, key=lambda closure: closure.closure, reverse=True):
        layers.append(Layer("closure", closure.code, closure.reason))
    if entry is not None:
        layers.append(Layer("register", entry, "entered in the attendance register"))
    layers += [Layer("leave", planned.code, planned.why) for planned in leave]
    if not layers:
        layers.append(Layer("no entry", None, "nothing has been entered"))
    top = layers[0]
    return Effective(top.code, top.name, tuple(layers))


def covering(
    closures: Iterable[ClosureDeclared], session: Session, group: GroupId
) -> list[ClosureDeclared]:
    """The closures that cover one session of one class."""
    return [
        closure
        for closure in closures
        if closure.first <= session <= closure.last
        and (closure.groups is None or group in closure.groups)
    ]
