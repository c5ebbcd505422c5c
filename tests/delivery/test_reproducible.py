"""Whatever is asked as at an entry comes out the same, byte for byte, years later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from freezegun import freeze_time

from delivery.cli.app import app
from delivery.cli.verbs import load
from delivery.documents.kinds import KINDS
from tests.delivery.conftest import Call
from tests.delivery.test_letters import record, told

pytestmark = pytest.mark.slow

AT = ("--school", 100001)
OLIVE = (*AT, "--as", "office")
HEAD = (*AT, "--as", "head")
DAYS = ("--from", "2024-09-03", "--to", "2024-09-09")
PACKS = ("--policy", "trusts/nclt_2023", "--policy", "trusts/manor_2024")
MARKS = "school_urn,upn,date,session,code\n" + "".join(
    f"100001,A100,2024-09-{day:02},{half},G\n100001,A101,2024-09-{day:02},{half},{other}\n"
    for day in (3, 4, 5, 6, 9)
    for half, other in (("AM", "N"), ("PM", "\\"))
)
QUESTIONS: dict[str, tuple[Any, ...]] = {
    "due": ("--done",),
    "support": (),
    "explain-mark": ("A100", "2024-09-03", "AM"),
    "rates": ("--by", "class", "--period", "week"),
    "explain-leave": (1,),
    "contradictions": (),
    "registers-not-taken": (),
    "whatif": PACKS,
    "letters": (),
    "unexplained": (),
    "absences": (),
    "evidence": (),
    "lateness": (),
    "patterns": (),
    "last-seen": ("A100",),
    "retention plan": (),
    "leave list": (),
    "penalty explain": ("A100",),
    "penalty list": (),
    "audit completeness": (),
    "audit amendments": (),
    "audit roll": (),
}
ELSEWHERE = {
    "register": "shows then beside now, which moves; then is held below",
    "pack": "a file, held by its own tests",
    "audit reading": "a log of its own beside the ledger, held by its own tests",
    "disclose": "a folder, held by its own tests",
    "star": "names a table; the same again at an entry is held by its own tests",
    "retention prove": "about a disposal, held by its own tests",
    "elsewhere": "wants a record taken in, held by its own tests",
}
LETTERS: dict[str, tuple[Any, ...]] = {
    "leave-refused": ("A100", *DAYS, "--reason", "a holiday is not exceptional"),
    "concern": ("A100",),
    "general": ("A100",),
    "notice-to-parents": ("A100",),
    "notice-to-improve": ("A100",),
    "illness-notice": ("A100", *DAYS, "--reply-by", "2024-09-17"),
    "penalty-warning": ("A100", "--on", "2024-09-09"),
}


def verbs(group: Any = None, name: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for word, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from verbs(command, (*name, word))
        else:
            yield " ".join((*name, word)), command


def test_no_question_is_forgotten():
    load()
    asked = {"--asof", "--from", "--policy", "--csv"}
    found = {
        name
        for name, command in verbs()
        if asked <= {o for one in command.params for o in one.opts}
    }

    assert found == QUESTIONS.keys() | ELSEWHERE.keys()
    assert LETTERS.keys() == set(KINDS)


@pytest.fixture
def year(trust: Call, folder: Path) -> Iterator[Call]:
    """A week of marks, an illness, leave asked for and refused, a return, a back-up, a letter."""
    (folder / "marks.csv").write_text(MARKS)
    with freeze_time("2024-09-10 08:00:00"):
        done(trust, "import", "marks", "marks.csv", *OLIVE, "--seen-at", "2024-09-10T08:00")
        ill = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Mother rang")
        done(trust, *ill, *OLIVE)
        days = ("--first", "2024-10-07", "--back", "2024-10-09", "--reason", "A wedding")
        done(trust, "request-leave", "A100", *days, "--asked-by", "parent-1", *OLIVE)
        tried = ("record-contact", "A101", "2024-09-09", "no-answer", "--other", "aunt")
        done(trust, *tried, *OLIVE)
        done(trust, "make-return", "attendance", "A100", "--reason", "Most mornings", *HEAD)
        done(trust, "record-backup", "Safe", *OLIVE)
        yield trust


def done(call: Call, *typed: object) -> None:
    ran = call(*typed)
    assert ran.code == 0, (typed, ran.err)


def later(call: Call, folder: Path) -> None:
    """Seven years on: amended, closed, left, under another policy, and built anew."""
    with freeze_time("2024-11-04 08:00:00"):
        amend = ("amend-mark", "A100", "2024-09-04", "AM", "/", "--reason", "Found on the trip")
        done(call, *amend, *OLIVE)
        closed = ("--from", "2024-09-06", "--to", "2024-09-06", "--code", "Y4")
        done(call, "declare-closure", *closed, "--reason", "Burst pipe", *HEAD)
        done(
            call, "adopt-policy", "trusts/manor_2024", "--starts", "2024-09-03", *AT, "--as", "ceo"
        )
        roll = (
            (folder / "pupils.csv")
            .read_text()
            .replace("2024-09-02,,\n", "2024-09-02,2024-09-05,\n", 1)
        )
        (folder / "left.csv").write_text(roll)
        done(call, "import", "pupils", "left.csv", *OLIVE, "--seen-at", "2024-11-04")
        done(call, "rebuild", *AT)


def test_every_question_as_at_an_entry_is_the_same_bytes_years_later(year: Call, folder: Path):
    entry = year("rates", *AT, "--json").document["asof"]["entry"]

    def asked() -> dict[str, str]:
        found = {}
        for question, more in QUESTIONS.items():
            for asof in (entry, "2024-09-10T09:00"):
                ran = year(*question.split(), *more, *AT, "--asof", asof, "--json")
                assert ran.code in {0, 3}, (question, ran.err)
                found[f"{question} as of {asof}"] = ran.out
        return found

    before = asked()
    later(year, folder)
    with freeze_time("2031-05-06 10:00:00"):
        after = asked()

    assert {name for name in before if before[name] != after[name]} == set()
    live = year("rates", "--by", "class", "--period", "week", *AT, "--json").out
    assert live != after[f"rates as of {entry}"]


def test_why_a_figure_moved_between_two_entries_is_the_same_bytes_years_later(
    year: Call, folder: Path
):
    size = year("rates", *AT, "--json").document["asof"]["entry"]
    asking = ("diff", "rates", *AT, *DAYS, "--between", size - 6, size, "--measure")

    def asked() -> list[str]:
        shapes = [
            (of, shape) for of in ("absence", "unauthorised") for shape in ("--json", "--csv")
        ]
        ran = [year(*asking, of, "--by", "pupil", shape) for of, shape in shapes]
        assert {one.code for one in ran} == {0}
        return [one.out for one in ran]

    before = asked()
    later(year, folder)
    with freeze_time("2031-05-06 10:00:00"):
        assert asked() == before


def test_what_the_register_said_then_stays_what_it_said_then(year: Call, folder: Path):
    entry = year("rates", *AT, "--json").document["asof"]["entry"]
    asking = ("register", "--class", "4B", *DAYS, *AT, "--asof", entry, "--json")

    def then() -> tuple[Any, ...]:
        found = year(*asking).document
        lines = [(one["pupil"], one["session"], one["then"]) for one in found["answer"]["lines"]]
        return found["asof"], found["answer"]["then_totals"], lines

    before = then()
    later(year, folder)
    with freeze_time("2031-05-06 10:00:00"):
        assert then() == before


@pytest.mark.slow
def test_every_kind_of_letter_is_the_same_bytes_years_later(year: Call, folder: Path):
    issued = told("notice-to-improve-issued", pupil=1, parent="parent-1")
    figures = issued.figures.model_copy(update={"position": 9})
    record(issued.model_copy(update={"figures": figures}))
    sent = {}
    for number, (kind, more) in enumerate(LETTERS.items(), 1):
        done(year, "letter", kind, *more, *OLIVE, "-o", f"{kind}.pdf")
        sent[number] = (folder / f"{kind}.pdf").read_bytes()

    later(year, folder)

    with freeze_time("2031-05-06 10:00:00"):
        for number, pdf in sent.items():
            ran = year("letter", "show", number, *AT, "-o", "again.pdf")
            assert (ran.code, (folder / "again.pdf").read_bytes()) == (0, pdf), number
