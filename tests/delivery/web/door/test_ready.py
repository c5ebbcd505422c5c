"""What is sent again as bytes is what the whole way answers, to whoever that answers, and kept."""

import pytest

from delivery.cli import main
from delivery.web.door.readings import AGAIN, Readings
from delivery.web.ready import MOST, Ready

pytestmark = pytest.mark.slow

ASKED = "/api/100001/register?class=4B&from=2024-09-03&to=2024-09-03"


@pytest.fixture
def ready(browser) -> Ready:
    """What the server keeps, with nothing in it."""
    found: Ready = browser().app.state.ready
    found.drop(100001)
    return found


@pytest.fixture
def looked(ready, monkeypatch) -> list[bool]:
    """Of each request: whether it was answered from what is ready."""
    from delivery.web.ready import AsMade

    told: list[bool] = []
    plainly = AsMade._answer

    def answer(self, request, kept):
        found = plainly(self, request, kept)
        told.append(found is not None)
        return found

    monkeypatch.setattr(AsMade, "_answer", answer)
    return told


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("login", ["teacher", "office", "auditor", "trust"])
def test_the_same_bytes_and_headers_as_the_whole_way(signed_in, looked, login, encoding):
    client = signed_in(login)
    client.headers["Accept-Encoding"] = encoding

    whole, again = client.get(ASKED), client.get(ASKED)

    assert looked == [True]
    assert whole.status_code == again.status_code == 200
    assert (again.content, again.headers) == (whole.content, whole.headers)
    known = {"If-None-Match": whole.headers["ETag"]}
    assert client.get(ASKED, headers=known).status_code == 304
    assert looked == [True, True]


@pytest.mark.parametrize("login", ["bi", "authority", "there"])
def test_who_may_not_have_it_gets_the_answer_of_the_whole_way(signed_in, ready, looked, login):
    client = signed_in(login)
    whole = client.get(ASKED)
    assert signed_in("office").get(ASKED).status_code == 200  # now it is ready

    again = client.get(ASKED)

    assert looked == [False]
    assert (again.status_code, again.content) == (whole.status_code, whole.content)


def test_nobody_signed_in_is_turned_away(browser, signed_in, looked):
    signed_in("office").get(ASKED)

    assert browser().get(ASKED).status_code == 401
    assert looked == [False]


def test_under_another_name_of_the_machine_nothing_is_answered(signed_in, looked):
    client = signed_in("office")
    client.get(ASKED)

    assert client.get(ASKED, headers={"Host": "elsewhere.example"}).status_code == 400
    assert looked == [False]


def test_a_reading_is_kept_of_it_like_of_any(signed_in, door, clock, looked):
    client = signed_in("head")
    client.get(ASKED)
    clock.on(seconds=AGAIN + 1)
    before = len(Readings(door.book).of(100001, 0, 2**40))

    client.get(ASKED)

    assert looked == [True]
    assert [one.what for one in Readings(door.book).of(100001, 0, 2**40)[before:]] == ["register"]


def test_once_something_is_recorded_it_is_made_anew(signed_in, door, looked):
    client = signed_in("office")
    before = client.get(ASKED)
    amending = ["amend-mark", "A101", "2024-09-03", "AM", "M", "--reason", "Letter seen"]
    at = ["--db", door.desk.url, "--school", "100001", "--as", "office"]
    assert main([*at, *amending]) == 0

    after = client.get(ASKED)

    assert looked == [False]
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.text != before.text


def test_a_checkpoint_signed_meanwhile_is_in_it(signed_in, door, clock, looked):
    client = signed_in("office")
    before = client.get(ASKED).json()["answer"]["foot"]
    ledger = door.desk.ledger(100001)
    size = ledger.size()
    ledger.keep_checkpoint(size, f"ledger\n{size}\n{before['root']}\n\n— a b\n", clock())

    after = client.get(ASKED).json()["answer"]["foot"]

    assert looked == [False]
    assert (before["signed"], after["signed"]["entries"]) == (None, size)


def test_what_is_to_be_let_go_is_not_sent_again(signed_in, door, ready, looked):
    client = signed_in("office")
    client.get(ASKED)
    assert ready._kept

    door.desk.let_go(door.desk.ledger(100001))

    assert not ready._kept
    assert client.get(ASKED).status_code == 200
    assert looked == []


def test_so_many_are_kept_and_what_is_asked_for_stays(signed_in, ready, looked):
    client = signed_in("office")
    for number in range(MOST):
        client.get(f"{ASKED}{'&' * number}")
    client.get(ASKED)  # the first that was kept
    for number in range(MOST, MOST + 5):
        client.get(f"{ASKED}{'&' * number}")
    looked.clear()

    client.get(ASKED)

    assert looked == [True]
    assert len(ready._kept) == MOST
