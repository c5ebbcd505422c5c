"""What the description of the API says: who may ask, and an example of every thing there is."""

import json
from typing import Any

import jsonschema_rs
import pytest

from delivery.web.app import application
from delivery.web.described import answers


@pytest.fixture(scope="module")
def described(reading: Any) -> Any:
    return reading.get("/api/openapi.json").json()


def operations(described: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, one)
        for path, told in described["paths"].items()
        for method, one in told.items()
    ]


def by_word(described: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Each thing that may be said: where, its word, its schema."""
    found = [
        (
            path,
            one["name"],
            {**one["schema"], **({"example": one["example"]} if "example" in one else {})},
        )
        for path, _, told in operations(described)
        for one in told.get("parameters", ())
    ]
    for name, schema in described["components"]["schemas"].items():
        found += [(name, word, one) for word, one in schema.get("properties", {}).items()]
    return found


def examples_of(schema: dict[str, Any]) -> list[Any]:
    return [*schema.get("examples", ()), *([schema["example"]] if "example" in schema else ())]


def fits(schema: dict[str, Any], example: Any, where: str) -> None:
    problems = list(jsonschema_rs.validator_for(schema).iter_errors(example))
    assert not problems, (where, example, problems[0].message)


def says_itself(schema: dict[str, Any]) -> bool:
    """Whether one sees from the schema alone what to say: yes or no, or one of a few words."""
    kinds = [schema, *schema.get("anyOf", ())]
    return any("enum" in one or "const" in one or one.get("type") == "boolean" for one in kinds)


def test_every_thing_that_may_be_said_has_an_example(described: Any):
    lacking = [
        (where, word)
        for where, word, schema in by_word(described)
        if not says_itself(schema) and not json.dumps(schema).count('"example')
    ]

    assert lacking == []


def test_every_example_is_one(described: Any):
    """It fits the schema beside it."""
    for where, word, schema in by_word(described):
        plain = {name: one for name, one in schema.items() if name not in ("examples", "example")}
        for example in examples_of(schema):
            fits({"components": described["components"], **plain}, example, f"{where} {word}")


def test_every_answer_has_an_example_that_fits(described: Any):
    for path, _, told in operations(described):
        for media, one in told["responses"]["200"]["content"].items():
            if media == "application/json" and one["schema"]:
                assert one.get("example"), f"{path}: run scripts/examples.py"
                fits(one["schema"], one["example"], path)


ASKED: dict[str, dict[str, Any]] = {
    "explain-mark": {"pupil": "A100", "date": "2024-09-03", "half": "AM"},
    "register": {"class": "4B"},
    "penalty explain": {"pupil": "A100"},
    "last-seen": {"pupil": "A100"},
    "elsewhere": {"pupil": "A100"},
    "diff rates": {"between": ["10", "14"]},
    "star": {"table": "v1_fact_mark_current"},
}


def test_an_example_has_the_fields_of_the_answer_it_is_of(reading: Any):
    """Made by ``scripts/examples.py``: to be run anew where this fails."""
    compared = 0
    for words, example in answers().items():
        told = reading.get(f"/api/100001/{words.replace(' ', '/')}", params=ASKED.get(words, {}))
        if told.status_code == 200:
            compared += 1
            assert example["answer"].keys() == told.json()["answer"].keys(), words
            assert example["schema"] == told.json()["schema"]

    assert compared >= len(answers()) - 3  # a request, two policies, days: what is not here


def test_who_may_ask_is_described(described: Any, desk: Any):
    assert set(described["components"]["securitySchemes"]) == {"session", "token"}
    assert all({} in one["security"] for _, _, one in operations(described))  # at this machine

    from dataclasses import replace

    from delivery.web.door.doorman import Door

    asking = application(desk, door=replace(Door(desk), asks=True, secure=True)).openapi()

    schemes = asking["components"]["securitySchemes"]
    assert schemes["session"]["name"] == "__Host-attendance"
    assert schemes["token"]["scheme"] == "bearer"
    for path, method, one in operations(asking):
        who = {name for each in one["security"] for name in each}
        assert who == ({"session", "token"} if method == "get" else {"session"}), path
