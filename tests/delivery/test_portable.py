"""A ledger carried elsewhere: same numbers, hashes and answers; a spoilt file lets nothing in."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery import portable
from ledger.refusals import Refused
from ledger.store import open_store
from tests.delivery.conftest import Call

pytestmark = pytest.mark.slow

SCHOOL = ("--school", "100001")
QUESTIONS = (
    ("explain-mark", "A100", "2024-09-03", "AM", *SCHOOL),
    ("register", "--class", "4B", "--from", "2024-09-02", "--to", "2024-09-06", *SCHOOL),
    ("rates", "--by", "pupil", *SCHOOL, "--json"),
    ("penalty", "explain", "A100", *SCHOOL, "--json"),
    ("verify", *SCHOOL),
)


@pytest.fixture
def written(trust: Call, folder: Path) -> Path:
    """The ledger of one school with some history, written to a file."""
    (folder / "n.csv").write_text(
        "school_urn,upn,date,session,code\n100001,A102,2024-09-03,AM,I\n100001,A101,2024-09-03,AM,N\n"
    )
    trust("import", "marks", "n.csv", "--as", "office", "--seen-at", "2024-09-03T08:45")
    trust(
        "take-register", "4B", "--session", "AM", "--present-except", "N:A100", *SCHOOL,
        "--as", "teacher",
    )  # fmt: skip
    trust(
        "amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Rang at nine", *SCHOOL,
        "--as", "office",
    )  # fmt: skip
    trust("key", "make", *SCHOOL)
    trust("seal", *SCHOOL)
    ran = trust("export-ledger", "otterham.jsonl", *SCHOOL, "--json")
    assert ran.code == 0, ran.err
    return folder / "otterham.jsonl"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_it_answers_elsewhere_as_it_did_and_is_written_again_to_the_byte(
    trust: Call, written: Path, folder: Path, engine: str, request: pytest.FixtureRequest
):
    there = f"sqlite:///{folder}/there.db"
    if engine == "postgres":
        there = request.getfixturevalue("postgres_url")
    here = [trust(*asked).out for asked in QUESTIONS]
    assert all(here)

    loaded = trust("import-ledger", written, "--db", there)

    assert loaded.code == 0, loaded.err
    assert [trust(*asked, "--db", there).out for asked in QUESTIONS] == here
    again = folder / "again.jsonl"
    assert trust("export-ledger", again, *SCHOOL, "--db", there).code == 0
    assert again.read_bytes() == written.read_bytes()
    notes = [line for line in written.read_text().splitlines() if line.startswith('{"checkpoint"')]
    with open_store(there) as store:
        kept = store.ledger(100001).checkpoints()
    assert [json.loads(line)["checkpoint"]["note"] for line in notes] == kept


def test_it_is_never_loaded_over_another(trust: Call, written: Path):
    ran = trust("import-ledger", written)

    assert (ran.code, "already" in ran.err) == (5, True), ran


def test_life_goes_on_where_it_was_loaded(trust: Call, written: Path, folder: Path):
    there = f"sqlite:///{folder}/there.db"
    trust("import-ledger", written, "--db", there)

    amended = trust(
        "amend-mark", "A100", "2024-09-03", "AM", "O", "--reason", "Nobody was ill", *SCHOOL,
        "--as", "office", "--db", there,
    )  # fmt: skip

    assert amended.code == 0, amended.err
    assert trust("verify", *SCHOOL, "--db", there).code == 0


def test_a_file_changed_anywhere_lets_nothing_in(written: Path, tmp_path_factory):
    whole = written.read_bytes()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def changed(data):
        text = bytearray(whole)
        place = data.draw(st.integers(0, len(text) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "end", "line"])):
            case "flip":
                text[place] ^= 1 << data.draw(st.integers(0, 6))
            case "cut":
                del text[place : place + data.draw(st.integers(1, 30))]
            case "end":
                del text[place:]
            case "line":
                lines = bytes(text).splitlines(keepends=True)
                del lines[place % len(lines)]
                text = bytearray(b"".join(lines))
        folder = tmp_path_factory.mktemp("spoilt")
        (folder / "l.jsonl").write_bytes(bytes(text))
        with pytest.raises(Refused):
            portable.import_ledger(folder / "l.jsonl", f"sqlite:///{folder}/there.db")
        assert not (folder / "there.db").exists()

    changed()


@pytest.mark.parametrize(
    ("was", "now"), [(b"Olive Office", b"Other Person"), (b'"root":"', b'"root":"0')]
)
def test_a_changed_file_with_a_hash_of_its_own_is_found_by_the_log(
    written: Path, tmp_path: Path, was: bytes, now: bytes
):
    """Whoever changes a file can hash it anew; the entries would still not fit their log."""
    import hashlib

    lines = written.read_bytes().splitlines(keepends=True)[:-1]
    place = next(i for i, line in enumerate(lines) if was in line)
    lines[place] = lines[place].replace(was, now)
    end = {"end": {"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}}
    lines.append(json.dumps(end, separators=(",", ":")).encode() + b"\n")
    (tmp_path / "l.jsonl").write_bytes(b"".join(lines))

    with pytest.raises(Refused, match=r"entry|root"):
        portable.import_ledger(tmp_path / "l.jsonl", f"sqlite:///{tmp_path}/there.db")
    assert not (tmp_path / "there.db").exists()
