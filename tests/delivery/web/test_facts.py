"""What entries say in words: every kind of event there is, from its golden file."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from delivery.bootstrap import Desk
from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.web.door.doorman import Door, Pass
from delivery.web.door.visitor import here as at_the_machine
from delivery.web.facts import Telling
from delivery.web.field_words import happened, title
from delivery.web.here import Here
from ledger.events.base import Event, topics

GOLDEN = Path(__file__).parents[2] / "golden"
RAW = re.compile(
    r"\d{4}-\d{2}-\d{2}|T\d\d:\d\d|\{|\}|[a-z]_[a-z]|parent-\d|datetime|None|Session\("
)


@pytest.fixture
def here(desk: Desk) -> Here:
    """Ann's school, for whoever sits at the machine."""
    view = view_of(desk, desk.ledger(100001), Call())
    passed = Pass.of(Door(desk), at_the_machine("head"), view)
    return Here(desk, view, "", "head", passed)


def newest(topic: str, kind: type[Event]) -> Event:
    stored = json.loads((GOLDEN / f"{topic}.v{kind.VERSION}.json").read_text())
    return kind.model_validate_json(json.dumps(stored))


@pytest.mark.parametrize("topic", sorted(topics()))
def test_every_kind_of_entry_is_said_without_a_raw_value(here: Here, topic: str):
    event = newest(topic, topics()[topic])

    told = [one for one in Telling(here, event).facts() if one.label != "File"]
    said = [title(event), happened(event)]
    said += [words for one in told for words in (one.label, *(part.words for part in one.parts))]
    assert [one for one in said if RAW.search(one)] == []
    assert all(one.parts for one in told)


def test_an_amendment_s_page_has_its_facts_in_words_and_leads_on(reading: TestClient):
    page = reading.get("/100001/entries/14").text

    assert "Entry 14: mark amended, N to I: Ann Example" in page
    assert "Tuesday 3 September 2024, morning" in page
    assert 'href="/100001/pupils/1/marks/2024-09-03/AM"' in page
    assert 'href="/100001/pupils/1"' in page
    assert "N: Circumstances of the absence not yet established" in page
    assert "Olive Office, Attendance officer" in page
    before, stored = page.split("As it is stored")
    assert "2024-09-03T" not in before.partition("<main")[2]
    assert "&#34;amended&#34;: &#34;I&#34;" in stored


def test_whom_a_letter_or_an_act_is_about_is_named(web: TestClient):
    page = web.get("/100001/entries/8").text

    assert "pupil admitted: Ann Example" in page
    assert "Sunday 1 March 2015" in page
