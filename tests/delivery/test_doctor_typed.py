"""The doctor, typed: each thing it looks at is damaged once, found once, and ends with 8."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from freezegun import freeze_time

from delivery import examination
from delivery.sealing.keys import KeyFolder
from tests.delivery.conftest import Call, Ran

pytestmark = pytest.mark.slow

Typed = Callable[..., Ran]
TAKE = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
NOON = "2024-09-03 11:00"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: Any, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'attendance.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def typed(url: str, trust: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A ledger that is well: backed up and sealed today."""
    monkeypatch.setenv("ATTENDANCE_SCHOOL", "100001")
    monkeypatch.setattr(examination, "CLOCKS", examination.dt.timedelta(days=40_000))

    def call(when: str, *words: object) -> Ran:
        with freeze_time(when):
            return trust(*words, "--db", url)

    if not url.startswith("sqlite"):
        assert call("2024-09-02 08:00", "init", "trust.toml").code == 0
        pupils = ("import", "pupils", "pupils.csv", "--seen-at", "2024-09-02", "--as", "office")
        assert call("2024-09-02 08:00", *pupils).code == 0
    assert call("2024-09-03 07:50", *TAKE, "--as", "teacher").code == 0
    assert call("2024-09-03 09:00", "backup", "safe", "--as", "office").code == 0
    assert call("2024-09-03 09:00", "key", "make", "trust.example").code == 0
    assert call("2024-09-03 09:00", "seal").code == 0
    os.utime(folder / "attendance-keys" / "100001.key", (1725350400, 1725350400))
    return call


def sql(url: str, *statements: str) -> None:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            for statement in statements:
                file.execute(statement)
        file.close()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for statement in statements:
            server.execute(statement.encode())


def found(typed: Typed, when: str = NOON, *more: str) -> list[tuple[str, str]]:
    """What it found: check and words; its exit code says whether it found anything."""
    ran = typed(when, "doctor", "--json", *more)
    (school,) = ran.document["answer"]["schools"]
    faults = [
        (one["check"], f"{fault['where']}: {fault['what']}")
        for one in school["checks"]
        for fault in one["findings"]
    ]
    assert ran.code == (8 if faults else 0), ran
    return faults


def test_a_ledger_that_is_well_has_no_findings(typed: Typed) -> None:
    assert found(typed) == []
    looked = typed(NOON, "doctor").out
    for check in ("engine", "guards", "log", "rebuilt equals live", "clock", "back-ups",
                  "disposals and holds", "published", "keys", "disk"):  # fmt: skip
        assert f"  {check} " in looked
    assert "SQLite 3" in looked or "PostgreSQL 1" in looked


