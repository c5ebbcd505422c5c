"""Who was shown which pupil's record is kept, before it is shown, and can be asked."""

import datetime as dt
import sqlite3

import pytest

from delivery.cli import main
from delivery.web.door.readings import AGAIN, Readings, Shown

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
    client.get("/100001/registers/5A?week=2024-09-03")
    client.get("/api/100001/register", params={"class": "5A"})

    assert kept(door) == before


WEEK = "/100001/registers/4B?week=2024-09-03"


def test_the_register_of_a_class_is_kept_once_with_all_whom_it_shows(signed_in, door, clock):
    before = Readings(door.book).of(100001, 0, 2**40)
    client = signed_in("teacher")

    for _ in range(3):
        assert client.get(WEEK).status_code == 200
    clock.on(seconds=AGAIN)
    client.get(WEEK)
    client.get("/100001/registers/4B/2024-09-03/AM")
    client.get("/api/100001/register", params={"class": "4B", "to": "2024-09-03"})
    client.get("/100001/ask/register", params={"class": "4B", "from": "2024-09-02"})

    found = Readings(door.book).of(100001, 0, 2**40)[len(before) :]
    week = Shown("4B", dt.date(2024, 9, 2), dt.date(2024, 9, 6))
    today = Shown("4B", dt.date(2024, 9, 2), dt.date(2024, 9, 3))
    assert [(one.what, one.shown) for one in found] == [
        ("page /{school}/registers/{group}", week),
        ("page /{school}/registers/{group}", week),
        ("page /{school}/registers/{group}/{day}/{half}", today),
        ("register", today),
    ]
    assert {(one.who, one.staff, one.pupil) for one in found} == {("teacher", "teacher", None)}
    assert {one.pupils for one in found} == {(1, 2)}


def test_another_reader_of_the_same_class_is_another_reading(signed_in, door):
    for who in ("office", "head"):
        signed_in(who).get(WEEK)

    last = Readings(door.book).of(100001, 0, 2**40)[-2:]
    assert [(one.who, one.shown.group) for one in last] == [("office", "4B"), ("head", "4B")]


def test_what_cannot_be_kept_is_not_shown(signed_in, door, monkeypatch):
    client = signed_in("office")

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Readings, "add", full)
    answered = client.get("/100001/pupils/A100")

    assert answered.status_code >= 400
    assert "Example" not in answered.text

    monkeypatch.setattr(Readings, "add_class", full)
    for address in (WEEK, "/api/100001/register?class=4B"):
        answered = client.get(address)
        assert answered.status_code >= 400
        assert "Example" not in answered.text


def test_the_log_is_only_added_to(signed_in, door):
    signed_in("office").get("/100001/pupils/A100")

    signed_in("office").get(WEEK)
    changes = ("UPDATE {} SET number = 0", "DELETE FROM {}")
    tables = ("readings", "readings_of_classes")
    for change in (one.format(table) for one in changes for table in tables):
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


def test_who_read_a_pupil_s_record_names_those_who_read_the_class_s(signed_in, door, clock):
    clock.on(days=2)
    signed_in("teacher").get(WEEK)
    day = {"from": "2024-09-05", "to": "2024-09-05"}
    auditor = signed_in("auditor")

    def asked(pupil: str) -> dict:
        told = auditor.get("/api/100001/audit/reading", params={"pupil": pupil, **day})
        return told.json()["answer"]

    found = asked("A100")
    assert [(one["group"], one["shown"], one["name"]) for one in found["rows"]] == [
        ("4B", 2, "Ted Teacher")
    ]
    assert (found["pupils"], found["readers"]) == (2, 1)
    other = auditor.get("/api/100001/audit/reading", params={"pupil": "A102", **day})
    assert other.status_code == 404 or other.json()["answer"]["rows"] == []
