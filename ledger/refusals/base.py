"""Refusals: acts the rules do not allow. Expected, explained, and nobody's bug.

A refusal has a stable code that scripts rely on, a sentence an officer understands, a
legal reference, and a place in the order in which refusals are looked for: the order of
the modules beside this one, from top to bottom. ``delivery`` alone turns them into exit
codes and HTTP statuses.
"""

import re
from typing import ClassVar, Literal

Kind = Literal["not found", "not permitted", "refused", "conflict", "broken", "unknown"]


LONGEST = 1000
"""Letters that a sentence may quote of what it is about: a cell of a file may have millions."""
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def readable(sentence: str) -> str:
    """
    A sentence fit to be shown, whatever stood in the file it quotes.

    What moves a terminal's cursor or turns its letters about is spelt out, and what is too
    long is cut in the middle.
    """
    if len(sentence) > LONGEST:
        sentence = f"{sentence[: LONGEST // 2]} … {sentence[-LONGEST // 2 :]}"
    if sentence.isprintable():
        return sentence
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], sentence)


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
        super().__init__(readable(self.message.format(**particulars)))

    @property
    def cited(self) -> str:
        """The reference, with a clause named by the particulars where there is one."""
        return str(self.particulars.get("reference") or self.reference)
