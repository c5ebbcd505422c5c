"""Files of marks: entries once, amendments observed between two nights, marks that vanish."""

import datetime as dt
from dataclasses import replace

import pytest

from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.handle_marks import handle_marks
from commands.import_marks import ImportMarks
from commands.take_register import Given, TakeRegister
from ledger.events import (
    AmendmentObserved,
    MarkRecorded,
    MarkVanished,
    PupilLeft,
    PupilMoved,
    SnapshotImported,
)
from ledger.kinds import Session
from ledger.refusals import BadRows, Forbidden, NotPermitted, OutOfOrder
from ledger.store import Act
from tests.commands.a_ledger import entries, of, rows, take_in
from tests.given import (
    AM,
    AMY,
    BEN,
    CAI,
    FRIDAY_BEFORE,
    HEAD,
    MADE,
    MONDAY,
    MONDAY_OF_CHANGE,
    OFFICE,
    PM,
    TEACHER,
    UPN,
    admitted,
    ask,
    at,
    week,
)

NIGHT_1, NIGHT_2, NIGHT_3 = "2024-09-09 18:00", "2024-09-10 18:00", "2024-09-11 18:00"
TUESDAY = Session(MONDAY + dt.timedelta(days=1), "AM")


def counts(outcome):
    came = outcome.came
    return came.recorded, came.amended, came.vanished, came.unchanged, came.refused


def marks(ledger):
    """The entries of every pupil-session, in order, as a trail: ``N>I``, ``N>I!`` vanished."""
    trail: dict[tuple[int, Session], str] = {}
    for one in ledger.entries():
        event = one.event
        if isinstance(event, MarkRecorded):
            assert (event.pupil, event.session) not in trail
            trail[event.pupil, event.session] = event.code
        elif isinstance(event, AmendmentObserved):
            trail[event.pupil, event.session] += ">" + event.amended
        elif isinstance(event, MarkVanished):
            trail[event.pupil, event.session] += "!"
    return trail


# --- new marks ----------------------------------------------------------------------


def test_new_marks_become_entries_on_the_sheets_of_the_classes(ledger):
    outcome = take_in(ledger, NIGHT_1, *of(AMY, week(r"/\ ")), *of(CAI, week(r"L\ ")))

    assert counts(outcome) == (4, 0, 0, 0, 0)
    assert [e.stream for e in entries(ledger, MarkRecorded)] == [
        "register/2024-09-09/AM/4B",
        "register/2024-09-09/AM/NU",
        "register/2024-09-09/PM/4B",
        "register/2024-09-09/PM/NU",
    ]
    assert [e.line for e in entries(ledger, MarkRecorded)] == [2, 4, 3, 5]


def test_the_snapshot_says_file_hash_span_and_counts(ledger):
    bad = (UPN[BEN], AM, "QQ")
    take_in(ledger, NIGHT_1, *of(AMY, week(r"/\ /\ ")), bad)

    (snapshot,) = entries(ledger, SnapshotImported)
    assert (snapshot.first, snapshot.last) == (MONDAY, TUESDAY.date)
    assert (snapshot.rows, snapshot.recorded, snapshot.refused) == (5, 4, 1)
    assert snapshot.file == "marks-2024-09-09.csv"
    assert snapshot.seen_at == at("18:00")


def test_what_the_file_says_beside_the_code_is_kept(ledger):
    told = {
        "minutes_late": "12",
        "comment": "Dentist overran",
        "taken_at": "2024-09-09T08:57",
        "taken_by_name": "Elowen Rowe",
        "taken_by_position": "Class teacher",
        "source_id": "77",
    }
    take_in(ledger, NIGHT_1, (UPN[AMY], AM, "L", told), (UPN[BEN], AM, "/"))

    amy, ben = entries(ledger, MarkRecorded)
    assert (amy.minutes_late, amy.comment, amy.taken_at) == (12, "Dentist overran", at("08:57"))
    assert (amy.taken_by_name, amy.taken_by_position) == ("Elowen Rowe", "Class teacher")
    assert (ben.minutes_late, ben.comment, ben.taken_by_name) == (None, None, None)


