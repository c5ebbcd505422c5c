"""Schools on several servers: each question and act where its school is, and one moved."""

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from delivery.directory.directed import Directed, directed
from delivery.directory.moving import move
from delivery.feed.cloud import everything
from delivery.feed.following import Follower, Source
from delivery.web.app import application
from tests.delivery.conftest import Call, Ran

OURS, OTHERS = ("--school", "100001"), ("--school", "100002")
NORTH, SOUTH = ("--db", "sqlite:///north.db"), ("--db", "sqlite:///south.db")
DAY = ("--from", "2024-09-03", "--to", "2024-09-03")
QUESTIONS = (
    ("explain-mark", "A100", "2024-09-03", "AM", *OURS),
    ("register", "--class", "4B", *DAY, *OURS, "--json"),
    ("rates", "--by", "pupil", *OURS, "--json"),
    ("rates", "--by", "school", "--json"),
    ("due", *OURS, "--json"),
    ("verify", "--json"),
    ("register", "--class", "4B", *DAY, "--asof", "13", *OURS),
)
TAKE = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100", *OURS)
AMEND = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Rang at nine", *OURS)


@pytest.fixture
def schools(trust: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Both schools of the trust at ``north``; ``south`` has nothing yet."""
    (folder / "attendance.db").rename(folder / "north.db")
    (folder / "schools.toml").write_text(
        '# Ours\n[servers]\nnorth = "sqlite:///north.db"\nsouth = "sqlite:///south.db"\n'
    )
    monkeypatch.setenv("ATTENDANCE_DB", "directory:///schools.toml")
    assert trust("directory", "set", "north", "--as", "keeper").code == 0
    return trust


def well(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def test_a_moved_school_answers_as_before_and_life_goes_on(schools: Call, folder: Path) -> None:
    well(schools(*TAKE, "--as", "teacher"))
    before = [well(schools(*asked)).out for asked in QUESTIONS]

    moved = well(schools("directory", "move", "100001", "--to", "south", "--as", "keeper"))

    assert "moved from north to south" in moved.err
    assert [schools(*asked).out for asked in QUESTIONS] == before
    well(schools(*AMEND, "--as", "office"))
    assert "checked: 14" in well(schools("verify", *OURS, *SOUTH)).out
    assert schools("doctor", "--computed").code == 0
    well(
        schools(
            "take-register", "6", "--session", "AM", "--rest-present", *OTHERS, "--as", "teacher"
        )
    )
    assert "100002" not in schools("verify", *SOUTH).out


def test_where_it_was_says_where_it_went(schools: Call) -> None:
    well(schools("directory", "move", "100001", "--to", "south", "--as", "keeper"))

    for asked in (("rates", *OURS), ("verify", *OURS), (*TAKE, "--as", "teacher")):
        ran = schools(*asked, *NORTH)
        assert ran.code == 6, ran
        said = "school 100001 is no longer here: it moved to south (2024-09-03 07:50 UTC)"
        assert said in ran.err
    assert well(schools("verify", *NORTH)).out.count("School:") == 1


def test_whoever_has_an_old_directory_is_led_on(schools: Call, folder: Path) -> None:
    shutil.copy(folder / "schools.toml", folder / "old.toml")
    well(schools("directory", "move", "100001", "--to", "south", "--as", "keeper"))

    well(schools(*TAKE, "--as", "teacher", "--db", "directory:///old.toml"))

    assert "N" in well(schools("register", "--class", "4B", *DAY, *OURS)).out
    shown = schools("directory", "show", "--db", "directory:///old.toml")
    assert shown.code == 8
    assert "south" in shown.out


def test_there_and_back_with_and_without_what_was_left(schools: Call) -> None:
    well(schools("directory", "move", "100001", "--to", "south", "--as", "keeper"))
    well(schools(*TAKE, "--as", "teacher"))
    well(schools("directory", "move", "100001", "--to", "north", "--as", "keeper"))
    well(schools(*AMEND, "--as", "office"))
    well(schools("directory", "remove", "100001", "south", "--as", "keeper"))
    well(schools("directory", "move", "100001", "--to", "south", "--as", "keeper"))
    well(schools("directory", "remove", "100001", "north", "--as", "keeper"))

    assert "checked: 14" in well(schools("verify", *OURS)).out
    assert schools("doctor", "--computed").code == 0
    told = well(schools("directory", "show", *OURS, "--json")).document["answer"]
    assert told["schools"][0]["goes_on_at"] == told["schools"][0]["directory"] == "south"
    assert told["schools"][0]["left_behind_at"] == []
    steps = [one["what"].split()[0] for one in told["history"] if one["where"] != "the directory"]
    assert sorted(steps) == sorted(["on", "came", "closed", "went"] * 3 + ["the"] * 2)
    assert {one["by"] for one in told["history"]} == {"keeper"}


def test_every_school_where_it_is_placed_and_opened_there(
    folder: Path, trust: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new trust on two servers: one file of schools, one of pupils, one of marks."""
    (folder / "schools.toml").write_text(
        '[servers]\nnorth = "sqlite:///north.db"\nsouth = "sqlite:///south.db"\n'
    )
    monkeypatch.setenv("ATTENDANCE_DB", "directory:///schools.toml")
    nowhere = trust("init", "trust.toml")
    assert (nowhere.code, "no place for school 100001" in nowhere.err) == (5, True), nowhere
    well(trust("directory", "set", "north", "100001", "--as", "keeper"))
    well(trust("directory", "set", "south", "100002", "--as", "keeper"))

    well(trust("init", "trust.toml"))
    well(trust("import", "pupils", "pupils.csv", "--as", "office"))
    (folder / "n.csv").write_text(
        "school_urn,upn,date,session,code\n100001,A100,2024-09-03,AM,/\n100002,B200,2024-09-03,AM,I\n"
    )
    well(trust("import", "marks", "n.csv", "--as", "office", "--seen-at", "2024-09-03T08:45"))

    assert "100001" in well(trust("verify", *NORTH)).out
    assert "100002" in well(trust("verify", *SOUTH)).out
    rates = well(trust("rates", "--by", "school", "--json")).document["schools"]
    assert [one["school"] for one in rates] == [100001, 100002]
    several = trust("star", "v1_dim_school")
    assert several.code == 0, several
    published = trust("publish", "out")
    assert (published.code, "several servers (north, south)" in published.err) == (5, True)
    well(trust("publish", "out", *NORTH))


def test_a_school_is_not_placed_where_it_is_not(schools: Call) -> None:
    ran = schools("directory", "set", "south", "100001", "--as", "keeper")
    assert (ran.code, "'attendance directory move' takes it" in ran.err) == (5, True), ran
    assert "--as" in schools("directory", "set", "south", "100001").err
    well(schools("directory", "move", "100001", "--to", "south", "--as", "keeper"))
    ran = schools("directory", "set", "north", "100001", "--as", "keeper")
    assert (ran.code, "does not go on at north" in ran.err) == (6, True), ran


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("move", "100001", "--to", "west"), "has no server 'west'; it has north, south"),
        (("move", "999", "--to", "south"), "no school 999"),
        (("stay", "100001"), "not on its way anywhere"),
        (("remove", "100001", "north"), "no copy of school 100001 that was left behind"),
        (("remove", "100001", "south"), "no copy of school 100001 that was left behind"),
        (("move", "100001", "--to", "south", *NORTH), "is no directory; write directory:///"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_sentence(
    schools: Call, typed: tuple[str, ...], said: str
) -> None:
    ran = schools("directory", *typed, "--as", "keeper")

    assert ran.code in (2, 3, 5), ran
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[servers\n", "cannot be read"),
        ("[schools]\n1 = 2\n", "servers: Field required"),
        ('[servers]\nn = "sqlite:///n.db"\n[[placed]]\nschool = 1\nserver = "s"\n'
         'at = 2024-01-01T00:00:00Z\nby = "x"\n', "placed at s, which is none of its servers"),
        ('[servers]\nn = "sqlite:///n.db"\n[[placed]]\nschool = "one"\n', "placed.0.school"),
    ],
)  # fmt: skip
def test_a_spoilt_directory_is_told_at_once(
    attendance: Call, folder: Path, text: str, said: str
) -> None:
    (folder / "d.toml").write_text(text)

    ran = attendance("rates", "--db", "directory:///d.toml")

    assert (ran.code, said in ran.err) == (2, True), ran


