"""
What runs by itself, and what lies about afterwards, names nobody: canaries are looked for.

Calls a scheduler makes are kept in its log and sent by mail; names of files are seen by whoever
sees a folder; a database server's log is read by whoever runs the server.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from delivery.sealing.keys import KeyFolder
from tests.delivery.conftest import Call
from tests.delivery.test_imports_typed import night
from tests.delivery.web.test_no_names_in_logs import CANARIES
from tests.reliability.failover.pair import Server

AT = ("--school", "100001")
BY = (*AT, "--as", "office")
WRITTEN = 1_725_349_000  # 08:36 on 3 September 2024
HEADLESS = "Example,Ann,A100,2024-09-03,AM,/\n"
"""A file without a heading: its first line is a pupil's."""
UNATTENDED = (
    ("watch", "in", "--once", "--as", "office"),
    ("import", "marks", "bad.csv", "--as", "office"),
    ("seal", "--keys", "keys", *AT),
    ("backup", "backups", "--as", "office"),
    ("doctor",),
    ("doctor", "--json"),
    ("verify",),
    ("publish", "published"),
    ("rebuild",),
    ("retention", "plan"),
)
WRITING = (
    ("export", "marks", *AT, "-o", "marks.csv"),
    ("export-ledger", "ledger.jsonl", *AT),
    ("register", "--class", "4B", *AT, "--pdf", "register.pdf"),
    ("disclose", "A100", *AT, "-o", "disclosed"),
    (*("pack", "A100", "--from", "2024-09-02", "--to", "2024-09-03", *AT), "--seal", "keys",
     "-o", "pack.zip"),
)  # fmt: skip


def canaries(text: str) -> list[str]:
    return [one for one in CANARIES if one in text]


@pytest.fixture
def told(trust: Call, folder: Path) -> Call:
    """A register, an amendment that names a parent, files to take in, a damaged read model."""
    taking = ("take-register", "4B", "--session", "AM", "--date", "2024-09-03")
    assert trust(*taking, "--present-except", "N:A100", *BY[:3], "teacher").code == 0
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Mrs Example rang")
    assert trust(*amending, *BY).code == 0
    KeyFolder(folder / "keys", 100001).make("trust.example")
    (folder / "in").mkdir()
    rows = ("100001,A100,2024-09-03,PM,I,", "100001,A999,2024-09-03,AM,/,", "100001,A101,x,AM,/,")
    for path in (night(folder / "in", "a.csv", *rows), night(folder, "bad.csv", *rows)):
        os.utime(path, (WRITTEN, WRITTEN))
    (folder / "in" / "b.csv").write_text(HEADLESS)
    os.utime(folder / "in" / "b.csv", (WRITTEN, WRITTEN))
    return trust


@pytest.mark.parametrize("damaged", [False, True])
def test_what_a_scheduler_runs_says_no_name(told: Call, folder: Path, damaged: bool) -> None:
    """On stdout, on stderr, with findings and without."""
    if damaged:
        import sqlite3

        told("rebuild")
        with sqlite3.connect(folder / "attendance.db") as meddling:
            meddling.execute("UPDATE current_register SET code = '/', attended = 1")
        meddling.close()
    ran = {call: told(*call) for call in UNATTENDED}

    assert {one.code for one in ran.values()} == {0, 3, 8}
    assert "A100" in (folder / "in" / "quarantine" / "b.csv.report.txt").read_text()
    assert {call: canaries(one.out + one.err) for call, one in ran.items() if
            canaries(one.out + one.err)} == {}  # fmt: skip


def test_no_file_is_called_after_anybody(told: Call, folder: Path) -> None:
    for call in UNATTENDED:
        told(*call)
    ran = {call: told(*call) for call in WRITING}
    assert {call: one.err for call, one in ran.items() if one.code} == {}
    made = {str(path.relative_to(folder)) for path in folder.rglob("*")}

    assert len(made) > 20
    assert {"pack.zip", "marks.csv", "disclosed/entries.txt"} <= made, sorted(made)
    assert canaries("\n".join(made)) == []


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL with its settings as they come, and a log of its own."""
    folder = Path(tempfile.mkdtemp(prefix="log-"))
    folder.chmod(0o777)
    made = Server("one", folder)
    made.run("initdb", "-N", "-A", "trust", "-E", "utf8", "-U", "postgres", "-D", str(made.data))
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_the_log_of_a_postgresql_server_holds_no_name(
    server: Server, told: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors are in it, with the statements they came of; parameters, and rows, are not."""
    monkeypatch.setenv("ATTENDANCE_DB", f"postgresql://postgres@127.0.0.1:{server.port}/postgres")
    assert told("init", "trust.toml").code == 0
    pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
    assert told(*pupils).code == 0
    taking = ("take-register", "4B", "--session", "AM", "--date", "2024-09-03")
    assert told(*taking, "--present-except", "N:A100", *BY[:3], "teacher").code == 0
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Mrs Example rang")
    assert told(*amending, *BY).code == 0
    for call in UNATTENDED:
        told(*call)
    with psycopg.connect(os.environ["ATTENDANCE_DB"], autocommit=True) as meddling:
        for table in ("acts", "pages"):
            for statement in ("DELETE FROM {}", "INSERT INTO {0} SELECT * FROM {0}"):
                with suppress(psycopg.Error):  # a trigger refuses, a key is there already
                    meddling.execute(sql.SQL(statement).format(sql.Identifier(table)))
        # What the ledger asks, while somebody holds what it needs and has it cancelled.
        meddling.execute("ALTER DATABASE postgres SET statement_timeout = 300")
        meddling.execute("BEGIN")
        meddling.execute("LOCK TABLE heads, current_register, pupils IN ACCESS EXCLUSIVE MODE")
        refused = told(*amending[:4], "L", "--reason", "Mrs Example rang again", *BY)
        told("rebuild")
        meddling.execute("ROLLBACK")
    log = (server.data / "server.log").read_text()

    assert refused.code != 0
    assert log.count("ERROR:") >= 5
    assert log.count("STATEMENT:") >= 5
    assert canaries(log) == []
    assert "2015-03-01" not in log
