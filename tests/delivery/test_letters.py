"""Letters as typed: what they say, when their terms change, and that they stay as they were."""

import io
import json
import re
from pathlib import Path

import pytest
from freezegun import freeze_time
from pypdf import PdfReader

from delivery.cli import main
from delivery.documents import asked, pdf, sending, templates
from delivery.documents.kinds import KINDS
from ledger.events import Event, by_topic
from ledger.store import Act, open_store
from projections import evidence, letter_questions
from tests.delivery.conftest import Call

BEFORE_TIME_STOPS = (asked, evidence, letter_questions, sending)
AT = ["--school", "100001"]
OLIVE = [*AT, "--as", "office"]
DAYS = [f"2024-09-{day:02}" for day in (3, 4, 5, 6, 9)]
MARKS = "school_urn,upn,date,session,code\n" + "".join(
    f"100001,A100,{day},{half},{'G' if half == 'AM' else present}\n"
    f"100001,A101,{day},{half},{present}\n"
    for day in DAYS
    for half, present in (("AM", "/"), ("PM", "\\"))
)


@pytest.fixture
def school(trust: Call, folder: Path) -> Call:
    """Ann of 4B has five G of ten sessions; Ben has none."""
    (folder / "marks.csv").write_text(MARKS)
    with freeze_time("2024-09-10 08:00:00"):
        ran = trust("import", "marks", "marks.csv", *OLIVE, "--seen-at", "2024-09-10T08:00")
        assert ran.code == 0
        yield trust


def words(path: str | bytes) -> str:
    """The text of a PDF, each run of white space one blank."""
    file = io.BytesIO(path) if isinstance(path, bytes) else path
    pages = [page.extract_text() for page in PdfReader(file).pages]
    return re.sub(r"\s+", " ", " ".join(pages))


def draft(school: Call, kind: str, *more: object, pupil: str = "A100") -> str:
    ran = school("letter", kind, pupil, *AT, "--draft", "-o", "d.pdf", *more)
    assert (ran.code, ran.out) == (0, ""), ran.err
    return words("d.pdf")


# --- what each says ------------------------------------------------------------------------


def test_a_letter_of_concern_has_the_figures_as_at_an_entry(school: Call):
    said = draft(school, "concern", "--date", "2024-09-10")

    assert "Concern about attendance" in said
    assert "from 2 September 2024 to 9 September 2024" in said
    assert re.search(r"Possible 10 Attended 5 .*Absent without authority 5 Attendance 50\.0%", said)
    entries = open_store("sqlite:///attendance.db").ledger(100001).size()
    assert f"As at entry {entries} of the school’s attendance ledger" in said
    assert "10 unauthorised sessions" in said
    assert "any 10 school weeks" in said
    assert "SI 2007/1867 reg. 9A" in said
    assert "96%" not in said
    assert "Hilda Head Headteacher" in said


def test_a_national_figure_comes_with_its_source_and_date_or_not_at_all(school: Call):
    given = ("--national", "92.8", "--national-published", "2025-03-20")

    said = draft(school, "concern", *given, "--national-source", "DfE, autumn 2024")
    assert "92.8% (DfE, autumn 2024, 20 March 2025)" in said
    ran = school("letter", "concern", "A100", *AT, "--draft", *given)
    assert (ran.code, "--national-source" in ran.err) == (2, True)


def test_figures_are_those_of_the_entry_asked_for(school: Call):
    before = open_store("sqlite:///attendance.db").ledger(100001).size()
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Doctor's letter")
    assert school(*amending, *OLIVE).code == 0

    assert "Absent without authority 4 Attendance 50.0%" in draft(school, "concern")
    asof = draft(school, "concern", "--asof", before)
    assert "Absent without authority 5 Attendance 50.0%" in asof
    assert f"As at entry {before} of" in asof


