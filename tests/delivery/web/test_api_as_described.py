"""The API holds to its own description: generated requests, on a fixed seed (Schemathesis)."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from delivery.bootstrap import Desk
from delivery.cli.calls import ACT, VERBS, Verb
from delivery.cli.verbs import load
from delivery.web.app import application
from delivery.web.given import is_question, reaches_files
from ledger.store import open_store
from tests.delivery.web.conftest import NOW

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

EXAMPLES = 12
FIXED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(marked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The description of a server whose ledger may be changed by whatever is generated."""
    path = tmp_path_factory.mktemp("generated") / "attendance.db"
    shutil.copy(marked_once, path)
    url = f"sqlite:///{path}"
    desk = Desk(url, open_store(url), clock=lambda: NOW)
    made = application(desk, "head", hosts=["*"])
    yield schemathesis.openapi.from_asgi("/api/openapi.json", made)
    desk.close()


load_all_checks()
load()
VERBS_OVER_HTTP = [
    verb
    for verb in VERBS.values()
    if not reaches_files(verb) and (is_question(verb) or verb.shared is ACT)
]


@pytest.mark.parametrize("verb", VERBS_OVER_HTTP, ids=lambda verb: verb.words)
def test_every_answer_is_as_described(verb: Verb, described: Any):
    """
    Whatever is sent, the answer is one the description has, and no fault of the server's.

    That what fits the description is accepted is not asked: rules of the register refuse much.
    """
    path = "/api/{school}/" + verb.words.replace(" ", "/")
    operation = described[path]["GET" if is_question(verb) else "POST"]

    @given(case=operation.as_strategy())
    @FIXED
    def sent(case: Any) -> None:
        if not case.path_parameters or case.path_parameters.get("school") != 100001:
            case.path_parameters = {"school": 100001}
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    sent()


def test_other_schools_and_methods_are_refused_as_described(described: Any):
    operation = described["/api/{school}/rates"]["GET"]

    @given(case=operation.as_strategy())
    @FIXED
    def sent(case: Any) -> None:
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    sent()


def test_a_pack_is_answered_as_described(described: Any):
    operation = described["/api/{school}/pack.{form}"]["GET"]

    @given(case=operation.as_strategy())
    @FIXED
    def sent(case: Any) -> None:
        case.path_parameters = {**(case.path_parameters or {}), "school": 100001}
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    sent()
