"""Which page somebody begins with, at which hour; and what of the day falls to them first."""

import datetime as dt
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from delivery.web.first import own_first
from tests.delivery.web.door.conftest import Clock

Come = Callable[[str], TestClient]


@pytest.mark.parametrize(
    ("moment", "page"),
    [
        ("2024-09-03T07:00", "registers/4B/2024-09-03/AM"),
        ("2024-09-03T12:30", "registers/4B/2024-09-03/PM"),
        ("2024-09-03T17:00", "registers/4B/2024-09-03/PM"),
        ("2024-09-07T10:00", "registers"),  # a Saturday
    ],
)
def test_a_teacher_begins_with_the_register_to_be_taken(
    signed_in: Come, clock: Clock, moment: str, page: str
):
    before, clock.at = clock.at, dt.datetime.fromisoformat(f"{moment}:00+00:00")
    try:
        to = signed_in("teacher").get("/").headers["location"]
    finally:
        clock.at = before

    assert to == f"/100001/{page}"


def test_what_falls_to_the_one_who_looks_comes_before_the_rest():
    owners = {"unexplained absence": {"office"}, "register not taken": {"teacher"}}
    owners |= {"leave": {"head"}, "penalty notice": {"head", "office"}}

    assert own_first(("head",), owners) == [
        *("unexplained absence", "leave", "penalty notice", "register not taken")
    ]
    assert own_first((), owners) == list(owners)
