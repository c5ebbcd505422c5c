"""The data merged into the pages of a pack. The template holds words alone."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from commands.base import in_words
from delivery.foot import foot
from delivery.packs import narrating, telling
from delivery.packs.narrating import SECTIONS
from ledger.calendar import london
from ledger.kinds import Session
from projections.penalty_answers import PenaltyStanding
from projections.penalty_questions import penalty_explain
from projections.penalty_records import last_act

if TYPE_CHECKING:
    from delivery.packs.making import Case

_MIME = {"json": "application/json", "pdf": "application/pdf", "py": "text/x-python"}
_SAID = {
    "record.json": "The event record: every entry with its proof",
    "manifest.json": "The files of this pack with their hashes",
    "checkpoint.txt": "The signed checkpoint of the school's log",
    "keys.txt": "The public keys it is signed with",
    "verify.py": "The checker: python verify.py FOLDER",
}


def pages(found: "Case", files: Mapping[str, bytes]) -> dict[str, Any]:
    """Everything that the template ``pack.typ`` prints, and the files that it attaches."""
    reader, entries = found.asked.reader, found.chosen.entries
    authority = reader.profile == "authority"
    return {
        **_head(found),
        **_register(found),
        "steps": narrating.steps(reader.pupil, entries),
        "letters": narrating.letters(reader.pupil, entries),
        "sections": {
            name: narrating.told(reader.pupil, entries, kind) for name, kind in SECTIONS.items()
        },
        "parents": _parents(found),
        "threshold": _threshold(found) if reader.profile != "auditor" else None,
        "chronology": narrating.chronology(found.view, reader.pupil, entries),
        "left_out": list(found.chosen.left_out),
        "findings": [
            {"what": one.what, "do": one.do} for one in (found.found.findings if authority else ())
        ],
        "entries": len(entries),
        "files": [_file(name, data) for name, data in files.items()],
    }


def _head(found: "Case") -> dict[str, Any]:
    """Whose pack it is, for whom, of which days, as at which entry."""
    view, asked = found.view, found.asked
    pupil, named = asked.reader.pupil, asked.reader.profile != "auditor"
    act = next(view.ledger.acts(view.entry, view.entry))
    dated = london(act.recorded_at).date()
    return {
        "school": _school(found),
        "pupil": {
            "name": pupil.name if named else f"Pupil {pupil.id}",
            "upn": pupil.upn if named else "",
            "born": in_words(pupil.born) if named else "",
            "class": pupil.place_on(asked.last).group,
        },
        "profile": asked.reader.profile,
        "for": _for(found),
        "from": in_words(asked.first),
        "to": in_words(asked.last),
        "date": {"iso": dated.isoformat(), "year": dated.year}
        | {"month": dated.month, "day": dated.day},
        "log": {
            "entry": f"{view.entry:,}",
            "recorded": telling.moment(act.recorded_at),
            "root": found.root.hex(),
            "signed": asked.checkpoint is not None,
            "last": _signed_last(found),
        },
        "policy": found.found.header.policy,
        "code_sets": list(found.found.header.code_sets),
    }


def _signed_last(found: "Case") -> dict[str, str] | None:
    """The checkpoint signed last by then, where none of this very entry is attached."""
    signed = foot(found.view.ledger, found.view.entry).signed
    if signed is None or found.asked.checkpoint is not None:
        return None
    return {"entries": f"{signed.entries:,}", "root": signed.root}


def _register(found: "Case") -> dict[str, Any]:
    """The marks: counted, in the grid, one by one where not simply present, and amended."""
    view, entries, marks = found.view, found.chosen.entries, found.marks
    unauthorised = [session for session, row in marks.items() if row.unauthorised]
    return {
        "figures": found.figures,
        "grid": telling.grid(view, marks),
        "key": telling.key(view, marks, entries),
        "missing": [_said(one) for one in found.missing],
        "absences": telling.absences(view, marks, entries),
        "unauthorised": len(unauthorised),
        "unauthorised-days": telling.by_day(unauthorised),
        "amendments": telling.amendments(view, entries),
    }


def _school(found: "Case") -> dict[str, Any]:
    school = found.view.school
    return {"name": school.name, "urn": school.urn, "authority": school.local_authority}


def _for(found: "Case") -> str:
    reader = found.asked.reader
    names = {one.id: one.name for one in reader.pupil.parents}
    if reader.profile == "parent":
        return names.get(reader.parent or "", "a parent")
    if reader.profile == "authority":
        return f"the local authority ({found.view.school.local_authority})"
    return _READERS[reader.profile]


_READERS = {"court": "the court", "auditor": "an auditor", "school": "the pupil's next school"}


def _parents(found: "Case") -> list[dict[str, str]]:
    reader = found.asked.reader
    if reader.profile == "auditor":
        return []
    lives = {True: "yes", False: "no", None: "not known"}
    return [
        {
            "name": one.name,
            "lives": lives[one.lives_with],
            "address": one.address or "not recorded",
            "telephone": one.telephone or "not recorded",
        }
        for one in reader.pupil.parents
        if reader.profile != "parent" or one.id == reader.parent
    ]


def _threshold(found: "Case") -> dict[str, Any] | None:
    view, asked = found.view, found.asked
    acted = last_act(view)
    as_on = max(asked.last, acted) if acted else asked.last
    told = penalty_explain(view, asked.reader.pupil, asked.last, as_on=as_on)
    if told.standing is None:
        return {"why_not": told.why_not, "on": in_words(asked.last)}
    return {"why_not": "", "on": in_words(asked.last), **_standing(found, told.standing)}


def _standing(found: "Case", one: PenaltyStanding) -> dict[str, Any]:
    reader = found.asked.reader
    return {
        "rule": one.rule,
        "clause": one.clause,
        "pack": one.pack,
        "needed": one.needed,
        "counted": one.counted,
        "met": in_words(one.met_on) if one.met_on else "",
        "lapses": in_words(one.lapses_on) if one.lapses_on else "",
        "sessions": [
            {"session": _said(x.session), "code": x.code, "entry": f"{x.entry:,}"}
            for x in one.sessions
        ],
        "weeks": [{"week": _date(x.starts), "why": x.why} for x in one.weeks if x.counts],
        "left_out": [{"session": _said(x.session), "why": x.why} for x in one.left_out],
        "notices": [
            {
                "parent": parent.name,
                "issued": in_words(held.issued_on),
                "by": held.issued_by,
                "offence": f"{_date(held.offence_start)} to {_date(held.offence_end)}",
                "state": held.state,
                "counts": "yes" if held.counts else f"no: {held.why}",
            }
            for parent in one.parents
            if reader.profile != "parent" or parent.id == reader.parent
            for held in parent.held
        ],
    }


def _date(when: dt.date) -> str:
    return f"{when.day} {when:%b %Y}"


def _said(session: Session) -> str:
    return f"{telling.day(session.date)} {session.half}"


def _file(name: str, data: bytes) -> dict[str, str]:
    return {
        "name": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "mime": _MIME.get(name.rpartition(".")[2], "text/plain"),
        "relationship": "source" if name == "record.json" else "supplement",
        "said": _SAID.get(
            name, f"{name.removesuffix('.pdf').replace('-', ' ').capitalize()}, as sent"
        ),
    }
