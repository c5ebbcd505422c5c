"""The keeping verbs, typed, on both engines: planned, held, approved, gone, proved; six years."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time

from tests.delivery.conftest import Call, Ran

pytestmark = pytest.mark.slow

Typed = Callable[..., Ran]
CANARY, LATER = "Quoxworth the canary", "Zebedee slipped words"
MARK = ("A100", "2024-09-03", "AM")
TAKE = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
STARTS = ("--starts", "2024-09-05")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: Any, trust: Call, folder: Path) -> str:
    if request.param == "sqlite":
        (folder / "attendance.db").unlink()
        return f"sqlite:///{folder / 'kept.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def typed(url: str, trust: Call, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Typed:
    """``typed("2030-09-03 09:00", "head", "retention", "run", "1")``."""
    (folder / "exports").mkdir()
    monkeypatch.setenv("ATTENDANCE_EXPORTS", str(folder / "exports"))
    monkeypatch.setenv("ATTENDANCE_SCHOOL", "100001")

    def call(when: str, who: str, *words: object) -> Ran:
        with freeze_time(when):
            said = ("--as", who) if who else ()
            return trust(*words, *said, "--db", url)

    assert call("2024-09-02 08:00", "", "init", "trust.toml").code == 0
    pupils = ("import", "pupils", "pupils.csv", "--seen-at", "2024-09-02")
    assert call("2024-09-02 08:00", "office", *pupils).code == 0
    return call


def night(folder: Path, typed: Typed) -> Path:
    """Another system's file of that night, taken in, and kept among the exports."""
    file = folder / "exports" / "2024-09-03.csv"
    file.write_text(
        f"school_urn,upn,date,session,code,comment\n100001,A102,2024-09-03,AM,I,{CANARY}\n"
    )
    marks = ("import", "marks", file, "--seen-at", "2024-09-03T18:00")
    assert typed("2024-09-03 17:30", "office", *marks).code == 0
    return file


def disposed(typed: Typed, day: str, number: int = 1) -> Ran:
    asked = typed(f"{day} 09:00", "office", "request-disposal")
    assert asked.code == 0, asked
    for who in ("head", "ceo"):
        ran = typed(f"{day} 09:10", who, "approve-disposal", number)
        assert ran.code == 0, ran
    return typed(f"{day} 09:20", "head", "retention", "run", number)


def everything(url: str, folder: Path, request: Any) -> Iterator[tuple[str, bytes]]:
    """Every file there is of it: database, log, back-ups, exports, packs."""
    if not url.startswith("sqlite"):
        import psycopg

        server = request.getfixturevalue("postgres_server")
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
            sql = "SELECT oid::text FROM pg_database WHERE datname = current_database()"
            (oid,) = connection.execute(sql).fetchone() or ("",)
        home = Path(server.pgdata)
        for path in [*(home / "base" / oid).iterdir(), *(home / "pg_wal").glob("0*")]:
            if path.is_file():
                yield path.name, path.read_bytes()
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def found(url: str, folder: Path, request: Any, *canaries: bytes) -> set[str]:
    held = everything(url, folder, request)
    return {name for name, said in held if any(one in said for one in canaries)}


def bodies(url: str) -> list[bytes]:
    """What the registers' pages hold, as it stands in the file: compressed."""
    from ledger.store import open_store

    with open_store(url) as store:
        sql = "SELECT body FROM pages WHERE stream >= 'register/' AND stream < 'register0'"
        return [bytes(row[0])[12:60] for row in store.database.select(sql, ())]


