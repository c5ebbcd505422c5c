"""The register then and now, registers not taken, completeness of amendments."""

import datetime as dt

from ledger import events as e
from projections.completeness import audit_completeness
from projections.register_question import register
from projections.registers_not_taken import registers_not_taken
from projections.runner import Runner
from projections.views import asof, live
from tests.projections.a_school import ASchool, made, session

MONDAY = dt.date(2024, 9, 9)
AM, PM = session("2024-09-09 AM"), session("2024-09-09 PM")


# --- question 2 ----------------------------------------------------------------------------------


def test_the_register_shows_what_was_known_then_beside_what_is_known_now(
    school: ASchool,
) -> None:
    school.opened().marked(AM, {1: "O", 2: "/"})
    then = school.ledger.size()
    later = school.amended(AM, 1, "O", "I")

    found = register(school.ledger, first=MONDAY, last=MONDAY, group="4B", asof_entry=then)

    amy, ben = found.lines
    assert amy.then is not None
    assert amy.now is not None
    assert (amy.then.code, amy.now.code, amy.changed) == ("O", "I", True)
    assert not ben.changed
    assert (found.then_totals.unauthorised, found.now_totals.unauthorised) == (1, 0)
    assert (found.then_totals.authorised, found.now_totals.authorised) == (0, 1)
    assert found.now_totals.attendance == "50.0"
    (change,) = found.later
    assert (change.entry, change.name, change.reason) == (
        later.last,
        "Ann Example",
        "Mother rang: chickenpox",
    )
    assert found.header.asof.entry == then


def test_the_register_of_one_pupil_holds_nobody_else(school: ASchool) -> None:
    school.opened().marked(AM, {1: "O", 2: "/"})
    amy = asof(school.ledger).context.roll.pupils[1]

    found = register(school.ledger, first=MONDAY, last=MONDAY, pupil=amy, asof_entry=1)

    assert {line.pupil for line in found.lines} == {1}
    assert {change.pupil for change in found.later} == {1}
    assert [line.then for line in found.lines] == [None]


# --- registers not taken -----------------------------------------------------------------------


def test_a_register_is_not_taken_until_everybody_on_roll_has_a_mark(
    school: ASchool, runner: Runner
) -> None:
    school.opened()
    none = registers_not_taken(live(runner, school.ledger), MONDAY)
    assert [(row.session, row.marked, len(row.missing)) for row in none.rows] == [
        (AM, 0, 3),
        (PM, 0, 3),
    ]

    school.marked(AM, {1: "/", 2: "/"})
    school.marked(PM, {1: "\\", 2: "\\", 3: "\\"})
    (row,) = registers_not_taken(live(runner, school.ledger), MONDAY).rows
    assert (row.session, row.marked, [pupil.id for pupil in row.missing]) == (AM, 2, [3])


def test_no_register_is_expected_where_the_school_is_closed_or_does_not_meet(
    school: ASchool, runner: Runner
) -> None:
    school.opened().closed(1, AM, AM)

    rows = registers_not_taken(live(runner, school.ledger), MONDAY).rows
    assert [row.session for row in rows] == [PM]
    for written in ("2024-09-07", "2024-10-28", "2024-06-28"):  # Saturday, holiday, INSET
        day = dt.date.fromisoformat(written)
        assert registers_not_taken(live(runner, school.ledger), day).sheets == 0

    school.withdrawn(1, dt.datetime(2024, 9, 9, 7, 30, tzinfo=dt.UTC))
    assert len(registers_not_taken(live(runner, school.ledger), MONDAY).rows) == 2


def test_a_day_without_school_says_why_no_register_was_to_be_taken(
    school: ASchool, runner: Runner
) -> None:
    school.opened().closed(1, AM, PM)
    found = live(runner, school.ledger)

    def why(first: str, last: str | None = None) -> str:
        days = [dt.date.fromisoformat(day) for day in (first, last or first)]
        return registers_not_taken(found, *days).no_school

    assert why("2024-09-07") == "it is a Saturday"
    assert why("2024-10-28") == "it is in the school holidays"
    assert why("2024-06-28") == "it is an INSET day"
    assert why("2024-09-09").startswith("the school is closed: ")
    assert why("2024-09-10") == ""
    assert why("2024-09-07", "2024-09-09").startswith(
        "from 2024-09-07 it is a Saturday; from 2024-09-08 it is a Sunday; from 2024-09-09 the"
    )
    assert why("2024-09-07", "2024-09-10") == ""


