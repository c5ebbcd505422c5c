"""What another school's register says is kept beside ours, each under a number of its own."""

from commands.import_record import ImportRecord, OneRecord
from ledger.refusals import Forbidden, NotPermitted, UnknownPupil
from tests.given import AMY, BEN, OFFICE, TEACHER, UPN, ask, given

MARKS = {"2024-09-03 AM": "/", "2024-09-03 PM": "I"}


def one(upn: str = UPN[AMY], **said) -> OneRecord:
    return OneRecord(**{"upn": upn, "school": "St Teath", "marks": MARKS, "told": {}, **said})


def bring(*records: OneRecord, by=OFFICE, sha256="aa"):
    return ask(ImportRecord, by, source="transfer file", file="a.xml", sha256=sha256,
               records=records)  # fmt: skip


def test_each_pupil_s_record_has_its_own_number_and_span():
    first, second, other = (
        given().when(bring(one(line=3), one(line=9, school="Port Isaac"), one(UPN[BEN]))).events
    )

    assert [each.stream for each in (first, second, other)] == [
        "elsewhere/1/1", "elsewhere/1/2", "elsewhere/2/1",
    ]  # fmt: skip
    assert (str(first.first), str(first.last), first.marks) == ("2024-09-03", "2024-09-03", MARKS)


def test_the_same_line_of_the_same_file_is_nothing_and_another_file_is_another_record():
    (first,) = given().when(bring(one(line=3))).events
    again = given(first).when(bring(one(line=3), one(line=4)))
    assert [each.number for each in again.events] == [2]
    assert given(first).when(bring(one(line=3), sha256="bb")).events[0].number == 2


def test_a_record_without_marks_has_no_days():
    (event,) = given().when(bring(one(marks={}, told={"possible": 190}))).events
    assert (event.first, event.last, event.told) == (None, None, {"possible": 190})


def test_who_was_never_on_roll_has_no_record_here():
    given().when(bring(one("A100000099"))).then_refused(UnknownPupil, "A100000099")


def test_a_school_s_own_sessions_are_in_its_register():
    given().when(bring(one(school="TRELIGHTS"))).then_refused(Forbidden, "itself")
    given().when(bring(one(urn=123456))).then_refused(Forbidden, "itself")


def test_a_teacher_may_not():
    given().when(bring(one(), by=TEACHER)).then_refused(NotPermitted, "roles")
