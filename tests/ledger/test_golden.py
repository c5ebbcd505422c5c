"""Old events are kept as files: what was once stored is read for ever.

One file per event and version, with every field given. A change of an event's shape breaks
these until its version is raised and an upcast written: see CONTRIBUTING.md.
"""

import json
from pathlib import Path

import pytest

from ledger.events.base import Event, topics, upcast

GOLDEN = Path(__file__).parents[1] / "golden"
VERSIONS = [(topic, v) for topic, kind in topics().items() for v in range(1, kind.VERSION + 1)]


def golden(topic: str, version: int) -> str:
    return (GOLDEN / f"{topic}.v{version}.json").read_text("utf-8")


def read(topic: str, version: int) -> Event:
    kind = topics()[topic]
    return kind.model_validate(upcast(kind, version, json.loads(golden(topic, version))))


def written(event: Event) -> str:
    return json.dumps(event.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def test_there_is_a_file_for_each_version_and_none_besides():
    names = {f"{topic}.v{version}.json" for topic, version in VERSIONS}
    assert {file.name for file in GOLDEN.glob("*.json")} == names


@pytest.mark.parametrize("topic", topics())
def test_the_present_shape_is_the_one_in_the_file(topic):
    """Read and written again it is the same to the letter, and no field is left to a default."""
    kind = topics()[topic]
    fields = json.loads(golden(topic, kind.VERSION))

    assert written(read(topic, kind.VERSION)) == golden(topic, kind.VERSION)
    assert set(fields) == set(kind.model_fields)
    assert None not in fields.values()


@pytest.mark.parametrize(("topic", "version"), VERSIONS)
def test_every_version_is_read_as_the_present_one(topic, version):
    assert isinstance(read(topic, version), topics()[topic])


def test_the_parents_of_version_1_were_names_and_whom_the_pupil_lived_with_was_not_asked():
    parents = read("pupil-admitted", 1).parents

    assert [(one.name, one.lives_with) for one in parents] == [
        ("Wenna Penrose", None),
        ("Denzil Penrose", None),
    ]


def test_the_rest_of_version_1_stays_as_it_was():
    first, second = read("pupil-admitted", 1), read("pupil-admitted", 2)
    assert first.model_copy(update={"parents": second.parents}) == second
