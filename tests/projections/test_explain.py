"""Who changed this mark, when and why: straight from the entries."""

import datetime as dt
import subprocess
import sys
from typing import Any

import pytest

from ledger import events as e
from ledger.calendar import instant
from ledger.kinds import Person, Session
from ledger.store.log import Log
from projections.explain import explain_mark, find_pupil
from projections.explain_answers import ExplainedMark
from tests.projections.a_school import OFFICER, ASchool, made, session

AM = session("2024-09-09 AM")
NIGHT_1 = dt.datetime(2024, 9, 9, 20, tzinfo=dt.UTC)
NIGHT_2 = dt.datetime(2024, 9, 10, 20, tzinfo=dt.UTC)


def explained(school: ASchool, asof: int | None = None) -> ExplainedMark:
    pupil = find_pupil(school.ledger, "1", asof)
    assert pupil is not None
    return explain_mark(school.ledger, pupil, AM, asof)


def test_an_amendment_is_told_with_its_five_particulars(school: ASchool) -> None:
    school.opened().marked(AM, {1: "N", 2: "/"})
    school.amended(AM, 1, "N", "I", at=instant(AM.date, dt.time(10, 15)))

    found = explained(school)

    first, second = found.entries
    assert (first.what, first.code, first.name) == ("recorded", "N", "Tom Sample")
    assert first.source.kind == "register"
    assert first.five is None
    assert second.source.kind == "office"
    assert second.five is not None
    assert (second.five.original, second.five.amended) == ("N", "I")
    assert second.five.reason == "Mother rang: chickenpox"
    assert second.five.made_on == AM.date
    assert (second.five.name, second.five.position) == ("Ann Example", "attendance officer")
    assert second.five.lacks == ()
    assert second.sentence == (
        f"9 September 2024 10:15: Ann Example (attendance officer) amended N ({first.meaning}) "
        f"to I ({second.meaning}). Reason: Mother rang: chickenpox"
    )
    assert (found.code, found.layer, found.authorised) == ("I", "register", True)


def test_as_of_before_the_amendment_it_had_not_happened(school: ASchool) -> None:
    school.opened()
    entry = school.marked(AM, {1: "N"}).last
    school.amended(AM, 1, "N", "I")

    found = explained(school, entry)

    assert [one.code for one in found.entries] == ["N"]
    assert (found.code, found.authorised) == ("N", False)
    assert found.header.asof.entry == entry


def imported(school: ASchool, **said: object) -> None:
    """One night shows N, the next I; the source may say who and why."""
    importer = Person(id="it", name="Nightly Import", position="system")
    source: dict[str, object] = {"file": "marks.csv"}
    school.opened()
    first = e.MarkRecorded(
        session=AM, group="4B", pupil=1, code="N", line=17, **made(NIGHT_1, importer)
    )
    school.act(first, command="import-marks", source=source)
    then = e.AmendmentObserved(
        session=AM,
        group="4B",
        pupil=1,
        original="N",
        amended="I",
        seen_before=NIGHT_1,
        seen_at=NIGHT_2,
        line=18,
        **said,
        **made(NIGHT_2, importer),
    )
    school.act(then, command="import-marks", source=source)


def test_an_observed_amendment_never_names_the_importer_as_its_maker(school: ASchool) -> None:
    imported(school)

    first, second = explained(school).entries

    assert (first.name, first.position) == (None, None)
    assert first.recorded_by == "Nightly Import (system)"
    assert (first.source.kind, first.source.file, first.source.line) == ("import", "marks.csv", 17)
    assert second.five is not None
    assert second.five.name is None
    assert second.five.lacks == ("reason", "date", "name")
    assert (second.five.seen_before, second.five.seen_at) == (NIGHT_1, NIGHT_2)
    assert "somebody whom the source does not name" in second.sentence
    assert "between 9 September 2024 21:00 and 10 September 2024 21:00" in second.sentence


def test_what_the_source_says_of_an_amendment_is_told(school: ASchool) -> None:
    imported(school, source_name="Sue Source", source_reason="Letter")

    five = explained(school).entries[1].five

    assert five is not None
    assert (five.name, five.reason, five.lacks) == ("Sue Source", "Letter", ("date",))


