"""Question 15: when a pupil was last seen, and all that was done since."""

from collections.abc import Iterator, Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, facts, table


class LastSeen:
    """One pupil."""

    @staticmethod
    def text(found: Any) -> str:
        """Who saw the pupil last, the marks since, everything done, and what is due."""
        seen = found.seen
        parts = [
            facts(
                [
                    ("Pupil", f"{found.pupil.name} ({found.pupil.upn})"),
                    ("On roll", found.on_roll),
                    ("Last seen", f"{seen.session}, class {seen.group}" if seen else "never"),
                    ("Mark", f"{seen.code} ({seen.meaning}), entry {seen.entry}" if seen else None),
                    ("Taken", f"{london(seen.taken_at)} by {_who(seen)}" if seen else None),
                ]
            )
        ]
        return "\n\n".join([*parts, *_parts(found)])

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """The mark last seen, the marks since and the steps taken, a row each."""
        headings = ("upn", "what", "at", "code_or_outcome", "who", "said", "by", "entry")
        upn, seen = found.pupil.upn, found.seen
        rows: list[Sequence[Cell]] = []
        if seen:
            session = str(seen.session)
            rows.append((upn, "last seen", session, seen.code, None, None, _who(seen), seen.entry))
        rows += [
            (upn, "mark", str(one.session), one.code, None, one.meaning, None, one.entry)
            for one in found.later
        ]
        rows += [
            (upn, one.what, london(one.at), one.outcome, one.who, one.said, one.by, one.entry)
            for one in found.steps
        ]
        return headings, rows


def _who(seen: Any) -> str:
    if seen.name is None:
        return "somebody whom the source does not name"
    return f"{seen.name} ({seen.position})" if seen.position else str(seen.name)


def _parts(found: Any) -> Iterator[str]:
    if found.later:
        marks = [(one.session, one.code, one.meaning, one.entry) for one in found.later]
        yield f"Marks since\n{table(('Session', 'Code', 'Meaning', 'Entry'), marks)}"
    if found.steps:
        rows = [
            (london(one.at), one.what, one.who, one.outcome, one.said, one.by, one.entry)
            for one in found.steps
        ]
        headings = ("When", "What", "Who", "Outcome", "Said", "By", "Entry")
        yield f"What was done\n{table(headings, rows)}"
    for title, said in (
        ("Known to the school", found.known),
        ("Contradictions", found.contradictions),
        ("Due next", found.next_due),
    ):
        if said:
            yield f"{title}\n" + "\n".join(f"  {one}." for one in said)
    if not found.steps:
        yield "Nobody has recorded a call or any other step since."
