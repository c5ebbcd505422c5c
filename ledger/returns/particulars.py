"""What a return says of a pupil: what the law asks for, and more only where a pack does."""

from collections.abc import Collection, Mapping

from ledger.policy import PolicyDay
from ledger.roll import Pupil


def particulars(rules: PolicyDay, kind: str) -> Collection[str]:
    """The particulars of a kind of return on a day; none where there was no such return yet."""
    key = f"return.{kind.replace('-', '_')}_particulars"
    asked: Collection[str] = rules.get(key).value if key in rules else ()
    return asked


def held_of(pupil: Pupil, asked: Collection[str], facts: Mapping[str, str]) -> dict[str, str]:
    """
    What a return says of a pupil, word for word: the particulars asked for, and the facts.

    A pupil's address is that of the parents they live with: the ledger holds no other.

    Reference: SI 2024/208 reg. 13.
    """
    lived_with = [one for one in pupil.parents if one.lives_with is not False]
    addresses = "; ".join(dict.fromkeys(one.address for one in lived_with if one.address))
    said = {
        "name": pupil.name,
        "address": addresses,
        "born": pupil.born.isoformat(),
        "UPN": pupil.upn,
    }
    held = {name: words for name, words in said.items() if name in asked and words}
    named = lived_with if "parents" in asked else []
    if "other parents" in asked:
        named = [*named, *(one for one in pupil.parents if one.lives_with is False)]
    for number, parent in enumerate(named, 1):
        held[f"parent {number}"] = parent.name
        held |= {f"parent {number} address": parent.address} if parent.address else {}
        if parent.telephone and "telephone" in asked:
            held[f"parent {number} telephone"] = parent.telephone
    return {**held, **facts}
