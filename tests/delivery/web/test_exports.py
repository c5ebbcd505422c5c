"""Files over HTTP: the bytes that are typed, with their name."""

import pytest
from fastapi.testclient import TestClient

from delivery.cli.calls import VERBS
from delivery.cli.verbs import load
from delivery.web.given import is_export
from tests.delivery.conftest import Call

load()
KINDS = {
    "export marks": ({"class": "4B"}, ["--class", "4B"], "text/csv"),
    "export census": ({"day": "2025-01-16"}, ["2025-01-16"], "text/csv"),
    "export ctf": ({"dfe_number": "908/2101"}, ["--dfe-number", "908/2101"], "application/xml"),
    "export events": ({"after": "3"}, ["--after", "3"], "application/jsonl"),
}


@pytest.mark.parametrize("words", KINDS)
def test_a_file_is_the_bytes_that_are_typed(web: TestClient, attendance: Call, words: str):
    asked, typed, media = KINDS[words]
    printed = attendance("--school", "100001", *words.split(), *typed).out

    address = f"/api/100001/{words.replace(' ', '/')}"
    answered = web.get(address, params=asked)

    assert (answered.status_code, answered.text) == (200, printed)
    assert answered.headers["content-type"].startswith(media)
    name = answered.headers["content-disposition"]
    assert name.startswith(f'attachment; filename="{words.split()[1]}-100001-')
    known = {"If-None-Match": answered.headers["etag"]}
    assert web.get(address, params=asked, headers=known).status_code == 304


def test_every_kind_is_tried():
    assert {verb.words for verb in VERBS.values() if is_export(verb)} == KINDS.keys()
