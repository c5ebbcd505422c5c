"""Who was shown which pupil's record is kept, before it is shown, and can be asked."""

import sqlite3

import pytest

from delivery.cli import main
from delivery.web.door.readings import Readings

MARK = "/100001/pupils/A100/marks/2024-09-03/AM"


def kept(door) -> list[tuple[str, str | None, int, str]]:
    found = Readings(door.book).of(100001, 0, 2**40)
    return [(one.who, one.staff, one.pupil, one.what) for one in found]


def test_a_page_and_an_answer_about_a_pupil_are_kept(signed_in, door):
    before = len(kept(door))
    client = signed_in("office")

    client.get("/100001/pupils/A100")
    client.get("/100001/pupils/1")
    client.get(MARK)
    client.get("/api/100001/penalty/explain", params={"pupil": "A100"})
    client.get("/api/100001/last-seen", params={"pupil": "A101"})
    client.get("/100001/entries/14")

    assert kept(door)[before:] == [
        ("office", "office", 1, "page /{school}/pupils/{pupil}"),
        ("office", "office", 1, "page /{school}/pupils/{pupil}"),
        ("office", "office", 1, "page /{school}/pupils/{pupil}/marks/{day}/{half}"),
        ("office", "office", 1, "penalty explain"),
        ("office", "office", 2, "last-seen"),
        ("office", "office", 1, "page /{school}/entries/{entry}"),
    ]


def test_what_was_refused_was_not_read(signed_in, door):
    before = kept(door)
    client = signed_in("teacher")

    assert client.get("/100001/pupils/A102").status_code == 404
    assert client.get("/api/100001/last-seen", params={"pupil": "A102"}).status_code == 404
    assert client.get("/100001/pupils/Z999").status_code == 404
    client.get("/100001/pupils")
    client.get("/100001/registers/4B?week=2024-09-03")

    assert kept(door) == before


def test_what_cannot_be_kept_is_not_shown(signed_in, door, monkeypatch):
    client = signed_in("office")

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Readings, "add", full)
    answered = client.get("/100001/pupils/A100")

    assert answered.status_code >= 400
    assert "Example" not in answered.text


def test_the_log_is_only_added_to(signed_in, door):
    signed_in("office").get("/100001/pupils/A100")

    for change in ("UPDATE readings SET who = 'x'", "DELETE FROM readings"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"), door.book.writing() as w:
            w.execute(change)


def test_it_is_asked_by_those_who_may_and_says_who(signed_in, door, capsys):
    signed_in("teacher").get("/100001/pupils/A100")
    day = {"from": "2024-09-03", "to": "2024-09-04"}

    answered = signed_in("auditor").get(
        "/api/100001/audit/reading", params={"pupil": "A100", **day}
    )
    newest = answered.json()["answer"]["rows"][0]
    assert (newest["name"], newest["position"]) == ("Ted Teacher", "Class teacher")
    assert newest["pupil"]["name"] == "Ann Example"
    refused = signed_in("office").get("/api/100001/audit/reading", params=day)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-yours-to-see")

    capsys.readouterr()
    typed = ["--db", door.desk.url, "audit", "reading", "--school", "100001", "--csv"]
    assert main([*typed, "--from", "2024-09-03", "--to", "2024-09-04"]) == 0
    assert "Ted Teacher,Class teacher,A100,Ann Example" in capsys.readouterr().out


def test_nobody_has_read_where_there_is_no_log_yet(trust, folder):
    asked = trust("audit", "reading", "--school", "100001")

    assert asked.code == 3
    assert not (folder / "attendance.door.db").exists()
