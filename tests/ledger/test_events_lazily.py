"""Events are imported when first asked for; none may be forgotten by that."""

import pkgutil
import subprocess
import sys

import pytest

from ledger import events
from ledger.events import base


def test_every_module_of_events_is_named() -> None:
    there_are = {module.name for module in pkgutil.iter_modules(events.__path__)}

    assert set(base.MODULES) == there_are - {"base"}


def test_a_stored_name_finds_its_class_though_nothing_imported_it() -> None:
    script = "from ledger.events import by_topic; print(by_topic('return-made').__name__)"

    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "ReturnMade"


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError, match="Nothing"):
        _ = events.Nothing  # type: ignore[attr-defined]
    with pytest.raises(KeyError):
        base.by_topic("nothing-like-it")
