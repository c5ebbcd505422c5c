"""
Files of every kind that is taken in, spoilt, by the calls people type: a little of the long run.

``python scripts/soak.py mutate`` is the long run. A number that it names as a fault comes here.
"""

import pytest

from tests.reliability.mutated import naive
from tests.reliability.mutated.taking import Case, Ground, Tally, many, one

pytestmark = pytest.mark.slow

FOUND = (
    *(1000554, 1001309, 1001319, 2001230, 3000852, 3001413),
    *(5001438, 6000692, 6001739, 7001313, 7001479),
)
"""
What the long run found: undecodable letters in a register printed across, a label said twice,
words of a library's own on stderr, dates written in weeks, a pupil's column twice; a layout whose
date says the year twice, a school's name of thousands of letters, a tab in a sentence, days that
are none in files that are cut.
"""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("mutated"))


def test_a_file_as_its_system_writes_it_is_taken_in_whole(ground: Ground):
    """The oracle is not blind to good files: each says what is then in the ledger."""
    for sample in ground.samples:
        beside = {option: body for option, _, body in sample.beside}
        case = Case(ground, sample, sample.content, beside, as_json=True, cut=False)

        assert list(case.faults()) == [], sample.name
        assert case.code == (8 if sample.verb == "totals" else 0), sample.name
        assert case.added > 0
        assert case.marks >= 10 or sample.verb in ("pupils", "totals")


@pytest.mark.parametrize("number", FOUND)
def test_what_was_found_once_is_mended(ground: Ground, number: int):
    tally = Tally()
    one(ground, number, tally)

    assert tally.faults == []


def test_no_spoilt_file_makes_a_traceback_a_mark_it_does_not_say_or_half_of_anything(
    ground: Ground,
):
    tally = many(ground, 200, seed=7)

    assert tally.faults == []
    assert sum(came.files for came in tally.of.values()) == 200
    assert 40 < sum(came.took for came in tally.of.values()) < 160


def test_the_oracle_sees_a_mark_that_the_file_does_not_say(ground: Ground, monkeypatch):
    """Of each kind of file; where what is read of it is another code, or another pupil's."""
    for sample in ground.samples:
        if sample.verb in ("pupils", "totals"):
            continue
        beside = {option: body for option, _, body in sample.beside}
        case = Case(ground, sample, sample.content, beside, as_json=False, cut=False)
        said = naive.marks(sample.kind, sample.content, beside)
        lacks = {mark for mark in said if mark[1] == "A101"}
        with monkeypatch.context() as blind:
            blind.setattr(naive, "marks", lambda *_, said=said, lacks=lacks: said - lacks)
            assert any("does not say it" in fault for fault in case.faults()), sample.name


def test_the_oracle_sees_an_entry_of_a_refused_file_and_a_sentence_that_is_none(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
):
    sample = next(one for one in ground.samples if one.name == "long")
    case = Case(ground, sample, b"nothing", {}, as_json=False, cut=False)
    assert list(case.faults()) == []
    monkeypatch.setitem(ground.before, 100001, ground.before[100001][:-1])
    assert any("refused" in fault for fault in case.faults())

    real = case._call
    monkeypatch.setattr(Case, "_call", lambda self, folder: [*real(folder), "--nonsense"])
    assert any("no sentence" in fault for fault in case.faults())