def test_two_character_codes_survive(ledger):
    take_in(ledger, NIGHT_1, (UPN[AMY], AM, "Y1"), (UPN[BEN], AM, "J1"))

    assert [e.code for e in entries(ledger, MarkRecorded)] == ["Y1", "J1"]


# --- idempotence --------------------------------------------------------------------


def test_the_same_file_twice_writes_nothing(ledger):
    told = of(AMY, week(r"/\ NN "))
    take_in(ledger, NIGHT_1, *told)
    size = ledger.size()

    again = take_in(ledger, NIGHT_2, *told)
    assert (again.receipt, again.came.already, ledger.size()) == (None, True, size)


def test_the_same_marks_in_another_file_write_only_that_it_was_seen(ledger):
    take_in(ledger, NIGHT_1, *of(AMY, week(r"/\ NN ")))
    size = ledger.size()

    again = take_in(ledger, NIGHT_2, *of(AMY, week(r"/\ NN /\ ")))
    assert counts(again) == (2, 0, 0, 4, 0)
    assert ledger.size() == size + 3


def test_the_order_of_rows_does_not_matter(ledger):
    told = [*of(AMY, week(r"/\ NN ")), *of(BEN, week(r"/\ II "))]
    take_in(ledger, NIGHT_1, *told)

    assert counts(take_in(ledger, NIGHT_2, *reversed(told))) == (0, 0, 0, 8, 0)


def test_a_file_taken_in_again_takes_the_rows_refused_before(ledger):
    """The office put the roll right and runs the very same file again."""
    stranger = ("A100000009", AM, "/")
    told = [*of(AMY, week(r"/\ ")), stranger]
    assert counts(take_in(ledger, NIGHT_1, *told)) == (2, 0, 0, 0, 1)
    size = ledger.size()
    assert counts(take_in(ledger, NIGHT_1, *told)) == (0, 0, 0, 2, 1)
    assert ledger.size() == size

    new = admitted(AMY, "4B", "2015-10-01").model_copy(update={"pupil": 4, "upn": "A100000009"})
    ledger.append(Act("admit", "import-pupils", HEAD, MADE["made_at"]), [new])
    assert counts(take_in(ledger, NIGHT_1, *told)) == (1, 0, 0, 2, 0)


def test_an_act_repeated_under_its_key_is_that_act(ledger):
    command = ask(ImportMarks, OFFICE, at("18:00"), file="m", sha256="a", seen_at=at("18:00"))
    first = handle_marks(command, rows((UPN[AMY], AM, "/")), ledger)
    again = handle_marks(command, rows((UPN[AMY], AM, "/")), ledger)

    assert again.receipt == replace(first.receipt, repeated=True)
    assert ledger.size() == first.receipt.last


# --- amendments observed ------------------------------------------------------------


def test_another_code_the_next_night_is_an_amendment_observed_between_the_two(ledger):
    take_in(ledger, NIGHT_1, (UPN[AMY], AM, "N"), (UPN[BEN], AM, "/"))
    told = {"reason": "Rang in sick", "taken_by_name": "J Tregear", "taken_by_position": "Office"}
    outcome = take_in(ledger, NIGHT_2, (UPN[AMY], AM, "I", told), (UPN[BEN], AM, "/"))

    assert counts(outcome) == (0, 1, 0, 1, 0)
    (seen,) = entries(ledger, AmendmentObserved)
    assert (seen.original, seen.amended) == ("N", "I")
    assert (seen.seen_before, seen.seen_at) == (at("18:00"), at("18:00", TUESDAY.date))
    assert (seen.source_reason, seen.source_name) == ("Rang in sick", "J Tregear")
    assert (seen.source_position, seen.line) == ("Office", 2)


def test_what_the_source_does_not_say_is_not_made_up(ledger):
    take_in(ledger, NIGHT_1, (UPN[AMY], AM, "N"))
    take_in(ledger, NIGHT_2, (UPN[AMY], AM, "I"))

    (seen,) = entries(ledger, AmendmentObserved)
    assert (seen.source_reason, seen.source_name, seen.source_position) == (None, None, None)


