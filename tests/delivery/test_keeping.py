"""Six years driven: planned, held, approved by two, gone to the last byte, and still proved."""

import datetime as dt
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from freezegun import freeze_time
from pypdf import PdfReader
from sqlalchemy.exc import OperationalError

from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.leave.request_leave import RequestLeave
from commands.penalty.disclose_earlier_notice import DiscloseEarlierNotice
from commands.retention.approve_disposal import ApproveDisposal
from commands.retention.dispose_of_entries import DisposeOfEntries
from commands.retention.place_hold import PlaceHold
from commands.retention.redact import Redact
from commands.retention.release_hold import ReleaseHold
from commands.retention.request_disposal import RequestDisposal
from commands.retention.request_erasure import RequestErasure
from commands.states import states_of
from commands.support.open_support import OpenSupport
from delivery import keeping
from delivery.bootstrap import Desk
from delivery.documents.register import register_pdf
from delivery.registers import register_shown
from delivery.render import registers
from delivery.render.retention import Proof
from ledger.calendar import instant
from ledger.events import MarkRecorded, PupilLeft, RegisterClosed, RegisterOpened, StaffLeft
from ledger.kinds import Person, Session
from ledger.refusals import (
    AnotherPersonNeeded,
    LedgerBusy,
    NotPermitted,
    NotYetDue,
    Refused,
    UnderHold,
    UnknownHold,
)
from ledger.retention import plan, retention_of
from ledger.store import Act, open_store
from ledger.store.verify import verify
from projections import doctor, retention, views
from projections.explain import explain_mark
from projections.registers_not_taken import registers_not_taken
from tests.commands.a_ledger import set_up
from tests.commands.penalty.a_case import PARENTS
from tests.given import AMY, BEN, HEAD, MADE, OFFICE, SCHOOL, TEACHER, UPN, at, staff

pytestmark = pytest.mark.slow

CEO = Person(id="ceo", name="Cora Chief", position="Chief executive")
MARK_DAY = dt.date(2024, 9, 9)
AM, PM = Session(MARK_DAY, "AM"), Session(MARK_DAY, "PM")
DUE = dt.date(2030, 9, 9)
CANARY = "Zebedee quoxworth the canary"
BODIES = "SELECT body FROM pages WHERE stream >= 'register/' AND stream < 'register0'"
SHEET = "register/2024-09-09/AM/4B"
LATER_CANARY = "Marmaduke's later words"


def appointed(person: Person, role: str) -> Any:
    return staff(HEAD).model_copy(
        update={
            "staff": person.id,
            "name": person.name,
            "position": person.position,
            "roles": (role,),
        }
    )


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: Any, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'kept.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    with open_store(url, create=True) as store:
        set_up(store, appointed(CEO, "ceo"))
        made = Desk(url, store, clock=lambda: dt.datetime.now(dt.UTC))
        yield made
        if "runner" in made.__dict__:
            made.runner.engine.dispose()


@pytest.fixture
def clock() -> Iterator[Any]:
    with freeze_time(instant(MARK_DAY, dt.time(9))) as frozen:
        yield frozen


def a_register(desk: Desk) -> Any:
    """A sheet of two on 9 September 2024; Amy's mark amended that day, Ben's on the 16th."""
    ledger = desk.ledger(None)
    made = {"made_by": TEACHER, "made_at": at("08:50", MARK_DAY)}
    place = {"session": AM, "group": "4B"}
    ledger.append(
        Act("taken", "take-register", TEACHER, made["made_at"]),
        [
            RegisterOpened(**place, **made),
            MarkRecorded(**place, pupil=AMY, code="N", **made),
            MarkRecorded(**place, pupil=BEN, code="N", comment=CANARY, **made),
            RegisterClosed(**place, **made),
        ],
    )
    return ledger


def amend(ledger: Any, pupil: int, reason: str, day: dt.date) -> None:
    said = {"pupil": UPN[pupil], "session": AM, "code": "I", "reason": reason}
    handle(AmendMark(by="office", at=at("10:00", day), key=f"amend-{pupil}", **said), ledger)


