"""
Runs whose columns are still text: the quickest way through a year of marks.

Most of what a walk through many pages meets is not looked at: whose marks they are, where only the
codes are asked for, and thirty numbers that the same class's sheet of yesterday said too. So a
column stays as it stands in its page until somebody asks for it.
"""

from typing import Any

import msgspec

from ledger.store.rows import Run


class UnreadRun(msgspec.Struct, frozen=True, array_like=True):
    """A ``Run`` in all but its columns, each of which is read when it is asked for."""

    topic: str
    shape: int
    count: int
    same: dict[str, Any] = msgspec.field(default_factory=dict)
    each: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    kept: dict[str, Any] | None = None

    def column(self, name: str) -> list[Any]:
        """
        The values of one field, one for each event; ``None`` where it was not given.

        Raises ``ValueError`` where what stands there is no column.
        """
        text = self.each.get(name)
        return [self.same.get(name)] * self.count if text is None else values(text)

    def text(self, name: str) -> bytes:
        """
        The same as JSON text: small to keep, quick to compare, and alike where the values are.

        Whoever meets the same text again need not read it again. ``values`` reads it.
        """
        text = self.each.get(name)
        return _encode([self.same.get(name)] * self.count) if text is None else bytes(text)

    def read(self) -> Run:
        """The run with all its columns. Raises ``ValueError`` where one is none."""
        each = {name: values(text) for name, text in self.each.items()}
        return Run(self.topic, self.shape, self.count, self.same, each, self.kept)

    @classmethod
    def of(cls, run: Run) -> "UnreadRun":
        """A run with its columns made text again."""
        each = {name: msgspec.Raw(_encode(column)) for name, column in run.each.items()}
        return cls(run.topic, run.shape, run.count, run.same, each, run.kept)


_encode = msgspec.json.Encoder().encode
values = msgspec.json.Decoder(list[Any]).decode
"""What a column's text holds. Raises ``ValueError`` where it is no column."""

unread = msgspec.json.Decoder(tuple[UnreadRun, ...]).decode
"""The runs of the text of a page body, unread. Raises ``ValueError`` for a damaged one."""