def test_each_damage_is_found(
    typed: Typed, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only(check: str, words: str, when: str = NOON) -> None:
        faults = found(typed, when)
        assert faults, (check, words)
        assert {one for one, _ in faults} == {check}, faults
        assert any(words in what for _, what in faults), faults

    keys, sqlite = folder / "attendance-keys", url.startswith("sqlite")

    # Keys: missing, others may read it, spoilt, rotated by hand, too old; nothing signed for long.
    key = keys / "100001.key"
    kept = key.read_text()
    key.rename(keys / "away")
    only("keys", "there is no key")
    (keys / "away").rename(key)
    key.chmod(0o640)
    only("keys", "others than its owner may read it")
    key.chmod(0o600)
    key.write_text("spoilt\n")
    only("keys", "cannot be used")
    key.write_text(kept)
    public = keys / "100001.vkey"
    of_old = public.read_text()
    another = KeyFolder(folder / "others", 100001).make("trust.example").verifier
    public.write_text(f"{of_old}{another}\n")
    only("keys", "its newest public key is not that of the key that signs")
    public.write_text(of_old)
    note = keys / "100001.last"
    signed = note.read_text()
    note.write_text(signed.replace("trust.example", "trust.exempla"))
    only("keys", "")
    note.write_text(signed)
    assert typed("2024-09-04 09:00", *TAKE[:4], "--date", "2024-09-04", "--present-except",
                 "N:A101", "--as", "head").code == 0  # fmt: skip
    assert found(typed, "2024-09-10 12:00") == []
    only("keys", "can be rewritten unseen", "2024-09-12 12:00")
    assert typed("2024-09-12 12:00", "seal").code == 0
    assert found(typed, "2024-09-12 12:00") == []

    # Back-ups: none for a month, the file gone, or not as it was made.
    only("back-ups", "one was due on 2024-10-03", "2024-10-04 09:00")
    (backup,) = (folder / "safe").glob("*.backup")
    whole = backup.read_bytes()
    backup.write_bytes(whole + b"x")
    only("back-ups", "not as it was made", "2024-09-12 12:00")
    backup.rename(folder / "elsewhere")
    only("back-ups", "is not there any more", "2024-09-12 12:00")
    backup.write_bytes(whole)

    # The clock; a hold that nobody confirmed, or that the database does not guard.
    faults = dict(found(typed, "2024-09-01 12:00"))
    assert "which is to come" in faults["clock"]
    hold = ("place-hold", "A v B", "--reason", "-", "--as", "head")
    assert typed("2024-09-12 12:30", *hold).code == 0
    only("disposals and holds", "nobody else has confirmed it", "2024-09-13 13:00")
    confirm = ("place-hold", "--confirm", "1", "--as", "ceo")
    assert typed("2024-09-13 13:00", *confirm).code == 0
    sql(url, "DELETE FROM held")
    only("disposals and holds", "the database does not guard it", "2024-09-13 13:00")
    assert (
        typed("2024-09-13 13:10", "hold", "release", "1", "--reason", "-", "--as", "head").code == 0
    )

    # Guards; the read models; the disk; the log, last: it stays damaged.
    trigger = "DROP TRIGGER pages_no_delete" if sqlite else "ALTER TABLE pages DISABLE TRIGGER ALL"
    sql(url, trigger)
    faults = found(typed, "2024-09-13 13:20")
    assert {one for one, _ in faults} == {"guards"}
    sql(url, "UPDATE current_register SET unauthorised = 7")
    assert any(one == "rebuilt equals live" for one, _ in found(typed, "2024-09-13 13:20"))
    if sqlite:
        monkeypatch.setattr(examination, "FREE", 10**9)
        assert any(one == "disk" for one, _ in found(typed, "2024-09-13 13:20"))
    monkeypatch.setattr(examination, "SEVERAL_WRITERS", (3, 0, 0))
    assert "one writing process" not in typed("2024-09-13 13:20", "doctor").out
    sql(url, "DELETE FROM pages WHERE first = 12 OR first = 11")
    assert any(one == "log" for one, _ in found(typed, "2024-09-13 13:20"))


def test_a_key_that_has_signed_for_years_is_to_be_rotated(typed: Typed) -> None:
    assert not any("has signed since" in what for _, what in found(typed, "2026-09-02 12:00"))
    faults = [what for check, what in found(typed, "2026-09-03 12:00") if check == "keys"]
    assert any("it has signed since 2024-09-03" in what for what in faults)
    assert typed("2026-09-03 12:00", "key", "rotate").code == 0
    assert not any("has signed since" in what for _, what in found(typed, "2026-09-03 12:00"))


def test_settings_of_the_engine_are_looked_at(
    typed: Typed, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("sqlite"):
        sql(url, "PRAGMA journal_mode = DELETE")
        monkeypatch.setattr("projections.engines._prepare", lambda *_: None)
        assert found(typed, NOON)[0] == ("engine", "journal_mode: it is delete and has to be wal")
        return
    name = urlsplit(url).path.removeprefix("/")
    sql(url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    assert found(typed, NOON) == [
        ("engine", "synchronous_commit: it is off: acknowledged entries can be lost")
    ]


def test_only_what_is_computed_where_that_is_asked(typed: Typed, folder: Path) -> None:
    (folder / "attendance-keys" / "100001.key").unlink()

    assert found(typed, NOON, "--computed") == []
    assert found(typed, NOON) != []
    elsewhere = typed(NOON, "doctor", "--keys", "nowhere")
    assert elsewhere.code == 0
    assert "no keys here (nowhere)" in elsewhere.out