def do(desk: Desk, kind: Any, by: Person = OFFICE, **said: Any) -> Any:
    command = kind(by=by.id, at=desk.clock(), key=desk.keys(), **said)
    return keeping.do(desk, command, None)


def planned(desk: Desk, on: dt.date) -> Any:
    ledger = desk.ledger(None)
    return plan(ledger, states_of(ledger).school, retention_of(ledger), on)


def approve_and_run(desk: Desk, number: int = 1) -> Any:
    for person in (HEAD, CEO):
        do(desk, ApproveDisposal, person, disposal=number)
    return do(desk, DisposeOfEntries, HEAD, disposal=number)


# --- when -------------------------------------------------------------------------------------


def test_nothing_may_go_the_day_before_and_a_mark_may_on_the_day(desk: Desk, clock: Any) -> None:
    a_register(desk)

    assert planned(desk, DUE - dt.timedelta(days=1)).entries == []
    assert [one.stream for one in planned(desk, DUE).going] == [SHEET] * 4


def test_a_mark_and_its_amendments_go_six_years_after_the_latest(desk: Desk, clock: Any) -> None:
    ledger = a_register(desk)
    clock.move_to(instant(dt.date(2024, 9, 16), dt.time(10)))
    amend(ledger, BEN, "Rang", dt.date(2024, 9, 16))

    first = ledger.stream(SHEET)[0].entry
    assert planned(desk, DUE).entries == [first + 1]  # Amy's alone; the sheet waits for Ben's
    assert planned(desk, dt.date(2030, 9, 15)).entries == [first + 1]
    assert len(planned(desk, dt.date(2030, 9, 16)).entries) == 5


def test_a_pupil_stays_on_the_admission_register_while_anything_is_left(
    desk: Desk, clock: Any
) -> None:
    ledger = a_register(desk)
    gone = PupilLeft(pupil=BEN, last_day="2024-09-09", **MADE)
    ledger.append(Act("left", "import-pupils", HEAD, MADE["made_at"]), [gone])
    streams = {one.stream for one in planned(desk, DUE - dt.timedelta(days=1)).going}
    assert streams == set()
    assert f"pupil/{BEN}" in {one.stream for one in planned(desk, DUE).going}
    assert f"pupil/{AMY}" not in {one.stream for one in planned(desk, DUE).going}  # not left

    do(
        desk,
        PlaceHold,
        HEAD,
        case="1",
        reason="-",
        pupils=(UPN[BEN],),
        starts=MARK_DAY,
        ends=MARK_DAY,
    )
    assert f"pupil/{BEN}" not in {one.stream for one in planned(desk, DUE).going}


# --- holds ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"pupils": (UPN[BEN],)}, 3),  # Ben's mark, and what opened and closed the sheet
        ({"streams": (SHEET,)}, 4),
        ({"starts": MARK_DAY, "ends": MARK_DAY}, 4),
        ({"starts": dt.date(2024, 9, 10)}, 0),
        ({"pupils": (UPN[BEN],), "ends": dt.date(2024, 9, 8)}, 0),
        ({}, 4),
    ],
)
def test_a_hold_beats_policy(desk: Desk, clock: Any, said: Any, kept: int) -> None:
    a_register(desk)
    do(desk, PlaceHold, HEAD, case="A v B", reason="Prosecution", **said)

    assert len(planned(desk, DUE).entries) == 4 - kept


def test_two_people_place_a_hold_and_two_release_it(desk: Desk, clock: Any) -> None:
    a_register(desk)
    do(desk, PlaceHold, HEAD, case="A v B", reason="Prosecution")
    with pytest.raises(AnotherPersonNeeded):
        do(desk, PlaceHold, HEAD, confirm=1)
    do(desk, PlaceHold, CEO, confirm=1)
    with pytest.raises(NotPermitted):
        do(desk, ReleaseHold, OFFICE, hold=1, reason="Over")
    do(desk, ReleaseHold, HEAD, hold=1, reason="Over")
    with pytest.raises(AnotherPersonNeeded):
        do(desk, ReleaseHold, HEAD, hold=1)

    assert planned(desk, DUE).entries == []  # in force until the second has released it
    do(desk, ReleaseHold, CEO, hold=1)
    assert len(planned(desk, DUE).entries) == 4
    with pytest.raises(UnknownHold):
        do(desk, ReleaseHold, CEO, hold=1)
    assert desk.store.database.select("SELECT count(*) FROM held", ()) == [(0,)]


