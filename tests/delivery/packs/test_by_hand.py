"""The steps of docs/proof.md as they stand there, in a shell, without a line of ours."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from freezegun import freeze_time

from tests.delivery.conftest import Call
from tests.delivery.packs import a_case

DOCS = Path(__file__).parents[3] / "docs" / "proof.md"
AT = ["--school", "100001"]
MISSING = [tool for tool in ("openssl", "xxd", "jq", "awk") if shutil.which(tool) is None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


def steps() -> list[str]:
    """Signature, tree and part of a pack; path of one entry."""
    found = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 4
    return found


def run(script: str, folder: Path) -> list[str]:
    done = subprocess.run(
        ["sh", "-eu"], input=script, capture_output=True, text=True, cwd=folder, check=False
    )
    return done.stdout.splitlines() if done.returncode == 0 else [done.stderr]


@pytest.fixture
def pack(trust: Call, folder: Path) -> Path:
    """A pack of a pupil with five marks, unpacked, and a proof of one entry beside it."""
    for day in range(3, 8):
        with freeze_time(f"2024-09-{day:02} 07:50:00"):
            taking = ["take-register", "4B", "--session", "AM", "--present-except", "N:A100"]
            trust(*taking, *AT, "--as", "teacher")
    with freeze_time("2024-09-09 10:00:00"):
        assert trust("key", "make", "trust.example", *AT).code == 0
        span = ["--from", "2024-09-03", "--to", "2024-09-09"]
        ran = trust("pack", "A100", *AT, *span, "--seal", "attendance-keys", "-o", "p.zip")
        assert ran.code == 0, ran.err
        assert trust("prove", "9", *AT, "-o", "proof.txt").code == 0
    place = folder / "pack"
    place.mkdir()
    for name, data in a_case.unpacked((folder / "p.zip").read_bytes()).items():
        (place / name).write_bytes(data)
    shutil.copy(folder / "attendance-keys" / "100001.vkey", place / "school.vkey")
    shutil.copy(folder / "proof.txt", place / "proof.txt")
    return place


def test_a_pack_and_one_entry_are_checked_as_the_page_says(pack: Path) -> None:
    signature, tree, part, path = steps()

    assert run(signature, pack) == ["Signature Verified Successfully"]
    roots = run(tree, pack)
    assert (len(roots), len(set(roots))) == (3, 1), roots
    hashes = run(part, pack)
    assert (len(hashes), len(set(hashes))) == (2, 1), hashes
    envelope, computed, signed = run(path, pack)
    assert '"entry":9,' in envelope
    assert computed == signed


def test_what_was_changed_shows(pack: Path) -> None:
    signature, tree, part, path = steps()
    record = pack / "record.json"
    whole = record.read_text()

    record.write_text(whole.replace('\\"v\\":1', '\\"v\\":2', 1))
    assert len(set(run(tree, pack))) > 1
    record.write_text(re.sub(r'("salt": ")(.)', lambda m: m[1] + "0f"[m[2] == "0"], whole))
    assert len(set(run(part, pack))) > 1
    proof = pack / "proof.txt"
    proof.write_text(proof.read_text().replace("index 8", "index 7"))
    assert len(set(run(path, pack)[1:])) > 1
    note = pack / "checkpoint.txt"
    note.write_text(note.read_text().replace("\n", "0\n", 2))
    assert "Signature Verified Successfully" not in run(signature, pack)
