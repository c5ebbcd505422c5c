"""Refusals: acts the rules do not allow. Expected, explained, and nobody's bug.

A refusal has a stable code that scripts rely on, a sentence an officer understands, a
legal reference, and a place in the order in which refusals are looked for: the order of
the modules beside this one, from top to bottom. ``delivery`` alone turns them into exit
codes and HTTP statuses.
"""

from typing import ClassVar, Literal

Kind = Literal["not found", "not permitted", "refused", "conflict", "broken", "unknown"]


class Refused(Exception):
    """An act or a question the ledger declines, with its reason in one sentence.

    ``code`` never changes; ``message`` is a template over the particulars; ``reference``
    names the regulation, or the policy where policy asks more than the law.
    """

    code: ClassVar[str]
    message: ClassVar[str]
    reference: ClassVar[str] = ""
    kind: ClassVar[Kind] = "refused"

    def __init__(self, **particulars: object) -> None:
        self.particulars = particulars
        super().__init__(self.message.format(**particulars))

    @property
    def cited(self) -> str:
        """The reference, with a clause named by the particulars where there is one."""
        return str(self.particulars.get("reference") or self.reference)