def test_a_refusal_of_leave_names_the_days_and_what_follows(school: Call):
    said = draft(
        school, "leave-refused", "--from", "2024-09-23", "--to", "2024-09-27",
        "--reason", "a holiday is not exceptional", "--contact", "Olive Office, 01632 960000",
    )  # fmt: skip

    assert "from 23 September 2024 to 27 September 2024" in said
    assert "School days that would be missed 5" in said
    assert "for this reason: a holiday is not exceptional." in said
    assert "will be recorded as unauthorised" in said
    assert "please contact us: Olive Office, 01632 960000" in said
    assert "section 576 of the Education Act 1996" in said


def test_a_refusal_reads_the_request_it_is_about(school: Call):
    assert school("letter", "leave-refused", "A100", *AT, "--draft", "--leave", 1).code == 5
    assert school("letter", "leave-refused", "A100", *AT, "--draft").code == 2


def told(topic: str, **changed: object) -> Event:
    """An event of the golden files, about Ann."""
    golden = Path(__file__).parents[1] / "golden" / f"{topic}.v1.json"
    return by_topic(topic).model_validate({**json.loads(golden.read_text()), **changed})


def record(*events: Event) -> None:
    store = open_store("sqlite:///attendance.db")
    for event in events:
        act = Act(event.TOPIC, "told", event.made_by, event.made_at)
        store.ledger(100001).append(act, [event])
    store.close()


def test_a_refusal_says_what_was_decided_of_the_request(school: Call):
    days = {"first": "2024-09-23 PM", "back": "2024-09-30 AM"}
    asked_for = told("leave-requested", leave=1, pupil=1, **days)
    record(asked_for, told("leave-refused", leave=1, pupil=1))

    said = draft(school, "leave-refused", "--leave", 1)
    assert "from 23 September 2024 (afternoon) to 27 September 2024" in said
    assert "Decision Not agreed, 10 September 2024" in said
    assert "for this reason: Not exceptional: it can be held in the holiday." in said
    assert "A penalty notice will then be considered." in said
    sent = school("letter", "leave-refused", "A100", *OLIVE, "--leave", 1, "-o", "l.pdf")
    assert sent.code == 0
    (row,) = school("letters", *AT, "--json").document["answer"]["rows"]
    assert row["about"] == "leave/1"
    assert school("letter", "leave-refused", "A101", *AT, "--draft", "--leave", 1).code == 5


def test_a_refusal_is_not_written_of_leave_that_is_undecided(school: Call):
    record(told("leave-requested", leave=1, pupil=1))

    ran = school("letter", "leave-refused", "A100", *AT, "--draft", "--leave", 1)
    assert (ran.code, "Leave 1 is undecided" in ran.err) == (5, True)


def test_a_notice_to_improve_says_all_it_was_issued_with(school: Call):
    issued = told("notice-to-improve-issued", pupil=1, parent="parent-1")
    issued = issued.model_copy(
        update={"figures": issued.figures.model_copy(update={"position": 9})}
    )
    record(issued)

    said = draft(school, "notice-to-improve")
    assert "As at entry 9 of the school’s attendance ledger" in said
    for content in issued.contents:
        assert content.text in said
    assert issued.target in said
    assert f"Possible {issued.figures.possible} Attended {issued.figures.attended}" in said


def test_a_warning_names_every_session_that_counts(school: Call):
    said = draft(school, "penalty-warning", "--on", "2024-09-09")

    assert "Unauthorised sessions counted 5" in said
    assert "Sessions at which a notice is considered 10" in said
    assert said.count("G: Holiday not granted by the school") == 5
    assert "9 September 2024 morning" in said
    assert "a penalty notice may be considered" in said
    assert "Dear Pat Example" in said


def test_a_warning_and_a_notice_to_improve_go_to_one_parent(school: Call):
    for kind in ("penalty-warning", "notice-to-improve"):
        ran = school("letter", kind, "A101", *AT, "--draft")
        assert (ran.code, "--parent" in ran.err) == (5, True)
    ran = school("letter", "notice-to-improve", "A100", *AT, "--draft")
    assert (ran.code, "issue-notice-to-improve first" in ran.err) == (5, True)


