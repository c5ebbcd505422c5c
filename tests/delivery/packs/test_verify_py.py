"""verify.py as a stranger runs it: in a process of its own, outside the project."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from delivery.cli import main
from ledger.proof import merkle
from ledger.store import open_store
from tests.delivery.packs import a_case

pytestmark = pytest.mark.slow

Files = dict[str, bytes]
ORIGIN = "example.org/urn/100001"


def signed(text: str, name: str = "school", seed: bytes = b"s" * 32) -> tuple[str, str]:
    """A note over a text, and the public key: written here from C2SP's words, not with ours."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    number = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    line = f"— {name} {b64encode(number + private.sign(text.encode())).decode()}\n"
    data = b64encode(b"\x01" + public).decode()
    return f"{text}\n{line}", f"{name}+{number.hex()}+{data}"


@pytest.fixture(scope="module")
def honest(set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("honest")
    for file in set_up_once.iterdir():
        shutil.copy(file, folder / file.name)
    a_case.fill(folder)
    size, frontier = open_store(f"sqlite:///{folder}/attendance.db").ledger(100001).frontier()
    root = b64encode(merkle.root(frontier)).decode()
    note, key = signed(f"{ORIGIN}\n{size}\n{root}\n")
    (folder / "note.txt").write_text(note)
    call = ["--db", f"sqlite:///{folder}/attendance.db", "--school", "100001", "pack", "A100"]
    call += ["--from", "2024-09-03", "--to", "2024-09-13", "-o", str(folder / "p.zip")]
    assert main([*call, "--checkpoint", str(folder / "note.txt"), "--key", key]) == 0
    return a_case.unpacked((folder / "p.zip").read_bytes())


@pytest.fixture
def stranger(tmp_path: Path, honest: Files) -> Callable[..., tuple[int, str]]:
    """Saves a pack's files as a zip or a folder, and runs the honest verify.py on it."""
    (tmp_path / "verify.py").write_bytes(honest["verify.py"])

    def run(files: Files, *more: object, folder: bool = False) -> tuple[int, str]:
        if folder:
            place = tmp_path / "pack"
            place.mkdir()
            for name, data in files.items():
                (place / name).write_bytes(data)
        else:
            place = tmp_path / "pack.zip"
            with zipfile.ZipFile(place, "w") as made:
                for name, data in files.items():
                    made.writestr(name, data)
        call = [sys.executable, "-I", str(tmp_path / "verify.py"), str(place), *map(str, more)]
        ran = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    return run


def with_record(files: Files, change: Callable[[Any], None]) -> Files:
    """The pack with its record changed, and the manifest made to fit: nothing else tells."""
    record = json.loads(files["record.json"])
    change(record)
    return refitted({**files, "record.json": json.dumps(record).encode()})


def refitted(files: Files) -> Files:
    listed = {n: hashlib.sha256(d).hexdigest() for n, d in files.items() if n not in UNLISTED}
    made = {"format": "attendance.pack/1", "files": listed}
    return {**files, "manifest.json": json.dumps(made).encode()}


UNLISTED = ("manifest.json", "pack.pdf")


@pytest.mark.parametrize("folder", [False, True])
def test_an_honest_pack_passes(stranger, honest, folder):
    code, said = stranger(honest, folder=folder)

    assert code == 0, said
    assert said.endswith("Verdict: as it was recorded\n")
    assert f"checkpoint of {ORIGIN} signed by school" in said
    assert "not proved by hashes: that no later entry" in said


def test_nothing_of_the_writer_is_in_it(honest):
    text = honest["verify.py"].decode()

    assert len(text.splitlines()) < 300
    assert "import ledger" not in text
    assert "from ledger" not in text


# --- each lie is named ---------------------------------------------------------------------------


def code_changed(record: Any) -> None:
    one = a_case.entry_of(record, "amendment-observed")
    one["parts"]["mark"]["value"]["amended"] = "I"


def reason_changed(record: Any) -> None:
    a_case.entry_of(record, "mark-amended")["parts"]["reason"]["value"]["reason"] = "Ill"


def original_changed(record: Any) -> None:
    a_case.entry_of(record, "mark-amended")["parts"]["prior"]["value"]["original"] = "O"


def person_changed(record: Any) -> None:
    number = json.loads(a_case.entry_of(record, "mark-amended")["envelope"])["act"]
    record["acts"][number]["value"]["made_by"]["name"] = "Hilda Head"


def time_changed(record: Any) -> None:
    number = json.loads(a_case.entry_of(record, "mark-amended")["envelope"])["act"]
    record["acts"][number]["value"]["recorded_at"] = "2024-09-11T09:00:00+00:00"


def envelope_changed(record: Any) -> None:
    one = a_case.entry_of(record, "mark-amended")
    one["envelope"] = one["envelope"].replace('"on":"2024-09-17"', '"on":"2024-09-11"')


def entry_dropped(record: Any) -> None:
    record["entries"].remove(a_case.entry_of(record, "mark-amended"))


def entry_twice(record: Any) -> None:
    record["entries"].append(record["entries"][3])


def parts_swapped(record: Any) -> None:
    one, other = (a_case.entry_of(record, "mark-recorded", n) for n in (0, 1))
    one["parts"], other["parts"] = other["parts"], one["parts"]


def part_hidden(record: Any) -> None:
    del a_case.entry_of(record, "mark-amended")["parts"]["reason"]


def node_changed(record: Any) -> None:
    record["nodes"][-1][2] = "00" * 32


def node_dropped(record: Any) -> None:
    record["nodes"].pop()


def root_changed(record: Any) -> None:
    record["log"]["root"] = "11" * 32


def size_changed(record: Any) -> None:
    record["log"]["entries"] += 1


def printed_mark_changed(record: Any) -> None:
    record["register"][0]["entered"] = "/"


def figures_changed(record: Any) -> None:
    record["figures"]["unauthorised"] -= 1


def withdrawn_quietly(record: Any) -> None:
    """The amendment and its line in the register go together: the chain of codes has a hole."""
    one = a_case.entry_of(record, "leave-requested")
    record["entries"].remove(one)
    record["left_out"] = []


LIES = [
    (code_changed, "its mark is not what was recorded"),
    (reason_changed, "its reason is not what was recorded"),
    (original_changed, "its prior is not what was recorded"),
    (person_changed, "its act is not what was recorded"),
    (time_changed, "its act is not what was recorded"),
    (envelope_changed, "the entries do not lead to the root"),
    (entry_dropped, "the register says L and the entries do not"),
    (entry_twice, "stands here twice"),
    (parts_swapped, "its mark is not what was recorded"),
    (part_hidden, "its reason is neither shown nor withheld"),
    (node_changed, "the entries do not lead to the root"),
    (node_dropped, "a hash is missing above entry"),
    (root_changed, "the entries do not lead to the root"),
    (size_changed, "the log"),
    (printed_mark_changed, "2024-09-03 AM: the register says / and the entries do not"),
    (figures_changed, "the figures: are"),
    (withdrawn_quietly, "leave/1: versions [1] are missing"),
]


@pytest.mark.parametrize(("lie", "named"), LIES, ids=[lie.__name__ for lie, _ in LIES])
def test_a_changed_record_is_found_and_named(stranger, honest, lie, named):
    code, said = stranger(with_record(honest, lie))

    assert code == 4, said
    assert named in said
    assert "FALSE" in said
    assert said.endswith("Verdict: NOT as it was recorded\n")


def test_a_dropped_amendment_leaves_a_hole_in_the_chain(stranger, honest):
    def drop_first_entry(record: Any) -> None:
        session = a_case.entry_of(record, "mark-amended")["parts"]["mark"]["value"]["stream"]
        for one in record["entries"]:
            mark = one["parts"].get("mark")
            if mark and mark["value"]["stream"] == session and "code" in mark["value"]:
                record["entries"].remove(one)
                return

    code, said = stranger(with_record(honest, drop_first_entry))
    assert (code, "where None stood" in said) == (4, True), said


@pytest.mark.parametrize("name", ["letter-1.pdf", "record.json", "verify.py", "keys.txt"])
def test_a_file_changed_or_missing_is_named(stranger, honest, name):
    code, said = stranger({**honest, name: honest[name] + b"\n"})
    assert (code, f"{name}: is not the file" in said) == (4, True)
    if name != "record.json":
        code, said = stranger({n: data for n, data in honest.items() if n != name})
        assert (code, f"{name}: is listed and missing" in said) == (4, True)


def test_a_file_put_in_is_named(stranger, honest):
    code, said = stranger({**honest, "statement.pdf": b"%PDF"})

    assert (code, "statement.pdf: is not of this pack" in said) == (4, True)


def test_a_letter_put_in_the_place_of_another_is_named_though_the_manifest_fits(stranger, honest):
    code, said = stranger(refitted({**honest, "letter-1.pdf": honest["letter-2.pdf"]}))

    assert (code, "letter-1.pdf: is not, to the byte, the letter" in said) == (4, True)


def test_a_checkpoint_of_another_log_or_a_false_signature_is_named(stranger, honest):
    lines = honest["checkpoint.txt"].decode().split("\n")
    other = "\n".join([lines[0], lines[1], b64encode(b"x" * 32).decode(), *lines[3:]])
    code, said = stranger(refitted({**honest, "checkpoint.txt": other.encode()}))
    assert (code, "is of another log" in said, "signature of school is false" in said) == (4, 1, 1)

    forged, key = signed("\n".join(lines[:3]) + "\n", seed=b"f" * 32)
    forgery = refitted({**honest, "checkpoint.txt": forged.encode(), "keys.txt": key.encode()})
    assert stranger(forgery)[0] == 0, "with keys from the same hand nobody can tell"
    code, said = stranger(forgery, "--key", honest["keys.txt"].decode().strip())
    assert (code, "is signed by none of the keys" in said) == (4, True)


def test_a_checkpoint_kept_from_before_tells_when_the_past_was_rewritten(
    stranger, honest, tmp_path
):
    lines = honest["checkpoint.txt"].decode().split("\n")
    key = honest["keys.txt"].decode().strip()
    kept, _ = signed("\n".join([*lines[:2], b64encode(b"y" * 32).decode()]) + "\n")
    (tmp_path / "kept.txt").write_text(kept)

    code, said = stranger(honest, "--key", key, "--checkpoint", tmp_path / "kept.txt")
    assert (code, "is of another log" in said) == (4, True)
    assert b64decode(lines[2])
    (tmp_path / "kept.txt").write_text(honest["checkpoint.txt"].decode())
    assert stranger(honest, "--key", key, "--checkpoint", tmp_path / "kept.txt")[0] == 0


def test_what_is_no_pack_is_said(stranger, tmp_path):
    code, said = stranger({"hello.txt": b"x"})
    assert (code, "holds no record.json" in said) == (2, True)
    code, said = stranger({"record.json": b"{", "manifest.json": b"[]"})
    assert (code, "cannot be read" in said) == (4, True)


def test_the_command_line_checks_a_pdf_a_zip_and_a_folder(honest, attendance, folder):
    Path("p.pdf").write_bytes(honest["pack.pdf"])
    ran = attendance("verify", "p.pdf")
    assert (ran.code, "Verdict: as it was recorded" in ran.out) == (0, True), ran.err

    with zipfile.ZipFile("p.zip", "w") as made:
        for name, data in with_record(honest, reason_changed).items():
            made.writestr(name, data)
    ran = attendance("verify", "p.zip", "--json")
    assert (ran.code, ran.document["answer"]["sound"]) == (4, False)
    assert attendance("verify", "nothing.zip").code == 2
    Path("bad.pdf").write_bytes(b"not a pdf")
    assert attendance("verify", "bad.pdf").code == 2
    assert io.BytesIO(honest["pack.pdf"]).read(4) == b"%PDF"
