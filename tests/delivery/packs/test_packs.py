"""Evidence packs as made: what they hold for whom, whose data is nowhere in them, same bytes."""

import io
import json
import shutil
import sqlite3
from base64 import b64encode
from pathlib import Path

import pytest
from freezegun import freeze_time
from pypdf import PdfReader

from delivery.cli import main
from ledger.proof import merkle
from ledger.store import open_store
from tests.delivery.conftest import Call
from tests.delivery.packs import a_case

pytestmark = pytest.mark.slow

SPAN = ["--school", "100001", "--from", "2024-09-03", "--to", "2024-09-13"]
PROFILES = {"authority": [], "court": [], "auditor": [], "parent": ["--parent", "parent-1"]}


@pytest.fixture(scope="module")
def filled(set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    for file in set_up_once.iterdir():
        shutil.copy(file, folder / file.name)
    a_case.fill(folder)
    return folder


@pytest.fixture(scope="module")
def packs(filled: Path) -> dict[str, bytes]:
    """A pack for each profile, as zip; within it the PDF."""
    made = {}
    for profile, more in PROFILES.items():
        out = filled / f"{profile}.zip"
        call = ["--db", f"sqlite:///{filled}/attendance.db", "pack", "A100", *SPAN]
        assert main([*call, "--profile", profile, *more, "-o", str(out)]) == 0
        made[profile] = out.read_bytes()
    return made


@pytest.fixture
def case(filled: Path, folder: Path, attendance: Call) -> Call:
    shutil.copy(filled / "attendance.db", folder / "attendance.db")
    return attendance


def pages(pack: bytes) -> str:
    reader = PdfReader(io.BytesIO(a_case.unpacked(pack)["pack.pdf"]))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


# --- what the pages say ----------------------------------------------------------------------


def test_the_pages_hold_what_an_authority_asks_for(packs):
    said = pages(packs["authority"])

    for words in (
        "section 566 of the Education Act 1996", "all the entries in the school’s register",
        "absent without authority on the 12 sessions",
        "Seen at the gate", "Olive Office, Attendance officer",
        "SI 2007/1867 reg. 9A", "12 sessions counted, of 10",
        "1 Canary Row, Otterham", "9 Secret Street", "Leave requested", "Not exceptional",
        "penalty warning", "Sam Elsewhere", "second",
        "1 session left at N: 2024-09-12 AM", "What was left out, and why", "Page 1 of",
    ):  # fmt: skip
        assert words in said, words


def test_every_page_says_position_and_root_at_its_foot(packs, filled):
    ledger = open_store(f"sqlite:///{filled}/attendance.db").ledger(100001)
    root = merkle.root(ledger.frontier()[1]).hex()
    reader = PdfReader(io.BytesIO(a_case.unpacked(packs["court"])["pack.pdf"]))

    for number, page in enumerate(reader.pages, 1):
        said = " ".join(page.extract_text().split())
        assert root in said
        assert f"Entry {ledger.size():,}, recorded" in said
        assert f"Page {number} of {len(reader.pages)}" in said


def test_the_auditors_pages_name_no_child_and_still_have_the_five_particulars(packs):
    said = pages(packs["auditor"])

    assert "Pupil 1" in said
    assert "Seen at the gate" in said
    assert "Olive Office, Attendance officer" in said


def test_the_pdf_declares_itself_an_archive_that_can_be_read_aloud(packs):
    """Looked at with a library that did not write it."""
    reader = PdfReader(io.BytesIO(a_case.unpacked(packs["court"])["pack.pdf"]))
    root, xmp = reader.root_object, reader.root_object["/Metadata"].get_data().decode()

    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert root["/MarkInfo"]["/Marked"] is not False
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    attached = {one.get_object()["/UF"]: one.get_object() for one in root["/AF"]}
    files = a_case.unpacked(packs["court"]).keys() - {"pack.pdf"}
    assert attached.keys() == files
    assert attached["record.json"]["/AFRelationship"] == "/Source"
    assert all("/AFRelationship" in one and "/Desc" in one for one in attached.values())
    assert not reader.is_encrypted
    fonts = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    for font in (one.get_object() for one in fonts):
        (inner,) = font["/DescendantFonts"]
        assert {"/FontFile3", "/FontFile2"} & inner.get_object()["/FontDescriptor"].keys()


def test_what_is_attached_is_what_the_zip_holds(packs):
    held = a_case.unpacked(packs["authority"])
    attached = PdfReader(io.BytesIO(held.pop("pack.pdf"))).attachments

    assert {name: data for name, (data, *_) in attached.items()} == held
    assert {"record.json", "manifest.json", "verify.py", "letter-1.pdf", "letter-2.pdf"} == set(
        held
    )


# --- whose data is nowhere in it ---------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_no_other_pupil_is_anywhere_in_the_bytes(packs, profile):
    """Nor class-mates' marks: Ben's code M, or his comment, would be another's."""
    assert a_case.holding(packs[profile], *a_case.OTHERS, "Teeth") == []


def test_the_search_finds_what_is_there(packs):
    """A search that finds nothing anywhere would prove nothing."""
    places = {place for place, _ in a_case.holding(packs["authority"], "Canary", "A100")}
    titles = {place for place, _ in a_case.holding(packs["authority"], "Evidence")}

    assert any("record.json" in place for place in places)
    assert any("letter-1.pdf" in place for place in places)
    assert any(place.endswith("pack.pdf pages") for place in places)
    assert any("pack.pdf object" in place for place in titles)  # the outline, packed away
    assert any("pack.pdf bytes" in place for place in places)


def test_a_parents_pack_holds_nothing_of_the_other_parent(packs):
    theirs = (
        "Sam",
        "Elsewhere",
        "Secret",
        "regatta",
        "funeral",
        "penalty-notice-issued",
        "letter-2.pdf",
    )

    assert a_case.holding(packs["parent"], *theirs) == []
    assert a_case.holding(packs["authority"], "Elsewhere", "Secret", "regatta")


@pytest.mark.parametrize("profile", ["parent", "court"])
def test_safeguarding_is_left_out_and_the_pack_does_not_tell_whether_there_was_any(packs, profile):
    assert a_case.holding(packs[profile], "Bruise", "MASH", "drew", "social worker") == []
    assert "Whatever was recorded about safeguarding, if anything was" in pages(packs[profile])


def test_the_auditors_pack_names_no_child_and_no_parent(packs):
    names = ("Ann", "A100", "Pat", "Sam", "Canary", "Secret", "Elsewhere", "Example")

    assert a_case.holding(packs["auditor"], *names) == []


def test_words_that_name_another_pupil_are_withheld_and_this_is_said(packs):
    record = json.loads(a_case.unpacked(packs["authority"])["record.json"])
    bare = [
        one for one in record["entries"] if "it names another pupil" in one["withheld"].values()
    ]

    assert len(bare) == 2  # the comment about the harbour, and what was said on the phone
    assert all(set(one["withheld"]) & set(json.loads(one["envelope"])) for one in bare)
    assert "Withheld in 2 entries (it names another pupil)" in pages(packs["authority"])


def test_a_reason_struck_out_is_withheld_for_good_and_the_rest_is_proved(case, packs):
    record = json.loads(a_case.unpacked(packs["authority"])["record.json"])
    entry = a_case.entry_of(record, "mark-amended")["entry"]
    at = ["--school", "100001"]
    asked = [*at, "--as", "head", "--instead", "Seen by staff", "--why", "It said too much"]
    for person in ("office", "head"):
        asked[3] = person
        assert case("redact", entry, *asked).code == 0

    assert case("pack", "A100", *SPAN, "-o", "after.zip").code == 0
    after = Path("after.zip").read_bytes()
    assert a_case.holding(after, "gate") == []
    assert "struck out for good, under a certificate" in pages(after)
    assert case("verify", "after.zip").code == 0


# --- the same again ----------------------------------------------------------------------------


def test_the_same_position_and_arguments_give_the_same_bytes(case, packs, filled):
    size = open_store(f"sqlite:///{filled}/attendance.db").ledger(100001).size()
    amend = ["amend-mark", "A100", "2024-09-10", "AM", "I", "--reason", "A letter", "--as", "head"]
    assert case(*amend, "--school", "100001").code == 0

    again = case("pack", "A100", *SPAN, "--asof", size, "-o", "again.zip")
    assert again.code == 0
    assert Path("again.zip").read_bytes() == packs["authority"]
    assert case("pack", "A100", *SPAN, "-o", "now.zip").code == 0
    assert Path("now.zip").read_bytes() != packs["authority"]


def test_a_checkpoint_decides_the_position_and_must_be_of_this_log(case, packs, filled):
    ledger = open_store(f"sqlite:///{filled}/attendance.db").ledger(100001)
    size, frontier = ledger.frontier()
    root = b64encode(merkle.root(frontier)).decode()
    Path("good.txt").write_text(f"example.org/urn/100001\n{size}\n{root}\n\n— x AAAAAAA=\n")
    Path("bad.txt").write_text(f"example.org/urn/100001\n{size - 1}\n{root}\n\n— x AAAAAAA=\n")

    assert case("pack", "A100", *SPAN, "--checkpoint", "good.txt", "-o", "a.zip").code == 0
    assert a_case.unpacked(Path("a.zip").read_bytes())["checkpoint.txt"]
    ran = case("pack", "A100", *SPAN, "--checkpoint", "bad.txt", "-o", "b.zip")
    assert (ran.code, Path("b.zip").exists()) == (4, False)
    assert "of another log" in ran.err


def test_a_checkpoint_signed_first_goes_in_with_its_keys_and_later_the_one_kept_does(case):
    at = SPAN[:2]
    assert case("key", "make", "trust.example", *at).code == 0
    assert case("pack", "A100", *SPAN, "--seal", "attendance-keys", "-o", "a.zip").code == 0
    held = a_case.unpacked(Path("a.zip").read_bytes())
    ran = case("verify", "a.zip")
    assert (ran.code, "signed by trust.example/urn/100001" in ran.out) == (0, True)
    assert held["keys.txt"] == Path("attendance-keys/100001.vkey").read_bytes()
    assert "(checkpoint attached)" in pages(Path("a.zip").read_bytes())

    assert case("pack", "A100", *SPAN, "-o", "b.zip").code == 0
    kept = a_case.unpacked(Path("b.zip").read_bytes())
    assert kept["checkpoint.txt"] == held["checkpoint.txt"]
    ran = case("verify", "b.zip")
    assert (ran.code, "was not checked" in ran.out) == (0, True)
    key = held["keys.txt"].decode().strip()
    assert "signed by trust.example" in case("verify", "b.zip", "--key", key).out

    amending = ["amend-mark", "A100", "2024-09-12", "AM", "I", "--reason", "Rang"]
    with freeze_time("2024-09-16 09:00:00"):
        assert case(*amending, *at, "--as", "office").code == 0
    assert case("pack", "A100", *SPAN, "-o", "c.zip").code == 0
    assert "checkpoint.txt" not in a_case.unpacked(Path("c.zip").read_bytes())
    assert "Signed last:" in pages(Path("c.zip").read_bytes())


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE heads SET frontier = zeroblob(length(frontier)) WHERE school = 100001",
        "UPDATE pages SET body = (SELECT body FROM pages WHERE stream = 'pupil/2') "
        "WHERE stream = 'pupil/3'",
    ],
)
def test_a_ledger_that_was_tampered_with_makes_no_pack(case, lie):
    with sqlite3.connect("attendance.db") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            database.execute(f"DROP TRIGGER {trigger}")
        assert database.execute(lie).rowcount
    database.close()

    ran = case("pack", "A100", *SPAN, "-o", "p.pdf")
    assert (ran.code, Path("p.pdf").exists()) == (4, False), ran.err