def test_before_illness_becomes_unauthorised_the_parent_is_told_which_sessions(school: Call):
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Mother rang")
    assert school(*amending, *OLIVE).code == 0
    days = ("--from", "2024-09-03", "--to", "2024-09-09")

    said = draft(school, "illness-notice", *days, "--reply-by", "2024-09-17")
    assert "3 September 2024, morning I: Illness" in said
    assert "4 September 2024" not in said
    assert "by 17 September 2024" in said
    assert school("letter", "illness-notice", "A101", *AT, "--draft", *days).code == 5


def test_a_notice_by_letter_lets_illness_be_refused_once_it_has_arrived(school: Call):
    for half in ("AM", "PM"):
        amending = ("amend-mark", "A100", "2024-09-03", half, "I", "--reason", "Mother rang")
        assert school(*amending, *OLIVE).code == 0
    adopting = ("adopt-policy", "trusts/manor_2024", "--starts", "2024-09-03")
    assert school(*adopting, *AT, "--as", "ceo").code == 0
    refusing = ("refuse-illness", "A100", "2024-09-03", "--reason", "Seen at the beach", *OLIVE)
    days = ("--from", "2024-09-03", "--to", "2024-09-03", "-o", "notice.pdf")

    sent = school("letter", "illness-notice", "A100", *OLIVE, *days)
    assert (sent.code, sent.out.startswith("Recorded as")) == (0, True)
    assert "3 September 2024, all day" in words("notice.pdf")
    early = school(*refusing)
    assert (early.code, "arrive on 12 September 2024" in early.err) == (5, True)
    with freeze_time("2024-09-13 08:00:00"):
        assert school(*refusing).code == 0
        explained = school("explain-mark", "A100", "2024-09-03", "AM", *AT).out
    assert "parent notified on 12 September 2024" in explained


def test_a_letter_of_concern_requires_evidence_where_the_policy_lets_it(school: Call):
    adopting = ("adopt-policy", "trusts/nclt_2023", "--starts", "2023-07-21")
    assert school(*adopting, *AT, "--as", "ceo").code == 0
    head = [*AT, "--as", "head", "-o", "concern.pdf"]

    refused = school("letter", "concern", "A100", *OLIVE, "-o", "no.pdf")
    assert (refused.code, "may not require-evidence" in refused.err) == (7, True)
    assert "send the letter with --without-evidence, or let one of them send it" in refused.err
    assert (
        school("letter", "concern", "A100", *OLIVE, "-o", "no.pdf", "--without-evidence").code == 0
    )
    assert "Medical evidence" not in words("no.pdf")
    assert school("letter", "concern", "A100", *head).code == 0
    assert "illness from 10 September 2024 on only with medical evidence" in words("concern.pdf")
    listed = school("evidence", *AT).out
    assert "required by letter" in listed
    assert school("letter", "concern", "A100", *head).code == 0
    assert school("evidence", *AT, "--json").out.count("required by letter") == 1


def test_the_form_has_every_field_and_what_the_school_knows(school: Call):
    said = draft(school, "notice-to-parents", "--date", "2024-09-10")

    for field in (
        "Name of pupil Ann Example", "Date of birth 1 March 2015", "Class or tutor group 4B",
        "Home address", "Postcode", "Name of the parent or carer completing this form Pat Example",
        "First day of absence", "Date of return to school", "Date you will leave home, if earlier",
        "Number of school days missed", "Reason for the absence", "Signed Date",
        "section 444(1) and section 444(1A)", "Attendance this year 50.0%",
        "Attendance last year Comments", "Authorised for these dates only", "Unauthorised",
        "Letter sent, phone call or other", "Action: penalty notice",
    ):  # fmt: skip
        assert field in said, field


def test_a_blank_form_and_a_general_letter_are_to_nobody_and_record_nothing(school: Call):
    size = open_store("sqlite:///attendance.db").ledger(100001).size()

    for kind in ("notice-to-parents", "general"):
        ran = school("letter", kind, *AT, "-o", f"{kind}.pdf")
        assert (ran.code, "Nothing was recorded." in ran.err) == (0, True)
        said = words(f"{kind}.pdf")
        assert "DRAFT" not in said
        assert "Example" not in said
    assert open_store("sqlite:///attendance.db").ledger(100001).size() == size


