"""Totals held to the register, as text and as one document."""

from typing import Any

from delivery.render import envelope
from delivery.render.receipts import entries, receipt_fields
from delivery.render.table import count_of, table


def text(taken: Any) -> str:
    """What was compared, every difference, who had no line, and the receipt."""
    found = taken.found
    span = f"{found.first} to {found.last}"
    agree = found.pupils - found.differing
    told = [
        f"{count_of(found.pupils, 'pupil')} compared with the register of {span}, as at entry "
        f"{found.header.asof.entry:,}: {agree} agree, {found.differing} differ."
    ]
    if found.differences:
        rows = [
            (one.line, one.pupil.upn, one.pupil.name, one.what, one.file, one.register_says)
            for one in found.differences
        ]
        told.append(table(("Line", "UPN", "Pupil", "What", "File", "Register"), rows))
    if found.absent:
        names = ", ".join(f"{one.name} ({one.upn})" for one in found.absent)
        told.append(f"In the register of those days and not in the file: {names}.")
    receipt = taken.done.outcome.receipt if taken.done else None
    if receipt is not None:
        told.append(f"That it was compared: {entries(receipt.first, receipt.last)}.")
    return "\n\n".join(told)


def document(taken: Any) -> str:
    """The same as JSON."""
    found = taken.found
    answer = found.model_dump(mode="json", exclude={"header", "unknown"})
    answer |= {"differing": found.differing, "agreeing": found.pupils - found.differing}
    answer |= {"refused_rows": [{"line": one.line, "why": one.why} for one in taken.bad]}
    outcome = taken.done.outcome if taken.done else None
    receipt = outcome.receipt if outcome else None
    answer["receipt"] = receipt_fields(receipt) if receipt else None
    told = envelope.answer(
        "import totals",
        answer,
        school=found.header.school,
        asof=found.header.asof,
        policy=found.header.policy,
    )
    return envelope.document(told)