# --- by whom ----------------------------------------------------------------------------------


def test_two_approve_and_neither_is_the_one_who_asked(desk: Desk, clock: Any) -> None:
    a_register(desk)
    clock.move_to(instant(DUE - dt.timedelta(days=1), dt.time(9)))
    with pytest.raises(NotYetDue, match="9 September 2030"):
        do(desk, RequestDisposal, HEAD)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, HEAD)
    with pytest.raises(AnotherPersonNeeded):
        do(desk, ApproveDisposal, HEAD, disposal=1)
    with pytest.raises(NotPermitted):
        do(desk, ApproveDisposal, OFFICE, disposal=1)
    do(desk, ApproveDisposal, CEO, disposal=1)
    assert do(desk, ApproveDisposal, CEO, disposal=1).outcome.events == ()
    with pytest.raises(AnotherPersonNeeded, match="2 have approved"):
        do(desk, DisposeOfEntries, CEO, disposal=1)


def test_a_hold_placed_after_the_approval_stops_it(desk: Desk, clock: Any) -> None:
    ledger = a_register(desk)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    do(desk, PlaceHold, HEAD, case="A v B", reason="Prosecution")

    with pytest.raises(UnderHold):
        approve_and_run(desk)

    assert len(ledger.stream(SHEET)) == 4


def test_erasure_inside_the_years_is_refused_and_the_refusal_recorded(
    desk: Desk, clock: Any
) -> None:
    a_register(desk)
    (event,) = do(desk, RequestErasure, pupil=UPN[BEN], asked_by="Mother").outcome.events

    assert (event.entries, event.until) == (2, DUE)  # the mark and the admission
    assert event.reference == "UK GDPR Art. 17(3)(b); SI 2024/208 reg. 7(a)"


def test_a_disposal_cut_off_at_the_read_models_says_so_and_is_done_again(
    desk: Desk, clock: Any, monkeypatch: Any
) -> None:
    ledger = a_register(desk)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    with monkeypatch.context() as patch:
        full = OperationalError("COMMIT", {}, Exception("the disk is full"))
        patch.setattr(desk.runner, "rebuild", Mock(side_effect=full))

        said = approve_and_run(desk).notes

    assert "not done in the database yet (the disk is full): do the same again" in said[-1]
    do(desk, DisposeOfEntries, HEAD, disposal=1)
    assert any(page.gone for page in ledger.pages())
    assert not doctor.doctor(desk.runner, ledger).findings


def test_a_disposal_beside_a_program_that_reads_says_what_is_left_to_do(
    desk: Desk, clock: Any, monkeypatch: Any
) -> None:
    a_register(desk)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    with monkeypatch.context() as patch:
        busy = Mock(side_effect=LedgerBusy(where="kept.db", seconds=30))
        patch.setattr(type(desk.store.database), "scrub", busy)

        said = approve_and_run(desk).notes

    assert "did not finish in 30 seconds): do the same again" in said[-1]
    assert do(desk, DisposeOfEntries, HEAD, disposal=1).notes[0].startswith("School 123456: ")


def test_what_is_left_of_a_sheet_is_amended_after_the_rest_is_gone(desk: Desk, clock: Any) -> None:
    """A case in court keeps Amy's mark, and it turns out to have been wrong."""
    ledger = a_register(desk)
    do(desk, PlaceHold, HEAD, case="A v B", reason="Prosecution", pupils=(UPN[AMY],))
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    approve_and_run(desk)

    amend(ledger, AMY, "The surgery wrote", DUE)

    assert ledger.stream(SHEET)[-1].event.amended == "I"
    assert verify(ledger).sound