# --- terms by their day -------------------------------------------------------------------

OLD = ("£60", "£120")
NEW = ("£80", "Second notice in three years, paid within 28 days of receiving it £160")


@pytest.mark.parametrize(("day", "in_it", "not_in_it"), [
    ("2024-08-18", OLD, NEW),
    ("2024-08-19", NEW, OLD),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["general", "concern", "notice-to-parents"])
def test_the_terms_are_those_of_the_date(school: Call, kind, day, in_it, not_in_it):
    said = draft(school, kind, "--date", day, "--signed-by", "head")

    assert all(term in said for term in in_it)
    assert not any(term in said for term in not_in_it)


@pytest.mark.parametrize(("first", "term"), [("2024-08-18", "£120"), ("2024-08-19", "£80")])
def test_a_refusals_terms_are_those_of_the_first_day_of_absence(school: Call, first, term):
    said = draft(school, "leave-refused", "--from", first, "--to", "2024-09-06")

    assert term in said


@pytest.mark.parametrize(("day", "sessions", "within"), [
    ("2024-08-18", "12 unauthorised sessions (six school days)", "any 100 sessions"),
    ("2024-08-19", "10 unauthorised sessions (five school days)", "any 10 school weeks"),
])  # fmt: skip
def test_the_threshold_is_the_clause_in_force(school: Call, day, sessions, within):
    adopting = ("adopt-policy", "trusts/nclt_2023", "--starts", "2023-07-21")
    assert school(*adopting, *AT, "--as", "ceo").code == 0

    said = draft(school, "concern", "--date", day)
    assert sessions in said
    assert within in said
    assert "Medical evidence is now needed" in said


# --- kept -----------------------------------------------------------------------------------


def send(school: Call, *more: object) -> bytes:
    ran = school("letter", "concern", "A100", *OLIVE, "-o", "sent.pdf", *more)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Recorded as ")
    return Path("sent.pdf").read_bytes()


def test_a_letter_shown_again_is_the_same_bytes_whatever_was_amended_since(school: Call):
    first = send(school)
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Doctor's letter")
    assert school(*amending, *OLIVE).code == 0
    with freeze_time("2025-02-03 08:00:00"):
        ran = school("letter", "show", 1, *AT, "-o", "again.pdf")

    assert (ran.code, ran.err) == (0, "Written to again.pdf.\n")
    assert Path("again.pdf").read_bytes() == first
    assert "Absent without authority 5" in words(first)


def test_a_letter_of_a_schools_own_wording_is_shown_again_without_its_file(
    school: Call, folder: Path
):
    own = folder / "own"
    own.mkdir()
    wording = '#import "letter.typ": *\n#show: letter\nOur words: #d.figures.attendance per cent.'
    (own / "concern.typ").write_text(wording)
    first = send(school, "--templates", own)
    (own / "concern.typ").unlink()

    assert "Our words: 50.0 per cent." in words(first)
    assert school("letter", "show", 1, *AT, "-o", "again.pdf").code == 0
    assert Path("again.pdf").read_bytes() == first


def test_templates_come_from_the_environment_and_fall_back_file_by_file(
    school: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    (folder / "letterhead.typ").write_text("#let letterhead(d) = [Our own head]")
    monkeypatch.setenv("ATTENDANCE_TEMPLATES", str(folder))

    said = draft(school, "concern")
    assert "recorded Our own head Pat Example" in said
    assert "Concern about attendance" in said


def test_a_template_that_does_not_hold_is_refused_and_nothing_recorded(school: Call, folder: Path):
    (folder / "concern.typ").write_text('#import "letter.typ": *\n#show: letter\n#d.nonsense')
    size = open_store("sqlite:///attendance.db").ledger(100001).size()

    ran = school("letter", "concern", "A100", *OLIVE, "--templates", folder)
    assert (ran.code, "concern.typ" in ran.err) == (5, True)
    assert school("letter", "concern", "A100", *OLIVE, "--templates", "nowhere").code == 2
    assert open_store("sqlite:///attendance.db").ledger(100001).size() == size


def test_what_is_merged_cannot_write_code(school: Call):
    said = draft(school, "concern", "--contact", '#panic("no") *bold* $x$ [a] <b>')

    assert '#panic("no") *bold* $x$ [a] <b>' in said


def test_a_draft_says_so_and_is_not_recorded_and_one_sent_does_not(school: Call):
    size = open_store("sqlite:///attendance.db").ledger(100001).size()

    assert "DRAFT: not sent, not recorded" in draft(school, "concern")
    assert open_store("sqlite:///attendance.db").ledger(100001).size() == size
    assert "DRAFT" not in words(send(school))


def test_a_dry_run_writes_and_records_nothing(school: Call):
    ran = school("letter", "concern", "A100", *OLIVE, "--dry-run", "-o", "dry.pdf")

    assert (ran.code, "Would record 2 entries" in ran.out) == (0, True)
    assert not Path("dry.pdf").exists()


def test_the_same_key_twice_is_one_letter(school: Call):
    first = send(school, "--key", "k1")
    ran = school("letter", "concern", "A100", *OLIVE, "--key", "k1", "--date", "2024-09-12",
                 "-o", "twice.pdf")  # fmt: skip

    assert "Recorded before, under the same key" in ran.out
    assert Path("twice.pdf").read_bytes() == first


def test_a_teacher_may_not_send_and_no_file_is_left(school: Call):
    ran = school("letter", "concern", "A100", *AT, "--as", "teacher", "-o", "no.pdf")

    assert (ran.code, Path("no.pdf").exists()) == (7, False)


def test_letters_are_listed(school: Call):
    assert school("letters", *AT).code == 3
    send(school)
    send(school, "--parent", "1", "--by", "by hand")

    listed = school("letters", "A100", *AT, "--json").document["answer"]["rows"]
    assert [(one["letter"], one["kind"], one["channel"]) for one in listed] == [
        (1, "concern", "first class post"),
        (2, "concern", "by hand"),
    ]
    assert {one["parent"] for one in listed} == {"Pat Example"}
    assert "2 letters sent." in school("letters", *AT).out
    assert school("letters", *AT, "--csv").out.count("concern") == 2
    assert school("letters", "A101", *AT).code == 3
    assert school("letters", *AT, "--from", "2024-09-11").code == 3
    assert (
        school("letters", *AT, "--asof", listed[0]["entry"], "--json").document["answer"]["rows"]
        == listed[:1]
    )
    assert school("rebuild", *AT).code == 0
    assert school("doctor", "--computed", *AT).code == 0


def test_there_is_no_letter_of_that_number(school: Call):
    assert school("letter", "show", 9, *AT).code == 3


# --- the PDF --------------------------------------------------------------------------------


def test_a_pdf_is_tagged_and_dated_on_the_letters_day(school: Call):
    made = send(school, "--date", "2024-09-12")
    reader = PdfReader(io.BytesIO(made))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert reader.metadata.title == "Concern about attendance"
    assert reader.metadata.creation_date.date().isoformat() == "2024-09-12"
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("SourceSansPro" in font for font in fonts)


def test_the_same_letter_is_the_same_bytes_in_another_zone(school: Call, monkeypatch):
    draft(school, "concern", "--date", "2024-09-12")
    first = Path("d.pdf").read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    draft(school, "concern", "--date", "2024-09-12")

    assert Path("d.pdf").read_bytes() == first


@pytest.mark.parametrize("kind", KINDS)
def test_no_template_holds_a_sum_of_money_or_a_figure_of_its_own(kind):
    """Amounts, thresholds and limits come in as data."""
    for name, text in templates.template(kind).items():
        if name.endswith(".typ"):
            assert not re.search(r"£\s?\d|\b(21|28|96|2,?500)\b", text), name


def test_every_kind_of_letter_is_a_verb():
    for kind in KINDS:
        assert main(["letter", kind, "--help"]) == 0
    assert pdf.made_with().startswith("typst ")