def test_a_ledger_of_its_own_is_never_written_over(schools: Call, folder: Path) -> None:
    shutil.copy(folder / "north.db", folder / "south.db")

    ran = schools("directory", "move", "100001", "--to", "south", "--as", "keeper")

    assert (ran.code, "a ledger of school 100001 of its own" in ran.err) == (5, True), ran


def test_a_stream_of_entries_ends_where_its_school_moves_and_goes_on_there(schools: Call) -> None:
    """Whoever reads it comes again with the last id, as after any line that was cut."""
    at = directed("directory:///schools.toml")
    follower = Follower([Source(at.ledger(100001), everything)], {}, several=False)
    read = follower.more(5)
    assert follower.still([Source(at.ledger(100001), everything)])
    move(at, 100001, "south", "keeper")

    there = [Source(at.ledger(100001), everything)]

    assert not follower.still(there)
    again = Follower(there, {100001: int(follower.position)}, several=False)
    told = [one["id"] for one in (*read, *again.more(99))]
    assert told == [str(number) for number in range(1, at.ledger(100001).size() + 1)]
    at.close()


def test_a_server_that_is_open_follows_a_school_that_moves(schools: Call, folder: Path) -> None:
    """Over HTTP: the directory is looked at anew, and what was remembered of it is let go."""
    at = directed("directory:///schools.toml")
    with TestClient(application(at, "office"), base_url="http://localhost") as web:
        taken = {
            "group": "4B",
            "session": "AM",
            "date": "2024-09-03",
            "lines": ["A100 N", "A101 /"],
        }
        assert web.post("/api/100001/take-register", json=taken).status_code == 200
        was = web.get("/api/100001/register?class=4B").text
        other = directed("directory:///schools.toml")
        move(other, 100001, "south", "keeper")
        other.close()

        amended = web.post(
            "/api/100001/amend-mark",
            json={"pupil": "A100", "date": "2024-09-03", "half": "AM", "code": "I",
                  "reason": "Rang"},
        )  # fmt: skip

        assert amended.status_code == 200, amended.text
        now = web.get("/api/100001/register?class=4B").text
        assert now != was
        assert web.get("/100001/registers").status_code == 200
        assert web.get("/100002/registers").status_code == 200
    assert isinstance(at, Directed)
    assert at.name_at(100001) == "south"
    at.close()
    assert "100001" not in schools("verify", *NORTH).out