def test_numbers_of_what_is_gone_are_not_given_again(desk: Desk, clock: Any) -> None:
    ledger = a_register(desk)
    ledger.append(Act("p", "import-pupils", HEAD, MADE["made_at"]), [PARENTS])
    asked = {
        "pupil": UPN[AMY], "asked_by": "parent-1", "first": Session(dt.date(2024, 9, 23), "AM"),
        "back": Session(dt.date(2024, 9, 24), "AM"), "reason": "A funeral",
    }  # fmt: skip
    opened = {"kind": "meeting", "about": "Mondays", "pupil": UPN[AMY]}
    handle(RequestLeave(by="office", at=at("10:00"), key="leave", **asked), ledger)
    handle(OpenSupport(by="head", at=at("10:00"), key="support", **opened), ledger)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    approve_and_run(desk)
    assert {"leave/1", "support/1"} <= {page.stream for page in ledger.pages() if page.gone}

    later = {"at": at("10:00", DUE)}
    leave = handle(RequestLeave(by="office", key="leave-2", **later, **asked), ledger)
    support = handle(OpenSupport(by="head", key="support-2", **later, **opened), ledger)

    assert leave.events[0].leave == 2
    assert support.events[0].support == 2


def test_a_case_begins_anew_where_an_old_one_is_gone(desk: Desk, clock: Any) -> None:
    """The stream of one parent and one child goes on, with what is gone before it."""
    ledger = a_register(desk)
    ledger.append(Act("p", "import-pupils", HEAD, MADE["made_at"]), [PARENTS])
    told = {
        "pupil": UPN[AMY], "parent": "parent-1", "issued_by": "Devon",
        "told_by": "Devon", "issued_on": dt.date(2024, 9, 9),
        "offence_start": dt.date(2024, 9, 2), "offence_end": dt.date(2024, 9, 6),
    }  # fmt: skip
    handle(DiscloseEarlierNotice(by="head", at=at("10:00"), key="told", **told), ledger)
    (stream,) = {page.stream for page in ledger.pages("penalty/")}
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    approve_and_run(desk)
    assert all(page.gone for page in ledger.pages_of(stream))

    again = told | {"issued_on": DUE, "offence_start": DUE, "offence_end": DUE}
    handle(DiscloseEarlierNotice(by="head", at=at("10:00", DUE), key="again", **again), ledger)

    assert [one.version for one in ledger.stream(stream)] == [2]
    assert verify(ledger).sound


def test_what_is_gone_is_never_said_not_to_have_been_entered(desk: Desk, clock: Any) -> None:
    """Neither of a mark, nor of a register, nor as at a day when it was still there."""
    ledger = a_register(desk)
    pupil = states_of(ledger).roll.pupils[BEN]
    size = ledger.size()
    assert "Nothing has been entered" in explain_mark(ledger, pupil, PM).nothing
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    approve_and_run(desk)

    certificate = ledger.size()
    for asof in (None, size):
        found = explain_mark(ledger, pupil, AM, asof)
        assert [(one.entries, one.disposal, one.certificate) for one in found.gone] == [
            (4, 1, certificate)
        ]
        assert "went in disposal 1" in found.nothing
    missing = registers_not_taken(views.live(desk.runner, ledger), MARK_DAY)
    assert (missing.disposed, missing.sheets) == (1, 3)
    assert ("AM", "4B") not in [(one.session.half, one.group) for one in missing.rows]
    view = "SELECT half, class FROM registers_not_taken WHERE date = '2024-09-09' ORDER BY 1, 2"
    with desk.runner.engine.connect() as connection:
        in_sql = [tuple(row) for row in connection.exec_driver_sql(view)]
        gone = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM sheets_gone")]
    assert in_sql == sorted((one.session.half, one.group) for one in missing.rows)
    assert [row[2:4] for row in gone] == [("AM", "4B")]


