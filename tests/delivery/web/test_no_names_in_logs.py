"""What a server prints, and the headers of its answers, name nobody: canaries are looked for."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from delivery.web import problems
from tests.delivery.web.conftest import NOW
from tests.delivery.web.serving import _START, free_port

CANARIES = (
    "Example", "Sample", "Madeup", "Invented", "Pat Example", "Hilda", "Olive", "Cora Chief",
    "Ted Teacher", "A100", "A101", "A102", "B200", "rang",
)  # fmt: skip
"""The names, UPNs and words that the little trust's ledger holds and nothing else does."""
ASKED = (
    "/api/100001/last-seen?pupil=A100",  # of whom there is nothing to say, by name
    "/100001/ask/last-seen?pupil=A100",
    "/100001/today", "/100001/pupils", "/100001/pupils/1", "/100001/pupils/99", "/100001/nowhere",
    "/100001/pupils/1?asof=never", "/100001/amendments", "/100002/pupils", "/100009/today",
    "/api/100001/rates?by=pupil", "/api/100001/register?class=4B", "/api/100001/explain-mark",
    "/api/100001/penalty/explain?pupil=1", "/api/100001/penalty/explain?pupil=99", "/api/9/rates",
)  # fmt: skip
REFUSED = {"pupil": "1", "date": "2024-09-03", "half": "AM", "code": "Z9", "reason": "x"}


def _ask(client: TestClient | httpx.Client) -> list[httpx.Response]:
    said = [client.get(address) for address in ASKED]
    said += [client.get(one, headers={"Accept": "text/html"}) for one in ASKED]
    for sent in (REFUSED, REFUSED | {"date": "2030-01-01", "code": "I"}, {"pupil": []}):
        said.append(client.post("/api/100001/amend-mark", json=sent))
    said.append(client.post("/api/100001/amend-mark", content=b"\0{"))
    said.append(client.post("/100001/pupils", data={"q": "Example"}))
    said.append(client.post("/100001/ask/penalty/explain", data={"pupil": "A100"}))
    return said


def test_no_header_holds_a_name(reading: TestClient):
    said = _ask(reading)

    assert any("Example" in one.text for one in said)  # or nothing was there to slip out
    assert {one.status_code for one in said} >= {200, 400, 404}
    found = [
        (str(one.request.url), name, value)
        for one in said
        for name, value in one.headers.items()
        if any(canary in value for canary in CANARIES)
    ]
    assert found == []


@pytest.mark.slow
def test_a_server_asked_and_refused_prints_no_name(marked_once: Path, tmp_path: Path):
    path, port = tmp_path / "attendance.db", free_port()
    path.write_bytes(marked_once.read_bytes())
    typed = [sys.executable, "-c", _START, f"sqlite:///{path}", "office", str(port)]
    typed.append(NOW.isoformat())
    printed = tmp_path / "printed"
    with (
        printed.open("wb") as log,
        subprocess.Popen(typed, stdout=log, stderr=subprocess.STDOUT) as server,
    ):
        try:
            there = httpx.HTTPTransport(retries=10)
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", transport=there, timeout=60
            ) as client:
                said = _ask(client)
        finally:
            server.terminate()
            server.wait(30)

    assert any("Example" in one.text for one in said)
    text = printed.read_text()
    assert [one for one in CANARIES if one in text] == []


def test_an_unforeseen_error_tells_the_log_where_and_nobody_what(
    capsys: pytest.CaptureFixture[str],
):
    def read(name: str) -> None:
        raise KeyError(name)

    def wrapped() -> None:
        try:
            read("Ann Example")
        except KeyError as cause:
            raise ValueError("of Ann Example") from cause

    with pytest.raises(ValueError, match="Ann") as raised:
        wrapped()
    answer = problems.told(raised.value)

    log = capsys.readouterr().err
    assert answer[:2] == (500, "unexpected")
    assert "Example" not in answer[2]
    assert "Example" not in log
    assert [one for one in ("ValueError", "KeyError", "in read") if one not in log] == []
