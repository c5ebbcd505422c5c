"""The same calls on PostgreSQL: set up, take in, act, ask, verify."""

from pathlib import Path

from freezegun import freeze_time
from psycopg import errors

from delivery.cli.problems import meant
from tests.delivery.conftest import Call


def test_the_same_calls_give_the_same_answers_on_postgresql(
    trust: Call, folder: Path, set_up_once: Path, postgres_url: str
):
    at = ["--db", postgres_url]
    with freeze_time("2024-09-02 08:00:00"):
        assert trust("init", "trust.toml", *at).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert trust(*pupils, *at).code == 0
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
    (folder / "n.csv").write_text(
        "school_urn,upn,date,session,code\n100001,A102,2024-09-03,AM,I\n100001,A102,x,AM,I\n"
    )
    marks = ("import", "marks", "n.csv", "--as", "office", "--seen-at", "2024-09-03T08:45")
    told = []
    for where in (at, []):
        ted = [*where, "--school", "100001", "--as", "teacher"]
        assert trust(*taking, *ted, "--key", "k").code == 0
        assert "line 3: 'x' is not a date" in trust(*marks, *where).err
        school = [*where, "--school", "100001"]
        calls = [
            ("explain-mark", "A100", "2024-09-03", "AM"),
            ("rates", "--by", "class", "--json"),
            ("penalty", "explain", "A100", "--csv"),
            ("registers-not-taken", "--csv"),
            ("audit", "completeness"),
            ("doctor", "--computed", "--json"),
        ]
        told.append([trust(*call, *school).out for call in calls])
        assert trust("verify", *where).code == 0

    assert told[0] == told[1]


def test_a_register_is_shown_as_it_stood_on_postgresql(
    trust: Call, set_up_once: Path, postgres_url: str
):
    at = ["--db", postgres_url]
    with freeze_time("2024-09-02 08:00:00"):
        assert trust("init", "trust.toml", *at).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert trust(*pupils, *at).code == 0
    ted = [*at, "--school", "100001", "--as", "teacher"]
    taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
    assert trust(*taking, *ted).code == 0

    page = ("register", "--class", "4B", "--school", "100001", "--asof", "11", "--json")
    first = trust(*page, *at).document["answer"]["lines"][0]
    assert (first["then"], first["now"]["code"], first["changed"]) == (None, "N", True)


def test_a_server_that_is_away_is_told_in_a_sentence(trust: Call):
    ran = trust("verify", "--db", "postgresql://nobody@localhost:1/absent")

    assert ran.code == 5
    assert ran.err.startswith(
        "postgresql://localhost/absent cannot be opened: the server did not answer"
    )
    assert "written" not in ran.err
    assert "Traceback" not in ran.err


def test_a_server_that_goes_away_while_it_is_read_is_told_in_a_sentence():
    """Met below, in the driver's words; a deadlock is no such thing."""
    gone = meant(errors.AdminShutdown("terminating connection\nand more"))
    assert str(gone) == "The ledger's database cannot be opened: terminating connection."
    assert isinstance(meant(errors.DeadlockDetected("deadlock")), errors.DeadlockDetected)
