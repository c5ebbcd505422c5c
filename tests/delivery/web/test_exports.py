"""Files over HTTP: the bytes that are typed, with their name."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from delivery.cli.calls import VERBS
from delivery.cli.verbs import load
from delivery.web.given import is_export
from tests.delivery.conftest import Call

load()
N = "908/2101"
KINDS = {
    "export marks": ({"class": "4B"}, ["--class", "4B"], "text/csv"),
    "export amendments": ({}, [], "text/csv"),
    "export certificate": ({"pupil": "A100"}, ["A100"], "application/pdf"),
    "export daily": ({"dfe_published": "true"}, ["--dfe-published"], "text/csv"),
    "export return": ({"kind": "new-pupil"}, ["new-pupil"], "text/csv"),
    "export census": ({"day": "2025-01-16"}, ["2025-01-16"], "text/csv"),
    "export ctf": ({"dfe_number": N}, ["--dfe-number", N], "application/xml"),
    "export events": ({"after": "3"}, ["--after", "3"], "application/jsonl"),
}


@pytest.mark.parametrize("words", KINDS)
def test_a_file_is_the_bytes_that_are_typed(
    web: TestClient, attendance: Call, folder: Path, words: str
):
    asked, typed, media = KINDS[words]
    attendance("--school", "100001", *words.split(), *typed, "-o", "made.out")

    address = f"/api/100001/{words.replace(' ', '/')}"
    answered = web.get(address, params=asked)

    assert answered.status_code == 200
    assert answered.content == (folder / "made.out").read_bytes()
    assert answered.headers["content-type"].startswith(media)
    name = answered.headers["content-disposition"]
    assert name.startswith(f'attachment; filename="{words.split()[1]}-')
    assert "-100001-" in name
    known = {"If-None-Match": answered.headers["etag"]}
    assert web.get(address, params=asked, headers=known).status_code == 304


def test_every_kind_is_tried():
    elsewhere = {"export star"}  # held by the tests of the star's files

    made = {verb.words for verb in VERBS.values() if is_export(verb)}
    assert made == KINDS.keys() | elsewhere


@pytest.mark.parametrize("words", KINDS)
def test_on_a_page_a_file_is_asked_for_with_a_form_and_saved(web: TestClient, words: str):
    asked, _, media = KINDS[words]
    address = f"/100001/ask/{words.replace(' ', '/')}"

    listed, form = web.get("/100001/ask"), web.get(address)
    page = web.get(address, params={**asked, "dfe_published": "yes"})
    saved = web.get(address, params={**asked, "dfe_published": "yes", "as": "file"})

    assert f'href="{address}"' in listed.text
    assert (form.status_code, page.status_code) == (200, 200)
    assert 'as=file" download>Save the file' in page.text
    assert saved.status_code == 200
    assert saved.headers["content-type"].startswith(media)
    api = web.get(f"/api/100001/{words.replace(' ', '/')}", params=asked)
    assert saved.content == api.content


def test_a_page_says_what_a_file_lacks(web: TestClient):
    lacking = web.get("/100001/ask/export/ctf", params={"as": "file", "class": "4B"})

    assert lacking.status_code == 422
    assert "DfE number is not known" in lacking.text
