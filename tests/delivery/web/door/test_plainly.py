"""A register taken the short way is answered as the whole way answers it, byte for byte."""

import datetime as dt
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from delivery.bootstrap import Desk
from delivery.web.app import application
from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book
from delivery.web.door.doorman import Door
from delivery.web.door.sessions import Sessions, form_token
from delivery.web.plainly import Plainly
from ledger.events import StaffLeft
from ledger.kinds import Person
from ledger.store import Act, open_store
from tests.delivery.web.door.conftest import BOTH, CHEAP, Clock, account

pytestmark = pytest.mark.slow

URN = 100001
PATH = f"/api/{URN}/take-register"
WHO = ("office", "teacher", "head", "auditor", "bi", "authority", "new", "ended", "machine")


class Side(NamedTuple):
    """One of two servers on like ledgers, and how often it went the short way."""

    desk: Desk
    client: TestClient
    short: list[int]

    def send(self, path: str, headers: list[tuple[str, str]], body: bytes) -> tuple[Any, ...]:
        self.client.cookies.clear()
        answer = self.client.post(path, headers=headers, content=body)
        return answer.status_code, answer.headers.raw, answer.content

    def entries(self) -> list[tuple[Any, ...]]:
        found = self.desk.ledger(URN).entries()
        return [(one.entry, one.stream, one.event) for one in found]


