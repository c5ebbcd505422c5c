"""What was lawfully disposed of keeps its numbers: they are not given again, and streams go on."""

from collections.abc import Iterable, Mapping

from ledger.store import Ledger


def numbered(streams: Iterable[str]) -> dict[str, int]:
    """
    The highest number of each kind of stream: ``support/12`` is 12 of ``support``.

    Streams of which everything is gone are among them: what had a number once keeps it.
    """
    found: dict[str, int] = {}
    for stream in streams:
        kind, _, number = stream.rpartition("/")
        if number.isdecimal():
            found[kind] = max(found.get(kind, 0), int(number))
    return found


def going_on(ledger: Ledger, expect: Mapping[str, int]) -> Mapping[str, int]:
    """
    The versions an act was decided on, where a stream had nothing left to be read.

    What was disposed of is gone; its stream, if something happens again under its id, goes on
    from the version it had. (A sheet of the register is read with its version.)
    """
    new = [one for one, version in expect.items() if not version and "/" in one]
    gone = {
        one: pages[-1].version + pages[-1].count - 1
        for one in new
        if not one.startswith("register/")
        and (pages := ledger.pages_of(one))
        and all(page.gone for page in pages)
    }
    return {**expect, **gone} if gone else expect