@pytest.mark.parametrize("of", ["class", "pupil"])
def test_a_register_printed_says_which_sheets_were_disposed_of(
    desk: Desk, clock: Any, of: str
) -> None:
    ledger = a_register(desk)
    later = Session(dt.date(2024, 9, 10), "AM")
    made = {"made_by": TEACHER, "made_at": at("08:50", later.date)}
    ledger.append(
        Act("next", "take-register", TEACHER, made["made_at"]),
        [MarkRecorded(session=later, group="4B", pupil=AMY, code="/", **made)],
    )
    desk.catch_up(ledger)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal)
    approve_and_run(desk)
    view = views.live(desk.runner, ledger)
    amy = view.context.roll.pupils[AMY]
    asked: dict[str, Any] = {"group": "4B"} if of == "class" else {"pupil": amy}

    found = register_shown(view, MARK_DAY, later.date, **asked)

    assert [(one.session, one.group) for one in found.gone] == [(AM, "4B")]
    told = registers.text(found)
    assert "† Disposed of: entries of 1 sheet, 2024-09-09 AM (4B)" in told
    assert " †  " in told
    printed = PdfReader(io.BytesIO(register_pdf(view, found, "class 4B"))).pages
    assert len(printed) == 1
    paper = printed[0].extract_text()
    assert "Disposed of: entries of 1 sheet, 2024-09-09 AM" in paper
    assert paper.count("†") == 2  # where its mark would be, and in the key


def test_a_pupil_who_left_is_gone_with_the_last_of_the_marks(desk: Desk, clock: Any) -> None:
    ledger = a_register(desk)
    gone = PupilLeft(pupil=BEN, last_day="2024-09-09", **MADE)
    ledger.append(Act("left", "import-pupils", HEAD, MADE["made_at"]), [gone])
    desk.catch_up(ledger)
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)

    approve_and_run(desk)

    assert ledger.stream(f"pupil/{BEN}") == []
    assert len(ledger.stream(f"pupil/{AMY}")) == 1
    assert verify(ledger).sound
    assert doctor.doctor(desk.runner, ledger).findings == ()


# --- gone -------------------------------------------------------------------------------------


def bytes_of(desk: Desk, where: Path, server: Any) -> Iterator[tuple[Path, bytes]]:
    """Every file of the database, its log too."""
    if desk.url.startswith("sqlite"):
        paths = list(where.glob("kept.db*"))
    else:
        (oid,) = desk.store.database.select(
            "SELECT oid::text FROM pg_database WHERE datname = current_database()", ()
        )[0]
        home = Path(server.pgdata)
        paths = [*(home / "base" / oid).iterdir(), *(home / "pg_wal").glob("0*")]
    for path in paths:
        if path.is_file():
            yield path, path.read_bytes()


def holding(desk: Desk, where: Path, server: Any, canaries: list[bytes]) -> set[tuple[str, int]]:
    return {
        (path.name, number)
        for path, held in bytes_of(desk, where, server)
        for number, canary in enumerate(canaries)
        if canary in held
    }


def test_after_it_no_file_of_the_database_holds_a_byte_of_it(
    desk: Desk, clock: Any, tmp_path: Path, request: Any
) -> None:
    server = None
    if not desk.url.startswith("sqlite"):
        server = request.getfixturevalue("postgres_server")
    ledger = a_register(desk)
    amend(ledger, BEN, LATER_CANARY, MARK_DAY)
    desk.catch_up(ledger)
    rows = desk.store.database.select(BODIES, ())
    canaries = [bytes(row[0])[12:60] for row in rows]
    canaries += [CANARY.encode(), LATER_CANARY.encode()]
    assert len({number for _, number in holding(desk, tmp_path, server, canaries)}) >= 3
    root = ledger.frontier()
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)

    approve_and_run(desk)

    if server is not None:  # the server gives old segments of its log up when it next can
        desk.store.database.scrub()
    assert holding(desk, tmp_path, server, canaries) == set()
    assert ledger.stream(SHEET) == []
    assert verify(ledger).sound
    assert ledger.frontier()[0] == root[0] + 4  # asked, approved twice, certified
    view = views.live(desk.runner, ledger)
    proof = retention.proved(view)
    assert proof.sound
    (rule,) = [rule for row in proof.rows for rule in row.rules]
    assert (rule.kept_as, rule.entries, rule.years) == ("entry", 5, 6)
    assert (rule.reference, rule.policy) == ("SI 2024/208 reg. 7(a)", "england")
    assert "SI 2024/208 reg. 7(a)" in Proof.text(proof)
    assert doctor.doctor(desk.runner, ledger).findings == ()
    (line,) = [one for one in retention.planned(view, DUE).rows if one.kept_as == "entry"]
    assert (line.due, line.disposed) == (0, 5)


