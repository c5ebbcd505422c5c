"""Go's own ``sumdb/note`` and ``sumdb/tlog``, from Debian's packages, as a second opinion."""

import json
import os
import shutil
import subprocess
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PACKAGES = Path("/usr/share/gocode")
MISSING = (
    "NOT CHECKED by Go: apt-get install golang-go golang-golang-x-mod-dev; the same proofs are "
    "still held to pymerkle and the published vectors"
)


@cache
def _program() -> Path | None:
    there = (PACKAGES / "src/golang.org/x/mod/sumdb/note").is_dir()
    if shutil.which("go") is None or not there:
        return None
    made = Path(tempfile.gettempdir()) / f"attendance-go-check-{os.getuid()}"
    settings = {"GO111MODULE": "off", "GOPATH": str(PACKAGES), "GOFLAGS": "", "CGO_ENABLED": "0"}
    settings["GOCACHE"] = str(made) + ".cache"
    scratch = made.with_suffix(f".{os.getpid()}")
    command = ["go", "build", "-o", str(scratch), str(HERE / "check.go")]
    subprocess.run(command, check=True, env={**os.environ, **settings}, capture_output=True)
    scratch.replace(made)
    return made


def checked(asked: list[dict[str, Any]]) -> str:
    """What Go says of notes and proofs. Without Go the test says so aloud, and is skipped."""
    program = _program()
    if program is None:
        warnings.warn(MISSING, stacklevel=2)
        pytest.skip(MISSING)
    given = json.dumps(asked)
    ran = subprocess.run([program], input=given, check=True, capture_output=True, text=True)
    return ran.stdout
