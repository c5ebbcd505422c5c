"""Support: begun with the figures before, noted, closed with the figures after."""

import datetime as dt

from commands.support.close_support import CloseSupport
from commands.support.note_support import NoteSupport
from commands.support.open_support import OpenSupport
from ledger.events import Figures
from ledger.refusals import Forbidden, NotPermitted, UnknownParent, UnknownPupil, UnknownSupport
from ledger.support import Supports
from tests.given import AMY, HEAD, MONDAY, OFFICE, UPN, ask, at, given, recorded, week

NEXT = MONDAY + dt.timedelta(days=7)
BEFORE = [recorded(code, session) for session, code in week(r"OO OO /\ /\ /\ ")]
AFTER = [recorded(code, session) for session, code in week(r"/\ /\ /\ /\ /O", NEXT)]


def begin(when=None, by=HEAD, **said):
    asked = {"kind": "attendance contract", "about": "Mondays", "pupil": UPN[AMY], **said}
    return ask(OpenSupport, by, when or at("08:00", NEXT), **asked)


def test_it_holds_the_figures_before_it_as_exact_counts_at_an_entry():
    told = given(*BEFORE)
    (event,) = told.when(begin()).events

    assert event.support == 1
    assert event.before == Figures(
        first="2024-09-02", last="2024-09-15", possible=10, attended=6, authorised=0,
        unauthorised=4, late=0, position=len(told.told.events),
    )  # fmt: skip


def test_closed_it_holds_the_figures_since():
    opened = given(*BEFORE).when(begin()).events
    told = given(*BEFORE, *opened, *AFTER)
    friday = NEXT + dt.timedelta(4)
    closing = ask(CloseSupport, HEAD, at("16:00", friday), support=1, outcome="Kept")
    (event,) = told.when(closing).events

    assert (event.after.possible, event.after.attended, event.after.unauthorised) == (10, 9, 1)
    given(*BEFORE, *opened, *AFTER, event).when(closing).then_nothing()
    again = ask(CloseSupport, HEAD, at("17:00", friday), support=1, outcome="Else")
    given(*opened, event).when(again).then_refused(Forbidden, "closed on")


def test_a_note_may_move_the_day_of_review():
    opened = given().when(begin(review_on="2024-09-20")).events
    noting = ask(
        NoteSupport, HEAD, at("09:00", dt.date(2024, 9, 20)), support=1, note="Two of two",
        review_on="2024-10-04",
    )  # fmt: skip
    noted = given(*opened).when(noting).events

    one = Supports.fold([*opened, *noted]).by_number[1]
    assert (one.review_on, one.review_said_on) == (dt.date(2024, 10, 4), dt.date(2024, 9, 20))
    given(*opened, *noted).when(noting).then_nothing()


def test_the_numbers_run_on_and_the_same_again_is_nothing():
    opened = given().when(begin()).events

    given(*opened).when(begin()).then_nothing()
    (other,) = given(*opened).when(begin(about="Fridays")).events
    assert other.support == 2


def test_training_is_about_no_pupil_and_has_no_figures():
    (event,) = given().when(begin(kind="training", about="Registers", pupil=None)).events

    assert (event.pupil, event.before) == (None, None)


def test_refusals_come_in_their_order():
    given().when(begin(pupil="nobody", by=OFFICE)).then_refused(UnknownPupil)
    given().when(begin(parents=("parent-9",), by=OFFICE)).then_refused(UnknownParent)
    given().when(begin(by=OFFICE, review_on="2020-01-01")).then_refused(NotPermitted)
    given().when(begin(pupil=None)).then_refused(Forbidden, "is about a pupil")
    given().when(begin(review_on="2020-01-01")).then_refused(Forbidden, "cannot be reviewed")
    noting = ask(NoteSupport, OFFICE, support=9, note="-")
    given().when(noting).then_refused(UnknownSupport, "none")