def test_seen_before_is_the_last_snapshot_that_spoke_for_the_day(ledger):
    """Night 2 holds Tuesday alone; Monday was last seen on night 1."""
    take_in(ledger, NIGHT_1, (UPN[AMY], AM, "N"))
    take_in(ledger, NIGHT_2, (UPN[AMY], TUESDAY, "/"))
    take_in(ledger, NIGHT_3, (UPN[AMY], AM, "I"), (UPN[AMY], TUESDAY, "I"))

    monday, tuesday = entries(ledger, AmendmentObserved)
    assert (monday.seen_before, tuesday.seen_before) == (at("18:00"), at("18:00", TUESDAY.date))


def test_back_and_forth_are_two_amendments(ledger):
    for night, code in ((NIGHT_1, "N"), (NIGHT_2, "I"), (NIGHT_3, "N")):
        take_in(ledger, night, (UPN[AMY], AM, code))

    assert marks(ledger)[AMY, AM] == "N>I>N"


def test_an_amendment_goes_to_the_sheet_the_entry_stands_on(ledger):
    """Amy was moved with effect from before; her mark of Monday is on the sheet of 4B."""
    take_in(ledger, NIGHT_1, (UPN[AMY], AM, "N"))
    moved = PupilMoved(
        pupil=AMY, group="4A", year_group="4", starts=MONDAY, made_by=OFFICE, made_at=at("19:00")
    )
    ledger.append(Act("move", "import-pupils", OFFICE, at("19:00")), [moved])
    take_in(ledger, NIGHT_2, (UPN[AMY], AM, "I"), (UPN[AMY], PM, "\\"))

    assert entries(ledger, AmendmentObserved)[0].stream == "register/2024-09-09/AM/4B"
    assert entries(ledger, MarkRecorded)[-1].stream == "register/2024-09-09/PM/4A"


# --- marks that vanish --------------------------------------------------------------


def test_a_mark_gone_inside_the_span_has_vanished_once(ledger):
    both = [*of(AMY, week(r"/\ /\ ")), *of(BEN, week(r"/\ /\ "))]
    take_in(ledger, NIGHT_1, *both)
    outcome = take_in(ledger, NIGHT_2, *both[1:])

    assert counts(outcome) == (0, 0, 1, 7, 0)
    (gone,) = entries(ledger, MarkVanished)
    assert (gone.pupil, gone.original, gone.session) == (AMY, "/", AM)
    assert (gone.seen_before, gone.seen_at) == (at("18:00"), at("18:00", TUESDAY.date))
    assert counts(take_in(ledger, NIGHT_3, *both[1:], (UPN[BEN], TUESDAY, "/")))[2] == 0


def test_outside_the_span_nothing_is_said(ledger):
    take_in(ledger, NIGHT_1, *of(AMY, week(r"/\ /\ /\ ")))
    take_in(
        ledger, NIGHT_2, (UPN[AMY], TUESDAY, "/"), (UPN[AMY], TUESDAY._replace(half="PM"), "\\")
    )

    assert entries(ledger, MarkVanished) == []


def test_a_whole_session_gone_between_two_days_has_vanished(ledger):
    take_in(ledger, NIGHT_1, *of(AMY, week(r"/\ /\ /\ ")))
    outcome = take_in(ledger, NIGHT_2, *of(AMY, week(r"/\ -- /\ ")))

    assert outcome.came.vanished == 2


@pytest.mark.parametrize("blank", ["", "-", " "])
def test_blank_and_dash_are_no_mark_and_not_absent(ledger, blank):
    outcome = take_in(ledger, NIGHT_1, (UPN[AMY], AM, blank), (UPN[BEN], AM, "/"))
    assert (counts(outcome), outcome.came.blank) == ((1, 0, 0, 0, 0), 1)

    take_in(ledger, NIGHT_2, (UPN[AMY], AM, "/"), (UPN[BEN], AM, blank))
    assert [e.pupil for e in entries(ledger, MarkVanished)] == [BEN]


def test_a_mark_that_comes_back_is_observed_with_no_original(ledger):
    """Vanished, back, and vanished again: each is told."""
    there = [(UPN[AMY], AM, "/"), (UPN[BEN], AM, "/")]
    take_in(ledger, NIGHT_1, *there)
    take_in(ledger, NIGHT_2, there[1])
    take_in(ledger, NIGHT_3, *there)
    (back,) = entries(ledger, AmendmentObserved)
    assert (back.original, back.amended) == (None, "/")

    take_in(ledger, "2024-09-12 18:00", there[1])
    assert len(entries(ledger, MarkVanished)) == 2


