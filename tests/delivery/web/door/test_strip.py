"""The strip on every page says what was last verified, with what result, and no more than that."""

import sqlite3

import pytest

from delivery.cli import main
from delivery.web.door.verifications import Verifications, Verified
from delivery.web.strip import Proven, proven, together
from ledger.store.verify import verify

DAY = "/100001/today?on=2024-09-03"
VERIFY = "/100001/audit/verify"


def says(client, address: str = DAY) -> str:
    page = client.get(address).text
    return page[page.index('<section class="asat') : page.index("</section>")]


def test_it_says_not_verified_until_it_was_and_then_when_and_counts_what_came_since(
    signed_in, door, clock
):
    head = signed_in("head")
    assert "Not verified yet" in says(head)

    assert "All 14 entries are as they were recorded" in head.get(VERIFY).text
    assert "Verified 3 Sep 2024, 11:00" in says(head)
    assert 'class="proven good"' in says(head)
    assert "Verified 3 Sep 2024" in says(signed_in("teacher"), "/100001/registers/4B")
    assert VERIFY not in says(signed_in("teacher"), "/100001/registers/4B")
    assert f'href="{VERIFY}"' in says(head)

    amends = {"pupil": "A100", "date": "2024-09-03", "half": "AM", "code": "M", "reason": "Note"}
    done = head.post("/api/100001/amend-mark", json=amends, headers={"Origin": "http://localhost"})
    size = door.desk.ledger(100001).size()
    assert (done.status_code, size) == (200, 15), done.text
    assert "Verified to entry 14" in says(head)
    assert "what came later was not verified" in says(head)
    assert "Verified 3 Sep 2024" in says(head, "/100001/today?asof=14")  # which shows no later one


def test_what_is_verified_when_typed_is_said_too(signed_in, door, capsys):
    assert main(["--db", door.desk.url, "verify", "--school", "100001", "--csv"]) == 0
    capsys.readouterr()

    assert 'class="proven good"' in says(signed_in("head"))

    assert main(["--db", door.desk.url, "verify", "--school", "100001", "--entries", "1..3"]) == 0
    assert Verifications(door.book).last(100001).entries == door.desk.ledger(100001).size()


def last(door, **said) -> Verified:
    verdict = verify(door.desk.ledger(100001))
    given = {"at": door.desk.clock(), "entries": verdict.entries, "root": verdict.root}
    return Verified(**{**given, "wrong": None, **said})


@pytest.mark.parametrize(
    ("said", "look"),
    [
        ({}, "good"),
        ({"wrong": 3}, "bad"),
        ({"root": "00" * 32}, "bad"),
        ({"entries": 99}, "bad"),
        ({"entries": 3}, "part"),
    ],
)
def test_a_fault_or_another_log_is_never_called_verified(door, said, look):
    """Of as many entries with another root it is another past; of more, one that was put back."""
    ledger = door.desk.ledger(100001)

    found = proven(ledger, last(door, **said), ledger.size())

    assert found.look == look
    assert (found.word.startswith("Verified ")) is (look in {"good", "part"})


def test_several_schools_are_as_verified_as_the_worst_of_them():
    good, part, open_, bad = (Proven(one, "", one) for one in ("good", "part", "open", "bad"))

    assert together([good, good]).look == "good"
    assert together([good, part]).word == "1 of 2 schools verified"
    assert together([open_, open_]).word == "Not verified yet"
    assert together([good, bad]) == bad
    assert together([]) is None


def test_what_was_verified_can_only_be_added_to(signed_in, door):
    signed_in("head").get(VERIFY)

    for change in ("UPDATE verifications SET wrong = NULL", "DELETE FROM verifications"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"), door.book.writing() as w:
            w.execute(change)


def test_the_trust_page_stands_as_at_a_moment_and_an_earlier_one_knows_nothing_later(
    signed_in, door
):
    client = signed_in("trust")

    now, then = client.get("/trust"), client.get("/trust?asof=2024-09-03T08:55%2B01:00")
    before = client.get("/trust?asof=2024-09-03T09:00%2B01:00&as=csv").text
    after = client.get("/trust?asof=2024-09-03T10:05%2B01:00&as=csv").text

    assert 'aria-label="As at"' in now.text
    assert "As it stands at" in now.text
    assert "As it stood at" in then.text
    assert "/100001/reports?asof=2024-09-03T08%3A55%2B01%3A00" in then.text
    row = [dict(zip(*(line.split(",") for line in one.splitlines()), strict=True))
           for one in (before, after)]  # fmt: skip
    assert [one["entry"] for one in row] == ["13", "14"]  # the amendment of 10:00 came after
    assert row[0]["at_threshold"] == "0"


@pytest.mark.parametrize(("asof", "status"), [("13", 400), ("2001-01-01T09:00", 400), ("x", 400)])
def test_what_is_no_moment_of_several_schools_is_said_on_the_trust_page(signed_in, asof, status):
    answered = signed_in("trust").get("/trust", params={"asof": asof})

    assert answered.status_code == status
    assert "This should not have happened" not in answered.text


def test_whoever_sees_no_figures_is_turned_away_from_an_earlier_moment_too(signed_in, door):
    for who in ("teacher", "authority"):
        assert signed_in(who).get("/trust?asof=2024-09-03T10:05").status_code == 403
