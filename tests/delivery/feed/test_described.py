"""The description is AsyncAPI 3, and what is told is what it describes."""

import json
import re

import jsonschema_rs
import pytest
from pydantic_asyncapi.v3 import AsyncAPI

from delivery.feed.cloud import encoded, everything
from delivery.feed.described import asyncapi
from delivery.feed.following import Follower, Source
from delivery.feed.pseudonymous import pseudonymous
from delivery.pseudonyms import pseudonyms
from ledger.events.base import topics
from ledger.store import Act, Store
from tests.delivery.feed.test_pseudonymous import golden
from tests.projections.a_school import URN

DOCUMENT = json.loads(encoded(asyncapi()))


def test_it_is_asyncapi_3():
    """Read by the models of another hand, and every reference in it leads somewhere."""
    AsyncAPI.model_validate(DOCUMENT)
    for reference in set(re.findall(r'"\$ref": ?"#/([^"]+)"', json.dumps(DOCUMENT))):
        at = DOCUMENT
        for part in reference.split("/"):
            at = at[part]
        assert at is not None


def test_every_event_is_a_message_of_every_channel():
    names = {*topics(), "entry-disposed", "withheld"}
    assert set(DOCUMENT["components"]["messages"]) == names
    assert all(set(one["messages"]) == names for one in DOCUMENT["channels"].values())


@pytest.mark.parametrize("form", ["whole", "pseudonymous"])
def test_what_is_told_of_every_event_is_as_described(form: str, store: Store, tmp_path):
    ledger = store.ledger(URN)
    for kind in topics().values():
        event = golden(kind)
        ledger.append(Act(kind.TOPIC, "import-marks", event.made_by, event.made_at), [event])
    telling = everything if form == "whole" else pseudonymous(pseudonyms(tmp_path, "bi"))
    told = json.loads(encoded(Follower([Source(ledger, telling)], {}, several=False).more(1000)))
    assert len(told) == len(topics())

    for event in told:
        name = event["type"].removeprefix("attendance.")
        payload = DOCUMENT["components"]["messages"][name]["payload"]
        check(payload, event)
        if "data" in event:
            shape = event["dataschema"].partition("#/components/schemas/")[2]
            check(DOCUMENT["components"]["schemas"][shape], event["data"])


def test_an_event_that_lacks_something_is_not_as_described():
    payload = DOCUMENT["components"]["messages"]["mark-recorded"]["payload"]
    with pytest.raises(jsonschema_rs.ValidationError):
        check(payload, {"type": "attendance.mark-recorded"})


def check(schema: dict, instance: object) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema_rs.validator_for(whole).validate(instance)
