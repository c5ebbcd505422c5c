"""What may be disposed of, what is held, and the certificates of what went."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, facts, table

_KEPT = ("kept_as", "years", "due", "held", "waiting", "disposed", "next_due", "reference")
_HEADS = ("Kept as", "Years", "Due", "Held", "Not yet", "Gone", "Next due", "Reference")
_CERTIFICATE = ("entry", "what", "day", "entries", "by", "approved_by", "policy", "listed", "rules")
_WITH = ("Certificate", "Files that went with it", "Files", "SHA-256")
_BY = ("Certificate", "Kept as", "Entries", "Years", "Went by", "Policy")


class Plan:
    """Counts by class, then holds and disposals that are not done yet."""

    @staticmethod
    def text(found: Any) -> str:
        """A table, the list's hash, the holds."""
        rows = [[getattr(row, name) for name in _KEPT] for row in found.rows]
        told = [table(_HEADS, rows)]
        first, more = found.ranges[:5], len(found.ranges) - 5
        shown = ", ".join(_stretch(one) for one in first) + (
            f" and {more} more" if more > 0 else ""
        )
        told.append(
            facts(
                [
                    ("May go", f"{found.entries:,} entries on {found.on}"),
                    ("Entries", shown or None),
                    ("Hash of the list", found.listed if found.entries else None),
                ]
            )
        )
        told += [_hold(one) for one in found.holds]
        told += [_disposal(one) for one in found.disposals]
        return "\n\n".join(told)

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a class."""
        return _KEPT, [[getattr(row, name) for name in _KEPT] for row in found.rows]


class Proof:
    """The certificates, and whether they and what is gone agree."""

    @staticmethod
    def text(found: Any) -> str:
        """A table and a verdict."""
        heads = [name.replace("_", " ").capitalize() for name in _CERTIFICATE[:6]]
        rows = [_certificate(row)[:6] for row in found.rows]
        told = [table(heads, rows) if rows else "Nothing has been disposed of or struck out."]
        if found.rows:
            told.append(
                table(_BY, [_gone_by(row, rule) for row in found.rows for rule in row.rules])
            )
        files = [
            [row.entry, one.kind, one.files, " ".join(one.sha256)]
            for row in found.rows
            for one in row.files
        ]
        if files:
            told.append(table(_WITH, files))
        verdict = "what is gone is certified, and what is certified is gone"
        if found.fault:
            verdict = f"FAILED at entry {found.first_bad}: {found.fault}"
        elif found.standing:
            verdict = f"NOT CARRIED OUT for {len(found.standing)} entries: run it again"
        told.append(facts([("Verdict", verdict), ("Hash of the log", found.root)]))
        return "\n\n".join(told)

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a certificate."""
        return _CERTIFICATE, [_certificate(row) for row in found.rows]


def _certificate(row: Any) -> list[Cell]:
    cells = [getattr(row, name) for name in _CERTIFICATE[:-1]]
    by = "; ".join(_rule(one) for one in row.rules)
    return [*("; ".join(cell) if isinstance(cell, tuple) else cell for cell in cells), by]


def _rule(one: Any) -> str:
    years = f", {one.years} years" if one.years is not None else ""
    return f"{one.entries} {one.kept_as}{years}: {one.reference} ({one.policy})"


def _gone_by(row: Any, one: Any) -> list[Cell]:
    return [row.entry, one.kept_as, one.entries, one.years, one.reference, one.policy]


def _stretch(pair: tuple[int, int]) -> str:
    first, last = pair
    return str(first) if first == last else f"{first} to {last}"


def _hold(row: Any) -> str:
    span = f"{row.first or '…'} to {row.last or '…'}" if row.first or row.last else None
    confirmed = row.confirmed_by or "NOT YET: a second person must"
    return facts(
        (
            ("Legal hold", f"{row.hold}, {row.case}: {row.reason}"),
            ("Keeps", f"{row.entries:,} entries"),
            ("Pupils", ", ".join(row.pupils) or None),
            ("Streams", ", ".join(row.streams) or None),
            ("Sessions", span),
            ("Placed by", row.placed_by),
            ("Confirmed by", confirmed),
            ("Release asked by", row.release_asked_by),
        )
    )


def _disposal(row: Any) -> str:
    return facts(
        (
            ("Disposal", f"{row.disposal}: {row.entries:,} entries due on {row.on}"),
            ("Asked for by", row.requested_by),
            ("Approved by", ", ".join(row.approved_by) or "nobody yet"),
        )
    )