class Two(NamedTuple):
    plain: Side
    whole: Side
    secrets: Mapping[str, str]
    clock: Clock
    turn: list[int]
    """Which request it is: a key drawn for it is the same on both, however often it is drawn."""

    def send(
        self, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        self.turn[0] += 1
        return self.plain.send(path, headers, body), self.whole.send(path, headers, body)


@pytest.fixture(scope="module")
def two(marked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """The same ledger, accounts and sessions twice: with the short way, and without it."""
    clock, first = Clock(), tmp_path_factory.mktemp("first")
    shutil.copy(marked_once, first / "attendance.db")
    book = Book(first / "attendance.door.db")
    secrets = _secrets(Accounts(book, CHEAP), int(clock().timestamp()))
    book.close()
    sides, turn = [], [0]
    for name in ("plain", "whole"):
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(first, folder, dirs_exist_ok=True)
        sides.append(_side(folder, clock, turn, short=name == "plain"))
    with sides[0].client, sides[1].client:
        found = Two(*sides, secrets, clock, turn)
        for half in ("AM", "PM"):  # the school is read
            body = {"group": "4B", "session": half, "date": "2024-09-02", "rest_present": True}
            found.send(PATH, _headers(found, "office"), json.dumps(body).encode())
        yield found
    for side in sides:
        side.desk.close()


def _secrets(accounts: Accounts, now: int) -> dict[str, str]:
    for login in ("office", "teacher", "head"):
        account(accounts, login, staff=login)
    account(accounts, "auditor", staff="head", roles=("auditor",), schools=BOTH)
    account(accounts, "bi", roles=("bi",))
    account(accounts, "authority", roles=("authority",), pupils=frozenset({(URN, 1)}))
    accounts.add("new", staff="office", roles=(), schools=BOTH, now=0)  # type: ignore[call-arg]
    sessions = Sessions(accounts)
    secrets = {
        login: sessions.begin(login, now) for login in WHO if login not in {"ended", "machine"}
    }
    secrets["ended"] = sessions.begin("office", now - 10_000)
    return secrets | {"machine": sessions.token("office", None, now, 30)}


def _side(folder: Path, clock: Clock, turn: list[int], *, short: bool) -> Side:
    url = f"sqlite:///{folder}/attendance.db"
    desk = Desk(url, open_store(url), clock=clock, keys=lambda: f"drawn {turn[0]}")
    door = Door(
        desk,
        None,
        Book(folder / "attendance.door.db"),
        asks=True,
        passwords=CHEAP,
        keys=folder / "keys",
    )
    made, went = application(desk, door=door), [0]
    if not short:
        made.user_middleware = [one for one in made.user_middleware if one.cls is not Plainly]
    return Side(desk, TestClient(made, base_url="http://localhost"), went)


@pytest.fixture(autouse=True)
def _counted(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    plainly = Plainly._asked

    def begun(self: Plainly, *asked: Any) -> Any:
        found = plainly(self, *asked)
        two.plain.short[0] += found is not None
        return found

    monkeypatch.setattr(Plainly, "_asked", begun)


def _headers(two: Two, who: str, **more: str) -> list[tuple[str, str]]:
    found = [("Content-Type", "application/json")]
    if who == "machine":
        found.append(("Authorization", f"Bearer {two.secrets[who]}"))
    elif who:
        found += [("Cookie", f"attendance={two.secrets.get(who, who)}")]
        found += [("Sec-Fetch-Site", "same-origin")]
    return found + [(name.replace("_", "-"), value) for name, value in more.items()]


CODES = st.sampled_from(["I", "N", "/", "\\", "M", "L", "B", "ZZ", "O", "U", "V", "@09:02", "@9.1"])
PUPIL = st.sampled_from(["A100", "A101", "A102", "1", "2", "99", "Z999", "ä", "\ufeffA100"])
LINE = st.one_of(
    st.builds("{} {}".format, PUPIL, CODES),
    st.builds("{} {} {}".format, PUPIL, CODES, st.sampled_from(["Sports day", "x" * 40])),
    st.sampled_from(["", "A100", "A100 @08:52 late", "A100 LONGER", "\0", "A100 I\0"]),
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "group": st.sampled_from(["4B", "4B", "4B", "4A", "6", "", "none", None, 4, "4B\0"]),
    "session": st.sampled_from(["AM", "AM", "PM", "am", "NOON", None, 1, ["AM"]]),
    "date": st.sampled_from(
        ["2024-09-03", "2024-09-03", "2024-09-02", "2024-09-07", "2024-12-25", "03/09/2024",
         "20240903", "", None, 20240903]
    ),
    "rest_present": st.sampled_from([True, True, False, "yes", "off", 1, None, "x"]),
    "close": st.sampled_from([False, False, True, "true", None]),
    "lines": st.one_of(st.lists(LINE, max_size=3), st.sampled_from([None, [], "A100 I", [1]])),
    "present_except": st.one_of(
        st.none(),
        st.lists(st.sampled_from(["I:A100", "M:A100,A101", "A100@08:52", "A100", ":", "I:A100\0"]),
                 max_size=2),
    ),
    "taken_at": st.sampled_from(
        [None, "2024-09-03T07:50:00+00:00", "2024-09-03T08:50", "2024-09-03", "2030-01-01T09:00",
         "soon", 5]
    ),
    "person": st.sampled_from([None, None, "office", "head", "nobody", "", 5]),
    "key": st.sampled_from([None, None, "k-1", "k-2", "", "x" * 300, 5]),
    "dry_run": st.sampled_from([False, False, True, None, "no"]),
    "db": st.just("sqlite:///other.db"),
    "unheard": st.just(1),
}  # fmt: skip
MOSTLY = ("group", "session", "date", "rest_present")
SOMETIMES = tuple(name for name in FIELDS if name not in MOSTLY)
BODY = st.builds(
    lambda said, more: json.dumps({**said, **more}).encode(),
    st.fixed_dictionaries({name: FIELDS[name] for name in MOSTLY}),
    st.lists(st.sampled_from(SOMETIMES), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: FIELDS[name] for name in names})
    ),
)
GOOD = st.builds(
    lambda half, day, rest, lines: json.dumps(
        {"group": "4B", "session": half, "date": day, "rest_present": rest, "lines": lines}
    ).encode(),
    st.sampled_from(["AM", "PM"]), st.sampled_from(["2024-09-02", "2024-09-03"]), st.booleans(),
    st.lists(st.builds("{} {}".format, st.sampled_from(["A100", "A101"]), CODES), max_size=2),
)  # fmt: skip
ODD = st.sampled_from(
    [b"", b"{", b"[]", b"null", b"5", b'"text"', b"\xff", b'{"group": NaN}', b"[" * 2000, b"{}",
     b'{"group": "4A", "group": "4B", "session": "AM", "date": "2024-09-03", "rest_present": true}',
     b'{"group": "\\ud800", "session": "AM", "rest_present": true}',
     json.dumps({"group": "4B", "session": "AM", "lines": ["A100 I"] * 9000}).encode()]
)  # fmt: skip
MORE = st.lists(
    st.sampled_from(
        [("Idempotency-Key", "k-1"), ("Idempotency-Key", "k-2"), ("Idempotency-Key", "k 3"),
         ("Idempotency-Key", ""), ("Idempotency-Key", "y" * 201), ("If-Match", "*"),
         ("If-Match", "1"), ("If-Match", "nonsense"), ("Origin", "http://localhost"),
         ("Origin", "http://other.example"), ("Sec-Fetch-Site", "cross-site"),
         ("X-Form-Token", "wrong"), ("Accept-Encoding", "gzip"), ("Accept-Encoding", "identity"),
         ("Accept", "text/html"), ("Content-Type", "application/json; charset=utf-8"),
         ("Content-Type", "text/plain"), ("Host", "other.example"), ("Host", "localhost:80"),
         ("Authorization", "Bearer att_none_none"), ("Cookie", "attendance=none")]
    ),
    max_size=2,
)  # fmt: skip
PATHS = st.sampled_from(
    [PATH, PATH, PATH, PATH, PATH, PATH, "/api/100002/take-register", "/api/5/take-register",
     "/api/0100001/take-register", "/api/0/take-register", f"{PATH}/", f"{PATH}?group=4B",
     "/api/9999999999/take-register", "/api/x/take-register"]
)  # fmt: skip
REQUEST = st.one_of(
    st.tuples(st.just(PATH), st.sampled_from(["office", "head", "teacher"]), st.just([]), GOOD),
    st.tuples(PATHS, st.sampled_from((*WHO, "", "made up")), MORE, st.one_of(GOOD, BODY, ODD)),
    st.tuples(st.just(PATH), st.just("office"), st.just([]), BODY),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
    phases=[Phase.generate],
)
@given(asked=st.lists(REQUEST, min_size=1, max_size=6))
def test_every_answer_is_the_same(two, asked):
    for path, who, more, body in asked:
        headers = [*_headers(two, who), *more]
        plain, whole = two.send(path, headers, body)
        assert plain == whole, (path, who, more, body)
    assert two.plain.entries() == two.whole.entries()


def test_most_go_the_short_way(two):
    """After the drawn ones: a good many of those were answered so, refusals among them."""
    before = two.plain.short[0]
    body = {"group": "4B", "session": "AM", "date": "2024-09-03", "rest_present": True}

    for who, more in (("office", {}), ("teacher", {}), ("office", {"Idempotency_Key": "one-more"})):
        plain, whole = two.send(PATH, _headers(two, who, **more), json.dumps(body).encode())
        assert plain == whole
    refused, _ = two.send(
        PATH, _headers(two, "office"), json.dumps(body | {"lines": ["Z999 I"]}).encode()
    )

    assert two.plain.short[0] == before + 4
    assert refused[0] == 404


@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("", {}),
        ("made up", {}),
        ("auditor", {}),
        ("machine", {}),
        ("ended", {}),
        ("new", {}),
        ("office", {"If_Match": "1"}),
        ("office", {"Origin": "http://other.example"}),
        ("office", {"Host": "other.example"}),
    ],
)
def test_what_is_off_or_unusual_goes_the_whole_way(two, who, more):
    before, body = two.plain.short[0], {"group": "4B", "session": "AM", "rest_present": True}

    plain, whole = two.send(PATH, _headers(two, who, **more), json.dumps(body).encode())

    assert plain == whole
    assert two.plain.short[0] == before
    assert plain[0] >= 400


