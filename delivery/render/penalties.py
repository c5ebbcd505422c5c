"""Questions 3 and 3b: where a pupil stands against the penalty-notice threshold, and why."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from delivery.render.penalty_parents import by_parent, next_notice, parents_shown
from delivery.render.table import Cell, count_of, facts, table

_LIST = (
    "upn",
    "name",
    "counted",
    "needed",
    "met_on",
    "lapses_on",
    "first_session",
    "last_session",
    "in_the_way",
    "clause",
    "pack",
    "notices_counted",
    "next_notice",
    "next_step",
)


class Explained:
    """One pupil."""

    @staticmethod
    def text(found: Any) -> str:
        """The verdict, the weeks, the sessions, the parents and what stands in the way."""
        one = found.standing
        who = f"{found.pupil.name} ({found.pupil.upn})"
        if one is None:
            return f"{who} on {found.on}: {found.why_not}."
        return "\n\n".join(part for part in (_verdict(who, one), *_parts(one)) if part)

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """The sessions that count and those left out, a row each."""
        headings = ("upn", "date", "half", "code", "entry", "counts", "why")
        if found.standing is None:
            return headings, []
        upn = found.pupil.upn
        rows: list[Sequence[Cell]] = [
            (upn, s.session.date, s.session.half, s.code, s.entry, "yes", "")
            for s in found.standing.sessions
        ]
        rows += [
            (upn, s.session.date, s.session.half, s.code, s.entry, "no", s.why)
            for s in found.standing.left_out
        ]
        return headings, rows


class Listed:
    """All pupils at whom the threshold stands."""

    @staticmethod
    def text(found: Any) -> str:
        """A line a pupil."""
        rule = f"{found.rule} ({found.clause})" if found.clause else found.rule
        if not found.rows:
            return f"Nobody is at the threshold on {found.on}: {rule}."
        lines = [
            f"{count_of(len(found.rows), 'pupil')} at the threshold on {found.on}: {rule}.",
            "",
        ]
        headings = ("UPN", "Pupil", "Sessions", "Of", "Met on", "Lapses on")
        more = ("What is in the way", "A next notice", "Next lawful step")
        rows = [
            (
                one.pupil.upn,
                one.pupil.name,
                one.counted,
                one.needed,
                one.met_on,
                one.lapses_on,
                "; ".join(one.in_the_way) or "nothing",
                by_parent(one.parents, lambda parent: parent.next and parent.next.which),
                by_parent(one.parents, lambda parent: parent.next_act or "none"),
            )
            for one in found.rows
        ]
        lines += [table((*headings, *more), rows), "", "Nothing here is issued automatically."]
        return "\n".join(lines)

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a pupil."""
        return _LIST, [
            (
                one.pupil.upn,
                one.pupil.name,
                one.counted,
                one.needed,
                one.met_on,
                one.lapses_on,
                one.sessions[0].session if one.sessions else None,
                one.sessions[-1].session if one.sessions else None,
                "; ".join(one.in_the_way),
                one.clause,
                one.pack,
                by_parent(one.parents, lambda parent: parent.notices),
                by_parent(one.parents, lambda parent: next_notice(parent.next)),
                by_parent(one.parents, lambda parent: parent.next_step),
            )
            for one in found.rows
        ]


def _verdict(who: str, one: Any) -> str:
    if one.met:
        until = f"; it lapses on {one.lapses_on}" if one.lapses_on else ""
        verdict = f"at the threshold since {one.met_on}{until}"
    else:
        verdict = "not at the threshold"
    return facts(
        [
            ("Pupil", who),
            ("On", one.on),
            ("Verdict", verdict),
            ("Counted", f"{one.counted} of the {one.needed} sessions needed"),
            ("Rule", one.rule),
            ("Clause", f"{one.clause} (policy pack {one.pack})"),
        ]
    )


LONG = 7
"""So many weeks in a row that do not count, and for the same reason, are shown in one line."""


def _weeks(weeks: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """A line a week; a long row of weeks that do not count, in one."""
    for (counts, why), same in groupby(weeks, key=lambda week: (week.counts, week.why)):
        these = list(same)
        if not counts and len(these) >= LONG:
            yield f"{these[0].starts} to {these[-1].starts}", "no", 0, 0, why
            continue
        for week in these:
            yield week.starts, "yes" if counts else "no", week.met, week.unauthorised, why


def _parts(one: Any) -> Iterator[str]:
    if one.weeks:
        rows = list(_weeks(one.weeks))
        headings = ("Week of", "School week", "Sessions", "Unauthorised", "Why")
        yield f"The weeks\n{table(headings, rows)}"
    if one.sessions:
        counted = [(s.session, s.code, s.entry, s.amendments or None) for s in one.sessions]
        yield f"Sessions that count\n{table(('Session', 'Code', 'Entry', 'Amended'), counted)}"
    if one.left_out:
        out = [(s.session, s.code, s.entry, s.why) for s in one.left_out]
        yield f"Sessions that do not\n{table(('Session', 'Code', 'Entry', 'Why'), out)}"
    if one.earlier:
        before = [(e.met_on, e.lapses_on, e.sessions) for e in one.earlier]
        yield f"Earlier\n{table(('Met on', 'Lapsed on', 'Sessions'), before)}"
    if one.parents:
        yield from parents_shown(one.parents)
    across = one.across_schools
    if across:
        reached = ", reached" if across.reached else ""
        yield (
            f"Across {' and '.join(across.schools)}: {across.total} sessions of the "
            f"{across.needed}{reached}. Advisory: the law counts one school's register."
        )
    in_the_way = [*one.in_the_way]
    in_the_way += [f"{p.name}: {said}" for p in one.parents for said in p.in_the_way]
    if in_the_way:
        yield "What stands in the way\n" + "\n".join(f"  {said}." for said in in_the_way)
    yield "Nothing here is issued automatically."