@pytest.mark.parametrize(
    "bad",
    [
        (3, UPN[AMY], "2024-09-09", "AM", "QQ", None),  # the code cannot be read
        (3, UPN[AMY], "09/09/2024", "AM", "/", None),  # the day cannot be read
        (3, UPN[AMY], "2024-09-09", "AM", "/", {"minutes_late": "soon"}),
    ],
)
def test_a_row_refused_is_not_a_mark_that_vanished(ledger, bad):
    """The source still shows something for the pupil; that we cannot take it in is our matter."""
    take_in(ledger, NIGHT_1, (UPN[AMY], AM, "/"), (UPN[BEN], AM, "/"))
    outcome = take_in(ledger, NIGHT_2, raw=[*rows((UPN[BEN], AM, "/")), bad])

    assert counts(outcome) == (0, 0, 0, 1, 1)


# --- order --------------------------------------------------------------------------


def test_a_file_older_than_the_last_is_refused(ledger):
    take_in(ledger, NIGHT_2, (UPN[AMY], AM, "I"))
    with pytest.raises(OutOfOrder, match=r"before the file last taken in"):
        take_in(ledger, NIGHT_1, (UPN[AMY], AM, "N"))

    assert marks(ledger)[AMY, AM] == "I"


def test_an_older_file_of_other_days_turns_nothing_back(ledger):
    """A school that begins with last night's file takes in the summer afterwards."""
    take_in(ledger, NIGHT_2, (UPN[AMY], AM, "I"))
    summer = Session(FRIDAY_BEFORE, "AM")

    assert counts(take_in(ledger, "2024-08-16 18:00", (UPN[AMY], summer, "/"))) == (1, 0, 0, 0, 0)


def test_a_file_from_the_future_is_refused(ledger):
    command = ask(ImportMarks, OFFICE, at("18:00"), file="m", sha256="a", seen_at=at("18:01"))
    with pytest.raises(Forbidden, match="still to come"):
        handle_marks(command, [], ledger)


