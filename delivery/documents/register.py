"""A register printed: the page as data for the template, and the PDF. The same bytes each time."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from commands.base import in_words
from delivery.documents.pdf import pdf
from delivery.documents.templates import template
from delivery.render.amendments import NOT_SAID, between
from delivery.render.herringbone import GONE, Row, days_of, differs, sheets, written
from delivery.render.receipts import london
from delivery.render.registers import gone_said
from ledger.following_up import UNEXPLAINED
from ledger.policy import PolicyDay
from ledger.roll import Pupil
from projections.views import View

KIND = "register"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FORMS = {
    "present": "present",
    "attending elsewhere": "elsewhere",
    "authorised": "authorised",
    "unauthorised": "unauthorised",
}


def register_pdf(view: View, found: Any, of: str) -> bytes:
    """
    The register as a PDF: the marks on one A4 page, then every amendment with its particulars.

    ``of`` says whose it is. The date of the document is that of the last entry it knows of.
    Reference: SI 2024/208 reg. 6(2).
    """
    return pdf(KIND, template(KIND), _data(view, found, of))


def _data(view: View, found: Any, of: str) -> dict[str, Any]:
    parts = sheets(found)
    both = found.header.asof.entry != found.now
    days, recorded = days_of(parts), found.header.asof.recorded_at
    marked = set() if both else {(one.pupil.id, one.session) for one in found.amendments}
    return {
        "title": f"Register of {of}",
        "under": f"{found.header.school_name}, {found.first} to {found.last}",
        "date": {"iso": (recorded.date() if recorded else found.last).isoformat()},
        "asat": f"{found.header.asof.entry:,}",
        "recorded": london(recorded) if recorded else "",
        "now": f"{found.now:,}" if both else None,
        "gone": gone_said(found) if found.gone else None,
        "foot": found.foot.model_dump(),
        "policy": found.header.policy,
        "days": [_DAYS[day] for day in days],
        "pupils": len(found.pupils),
        "parts": [
            {"title": part.title, "rows": [_row(row, days, view, marked) for row in part.rows]}
            for part in parts
        ],
        "totals": _totals(found, both=both),
        "amendments": [_amendment(one) for one in found.amendments],
        "later": [_later(one, found) for one in found.later if one.original is not None],
        "certificate": None,
    }


def certificate_pdf(view: View, found: Any, pupil: Pupil) -> bytes:
    """
    The same under a certificate of attendance for the head teacher to sign.

    ``found`` is the register as at one entry and nothing of what came after; no checkpoint
    is named, as one of that very entry may be signed any day.

    Reference: Education Act 1996 s. 566.
    """
    data = _data(view, found, pupil.name)
    away = [line for line in found.lines if line.then and _is_unauthorised(view, line)]
    data["certificate"] = {
        "school": f"{found.header.school_name} (URN {view.urn})",
        "authority": view.school.local_authority,
        "pupil": pupil.name,
        "born": in_words(pupil.born),
        "upn": pupil.upn,
        "first": in_words(found.first),
        "last": in_words(found.last),
        "figures": found.then_totals.model_dump(mode="json"),
        "unauthorised": [[str(one.session), one.then.code] for one in away],
    }
    return pdf(KIND, template(KIND), data)


def _is_unauthorised(view: View, line: Any) -> bool:
    row = view.school.rules_on(line.session.date).codes.known(line.then.code or "")
    return row is not None and row.statistical == "unauthorised"


def _row(row: Row, days: range, view: View, marked: Set[Any]) -> Mapping[str, Any]:
    halves = [(day, half) for day in days for half in ("AM", "PM")]

    def of(when: str) -> list[Mapping[str, Any] | None]:
        cells = (_cell(row.marks.get(one), when, view, marked) for one in halves)
        return [
            cell or (_GONE if one in row.gone else None)
            for one, cell in zip(halves, cells, strict=True)
        ]

    return {"label": row.label, "then": of("then"), "now": of("now")}


_GONE = {"code": GONE, "form": "none", "changed": False}


def _cell(line: Any, when: str, view: View, marked: Set[Any]) -> Mapping[str, Any] | None:
    mark = None if line is None else getattr(line, when)
    if mark is None:
        return None
    return {
        "code": written(mark),
        "form": _form(mark, view.school.rules_on(line.session.date)),
        "changed": differs(line) or (line.pupil, line.session) in marked,
    }


def _form(mark: Any, rules: PolicyDay) -> str:
    """How a mark is drawn, so that it is told apart without colour."""
    row = rules.codes.known(mark.code) if mark.code else None
    if mark.layer == "leave" or row is None:
        return "planned" if mark.code else "none"
    if row.late and row.statistical == "present":
        return "late"
    if row.state == "unable to attend":
        return "unable"
    if row.code == UNEXPLAINED:
        return "open"
    return _FORMS.get(row.statistical, "none")


def _totals(found: Any, *, both: bool) -> Sequence[Sequence[str]]:
    asked = [("As known now" if both else "Sessions", found.now_totals)]
    if both:
        asked.insert(0, (f"As known at entry {found.header.asof.entry:,}", found.then_totals))
    names = ("possible", "attended", "authorised", "unauthorised", "late")
    return [
        [when, *(str(getattr(one, name)) for name in names), _percent(one.attendance)]
        for when, one in asked
    ]


def _percent(said: str | None) -> str:
    return f"{said}%" if said is not None else "none possible"


def _amendment(one: Any) -> Sequence[str]:
    five = one.five
    who = f"{five.name}, {five.position or NOT_SAID}" if five.name else NOT_SAID
    return [
        f"{one.entry:,}",
        one.pupil.name,
        str(one.session),
        five.original or "none",
        five.amended or "vanished",
        five.reason or NOT_SAID,
        str(five.made_on or between(five) or NOT_SAID),
        who,
    ]


def _later(one: Any, found: Any) -> Sequence[str]:
    names: Iterable[str] = (p.pupil.name for p in found.pupils if p.pupil.id == one.pupil)
    return [
        f"{one.entry:,}",
        next(iter(names), ""),
        str(one.session),
        one.original,
        one.code or "vanished",
        one.reason or NOT_SAID,
        f"recorded {london(one.recorded_at)}",
        f"{one.name}, {one.position or NOT_SAID}" if one.name else NOT_SAID,
    ]
