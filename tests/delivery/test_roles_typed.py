"""The roles on PostgreSQL, typed: each login does its own job, and is refused the others'."""

from collections.abc import Callable, Iterator

import pytest
from freezegun import freeze_time

from delivery.bootstrap import Desk
from tests.delivery.conftest import Call, Ran

pytestmark = pytest.mark.slow

As = Callable[..., Ran]
LOGINS = {
    "app": ("attendance_writer", "attendance_every_school"),
    "governor": ("attendance_reader", "attendance_school_100001"),
    "sealer": ("attendance_sealer", "attendance_every_school"),
    "dpo": ("attendance_disposer", "attendance_every_school"),
}
AMEND = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Quoxworth")
TAKE = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")


@pytest.fixture
def typed(trust: Call, postgres_url: str) -> Iterator[As]:
    """``typed("app", "verify")``: a call by a login of the server, about the first school."""
    import psycopg

    at = ["--db", postgres_url]
    with freeze_time("2024-09-02 08:00:00"):
        assert trust("init", "trust.toml", *at).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert trust(*pupils, *at).code == 0
    made = trust("roles", "--for", "100001").out
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for _ in range(2):  # run again they change nothing
            server.execute(made.encode())
        for login, roles in LOGINS.items():
            server.execute(f"CREATE ROLE {login} LOGIN IN ROLE {', '.join(roles)}".encode())

        def call(login: str, *words: object) -> Ran:
            url = postgres_url.replace("//postgres:", f"//{login}:")
            return trust(*words, "--db", url, "--school", "100001")

        yield call
        for login in LOGINS:
            server.execute(f"DROP OWNED BY {login}; DROP ROLE {login}".encode())


def test_each_login_does_its_own_job_and_is_refused_the_others(typed: As) -> None:
    def refused(ran: Ran) -> None:
        assert (ran.code, "may not do this" in ran.err) == (7, True), ran
        assert "Traceback" not in ran.err

    # The writer: registers, amendments, holds, questions.
    assert typed("app", *TAKE, "--as", "teacher").code == 0
    assert typed("app", "rates", "--by", "class").code == 0
    assert typed("app", "place-hold", "A v B", "--reason", "-", "--as", "head").code == 0
    assert typed("app", "rebuild").code == 0
    assert typed("app", "doctor").code in (0, 8)
    assert typed("app", "key", "make", "trust.example").code == 0
    refused(typed("app", "seal"))

    # The reader asks, and is told of one school alone.
    for asked in (("rates", "--by", "class"), ("explain-mark", "A100", "2024-09-03", "AM")):
        assert typed("governor", *asked).out == typed("app", *asked).out
    assert typed("governor", "verify").code == 0
    refused(typed("governor", *AMEND, "--as", "office"))
    refused(typed("governor", "seal"))
    refused(typed("dpo", "seal"))

    # The sealer signs, and that is all.
    assert typed("sealer", "seal").out.startswith("trust.example/urn/100001\n")
    assert typed("app", "verify").code == 0
    refused(typed("sealer", *AMEND, "--as", "office"))
    refused(typed("dpo", *AMEND, "--as", "office"))
    assert "1 match" in typed("app", "verify").out  # the ledger keeps it, as the sealer does


def test_a_reader_is_answered_from_the_entries_where_nobody_kept_up(
    typed: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert typed("app", *TAKE, "--as", "teacher").code == 0
    with monkeypatch.context() as behind:
        behind.setattr(Desk, "follow", lambda *_: ())
        assert typed("app", *AMEND, "--as", "office").code == 0
    asked = ("rates", "--by", "pupil", "--csv")
    then = ("rates", "--by", "pupil", "--csv", "--asof", "14")

    said, said_then = typed("governor", *asked), typed("governor", *then)

    assert said.code == 0
    assert said.out == typed("app", *asked).out
    assert said_then.out == typed("app", *then).out


def test_a_reader_of_one_school_is_told_of_no_other(trust: Call, typed: As, postgres_url: str):
    url = postgres_url.replace("//postgres:", "//governor:")

    ran = trust("rates", "--db", url, "--school", "100002")

    assert (ran.code, "100001" in ran.err, "100002 (" in ran.err) == (3, True, False), ran


def test_the_disposer_lets_go_what_a_writer_may_only_certify(typed: As) -> None:
    assert typed("app", *TAKE, "--as", "teacher").code == 0
    amended = typed("app", *AMEND, "--as", "office", "--json").document
    entry = amended["receipts"][0]["receipt"]["first"]
    asked = ("redact", entry, "--instead", "Ill", "--why", "slip", "--as")
    assert typed("app", *asked, "head").code == 0

    certified = typed("app", *asked, "ceo")

    assert certified.code == 0
    assert "not done in the database yet" in certified.err
    assert "Quoxworth" in typed("app", "explain-mark", "A100", "2024-09-03", "AM").out
    assert typed("app", "retention", "prove").code == 4
    done = typed("dpo", *asked, "ceo")
    assert (done.code, "1 entries removed" in done.err) == (0, True), done
    assert "Quoxworth" not in typed("app", "explain-mark", "A100", "2024-09-03", "AM").out
    assert typed("app", "retention", "prove").code == 0
    assert typed("app", "doctor").code in (0, 8)
