"""The bench's peers answer what the oracle answers, or their times would mean nothing."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from ledger.store import open_store  # noqa: E402
from scripts.bench import writers  # noqa: E402
from scripts.bench.check import WrongAnswer, check  # noqa: E402
from scripts.bench.child import Job, Round, summary  # noqa: E402
from scripts.bench.peers import SQLITE, peer  # noqa: E402
from scripts.bench.postgres import server  # noqa: E402

pytestmark = pytest.mark.slow
OPS = ("take", "load", "amend", "history", "register", "day", "rebuild")
INSTALLED = [
    name
    for name in SQLITE
    if name != "continuum" or importlib.util.find_spec("sqlalchemy_continuum")
]


@pytest.mark.parametrize("name", INSTALLED)
def test_a_peer_answers_every_question_as_the_oracle_does(name, tmp_path):
    """
    Histories, a class and a day as of a point in time, rates and thresholds.
    """
    found = json.loads(json.dumps(run(name, tmp_path)))

    asked = {"take": 4, "history": 8, "register": 8, "day": 3, "rebuild": 3}
    only = peer(name).only
    assert check(found, "tiny") >= sum(n for op, n in asked.items() if not only or op in only)


def test_a_wrong_answer_fails_the_run(tmp_path):
    found = json.loads(json.dumps(run("packed", tmp_path)))
    found["answers"]["day"][0][0]["1"] = "Z"

    with pytest.raises(WrongAnswer):
        check(found, "tiny")


def run(name, folder):
    return summary(Round(Job(name, "tiny", str(folder), OPS)).run())


@pytest.mark.parametrize("name", ["pg-library", "pg-ours", "pg-ours-line"])
def test_writers_of_one_process_take_all_their_registers(name, tmp_path):
    with server(tmp_path / "pg") as running:
        where = running.database("serving")
        writers.set_up(name, "quick", where)
        job = {"peer": name, "size": "quick", "where": where, "of": 4, "registers": 5}
        found = writers.together([job], "serve")
        assert found["registers"] == 4 * 5
        if "ours" in name:
            with open_store(where) as store:
                taken = [
                    len([act for act in store.ledger(school).acts() if act.command != "init"])
                    for school in store.schools()
                ]
            assert taken == [writers.WARM + 5] * 4