def test_six_years_typed(typed: Typed, url: str, folder: Path, request: Any) -> None:
    assert typed("2024-09-03 07:50", "teacher", *TAKE).code == 0
    file = night(folder, typed)
    amend = ("amend-mark", *MARK, "I", "--reason", LATER)
    assert typed("2024-09-10 09:00", "office", *amend).code == 0
    pack = folder / "exports" / "pack.zip"
    packed = ("pack", "A102", "--profile", "authority", "-o", pack, "--from", "2024-09-03")
    assert typed("2024-09-10 10:00", "", *packed, "--to", "2024-09-10").code == 0
    told = ("disclose", "A102", "-o", folder / "exports" / "told")
    assert typed("2024-09-10 10:00", "", *told).code == 0
    (folder / "exports" / "other.csv").write_text("nobody's\n")
    made = typed("2024-09-10 18:00", "office", "backup", folder / "safe", "--json")
    assert made.code == 0
    backup = Path(made.document["answer"]["file"])
    pack_hash = hashlib.sha256(pack.read_bytes()).hexdigest()
    told_hash = hashlib.sha256((folder / "exports" / "told" / "proofs.json").read_bytes())
    canaries = [CANARY.encode(), LATER.encode(), *bodies(url)]
    assert len(found(url, folder, request, *canaries)) > 3

    # The day before, and the day: what was amended a week later stays a week longer.
    early = typed("2030-09-02 09:00", "office", "request-disposal")
    assert (early.code, "3 September 2030" in early.err) == (5, True), early
    plan = typed("2030-09-03 09:00", "", "retention", "plan", "--json").document["answer"]
    assert plan["entries"] == 3  # A101's mark, A102's and the file's own
    ran = disposed(typed, "2030-09-03")
    assert ran.code == 0
    assert "3 entries removed" in ran.err
    assert not file.exists()
    assert not pack.exists()
    assert not (folder / "exports" / "told").exists()
    assert (folder / "exports" / "other.csv").exists()
    assert backup.exists()  # until six years after its school year's end
    explained = typed("2030-09-03 10:00", "", "explain-mark", *MARK).out
    assert LATER in explained
    assert typed("2030-09-09 09:00", "office", "request-disposal").code == 5
    assert disposed(typed, "2030-09-10", 2).code == 0

    for call in (("retention", "prove"), ("verify",), ("doctor", "--computed")):
        assert typed("2030-09-10 12:00", "", *call).code == 0, call
    assert found(url, folder, request, *canaries) == {backup.name}

    # The back-up has years of its own, and goes with its receipt.
    gone = typed("2031-08-31 09:00", "", "doctor").out
    assert "its years ended" not in gone
    assert typed("2031-08-31 09:00", "office", "request-disposal").code == 5
    assert "its years ended on 2031-08-31" in typed("2031-09-01 08:00", "", "doctor").out
    assert f"{backup} removed" in disposed(typed, "2031-09-01", 3).err
    assert not backup.exists()
    assert found(url, folder, request, *canaries) == set()
    assert typed("2031-09-01 12:00", "", "verify").code == 0

    # What went with what, told for good: hashes of what nobody can guess, and no name.
    said = typed("2031-09-01 12:00", "", "retention", "prove", "--json").document["answer"]
    with_first, with_second, with_third = [row["files"] for row in said["rows"]]
    assert with_first == [
        {"kind": "disclosure", "files": 1, "sha256": [told_hash.hexdigest()]},
        {"kind": "file taken in", "files": 1, "sha256": []},
        {"kind": "pack", "files": 1, "sha256": [pack_hash]},
    ]
    assert with_second == []
    (one,) = with_third
    assert (one["kind"], one["sha256"]) == ("back-up", [made.document["answer"]["sha256"]])
    shown = typed("2031-09-01 12:00", "", "retention", "prove").out
    assert pack_hash in shown
    assert "A102" not in shown
    assert file.name not in shown


