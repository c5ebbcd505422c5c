"""What the checks found: verify, policy check, doctor."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from delivery.render.table import comma_separated, count_of, facts, table

if TYPE_CHECKING:
    from ledger.policy import Finding
    from ledger.store.verdict import Verdict
    from projections.doctor import Doctored


def verdicts(found: "Sequence[Verdict]") -> list[dict[str, Any]]:
    """Each school's verdict under the names that scripts read."""
    return [
        {
            "school": one.school,
            "verdict": "sound" if one.sound else "broken",
            "first_checked": one.first,
            "entries_checked": one.entries,
            "first_bad_entry": one.first_bad,
            "fault": one.fault,
            "root": one.root,
            "checkpoints_matched": list(one.checkpoints),
            "checkpoints_signed": one.signed,
            **({"later": one.later} if one.asof else {}),
        }
        for one in found
    ]


def verdicts_text(found: "Sequence[Verdict]") -> str:
    """Each school's verdict in words."""
    told = []
    for one in found:
        if one.sound:
            verdict = "every entry is as it was recorded"
            if one.first > 1:
                verdict = "these entries are as they were recorded"
            elif one.asof:
                verdict = f"every entry up to entry {one.entries:,} is as it was recorded"
        else:
            verdict = f"FAILED at entry {one.first_bad}: {one.fault}"
        told.append(
            facts(
                [
                    ("School", one.school),
                    ("Verdict", verdict),
                    ("Entries checked", checked(one)),
                    *([("Checkpoints", matched(one.checkpoints, one.signed))] if one.sound else []),
                    ("Hash of the log", one.root),
                    *([("After it", f"FAILED at {one.later}")] if one.later else []),
                ]
            )
        )
    return "\n\n".join(told)


def checked(one: "Verdict") -> str:
    """How many entries, and which where it is not every one from the first on."""
    if one.first == 1 or not one.entries:
        return f"{one.entries:,}"
    ends = one.first + one.entries - 1
    return f"{one.entries:,} ({one.first:,} to {ends:,}), with the hashes up to that of the log"


def matched(checkpoints: Sequence[int], signed: int) -> str:
    """The checkpoints that were held against the entries, and by whom signed, in words."""
    if not checkpoints:
        return "none to hold the entries against"
    count = len(checkpoints)
    said = f"{count_of(count, 'match', 'match')}, the last at {checkpoints[-1]:,} entries; "
    if not signed:
        return said + "signatures not checked: give --key or --keys"
    return said + ("signed by the keys given" if signed == count else f"{signed} by the keys given")


def verdicts_csv(found: "Sequence[Verdict]") -> str:
    """One row a school."""
    rows = [
        row | {"checkpoints_matched": len(row["checkpoints_matched"])} for row in verdicts(found)
    ]
    return comma_separated(list(rows[0]), [list(row.values()) for row in rows])


def findings_text(policy: str, day: dt.date, found: "Sequence[Finding]") -> str:
    """What is to look at in a policy, the gravest first."""
    if not found:
        return f"{policy} on {day}: nothing to look at."
    lines = [f"{policy} on {day}: {count_of(len(found), 'thing')} to look at."]
    for kind in dict.fromkeys(one.kind for one in found):
        lines += ["", kind.upper()]
        lines += [f"  {one.sentence}" for one in found if one.kind == kind]
    return "\n".join(lines)


def findings_csv(found: "Sequence[Finding]") -> str:
    """One row a finding."""
    names = ("kind", "pack", "parameter", "since", "sentence", "reference")
    return comma_separated(names, [[getattr(one, name) for name in names] for one in found])


def doctor_text(found: "Sequence[Doctored]") -> str:
    """Each school's checks, and under them whatever is wrong."""
    rows = [
        (one.school, check.check, check.looked_at, "well" if check.passed else "WRONG")
        for one in found
        for check in one.checks
    ]
    lines = [table(("School", "Check", "Looked at", "Found"), rows)]
    faults = [(one.school, fault) for one in found for fault in one.findings]
    if faults:
        lines += ["", f"{count_of(len(faults), 'finding')}."]
        lines += [f"  School {urn}, {one.check}, {one.where}: {one.what}." for urn, one in faults]
    return "\n".join(lines)


def doctor_csv(found: "Sequence[Doctored]") -> str:
    """One row a fault."""
    rows = [(one.school, f.check, f.where, f.what) for one in found for f in one.findings]
    return comma_separated(("school", "check", "where", "what"), rows)
