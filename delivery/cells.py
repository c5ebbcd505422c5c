"""
Cells of a CSV file that no spreadsheet takes for a formula, and the way back.

A cell that a spreadsheet would begin to compute gets an apostrophe before it, by which
spreadsheets know text. A cell that began with apostrophes and such a sign gets one more, so that
what was written is always what is read back. A figure with its sign, such as ``-1.3``, is left
as it is: it computes nothing.
"""

import re

_BEGINS = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")
_FIGURE = re.compile(r"[+-]\d{1,9}(\.\d{1,9})?")


def guarded(written: str) -> str:
    """A cell's text as it is put into a file."""
    if written[:1].isalnum():
        return written  # nearly all there are
    if _BEGINS.match(written) and not _FIGURE.fullmatch(written):
        return f"'{written}"
    return written


def unguarded(read: str) -> str:
    """A cell's text as it was before it was put into a file."""
    return read[1:] if read.startswith("'") and _BEGINS.match(read) else read