def test_a_page_of_ours_may_say_so_by_its_token_alone(two):
    secret = two.secrets["office"]
    body = json.dumps({"group": "4B", "session": "PM", "rest_present": True}).encode()
    headers = [("Content-Type", "application/json"), ("Cookie", f"attendance={secret}")]

    without, _ = two.send(PATH, headers, body)
    plain, whole = two.send(PATH, [*headers, ("X-Form-Token", form_token(secret))], body)

    assert without[0] == 403
    assert plain == whole
    assert plain[0] == 200 or b"opens" in plain[2]


BODY_AM = json.dumps({"group": "4B", "session": "AM", "rest_present": True}).encode()


@pytest.mark.parametrize("how", ["ended", "disabled"])
def test_who_may_no_longer_is_turned_away_though_another_program_says_so(two, how):
    for side in (two.plain, two.whole):
        book = Book(Path(side.desk.url.removeprefix("sqlite:///")).with_name("attendance.door.db"))
        accounts = Accounts(book, CHEAP)
        account(accounts, f"going-{how}", staff="office")
        secret = Sessions(accounts).begin(f"going-{how}", int(two.clock().timestamp()))
        headers = [("Content-Type", "application/json"), ("Cookie", f"attendance={secret}"),
                   ("Sec-Fetch-Site", "same-origin")]  # fmt: skip
        for _ in range(2):
            assert side.send(PATH, headers, BODY_AM)[0] not in {401, 403}
        if how == "ended":
            Sessions(accounts).end(secret)
        else:
            accounts.disable(f"going-{how}", int(two.clock().timestamp()))
        assert side.send(PATH, headers, BODY_AM)[0] == 401
        book.close()


def test_what_another_program_records_of_the_school_counts_for_the_next(two):
    """A teacher's own classes are those of the moment."""
    short = two.plain.short
    before = short[0]
    two.send(PATH, _headers(two, "teacher"), BODY_AM)
    assert short[0] == before + 1
    for side in (two.plain, two.whole):
        with closing(open_store(side.desk.url)) as store:
            by, at = Person(id="head", name="H", position="Headteacher"), two.clock()
            left = StaffLeft(staff="teacher", last_day=at.date() - dt.timedelta(days=1),
                             made_by=by, made_at=at)  # fmt: skip
            store.ledger(URN).append(Act("gone", "init", by, at), [left])

    plain, whole = two.send(PATH, _headers(two, "teacher"), BODY_AM)

    assert plain == whole
    assert plain[0] >= 400
    assert short[0] == before + 1


def test_who_was_seen_is_written_down_in_a_while(two):
    def seen_at(side):
        book = Book(Path(side.desk.url.removeprefix("sqlite:///")).with_name("attendance.door.db"))
        with closing(book):
            hashed = sha256(two.secrets["head"].encode()).digest()
            row = book.row("SELECT seen_at FROM sessions WHERE hash = ?", hashed)
            assert row is not None
            return row["seen_at"]

    two.clock.on(seconds=120)
    now = int(two.clock().timestamp())
    two.send(PATH, _headers(two, "head"), BODY_AM)

    assert seen_at(two.whole) == now
    ends = time.monotonic() + 10
    while seen_at(two.plain) != now and time.monotonic() < ends:
        time.sleep(0.05)
    assert seen_at(two.plain) == now