# --- rows that cannot be taken in ---------------------------------------------------


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("A999999999", "2024-09-09", "AM", "/"), "No pupil A999999999 is in the admission"),
        (("", "2024-09-09", "AM", "/"), "No pupil without a UPN"),
        ((UPN[AMY], "2024-09-09", "AM", "QQ"), "QQ is not a code in force on 2024-09-09"),
        ((UPN[AMY], "2024-09-09", "AM", "i"), "i is not a code in force"),
        ((UPN[AMY], "2024-09-09", "PM", "/"), "it is for morning sessions only"),
        ((UPN[AMY], "2024-09-08", "AM", "/"), "2024-09-08 is not a school day"),
        ((UPN[AMY], "2024-09-02", "AM", "/"), "it is an INSET day"),
        ((UPN[AMY], "09/09/2024", "AM", "/"), "'09/09/2024' is not a date written like"),
        ((UPN[AMY], "2024-02-30", "AM", "/"), "Day is out of range for month."),
        ((UPN[AMY], "2024-09-09", "Reg", "/"), "'Reg' is neither AM nor PM."),
        ((UPN[CAI], "2023-12-01", "AM", "/"), "is not a school day"),
        ((UPN[AMY], "2024-09-09", "AM", "Y"), "Y is not a code in force on 2024-09-09"),
        ((UPN[AMY], "2024-08-16", "AM", "Y1"), "Y1 is not a code in force on 2024-08-16"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_the_good_ones_go_in(ledger, row, told):
    raw = [*rows((UPN[BEN], AM, "/")), (3, *row, None)]
    outcome = take_in(ledger, NIGHT_1, raw=raw)

    assert counts(outcome) == (1, 0, 0, 0, 1)
    (refused,) = outcome.came.refusals
    assert (refused.line, told in refused.why) == (3, True), refused.why


def test_a_row_after_leaving_is_refused_with_the_day(ledger):
    left = PupilLeft(pupil=AMY, last_day=MONDAY, made_by=OFFICE, made_at=at("12:00"))
    ledger.append(Act("left", "import-pupils", OFFICE, at("12:00")), [left])
    outcome = take_in(ledger, NIGHT_2, (UPN[AMY], AM, "/"), (UPN[AMY], TUESDAY, "/"))

    assert counts(outcome) == (1, 0, 0, 0, 1)
    assert outcome.came.refusals[0].why == (
        "A100000001 is not on the admission register on 2024-09-10 "
        "(the last day on roll was 2024-09-09)."
    )


def test_strict_takes_in_nothing_if_any_row_is_bad(ledger):
    size = ledger.size()
    with pytest.raises(BadRows, match=r"1 of the rows in marks-2024-09-09\.csv"):
        take_in(ledger, NIGHT_1, (UPN[AMY], AM, "/"), (UPN[BEN], AM, "QQ"), strict=True)

    assert ledger.size() == size


def test_a_file_with_no_good_row_records_nothing(ledger):
    outcome = take_in(ledger, NIGHT_1, (UPN[AMY], AM, "QQ"))
    assert (outcome.receipt, outcome.came.refused) == (None, 1)


def test_the_same_row_twice_is_counted_and_two_that_differ_are_both_refused(ledger):
    outcome = take_in(
        ledger,
        NIGHT_1,
        (UPN[AMY], AM, "/"),
        (UPN[AMY], AM, "/"),
        (UPN[BEN], AM, "/"),
        (UPN[BEN], AM, "I"),
    )
    assert (counts(outcome), outcome.came.repeated) == ((1, 0, 0, 0, 2), 1)
    assert [(row.line, row.why) for row in outcome.came.refusals] == [
        (4, "Line 5 says I for the same session."),
        (5, "Line 4 says / for the same session."),
    ]


def test_only_the_first_thousand_bad_rows_are_kept_and_all_are_counted(ledger):
    raw = [(line, "NOBODY", "2024-09-09", "AM", "/", None) for line in range(2, 2502)]
    came = take_in(ledger, NIGHT_1, raw=raw).came

    assert (came.refused, len(came.refusals), came.refusals[-1].line) == (2500, 1000, 1001)


def test_rows_that_agree_there_is_no_session_are_passed_over(ledger):
    """INSET shown as #, and a prospective pupil as Z: what calendar and roll say too."""
    raw = [
        (2, UPN[AMY], "2024-09-02", "AM", "#", None),
        (3, "A555555555", "2024-09-09", "AM", "Z", None),
        (4, UPN[AMY], "2024-09-09", "AM", "/", None),
    ]
    came = take_in(ledger, NIGHT_1, raw=raw).came
    assert (came.recorded, came.refused, came.blank) == (1, 0, 2)


def test_a_refused_row_of_a_far_day_does_not_make_the_file_speak_for_it(ledger):
    take_in(ledger, NIGHT_1, *of(AMY, week(r"/\ ")))
    far = (3, UPN[AMY], "2024-09-16", "AM", "QQ", None)
    outcome = take_in(ledger, NIGHT_2, raw=[*rows((UPN[AMY], TUESDAY, "/")), far])

    assert (outcome.came.first, outcome.came.last) == (TUESDAY.date, TUESDAY.date)


# --- codes of another year ----------------------------------------------------------


def test_h_is_taken_in_silently_until_18_august_2024_and_flagged_from_the_19th(ledger):
    before, after = Session(FRIDAY_BEFORE, "AM"), Session(MONDAY_OF_CHANGE, "AM")
    outcome = take_in(ledger, NIGHT_1, (UPN[AMY], before, "H"))
    assert (counts(outcome), outcome.came.flagged) == ((1, 0, 0, 0, 0), ())

    outcome = take_in(ledger, NIGHT_1, (UPN[AMY], after, "H"), (UPN[BEN], after, "J"))
    assert counts(outcome) == (2, 0, 0, 0, 0)
    assert [(flag.what[0], flag.count, flag.line) for flag in outcome.came.flagged] == [
        ("H", 1, 2),
        ("J", 1, 3),
    ]


@pytest.mark.parametrize(("taken", "flagged"), [("18:00", 0), ("18:01", 1)])
def test_a_mark_taken_after_the_moment_the_file_shows_is_flagged(ledger, taken, flagged):
    told = {"taken_at": f"2024-09-09T{taken}"}
    came = take_in(ledger, NIGHT_1, (UPN[AMY], AM, "/", told), (UPN[BEN], AM, "/")).came
    assert (came.recorded, sum(flag.count for flag in came.flagged)) == (2, flagged)


# --- a school that takes registers here too -----------------------------------------


def take_here(ledger, code="/", by=TEACHER):
    marks = (Given(pupil=UPN[AMY], code=code), Given(pupil=UPN[BEN], code="/"))
    handle(ask(TakeRegister, by, at("08:50"), session=AM, group="4B", marks=marks), ledger)


def amend_here(ledger, code, time="10:00"):
    said = {"pupil": UPN[AMY], "session": AM, "code": code, "reason": "Mother rang"}
    handle(ask(AmendMark, OFFICE, at(time), **said), ledger)


def shown(ledger, night, code):
    told = [(UPN[AMY], AM, code)] if code else []
    return counts(take_in(ledger, night, *told, (UPN[BEN], AM, "/"), (UPN[BEN], TUESDAY, "/")))


def test_a_mark_taken_here_and_shown_there_alike_is_nothing_new(ledger):
    take_here(ledger)
    assert shown(ledger, NIGHT_1, "/") == (1, 0, 0, 2, 0)


def test_a_mark_taken_here_and_shown_there_otherwise_is_observed(ledger):
    take_here(ledger)
    assert shown(ledger, NIGHT_1, "N") == (1, 1, 0, 1, 0)
    (seen,) = entries(ledger, AmendmentObserved)
    assert (seen.original, seen.amended, seen.seen_before) == ("/", "N", None)


def test_our_own_amendment_is_not_turned_back_by_a_source_that_says_what_it_said(ledger):
    """N imported, amended here to I; the source still shows N every night."""
    shown(ledger, NIGHT_1, "N")
    amend_here(ledger, "I")
    assert shown(ledger, NIGHT_2, "N")[:3] == (0, 0, 0)

    assert take_in(ledger, NIGHT_3, (UPN[AMY], AM, "N"), (UPN[BEN], AM, "L")).came.amended == 1
    assert [e.pupil for e in entries(ledger, AmendmentObserved)] == [BEN]


def test_a_source_that_follows_our_amendment_says_nothing_new(ledger):
    shown(ledger, NIGHT_1, "N")
    amend_here(ledger, "I")
    assert shown(ledger, NIGHT_2, "I")[:3] == (0, 0, 0)


def test_a_source_that_comes_to_say_a_third_thing_is_observed(ledger):
    shown(ledger, NIGHT_1, "N")
    amend_here(ledger, "I")
    shown(ledger, NIGHT_2, "M")
    (seen,) = entries(ledger, AmendmentObserved)
    assert (seen.original, seen.amended) == ("I", "M")


def test_our_amendment_of_our_own_mark_stands_against_a_source_that_agreed_before(ledger):
    """Taken here /, shown there /, amended here to I, shown there / still: nothing."""
    take_here(ledger)
    shown(ledger, NIGHT_1, "/")
    amend_here(ledger, "I", "19:00")
    again = (UPN[BEN], Session(MONDAY, "PM"), "\\")
    take_in(ledger, NIGHT_2, (UPN[AMY], AM, "/"), (UPN[BEN], AM, "I"), again)

    assert [e.pupil for e in entries(ledger, AmendmentObserved)] == [BEN]


def test_a_mark_taken_here_that_the_source_never_showed_has_not_vanished(ledger):
    take_here(ledger)
    assert shown(ledger, NIGHT_1, "") == (1, 0, 0, 1, 0)
    assert shown(ledger, NIGHT_2, "")[2] == 0


# --- who, and dry runs --------------------------------------------------------------


def test_who_may(ledger):
    with pytest.raises(NotPermitted):
        take_in(ledger, NIGHT_1, (UPN[AMY], AM, "/"), by=TEACHER)


def test_a_dry_run_counts_and_records_nothing(ledger):
    size = ledger.size()
    outcome = take_in(ledger, NIGHT_1, (UPN[AMY], AM, "/"), dry_run=True)

    assert (counts(outcome), outcome.receipt, ledger.size()) == ((1, 0, 0, 0, 0), None, size)
