"""Live updates: each act once, from the entry that a reader names, over a real connection."""

import json
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.web.serving import free_port, server

pytestmark = pytest.mark.slow

CONTACT = {"pupil": "A100", "date": "2024-09-03", "outcome": "reached", "parent": "parent-1"}


@pytest.fixture(scope="module")
def port(marked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    path = tmp_path_factory.mktemp("fed") / "attendance.db"
    shutil.copy(marked_once, path)
    port = free_port()
    with server(path, "office", "2024-09-03T10:00:00+00:00", port) as process:
        yield port
        process.terminate()
        assert process.wait(15) == 0  # though a reader is still connected


def events(port: int, after: str, headers: dict[str, str], count: int) -> list[tuple[str, Any]]:
    """The first so many events: their ids and what they say."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/100001/feed{after}", headers=headers)
    found: list[tuple[str, Any]] = []
    with urllib.request.urlopen(asked, timeout=20) as lines:
        number = ""
        for line in lines:
            name, _, said = line.decode().rstrip("\n").partition(": ")
            if name == "id":
                number = said
            if name == "data":
                found.append((number, json.loads(said)))
                if len(found) == count:
                    return found
    return found


def record(port: int) -> int:
    url = f"http://127.0.0.1:{port}/api/100001/record-contact"
    asked = urllib.request.Request(url, json.dumps(CONTACT).encode())
    asked.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(asked, timeout=20) as answered:
        return int(json.load(answered)["receipts"][0]["receipt"]["last"])


def test_the_feed_goes_on_from_any_entry_with_nothing_left_out_and_nothing_twice(port: int):
    first, second = record(port), record(port)

    whole = events(port, "?after=0", {}, 7)
    acts = [said for _, said in whole[1:]]
    ends = [0, *(one["last"] for one in acts)]
    assert [one["first"] for one in acts] == [last + 1 for last in ends[:-1]]

    resumed = events(port, "?after=0", {"Last-Event-ID": str(first)}, 2)
    assert [number for number, _ in resumed] == [str(first), str(second)]
    assert resumed[1][1]["streams"] == ["absence/1/2024-09-03"]


def test_an_act_is_told_while_somebody_listens_and_the_server_still_ends(port: int):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as reader:
        reader.sendall(b"GET /100001/feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
        told = b""
        while b"event: begin" not in told:
            told += reader.recv(4096)
        last = record(port)
        while b"event: act" not in told:
            told += reader.recv(4096)
        while f"id: {last}\n".encode() not in told:
            told += reader.recv(4096)
    assert b"content-encoding" not in told.lower()
