"""Who was shown which pupil's record is kept, before it is shown, and can be asked."""

import datetime as dt
import sqlite3

import pytest

from delivery.cli import main
from delivery.web.door.questions import OF_NOBODY
from delivery.web.door.readings import AGAIN, Readings, Shown, Whole
from projections.star import STAR
from projections.star_shape import NAMED

WEEK = "/100001/registers/4B?week=2024-09-03"
MARK = "/100001/pupils/A100/marks/2024-09-03/AM"


@pytest.fixture(autouse=True)
def _keys_elsewhere(monkeypatch, tmp_path):
    """The keys of pseudonyms are made where they are looked for: else beside the tests."""
    monkeypatch.setenv("ATTENDANCE_KEYS", str(tmp_path / "keys"))


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


ALL = Whole(dt.date(2024, 9, 2), dt.date(2024, 9, 3))


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
    signed_in("office").get("/api/100001/export/marks", params={"from": "2024-09-02"})
    tables = ("readings", "readings_of_classes", "readings_of_schools")
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


def added(door, before: int) -> list[tuple[str, int | None, str, Whole | None]]:
    found = Readings(door.book).of(100001, 0, 2**40)[before:]
    return [(one.who, one.pupil, one.what, one.whole) for one in found]


def many(door) -> int:
    return len(Readings(door.book).of(100001, 0, 2**40))


SPAN = "from=2024-09-02&to=2024-09-03"


@pytest.mark.parametrize(
    ("address", "what"),
    [
        (f"/api/100001/export/marks?{SPAN}", "export marks"),
        (f"/api/100001/export/amendments?{SPAN}", "export amendments"),
        (f"/api/100001/export/star?table=v1_fact_mark_current&format=csv&{SPAN}",
         "export star, without names"),
        (f"/100001/ask/export/marks?as=file&{SPAN}", "export marks"),
        (f"/100001/ask/audit/completeness?as=csv&{SPAN}", "audit completeness"),
    ],
)  # fmt: skip
def test_a_file_of_the_whole_school_is_one_reading_each_time(signed_in, door, address, what):
    client, before = signed_in("office"), many(door)

    for _ in range(2):
        answered = client.get(address)
        assert answered.status_code == 200, answered.text

    assert added(door, before) == [("office", None, what, ALL)] * 2


def test_who_has_the_file_already_is_given_none_and_has_read_none(signed_in, door):
    client, file = signed_in("office"), f"/api/100001/export/marks?{SPAN}"
    known = {"If-None-Match": client.get(file).headers["etag"]}
    before = many(door)

    assert client.get(file, headers=known).status_code == 304
    assert client.get("/api/100001/export/marks?from=never").status_code == 400
    assert added(door, before) == []


def test_of_one_pupil_or_class_a_file_is_a_reading_of_them_alone(signed_in, door):
    client, before = signed_in("office"), many(door)
    client.get(f"/api/100001/export/marks?pupil=A100&{SPAN}")
    client.get(f"/api/100001/export/marks?class=4B&{SPAN}")

    assert [(pupil, whole) for _, pupil, _, whole in added(door, before)] == [
        (1, None),
        (None, None),
    ]


def test_of_the_star_every_table_with_pupils_in_it_is_kept_and_no_other(signed_in, door):
    client, before = signed_in("bi"), many(door)
    named = {name for name, (_, view) in STAR.items() if "pupil" in view.selected_columns}

    for table in STAR:
        client.get("/api/100001/export/star", params={"table": table, "format": "csv"})

    assert len(added(door, before)) == len(set(STAR) & named - NAMED)
    assert set(STAR) - named == OF_NOBODY


def test_an_answer_about_the_whole_school_is_one_reading_in_ten_minutes(signed_in, door, clock):
    client, before = signed_in("head"), many(door)

    for _ in range(3):
        assert client.get("/api/100001/penalty/list").status_code == 200
    client.get("/api/100001/rates?by=pupil")
    clock.on(seconds=AGAIN)
    client.get("/api/100001/penalty/list")

    assert [said for _, _, said, _ in added(door, before)] == [
        "penalty list", "rates", "penalty list",
    ]  # fmt: skip


def test_figures_and_pages_that_list_are_no_reading(signed_in, door):
    client, before = signed_in("head"), many(door)

    for address in ("/api/100001/rates?by=class", f"/api/100001/export/daily?{SPAN}",
                    "/100001/penalties", "/100001/pupils", "/100001/ask/penalty/list",
                    "/trust"):  # fmt: skip
        assert client.get(address).status_code == 200, address

    assert added(door, before) == []


def test_a_stretch_of_the_feed_is_one_reading_of_its_entries(signed_in, door):
    client, before = signed_in("head"), many(door)
    first = client.get("/api/100001/feed", params={"limit": 5}).json()
    client.get("/api/100001/feed", params={"limit": 5, "lastEventId": first[-1]["id"]})
    client.get("/api/100001/feed", params={"limit": 5})
    end = door.desk.ledger(100001).size()
    assert client.get("/api/100001/feed", params={"lastEventId": str(end)}).json() == []

    assert added(door, before) == [
        ("head", None, "feed", Whole(None, None, 1, 5)),
        ("head", None, "feed", Whole(None, None, 6, 10)),
    ]


def test_under_pseudonyms_and_of_several_schools_the_feed_is_kept_by_school(
    signed_in, door, tmp_path, monkeypatch
):
    monkeypatch.setitem(door.__dict__, "keys", tmp_path)
    before, there = many(door), len(Readings(door.book).of(100002, 0, 2**40))
    signed_in("bi").get("/api/100001/feed", params={"limit": 5})
    signed_in("trust").get("/api/feed", params={"limit": 5000})

    size = door.desk.ledger(100001).size()
    assert added(door, before) == [
        ("bi", None, "feed, without names", Whole(None, None, 1, 5)),
        ("trust", None, "feed", Whole(None, None, 1, size)),
    ]
    assert len(Readings(door.book).of(100002, 0, 2**40)) == there + 1


def test_a_file_or_feed_that_cannot_be_kept_is_not_given(signed_in, door, monkeypatch):
    client = signed_in("head")

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Readings, "add_school", full)
    for address in (f"/api/100001/export/marks?{SPAN}", "/api/100001/feed",
                    f"/100001/ask/export/marks?as=file&{SPAN}"):  # fmt: skip
        answered = client.get(address)
        assert answered.status_code >= 400
        assert "A100" not in answered.text


def test_who_read_a_pupil_s_record_names_those_who_were_given_the_school_s(
    signed_in, door, clock, capsys
):
    clock.on(days=2)
    signed_in("office").get(f"/api/100001/export/marks?{SPAN}")
    on = door.desk.clock().date().isoformat()
    told = signed_in("auditor").get(
        "/api/100001/audit/reading", params={"pupil": "A100", "from": on, "to": on}
    )

    (row,) = told.json()["answer"]["rows"]
    assert (row["whole"], row["pupil"], row["shown"], row["name"]) == (
        True,
        None,
        None,
        "Olive Office",
    )
    capsys.readouterr()
    typed = ["--db", door.desk.url, "audit", "reading", "--school", "100001", "--from", on]
    assert main([*typed, "--to", on]) == 0
    printed = capsys.readouterr().out
    assert "1 reading 1 of the whole school by 1 reader" in printed
    assert "the whole school, from 2024-09-02 to 2024-09-03" in printed
