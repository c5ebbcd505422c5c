"""The house as ARCHITECTURE.md describes it: rooms, arrows, and what is absent from them.

That every event has its golden files is held in ``tests/ledger/test_golden.py``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import ledger.events
from ledger.events.base import Event, topics

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "ledger": set(),
    "commands": {"ledger"},
    "projections": {"ledger"},
    "delivery": {"ledger", "commands", "projections"},
}
BELOW_DELIVERY = ("ledger", "commands", "projections")

# The only places that may know each of these libraries.
AT_HOME = {
    "sqlalchemy": ("ledger/store/", "projections/", "delivery/bootstrap.py"),
    "eventsourcing": ("ledger/store/", "projections/position_recorder.py"),
    "psycopg": ("ledger/store/postgres",),
    # An act's salt, and the key of an act that comes in by the library's door without one.
    "secrets": ("ledger/store/drawn.py", "ledger/store/recorder.py", "delivery/"),
    "random": ("delivery/demo/",),
    "uuid": ("ledger/store/recorder.py", "delivery/"),
    "pydantic_settings": (),
    # An extra: whoever exports no columns has neither.
    "polars": ("delivery/dashboards/",),
    "adbc_driver_sqlite": ("delivery/dashboards/",),
    "adbc_driver_postgresql": ("delivery/dashboards/",),
}
CLOCKS = re.compile(
    r"\b((date|dt|datetime)\.(now|utcnow|today)|time\.(time|time_ns|monotonic|perf_counter|localtime))$"
)
UNREPEATABLE = {"uuid1", "uuid4", "random", "urandom", "getrandbits"}
SUMS = ("ledger/reckoning", "ledger/calendar", "ledger/policy", "ledger/layers.py")

MODULE_LINES = 250
STRANGERS, STRANGERS_LINES = "delivery/packs/checker/verify.py", 300
FUNCTION_LINES = 40  # of what it does; its parameters and its docstring are not counted
FUNCTION_STOP = 70  # of all of it

NAMES_OF_SEED_SCHOOLS = re.compile(
    r"nclt|manor|cornwall|camelford|otterham|breward|teath|james smith", re.IGNORECASE
)


def modules(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        place = ROOT / room
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> set[str]:
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- rooms and arrows ---------------------------------------------------------------------


def test_there_are_modules_to_look_at():
    """A test over no files would hold whatever the files said."""
    assert all(len(list(modules(room))) > 5 for room in MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_one_way(room):
    """Nothing below delivery knows how it is reached; no act knows how it is read."""
    barred = (MAY_IMPORT.keys() | {"tests", "scripts"}) - MAY_IMPORT[room] - {room}

    wrong = {name(path): imports(path) & barred for path in modules(room)}

    assert {path: found for path, found in wrong.items() if found} == {}


def test_no_import_is_relative():
    """So that the arrows above are all the arrows there are."""
    relative = [
        name(path)
        for path in modules(*MAY_IMPORT)
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


@pytest.mark.parametrize("library", AT_HOME)
def test_a_library_is_imported_only_where_it_is_at_home(library):
    elsewhere = [
        name(path)
        for path in modules(*MAY_IMPORT)
        if library in imports(path) and not name(path).startswith(AT_HOME[library])
    ]

    assert elsewhere == []


# --- what is absent -----------------------------------------------------------------------


def test_no_clock_is_read_below_delivery():
    """Who and when come in on the command; asked twice, a question answers the same."""
    read = [
        f"{name(path)}:{node.lineno}"
        for path in modules(*BELOW_DELIVERY)
        for node in nodes(path)
        if (isinstance(node, ast.Call) and CLOCKS.search(ast.unparse(node.func)))
        or (isinstance(node, ast.ImportFrom) and node.module == "time")
    ]

    assert read == []


def test_nothing_random_is_drawn_below_delivery_but_the_salt_of_an_act():
    drawn = [
        f"{name(path)}:{node.lineno}"
        for path in modules(*BELOW_DELIVERY)
        for node in nodes(path)
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in UNREPEATABLE
    ]

    assert drawn == []


def test_no_float_takes_part_in_a_verdict():
    """Thresholds compare whole numbers; a rate is a Fraction until it is written down."""
    floats = [
        f"{name(path)}:{node.lineno}"
        for path in modules(*SUMS)
        for node in nodes(path)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "float"
        )
    ]

    assert floats == []


def test_no_school_and_no_trust_is_named_in_code():
    """What is true of one trust is data; docstrings may give an example."""
    named = [
        f"{name(path)}:{line} {said}"
        for path in modules(*BELOW_DELIVERY)
        for line, said in said_in_code(path)
        if NAMES_OF_SEED_SCHOOLS.search(said)
    ]

    assert named == []


def said_in_code(path: Path) -> Iterator[tuple[int, str]]:
    """Identifiers and texts, but for docstrings."""
    for node in nodes(path):
        for child in ast.iter_child_nodes(node):
            if isinstance(node, ast.Expr) and isinstance(child, ast.Constant):
                continue  # a docstring
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.lineno, child.value
            elif isinstance(child, ast.Name):
                yield child.lineno, child.id
            elif isinstance(child, ast.Attribute):
                yield child.lineno, child.attr
            elif isinstance(child, ast.FunctionDef | ast.ClassDef):
                yield child.lineno, child.name


# --- small files --------------------------------------------------------------------------


def test_modules_are_small():
    long = {name(path): len(path.read_text().splitlines()) for path in modules(*MAY_IMPORT)}

    may = {STRANGERS: STRANGERS_LINES}
    too = {path: n for path, n in long.items() if n > may.get(path, MODULE_LINES)}
    assert too == {}


def test_what_a_stranger_runs_shares_no_code_with_the_writer():
    """It is one file that somebody reads and runs elsewhere: nothing of ours is imported."""
    ours = {*MAY_IMPORT, "pydantic", "msgspec", "typer"}

    assert not imports(ROOT / STRANGERS) & ours
    assert imports(ROOT / STRANGERS) <= {*sys.stdlib_module_names, "cryptography"}


def test_functions_are_small():
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules(*MAY_IMPORT)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (body_lines(node) > FUNCTION_LINES or whole_lines(node) > FUNCTION_STOP)
    ]

    assert long == []


def whole_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    said = 1 if ast.get_docstring(function) is not None and len(function.body) > 1 else 0
    return (function.end_lineno or function.lineno) - function.body[said].lineno + 1


# --- events -------------------------------------------------------------------------------


def event_classes() -> list[type[Event]]:
    return sorted(topics().values(), key=lambda kind: kind.TOPIC)


def test_every_event_that_is_stored_is_exported():
    exported = {getattr(ledger.events, name) for name in ledger.events.__all__}

    assert {kind.__name__ for kind in event_classes() if kind not in exported} == set()


@pytest.mark.parametrize("kind", event_classes(), ids=lambda kind: kind.TOPIC)
def test_an_event_says_its_stored_name_in_its_docstring(kind):
    assert f"Event name: ``{kind.TOPIC}``." in (kind.__doc__ or "")
