"""A pupil moves: the old school's record is proved, taken in, and is no mark of the new one's."""

import json
import random
import shutil
import zipfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.cli import main
from delivery.web.app import application
from ledger.store import open_store
from tests.delivery.conftest import Call
from tests.reliability.mutated import spoiling

pytestmark = pytest.mark.slow

OLD, NEW = ["--school", "100002"], ["--school", "100001", "--as", "office"]
DAYS = ("2024-09-03", "2024-09-04", "2024-09-05", "2024-09-06", "2024-09-09")
CODES = {("2024-09-04", "AM"): "I", ("2024-09-04", "PM"): "I", ("2024-09-09", "AM"): "G"}
SPAN = ["--from", "2024-09-03", "--to", "2024-09-09"]
ADMITTED = """\
school,upn,surname,forename,date_of_birth,year_group,class,start_date,leaving_date
100001,B200,Invented,Dee,2014-03-01,6,4B,2024-09-10,
"""


def marks(school: int, upn: str, codes: dict[tuple[str, str], str]) -> str:
    rows = ["school_urn,upn,date,session,code"]
    for day in DAYS:
        for half, present in (("AM", "/"), ("PM", "\\")):
            rows.append(f"{school},{upn},{day},{half},{codes.get((day, half), present)}")
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def moved_once(set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dee leaves St Teath for Otterham: two ledgers, the old school's key, and its pack."""
    made = tmp_path_factory.mktemp("moved")
    for name in ("attendance.db", "old.db"):
        shutil.copy(set_up_once / "attendance.db", made / name)
    (made / "marks.csv").write_text(marks(100002, "B200", CODES))
    (made / "admitted.csv").write_text(ADMITTED)
    old, new = (["--db", f"sqlite:///{made}/{name}"] for name in ("old.db", "attendance.db"))
    keys = ["--keys", str(made / "keys")]
    with freeze_time("2024-09-10 08:00:00"):
        took = [*old, *OLD, "import", "marks", str(made / "marks.csv"), "--as", "office"]
        assert main([*took, "--seen-at", "2024-09-09T18:00"]) == 0
        assert main([*old, *OLD, "key", "make", "old.example", *keys]) == 0
        pack = [*old, *OLD, "pack", "B200", "--profile", "school", *SPAN]
        out = ["--seal", str(made / "keys"), "-o", str(made / "B200.zip")]
        assert main([*pack, "-o", str(made / "unsigned.zip")]) == 0
        assert main([*pack, *out]) == 0
        roll = [*new, *NEW, "import", "pupils", str(made / "admitted.csv")]
        assert main([*roll, "--seen-at", "2024-09-10"]) == 0
    return made


@pytest.fixture
def moved(moved_once: Path, folder: Path, attendance: Call) -> Call:
    for name in ("attendance.db", "B200.zip", "unsigned.zip"):
        shutil.copy(moved_once / name, folder / name)
    return attendance


@pytest.fixture
def key(moved_once: Path) -> str:
    return (moved_once / "keys" / "100002.vkey").read_text().strip()


def size(folder: Path) -> int:
    with open_store(f"sqlite:///{folder}/attendance.db") as store:
        return store.ledger(100001).size()


def test_the_record_is_proved_and_stands_beside_the_register(moved, key, folder):
    before = moved(*NEW[:2], "rates", "--by", "pupil", "--json").out
    taken = moved(*NEW, "import", "record", "B200.zip", "--signed-by", key)
    assert taken.code == 0, taken.err

    found = moved(*NEW[:2], "elsewhere", "B200", "--json").document["answer"]
    (one,) = found["records"]
    assert (one["school"], one["urn"], one["sessions"]) == ("St Teath", 100002, 10)
    counts = ("possible", "attended", "authorised", "unauthorised")
    assert [one["counted"][name] for name in counts] == [10, 7, 2, 1]
    assert one["told"] == {name: one["counted"][name] for name in counts}
    assert one["proof"]["origin"] == "old.example/urn/100002"
    assert one["proof"]["key_known"] is True
    assert found["years"][0]["together"]["persistent"] is True

    rates = json.loads(moved(*NEW[:2], "rates", "--by", "pupil", "--json").out)["answer"]
    assert rates == json.loads(before)["answer"]
    assert moved(*NEW[:2], "register", "--pupil", "B200").code == 3
    assert moved(*NEW[:2], "verify").code == 0


def test_it_stands_in_the_pupil_s_history_and_in_what_is_disclosed(moved, folder):
    assert moved(*NEW, "import", "record", "B200.zip").code == 0
    url = f"sqlite:///{folder}/attendance.db"
    with open_store(url) as store:
        page = TestClient(application(Desk(url, store)), base_url="http://localhost")
        told = page.get("/100001/pupils/B200/history").text
    assert "Record taken in" in told
    assert "St Teath" in told
    assert "record-taken-in" in moved(*NEW[:2], "disclose", "B200", "--json").out


def test_the_same_file_again_is_nothing(moved, key, folder):
    for _ in range(2):
        assert moved(*NEW, "import", "record", "B200.zip", "--signed-by", key).code == 0
        held = size(folder)
    assert size(folder) == held
    assert "1. St Teath" in moved(*NEW[:2], "elsewhere", "B200").out


def test_whose_word_the_key_is_is_kept(moved):
    """The key in the file proves that one hand wrote it; whose hand, only a key from elsewhere."""
    assert moved(*NEW, "import", "record", "B200.zip").code == 0
    assert "a key that came in the file" in moved(*NEW[:2], "elsewhere", "B200").out


def test_with_another_school_s_key_nothing_is_taken_in(moved, folder, tmp_path):
    moved(*NEW[:2], "key", "make", "new.example", "--keys", str(tmp_path / "keys"))
    other = (tmp_path / "keys" / "100001.vkey").read_text().strip()
    held = size(folder)
    refused = moved(*NEW, "import", "record", "B200.zip", "--signed-by", other, "--json")

    assert (refused.code, refused.document["refusal"]["code"]) == (4, "record-broken")
    assert size(folder) == held


def test_without_a_signed_checkpoint_nothing_is_taken_in(moved, folder):
    refused = moved(*NEW, "import", "record", "unsigned.zip", "--json")
    assert (refused.code, refused.document["refusal"]["code"]) == (4, "record-broken")
    assert "--seal" in refused.document["refusal"]["message"]


def spoilt(pack: Path, change) -> None:
    """The pack with one file changed, and the manifest made to fit."""
    import hashlib

    with zipfile.ZipFile(pack) as held:
        files = {name: held.read(name) for name in held.namelist()}
    files["record.json"] = change(files["record.json"])
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["record.json"] = hashlib.sha256(files["record.json"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(pack, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.replace(b'"code": "G"', b'"code": "I"'),
        lambda record: record.replace(b'"counts": "G"', b'"counts": "I"').replace(
            b'"as": "unauthorised"', b'"as": "authorised"'
        ),
        lambda record: record.replace(b'"upn": "B200"', b'"upn": "A100"', 1),
        lambda record: record.replace(b'"urn": 100002', b'"urn": 100003'),
    ],
    ids=["a mark", "a figure", "the pupil", "the school"],
)
def test_what_was_changed_on_the_way_is_not_taken_in(change, moved, folder):
    before = (folder / "B200.zip").read_bytes()
    spoilt(folder / "B200.zip", change)
    assert (folder / "B200.zip").read_bytes() != before
    refused = moved(*NEW, "import", "record", "B200.zip", "--json")

    assert (refused.code, refused.document["refusal"]["code"]) == (4, "record-broken"), refused
    assert moved(*NEW[:2], "elsewhere", "B200").code == 3


# --- a Common Transfer File -------------------------------------------------------------------

PERSON = "<Pupil><UPN>{upn}</UPN><Attendance>{years}</Attendance></Pupil>"
YEAR = (
    "<YearData><Year>2024</Year><LEA>908</LEA><Estab>2222</Estab><SchoolName>{school}</SchoolName>"
    "<SessionsPossible>{possible}</SessionsPossible><SessionsAuthorised>1</SessionsAuthorised>"
    "<SessionsAttended>3</SessionsAttended><SessionsUnauthorised>1</SessionsUnauthorised>"
    "<AttendSessions><AttendanceStartDate>2024-09-05</AttendanceStartDate>"
    "<AttendanceMarks>{marks}</AttendanceMarks></AttendSessions></YearData>"
)


def transfer(folder: Path, *pupils: tuple[str, str]) -> None:
    held = "".join(PERSON.format(upn=upn, years=years) for upn, years in pupils)
    text = f"<CTFile><CTFpupilData>{held}</CTFpupilData></CTFile>"
    (folder / "moved.xml").write_text(text)


def year(marks: str, possible: int = 5, school: str = "Port Isaac") -> str:
    return YEAR.format(marks=marks, possible=possible, school=school)


@pytest.mark.parametrize("marks", ["/\\I-O/", r"/,\,I,-,O,/"])
def test_the_attendance_of_a_transfer_file_is_such_a_record_without_a_proof(marks, moved, folder):
    transfer(folder, ("A100", year(marks)))
    assert moved(*NEW, "import", "record", "moved.xml").code == 0

    (one,) = moved(*NEW[:2], "elsewhere", "A100", "--json").document["answer"]["records"]
    assert (one["school"], one["establishment"], one["sessions"]) == ("Port Isaac", "908/2222", 5)
    assert (one["first"], one["last"], one["proof"]) == ("2024-09-05", "2024-09-09", None)
    counts = ("possible", "attended", "authorised", "unauthorised")
    assert [one["counted"][name] for name in counts] == [5, 3, 1, 1]


def test_what_cannot_be_taken_in_is_named_by_line_and_the_rest_is(moved, folder):
    transfer(
        folder,
        ("A100", year("/,?,I,-,O,/", possible=6)),
        ("Z999", year("/\\")),
        ("A101", year("/\\", school="Otterham")),
    )
    taken = moved(*NEW, "import", "record", "moved.xml")

    assert taken.code == 0
    for said in ("'?' is no code of 2024-09-05", "No pupil Z999", "Otterham's own",
                 "6 possible by its own sum, 4 by its marks"):  # fmt: skip
        assert said in taken.err, said
    assert moved(*NEW[:2], "elsewhere", "A101").code == 3


def test_of_nobody_on_roll_nothing_is_taken_in(moved, folder):
    transfer(folder, ("Z999", year("/\\")))
    assert moved(*NEW, "import", "record", "moved.xml").code == 5


def test_marks_of_another_school_are_not_let_into_the_register(moved, folder):
    transfer(folder, ("A100", year("/\\")))
    refused = moved(*NEW, "import", "marks", "moved.xml")
    assert refused.code == 5
    assert "attendance import record" in refused.err


def test_of_a_session_shown_twice_the_last_record_counts_and_a_mark_of_ours_before_both(
    moved, folder
):
    transfer(folder, ("A100", year("/\\I-O/")))
    assert moved(*NEW, "import", "record", "moved.xml").code == 0
    transfer(folder, ("A100", year("IIIIII")))
    assert moved(*NEW, "import", "record", "moved.xml").code == 0
    (folder / "marks.csv").write_text(
        "school_urn,upn,date,session,code\n100001,A100,2024-09-05,AM,/\n"
    )
    with freeze_time("2024-09-09 18:00:00"):
        assert moved(*NEW, "import", "marks", "marks.csv", "--seen-at", "2024-09-09").code == 0

    (one,) = moved(*NEW[:2], "elsewhere", "A100", "--json").document["answer"]["years"]
    assert (one["elsewhere"]["possible"], one["elsewhere"]["authorised"]) == (5, 5)
    assert (one["here"]["possible"], one["together"]["possible"]) == (1, 6)


def test_a_spoilt_pack_is_refused_in_a_sentence_or_tells_what_the_whole_one_does(
    moved, key, folder
):
    """Bytes of the zip, or of what is in it; nothing that was changed is taken in."""
    pack, before = (folder / "B200.zip").read_bytes(), size(folder)
    took = 0
    for number in range(30):
        content, ways = spoiling.spoilt(random.Random(number), "zip", pack)
        (folder / "spoilt.zip").write_bytes(content)
        done = moved(*NEW, "import", "record", "spoilt.zip", "--signed-by", key, "--dry-run")

        assert done.code in (0, 2, 4, 5), (number, ways, done)
        assert "Traceback" not in done.err
        assert "should not have happened" not in done.err
        assert len(done.err.splitlines()) <= 2
        took += done.code == 0
    assert took < 20
    assert size(folder) == before