def test_who_approves_and_a_hold_that_comes_between(typed: Typed, folder: Path) -> None:
    assert typed("2024-09-03 07:50", "teacher", *TAKE).code == 0
    day = "2030-09-03 09:00"
    assert typed(day, "head", "request-disposal").code == 0
    assert typed(day, "head", "approve-disposal", 1).code == 5  # who asked
    assert typed(day, "teacher", "approve-disposal", 1).code == 7  # who may not
    assert typed(day, "ceo", "approve-disposal", 1).code == 0
    assert "Nothing to record" in typed(day, "ceo", "approve-disposal", 1).out
    one = typed(day, "ceo", "retention", "run", 1)
    assert (one.code, "2 have approved it (so far Cora Chief)" in one.err) == (5, True)
    assert typed(day, "head", "retention", "run", 9).code == 3

    # A hold is in force at once, two people place it, two release it.
    hold = ("hold", "place", "A v B", "--reason", "Prosecution", "--pupil", "A101")
    assert typed(day, "head", *hold, "--dry-run").code == 0
    assert typed(day, "head", *hold).code == 0
    plan = typed(day, "", "retention", "plan", "--json").document["answer"]
    assert plan["entries"] == 1
    assert [(one["case"], one["entries"] > 0) for one in plan["holds"]] == [("A v B", True)]
    assert typed(day, "head", "place-hold", "--confirm", 1).code == 5
    assert typed(day, "ceo", "place-hold", "--confirm", 1).code == 0
    stopped = typed(day, "ceo", "dispose-of-entries", 1)
    assert stopped.code == 5
    assert typed(day, "head", "hold", "release", 1, "--reason", "Over").code == 0
    assert typed(day, "head", "hold", "release", 1).code == 5
    assert typed(day, "ceo", "release-hold", 1).code == 0
    assert typed(day, "ceo", "release-hold", 1).code == 3
    assert typed(day, "", "retention", "plan", "--json").document["answer"]["entries"] == 3


def test_words_struck_out_and_erasure_refused(
    typed: Typed, url: str, folder: Path, request: Any
) -> None:
    assert typed("2024-09-03 07:50", "teacher", *TAKE).code == 0
    amend = ("amend-mark", *MARK, "I", "--reason", LATER, "--json")
    receipt = typed("2024-09-03 10:00", "office", *amend).document["receipts"][0]["receipt"]
    root = typed("2024-09-03 10:00", "", "verify", "--json").document["answer"]["schools"][0]
    asked = ("redact", receipt["first"], "--instead", "Ill", "--why", "A diagnosis")
    assert typed("2024-09-03 11:00", "head", "redact", receipt["first"]).code == 5
    assert typed("2024-09-03 11:00", "head", *asked).code == 0
    assert typed("2024-09-03 11:00", "head", "redact", receipt["first"]).code == 5
    assert typed("2024-09-03 11:00", "ceo", "redact", receipt["first"]).code == 0

    explained = typed("2024-09-03 12:00", "", "explain-mark", *MARK)
    assert "struck out" in explained.out
    assert LATER not in explained.out
    assert typed("2024-09-03 12:00", "", "retention", "prove").code == 0
    assert root["verdict"] == "sound"
    assert typed("2024-09-03 12:00", "", "verify").code == 0
    assert found(url, folder, request, LATER.encode()) == set()

    erase = ("request-erasure", "A100", "--asked-by", "Mother")
    (would,) = typed("2024-09-04 09:00", "office", *erase, "--dry-run", "--json").document[
        "receipts"
    ]
    (event,) = would["entries"]
    assert typed("2024-09-04 09:00", "office", *erase).code == 0
    assert event["until"] == "2030-09-03"
    assert "Art. 17(3)(b)" in event["reference"]


def test_a_pack_that_keeps_less_than_the_law_is_refused(typed: Typed, folder: Path) -> None:
    head = (
        '[pack]\ntitle = "Ours"\nlayer = "school"\nlies_over = "england"\nconfirmed = 2024-09-01\n'
    )
    pack = "[retention.entry.values.2024-09-05]\nvalue = {}\nreference = 'Ours'\n"
    for years, code in ((5, 5), (7, 0)):
        (folder / "ours.toml").write_text(head + pack.format(years))
        ran = typed("2024-09-04 09:00", "head", "adopt-policy", "ours.toml", *STARTS)
        assert ran.code == code, ran


def test_the_plan_is_printed_as_text_json_and_csv(typed: Typed) -> None:
    assert typed("2024-09-03 07:50", "teacher", *TAKE).code == 0
    day = "2030-09-03 09:00"
    text = typed(day, "", "retention", "plan").out
    assert "SI 2024/208 reg. 7(a)" in text
    assert typed(day, "", "retention", "plan", "--csv").out.count("\n") > 2
    then = typed(day, "", "retention", "plan", "--on", "2030-09-02", "--json").document
    assert then["answer"]["entries"] == 0
    before = typed(day, "", "retention", "plan", "--asof", "10", "--json").document
    assert before["answer"]["entries"] == 0
