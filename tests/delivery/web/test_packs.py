"""Evidence packs over HTTP: the same bytes as typed, to those who may have them."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from delivery.cli import main
from delivery.web.door.rules import EVERYTHING, Grant, profiles_for

PAGE, FILE = "/100001/pupils/A100/pack", "/api/100001/pack.{}"
DAYS = {"from": "2024-09-02", "to": "2024-09-03"}


def test_who_sees_named_pupils_alone_makes_packs_for_an_authority_alone():
    assert profiles_for(EVERYTHING) == ("authority", "parent", "court", "auditor")
    assert profiles_for(Grant(cases=True, pupils=frozenset({1}))) == ("authority",)
    assert profiles_for(Grant(whole=True, figures=True)) == ()
    assert profiles_for(None) == ()


@pytest.mark.slow
def test_a_pack_is_the_same_by_page_by_program_and_typed(reading: TestClient, folder: Path):
    url = reading.app.state.door.desk.url  # type: ignore[attr-defined]
    typed = ["--db", url, "--school", "100001", "pack", "A100", "--from", DAYS["from"]]
    assert main([*typed, "--to", DAYS["to"], "-o", str(folder / "pack.zip")]) == 0

    by_program = reading.get(FILE.format("zip"), params={"pupil": "A100", **DAYS})
    by_page = reading.get(PAGE, params={"profile": "authority", "as": "zip", **DAYS})

    assert by_program.headers["content-type"] == "application/zip"
    assert by_program.content == by_page.content == (folder / "pack.zip").read_bytes()
    pdf = reading.get(FILE.format("pdf"), params={"pupil": "1", "profile": "court", **DAYS})
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.slow
def test_a_pack_is_checked_by_what_it_carries(reading: TestClient, folder: Path):
    """By a Python that knows nothing of this package."""
    made = reading.get(FILE.format("zip"), params={"pupil": "A100", **DAYS})
    zipfile.ZipFile(io.BytesIO(made.content)).extractall(folder)
    (checker,) = folder.rglob("verify.py")

    ran = subprocess.run(
        [sys.executable, "-I", "-S", checker, checker.parent],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


OFF = [
    ({"pupil": "A100"}, 400, "usage"),
    ({"pupil": "A100", **DAYS, "profile": "press"}, 400, "usage"),
    ({"pupil": "A100", **DAYS, "profile": "parent", "parent": "nobody"}, 400, "usage"),
    ({"pupil": "A100", "from": "2024-09-03", "to": "2024-09-02"}, 400, "usage"),
    ({"pupil": "Z999", **DAYS}, 404, "unknown-pupil"),
]


@pytest.mark.parametrize(("said", "status", "code"), OFF, ids=lambda one: str(one)[:30])
def test_what_is_off_is_said(reading: TestClient, said: dict[str, str], status: int, code: str):
    answered = reading.get(FILE.format("pdf"), params=said)

    assert (answered.status_code, answered.json()["code"]) == (status, code)
    assert reading.get(PAGE, params={"profile": "press"}).status_code == 400
    assert reading.get(FILE.format("exe"), params={"pupil": "A100", **DAYS}).status_code == 400