def test_a_code_means_what_it_meant_on_the_day_of_the_session(school: ASchool) -> None:
    summer, autumn = session("2024-07-24 AM"), session("2024-09-09 AM")
    school.opened().marked(summer, {1: "C"})
    school.marked(autumn, {1: "C"})
    pupil = find_pupil(school.ledger, "1")
    assert pupil is not None

    before = explain_mark(school.ledger, pupil, summer)
    after = explain_mark(school.ledger, pupil, autumn)

    assert before.meaning != after.meaning
    assert before.header.code_sets == ("SI 2006/1751, from 2006-09-01",)
    assert after.header.code_sets == ("SI 2024/208, from 2024-08-19",)


def test_every_layer_is_shown_and_the_closure_wins(school: ASchool) -> None:
    school.opened().marked(AM, {1: "O"})
    school.closed(1, AM, AM, "Y4")

    found = explained(school)

    assert (found.code, found.layer) == ("Y4", "closure")
    assert [(layer.name, layer.code) for layer in found.layers] == [
        ("closure", "Y4"),
        ("register", "O"),
    ]


def test_nothing_entered_is_an_answer(school: ASchool) -> None:
    found = explained(school.opened())

    assert (found.entries, found.code, found.layer) == ((), None, "no entry")
    assert found.group == "4B"


def test_a_pupil_is_found_by_upn_by_number_and_not_by_another(school: ASchool) -> None:
    school.opened()
    by = made(NIGHT_1, OFFICER)
    school.act(
        e.ParticularsChanged(
            pupil=2, particular="upn", original="A000000000002", amended="B77", reason="Slip", **by
        )
    )

    def number(written: str) -> int | None:
        found = find_pupil(school.ledger, written)
        return found.id if found else None

    assert (number("A000000000001"), number("3"), number("B77")) == (1, 3, 2)
    assert (number("A000000000002"), number("99"), number("nobody")) == (None, None, None)