def test_who_has_left_is_not_missing(school: ASchool, runner: Runner) -> None:
    school.opened().left(3, dt.date(2024, 9, 6))
    school.marked(AM, {1: "/", 2: "/"})

    rows = registers_not_taken(live(runner, school.ledger), MONDAY).rows

    assert [(row.session, row.expected) for row in rows] == [(PM, 2)]


# --- question 8 ----------------------------------------------------------------------------------


def observed(school: ASchool, before: dt.datetime | None, at: dt.datetime, **said: str) -> None:
    school.act(
        e.AmendmentObserved(
            session=AM,
            group="4B",
            pupil=1,
            original="N",
            amended="I",
            seen_before=before,
            seen_at=at,
            **said,
            **made(at),
        )
    )


def test_an_amendment_made_here_has_all_five_particulars(school: ASchool, runner: Runner) -> None:
    school.opened().marked(AM, {1: "N"})
    school.amended(AM, 1, "N", "I")

    found = audit_completeness(live(runner, school.ledger))

    assert (found.total, found.complete, found.lacking, found.native_lacking) == (1, 1, 0, 0)
    assert found.rows[0].five.made_on == MONDAY


def test_an_observed_one_lacks_what_the_source_does_not_say(
    school: ASchool, runner: Runner
) -> None:
    night = dt.datetime(2024, 9, 9, 20, tzinfo=dt.UTC)
    school.opened().marked(AM, {1: "N"})
    observed(school, night, night + dt.timedelta(days=1))

    found = audit_completeness(live(runner, school.ledger), lacking_only=True)

    assert (found.lacking, found.native_lacking) == (1, 0)
    assert found.rows[0].five.lacks == ("reason", "date", "name")


def test_its_date_is_known_where_both_snapshots_are_of_one_london_day(
    school: ASchool, runner: Runner
) -> None:
    """23.30 UTC on the 9th is already the 10th in London, in summer."""
    late = dt.datetime(2024, 9, 9, 23, 30, tzinfo=dt.UTC)
    school.opened().marked(AM, {1: "N"})
    observed(school, late, late + dt.timedelta(hours=8), source_name="S", source_reason="R")

    (row,) = audit_completeness(live(runner, school.ledger)).rows

    assert row.five.made_on == dt.date(2024, 9, 10)
    assert row.complete


def test_how_long_after_the_session_it_was_amended(school: ASchool, runner: Runner) -> None:
    """An afternoon opens at 13.00; five school days after Monday the 9th is Monday the 16th."""
    school.opened().marked(AM, {1: "N"})
    moments = {
        "2024-09-06T09:00": "before the session",
        "2024-09-09T12:59": "same session",
        "2024-09-09T13:00": "same day",
        "2024-09-16T23:59": "within five school days",
        "2024-09-17T00:01": "later",
    }
    before, after = "N", "O"
    for written in moments:
        at = dt.datetime.fromisoformat(f"{written}+01:00")
        school.amended(AM, 1, before, after, at=at)
        before, after = after, before

    rows = audit_completeness(live(runner, school.ledger)).rows

    assert [row.lag for row in rows] == list(moments.values())


def test_every_amendment_is_told_and_those_that_lack_something_first(
    school: ASchool, runner: Runner
) -> None:
    from delivery.render.amendments import text

    night = dt.datetime(2024, 9, 9, 20, tzinfo=dt.UTC)
    school.opened().marked(AM, {1: "N", 2: "N"})
    observed(school, night, night + dt.timedelta(days=1))
    school.amended(AM, 2, "N", "L", reason="Came by bus")

    said = text(audit_completeness(live(runner, school.ledger)))
    lacking, _, whole = said.partition("With all five")
    assert "not provided by source" in lacking
    assert "Came by bus" in whole
    assert "not provided by source" not in whole
    assert "Came by bus" not in text(
        audit_completeness(live(runner, school.ledger), lacking_only=True)
    )