def test_on_postgresql_a_pack_says_the_same_and_checks(
    trust: Call, folder: Path, postgres_url: str, packs: dict[str, bytes]
):
    at = ["--db", postgres_url]
    with freeze_time("2024-09-02 08:00:00"):
        assert trust("init", "trust.toml", *at).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert trust(*pupils, *at).code == 0
    a_case.fill(folder, postgres_url)

    assert trust("pack", "A100", *SPAN, *at, "-o", "p.zip").code == 0
    made = Path("p.zip").read_bytes()
    assert trust("verify", "p.zip").code == 0
    of = [json.loads(a_case.unpacked(one)["record.json"]) for one in (made, packs["authority"])]
    assert of[0]["register"] == of[1]["register"]
    assert [json.loads(e["envelope"])["event"] for e in of[0]["entries"]] == [
        json.loads(e["envelope"])["event"] for e in of[1]["entries"]
    ]
    assert a_case.holding(made, *a_case.OTHERS) == []


# --- before it is sent ---------------------------------------------------------------------------


def test_what_would_be_sent_back_is_listed_with_exit_8(case):
    ran = case("pack", "A100", *SPAN, "--check", "--json")
    found = {one["code"]: one for one in ran.document["answer"]["findings"]}

    assert ran.code == 8
    assert found["n-left"]["sessions"] == ["2024-09-12 AM"]
    assert found["particulars"]["what"].startswith("10 amendments")
    assert found["no-refusal"]["what"] == "no letter that refuses leave 1"
    assert not found.keys() & {"no-address", "no-warning", "no-entry", "threshold", "no-contact"}


def test_a_session_without_an_entry_and_parents_without_address_are_sent_back(case):
    ran = case("pack", "A102", *SPAN, "--check", "--json")
    found = {one["code"]: one for one in ran.document["answer"]["findings"]}

    assert {"no-entry", "no-parent", "threshold", "nothing-unauthorised"} <= found.keys()
    assert len(found["no-entry"]["sessions"]) == 18


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["A100", *SPAN], "Say where"),
        (["A100", *SPAN, "-o", "pack.doc"], "Say where"),
        (["A100", *SPAN, "-o", "p.pdf", "--profile", "press"], "not known"),
        (["A100", *SPAN, "-o", "p.pdf", "--profile", "parent"], "--parent parent-1, parent-2"),
        (["A100", "--school", "100001", "-o", "p.pdf"], "--from DATE --to DATE"),
    ],
)
def test_a_pack_that_cannot_be_meant_is_a_matter_of_usage(case, typed, said):
    ran = case("pack", *typed)

    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_nobody_by_that_number_is_refused(case):
    assert case("pack", "Z999", *SPAN, "-o", "p.pdf").code == 3
