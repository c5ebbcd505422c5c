"""How many decisions lie behind many changes: a bad register put right is one, not thirty."""

from collections.abc import Hashable, Iterable, Mapping


def decisions(changes: Iterable[tuple[Hashable, Hashable]]) -> int:
    """
    The fewest pupils and registers that account for all the changes, each a (pupil, register).

    A register of thirty put right is one, and so is one child's week; thirty children picked
    out of thirty registers are thirty. By König's theorem that number is the greatest number
    of changes of which no two share a pupil or a register, which is what is sought here.
    """
    registers: dict[Hashable, dict[Hashable, None]] = {}
    for pupil, register in changes:
        registers.setdefault(pupil, {})[register] = None
    taken: dict[Hashable, Hashable] = {}
    return sum(_finds_place(pupil, registers, taken) for pupil in registers)


def _finds_place(
    pupil: Hashable,
    registers: Mapping[Hashable, Mapping[Hashable, None]],
    taken: dict[Hashable, Hashable],
) -> bool:
    """Whether the pupil can have a register alone, others moving to another of theirs."""
    came_by: dict[Hashable, Hashable] = {}
    waiting = [pupil]
    for one in waiting:
        for register in registers[one]:
            if register in came_by:
                continue
            came_by[register] = one
            if register not in taken:
                _move(pupil, register, came_by, taken)
                return True
            waiting.append(taken[register])
    return False


def _move(
    pupil: Hashable,
    register: Hashable,
    came_by: Mapping[Hashable, Hashable],
    taken: dict[Hashable, Hashable],
) -> None:
    """Give the register to whoever came to it, and theirs to whoever came to theirs, and so on."""
    held = {owner: one for one, owner in taken.items()}
    while True:
        owner = came_by[register]
        taken[register] = owner
        if owner == pupil:
            return
        register = held[owner]