def test_nothing_heavy_is_imported_for_it() -> None:
    """The imports alone would cost more than the answer; nor do models of other entries count."""
    heavy = (
        *("sqlalchemy", "eventsourcing", "psycopg", "rich", "jinja2", "typst", "commands"),
        *("fastapi", "starlette", "granian", "pypdf", "cryptography", "joserfc", "email"),
        *("ledger.events.penalty_notice", "ledger.events.improvement", "ledger.events.letter"),
        *("ledger.events.absence", "ledger.events.returns", "ledger.events.support"),
    )
    script = (
        "import sys, delivery.cli.questions, delivery.bootstrap, projections.explain, "
        f"delivery.render.marks; print(*sorted(set(sys.modules).intersection({heavy})))"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == ""


def test_a_question_does_not_wait_for_what_only_taking_in_needs() -> None:
    """Of read models that are up to date: the handlers of all of them, and the library."""
    dear = ("eventsourcing", "projections.taking_in", "projections.earlier", "pypdf", "fastapi")
    script = (
        "import sys, delivery.cli.packing, delivery.bootstrap, projections.views, "
        f"delivery.packs.making; print(*sorted(set(sys.modules).intersection({dear})))"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == ""


def test_a_mark_taken_long_before_it_was_recorded_is_said(school: ASchool) -> None:
    from delivery.render.marks import text

    school.opened(pupils=1)
    day = dt.date(2024, 9, 10)
    at, taken = instant(day, dt.time(11)), instant(day, dt.time(8, 46))
    on = session("2024-09-10 AM")
    entry = e.MarkRecorded(session=on, group="4B", pupil=1, code="/", taken_at=taken, **made(at))
    school.act(entry, command="take-register")
    found = explain_mark(school.ledger, find_pupil(school.ledger, "1"), on)

    assert "2024-09-10 08:46, 2 hours 14 minutes before it was recorded" in text(found)
    assert found.contradictions == ()


def test_a_present_mark_under_a_closure_contradicts_it(school: ASchool) -> None:
    school.opened(pupils=1)
    on = session("2024-09-10 AM")
    school.marked(on, {1: "/"})
    school.closed(1, on, on)
    found = explain_mark(school.ledger, find_pupil(school.ledger, "1"), on)

    assert found.contradictions == ("/ was entered, and the school was closed: No heating.",)


@pytest.mark.parametrize(("day", "within"), [("2024-09-16", True), ("2024-09-17", False)])
def test_an_n_is_amended_in_time_until_the_end_of_the_fifth_school_day(
    school: ASchool, day: str, within: bool
) -> None:
    from delivery.render.marks import text

    school.opened().marked(AM, {1: "N"})
    school.amended(AM, 1, "N", "I", at=instant(dt.date.fromisoformat(day), dt.time(23, 59)))
    found = explained(school)

    first, second = found.entries
    assert first.in_time is None
    assert second.in_time is not None
    assert (second.in_time.last, second.in_time.within) == (dt.date(2024, 9, 16), within)
    said = "yes" if within else "no"
    assert f"{said}: 5 school days end on 2024-09-16 (SI 2024/208 reg. 10(7))" in text(found)


def test_of_an_amendment_seen_across_the_last_day_it_is_not_known_whether_in_time(
    school: ASchool,
) -> None:
    by = Person(id="it", name="Nightly Import", position="system")
    seen = [instant(dt.date(2024, 9, day), dt.time(18)) for day in (16, 17, 18)]
    school.opened().marked(AM, {1: "N"})
    for before, after in ((seen[0], seen[1]), (seen[1], seen[2])):
        school.act(
            e.AmendmentObserved(
                session=AM,
                group="4B",
                pupil=1,
                original="N",
                amended="I",
                seen_before=before,
                seen_at=after,
                **made(after, by),
            ),
            command="import-marks",
        )

    _, across, after_it = explained(school).entries
    assert across.in_time is not None
    assert after_it.in_time is not None
    assert (across.in_time.within, after_it.in_time.within) == (None, False)


def test_what_does_not_amend_an_n_has_no_days(school: ASchool) -> None:
    school.opened().marked(AM, {1: "I"})
    school.amended(AM, 1, "I", "M")

    assert [one.in_time for one in explained(school).entries] == [None, None]


def test_before_the_rule_applies_an_n_has_no_days_of_the_law(school: ASchool) -> None:
    on = session("2024-07-10 AM")
    school.opened().marked(on, {1: "N"})
    school.amended(on, 1, "N", "I")

    assert (
        explain_mark(school.ledger, find_pupil(school.ledger, "1"), on).entries[1].in_time is None
    )


# --- beside the mark: calls, evidence, decisions, leave ----------------------------------------


def of(first: dt.date, at: dt.datetime) -> dict[str, Any]:
    return {"pupil": 1, "first": first, **made(at)}


def attempt(first: dt.date, at: dt.datetime) -> e.ContactAttempted:
    tried = {"contact": "parent-1", "channel": "phone", "outcome": "no answer", "tried_at": at}
    return e.ContactAttempted(**of(first, at), **tried)


def on(day: int, hour: int = 10) -> dt.datetime:
    return instant(dt.date(2024, 9, day), dt.time(hour))


def beside(school: ASchool, session: Session, asof: int | None = None) -> list[str]:
    pupil = find_pupil(school.ledger, "1")
    assert pupil is not None
    return [one.what for one in explain_mark(school.ledger, pupil, session, asof).beside]


def test_the_spell_a_mark_belongs_to_stands_beside_it_until_the_pupil_is_back(
    school: ASchool,
) -> None:
    from delivery.render.marks import rows, text

    school.opened()
    for day, code in ((9, "N"), (10, "N"), (11, "/"), (12, "O")):
        school.marked(session(f"2024-09-{day:02} AM"), {1: code})
    called = school.act(attempt(AM.date, on(9)), command="record-contact").last

    assert beside(school, AM) == ["contact by phone"]
    assert beside(school, session("2024-09-10 AM")) == ["contact by phone"]
    assert beside(school, session("2024-09-11 AM")) == []
    assert beside(school, session("2024-09-12 AM")) == []
    assert beside(school, session("2024-09-06 PM")) == []
    assert beside(school, AM, called - 1) == []
    found = explained(school)
    assert "contact by phone  Pat Example  no answer" in text(found)
    headings, (mark, step) = rows(found)
    assert len(mark) == len(step) == len(headings)
    assert step[headings.index("name")] == "Pat Example"


def test_what_names_the_day_stands_beside_it_and_a_presence_contradicts_it(
    school: ASchool,
) -> None:
    school.opened()
    school.marked(AM, {1: "/"})
    told = {"parent": "parent-1", "reason": "Tummy bug", "starts": AM.date, "channel": "phone"}
    ends = dt.date(2024, 9, 10)
    school.act(e.AbsenceReported(**of(AM.date, on(9)), **told, ends=ends, received_at=on(9)))
    found = explained(school)

    assert [one.what for one in found.beside] == ["told by phone of 2024-09-09 to 2024-09-10"]
    assert found.contradictions == ("/ was entered, and the school was told: Tummy bug.",)
    assert beside(school, session("2024-09-11 AM")) == []


def test_a_requirement_of_evidence_stands_beside_the_days_it_holds_on(school: ASchool) -> None:
    school.opened()
    first, last = dt.date(2024, 9, 9), dt.date(2024, 9, 11)
    school.act(e.EvidenceRequirementSet(**of(first, on(6)), reason="80%", sent_on=first))
    school.act(e.EvidenceRequirementLifted(**of(first, on(11)), reason="Better", last_day=last))

    said = ["evidence requirement set", "evidence requirement lifted"]
    asked = [beside(school, session(f"2024-09-{day:02} AM")) for day in (6, 9, 11, 12)]
    assert asked == [[], said, said, []]


def test_leave_asked_for_and_refused_stands_beside_the_mark(school: ASchool) -> None:
    school.opened()
    school.marked(AM, {1: "O"})
    leave = {"leave": 1, "pupil": 1}
    arithmetic = {"school_days": 1, "sessions": 2, "notice_school_days": 3}
    asked = {"asked_by": "parent-1", "first": AM, "back": session("2024-09-10 AM"), "code": "C"}
    received = {"reason": "A wedding", "received_at": on(3), "arithmetic": arithmetic}
    school.act(e.LeaveRequested(**leave, **asked, **received, **made(on(4))))
    decided = {"reason": "A Saturday", "figures": {"entry": 1}, "policy": "england"}
    school.act(e.LeaveRefused(**leave, **decided, **made(on(5))))
    steps = explained(school).beside

    assert [(one.what, one.who, one.outcome, one.said) for one in steps] == [
        ("leave asked for, request 1: 2024-09-09 AM to 2024-09-09 PM", "Pat Example", "C",
         "A wedding"),
        ("leave refused, request 1", None, None, "A Saturday"),
    ]  # fmt: skip
    assert steps[0].at == on(3)
    assert beside(school, session("2024-09-10 AM")) == []


def test_leave_given_and_withdrawn_stands_beside_the_sessions_it_gave(school: ASchool) -> None:
    school.opened()
    leave = {"leave": 1, "pupil": 1}
    arithmetic = {"school_days": 2, "sessions": 4, "notice_school_days": 3}
    asked = {"asked_by": "parent-1", "first": AM, "back": session("2024-09-11 AM"), "code": "C"}
    received = {"reason": "A wedding", "received_at": on(3), "arithmetic": arithmetic}
    school.act(e.LeaveRequested(**leave, **asked, **received, **made(on(4))))
    given = {"code": "C", "sessions": (AM,), "figures": {"entry": 1}, "policy": "england"}
    school.act(e.LeaveGranted(**leave, **given, **made(on(5))))
    school.act(e.LeaveWithdrawn(**leave, reason="Called off", **made(on(6))))

    assert [(one.what, one.outcome) for one in explained(school).beside][1:] == [
        ("leave granted, request 1", "C"),
        ("leave withdrawn, request 1", None),
    ]
    second = explain_mark(school.ledger, find_pupil(school.ledger, "1"), session("2024-09-10 AM"))
    assert second.beside[1].outcome == "not for this session"


def test_a_pupil_taken_by_two_teachers_is_said(school: ASchool) -> None:
    school.opened()
    school.marked(AM, {1: "/"})
    school.marked(AM, {1: "N"}, group="5A")

    assert explained(school).contradictions == (
        "Taken by two: / on the sheet of 4B by Tom Sample (class teacher); N on the sheet of 5A "
        "by Tom Sample (class teacher). The last entry counts.",
    )


def test_each_entry_has_its_hash_in_the_schools_log(school: ASchool) -> None:
    school.opened().marked(AM, {2: "/", 1: "N"})
    school.amended(AM, 1, "N", "I")
    log = Log(school.ledger)

    told = explained(school).entries
    assert [one.leaf for one in told] == [log.leaf(one.entry).hex() for one in told]