def test_a_slip_in_a_reason_is_struck_out_by_two_and_its_bytes_go(
    desk: Desk, clock: Any, tmp_path: Path, request: Any
) -> None:
    server = None if desk.url.startswith("sqlite") else request.getfixturevalue("postgres_server")
    ledger = a_register(desk)
    amend(ledger, BEN, LATER_CANARY, MARK_DAY)
    entry = ledger.size()
    body = desk.store.database.select("SELECT body FROM pages WHERE first = ?", (entry,))[0][0]
    canaries = [bytes(body)[12:60], LATER_CANARY.encode()]
    said = {"entry": entry, "instead": "Medical appointment", "why": "A diagnosis"}
    do(desk, Redact, HEAD, **said)
    with pytest.raises(AnotherPersonNeeded):
        do(desk, Redact, HEAD, entry=entry)

    do(desk, Redact, CEO, entry=entry)

    (event,) = [one.event for one in ledger.stream(SHEET) if one.entry == entry]
    assert (event.original, event.amended, event.reason) == ("N", "I", "(struck out)")
    if server is None:
        assert holding(desk, tmp_path, server, canaries) == set()
    assert verify(ledger).sound
    assert doctor.doctor(desk.runner, ledger).findings == ()
    with pytest.raises(Refused, match="no words"):
        do(desk, Redact, HEAD, entry=entry - 1, instead="x", why="y")


# --- who it was ---------------------------------------------------------------------------------

TEMP = Person(id="temp", name="Zebulon Temp-Quox", position="Supply teacher")


def left(desk: Desk) -> Any:
    """A supply teacher took the register and has left since."""
    ledger = a_register(desk)
    ledger.append(
        Act("temp", "open-school", HEAD, MADE["made_at"]),
        [
            appointed(TEMP, "teacher"),
            StaffLeft(staff=TEMP.id, last_day=dt.date(2024, 10, 1), **MADE),
        ],
    )
    place = {"session": Session(MARK_DAY, "PM"), "group": "4B"}
    made = {"made_by": TEMP, "made_at": at("13:05", MARK_DAY)}
    ledger.append(
        Act("pm", "take-register", TEMP, made["made_at"]),
        [MarkRecorded(**place, pupil=AMY, code="\\", **made)],
    )
    return ledger


def of_staff(desk: Desk, on: dt.date) -> Any:
    return planned(desk, on).lines["staff"]


def test_a_name_of_staff_goes_once_nothing_made_under_it_is_left(desk: Desk, clock: Any) -> None:
    ledger = left(desk)
    others = of_staff(desk, DUE).waiting - 2
    assert of_staff(desk, DUE).due == 0  # the mark taken under it stands
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    approve_and_run(desk)
    assert (of_staff(desk, DUE).due, of_staff(desk, DUE).waiting) == (2, others)
    do(desk, RequestDisposal, OFFICE)

    approve_and_run(desk, 2)

    assert (of_staff(desk, DUE).due, of_staff(desk, DUE).disposed) == (0, 2)
    assert all(one.id != "temp" for one in _people(ledger))
    assert verify(ledger).sound
    assert doctor.doctor(desk.runner, ledger).findings == ()
    rows = desk.store.database.select("SELECT body FROM pages WHERE stream = 'school'", ())
    said = b"".join(zlib.decompress(bytes(row[0])) for row in rows)
    assert b"Zebulon" not in said
    assert b"Morwenna" in said


def _people(ledger: Any) -> list[Any]:
    school = states_of(ledger).school
    return [one for one in (school.person_on("temp", dt.date(2024, 9, 9)),) if one]


def test_a_name_stays_the_day_before_its_years_are_over_and_while_somebody_works_here(
    desk: Desk, clock: Any
) -> None:
    ledger = desk.ledger(None)
    clock.move_to(instant(dt.date(2024, 9, 10), dt.time(9)))
    gone = StaffLeft(staff=CEO.id, last_day=dt.date(2024, 9, 10), **MADE)
    act = Act("gone", "open-school", HEAD, at("09:00", dt.date(2024, 9, 10)))
    event = gone.model_copy(update={"made_at": act.made_at})
    ledger.append(act, [event])

    assert of_staff(desk, dt.date(2030, 9, 9)).due == 0
    assert of_staff(desk, dt.date(2030, 9, 10)).due == 2  # appointed, and left six years ago
    assert of_staff(desk, dt.date(2050, 1, 1)).due == 2  # nobody else has left


def test_one_person_with_two_ids_is_not_two_people(desk: Desk, clock: Any) -> None:
    ledger = a_register(desk)
    again = appointed(CEO, "ceo").model_copy(update={"staff": "ceo-2", "name": "cora  CHIEF"})
    ledger.append(Act("again", "open-school", HEAD, MADE["made_at"]), [again])
    other = Person(id="ceo-2", name="Cora Chief", position="-")
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal, OFFICE)
    do(desk, ApproveDisposal, CEO, disposal=1)

    with pytest.raises(Refused, match="has approved disposal 1 already"):
        do(desk, ApproveDisposal, other, disposal=1)
    do(desk, PlaceHold, CEO, case="1", reason="-")
    with pytest.raises(AnotherPersonNeeded):
        do(desk, PlaceHold, other, confirm=1)


# --- by which rule -------------------------------------------------------------------------------


def test_the_rule_in_force_when_it_is_asked_decides_whatever_day_is_asked_about(
    desk: Desk, clock: Any
) -> None:
    """What three years let go until 18 August 2024 is kept for six from the 19th."""
    early = dt.date(2021, 8, 10)
    clock.move_to(instant(early, dt.time(9)))
    ledger = desk.ledger(None)
    made = {"made_by": TEACHER, "made_at": at("08:50", early)}
    mark = MarkRecorded(session=Session(early, "AM"), group="4B", pupil=AMY, code="N", **made)
    fresh = desk.store.ledger(654321)
    told = [*SCHOOL, appointed(CEO, "ceo")]
    opened = [one.model_copy(update={"made_at": made["made_at"]}) for one in told]
    fresh.append(Act("s", "open-school", HEAD, made["made_at"]), opened)
    fresh.append(Act("t", "take-register", TEACHER, made["made_at"]), [mark])
    last, first = dt.date(2024, 8, 18), dt.date(2024, 8, 19)
    assert ledger.school != fresh.school

    def asked(on: dt.date) -> Any:
        command = RequestDisposal(by="office", at=desk.clock(), key=desk.keys(), on=on)
        return keeping.do(desk, command, fresh.school).outcome.events

    clock.move_to(instant(first, dt.time(9)))
    for on in (last, first):
        with pytest.raises(NotYetDue):
            asked(on)
    clock.move_to(instant(last, dt.time(23)))
    (event,) = asked(last)
    assert [(one.years, one.entries) for one in event.classes] == [(3, 1)]
    for person in (HEAD, CEO):
        approve = ApproveDisposal(by=person.id, at=desk.clock(), key=desk.keys(), disposal=1)
        keeping.do(desk, approve, fresh.school)
    run = {"by": "head", "disposal": 1}
    clock.move_to(instant(first, dt.time(9)))
    late = DisposeOfEntries(**run, at=desk.clock(), key=desk.keys())
    with pytest.raises(Refused, match="no longer what may go"):  # not carried out in time
        keeping.do(desk, late, fresh.school)
