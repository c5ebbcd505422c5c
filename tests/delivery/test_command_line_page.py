"""The page about the command line, held to the program: every verb, every option, every example."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from delivery.cli.app import app
from delivery.cli.problems import Exit
from delivery.cli.verbs import OF, load
from delivery.importers.marks import EXTRAS, marks_file
from delivery.importers.pupils import pupils_file
from delivery.importers.source import look
from delivery.importers.trust import trust_file

PAGE = Path(__file__).parents[2].joinpath("docs/reference/command-line.md").read_text()
SECTIONS = {
    heading: text
    for part in re.split(r"^#{2,3} ", PAGE, flags=re.MULTILINE)[1:]
    for heading, _, text in [part.partition("\n")]
}


load()


def verbs(group: Any = None, name: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for word, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from verbs(command, (*name, word))
        else:
            yield " ".join((*name, word)), command


VERBS = dict(verbs())


def options(command: Any) -> dict[str, Any]:
    params = (one for one in command.params if one.param_type_name == "option")
    return {one.opts[0]: one for one in params if one.name != "help"}


def test_every_verb_has_a_section_and_every_section_a_verb():
    sections = {h.strip("`").removeprefix("attendance ") for h in SECTIONS if h.startswith("`att")}

    assert sections == set(VERBS)


def test_every_verb_is_found_where_it_is_said_to_be():
    """Else a call would import the wrong module, and find no such verb."""
    commands = typer.main.get_command(app).commands
    for module, words in OF.items():
        for word in words:
            command = commands[word]
            inner = getattr(command, "commands", {"": command})
            assert {one.callback.__module__ for one in inner.values()} == {f"delivery.cli.{module}"}
    assert {name.split()[0] for name in VERBS} == {word for words in OF.values() for word in words}


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_lists_its_options_and_no_others(name: str):
    section = SECTIONS[f"`attendance {name}`"]
    listed = set(re.findall(r"^\| `(-[-a-z]+)", section, flags=re.MULTILINE))
    has = set(options(VERBS[name]))
    if "options of every question" in section:
        every = SECTIONS["Options of every question"]
    elif "options of every act" in section:
        every = SECTIONS["Options of every act"]
    else:
        every = next(line for line in section.splitlines() if line.startswith("And "))
    common = set(re.findall(r"`(-[-a-z]+)", every)) - {"--output"}

    assert has == listed | common
    for option in VERBS[name].params:
        if option.param_type_name == "argument":
            assert str(option.metavar).strip("[]") in section


@pytest.mark.parametrize("name", VERBS)
def test_an_example_is_a_call_the_verb_takes(name: str):
    """Each example names options that there are, as many arguments as are needed."""
    block = SECTIONS[f"`attendance {name}`"].split("```")[1]
    for line in block.strip().splitlines():
        call = line.split("attendance ", 1)[1].split("||")[0]
        words = shlex.split(call)[len(name.split()) :]
        context = VERBS[name].make_context(name, words, resilient_parsing=False)
        assert context.params


@pytest.mark.parametrize("name", VERBS)
def test_help_says_in_the_list_of_verbs_all_it_begins_to_say(name: str):
    assert len(VERBS[name].help.split("\n\n")[0]) <= 53


def test_every_exit_code_is_listed():
    listed = re.findall(r"^\| (\d) \|", SECTIONS["Exit codes"], flags=re.MULTILINE)

    assert [int(code) for code in listed] == list(Exit)


def test_the_options_and_environment_of_where_are_listed():
    section = SECTIONS["Where the ledger is"]

    for said in ("--db", "--school", "--as", "ATTENDANCE_DB", "ATTENDANCE_SCHOOL", "ATTENDANCE_AS"):
        assert said in section


def example(heading: str, kind: str, tmp_path: Path, number: int = 0) -> Path:
    block = re.findall(rf"```{kind}\n(.*?)```", SECTIONS[heading], flags=re.DOTALL)[number]
    path = tmp_path / f"example.{kind}"
    path.write_text(block)
    return path


def test_the_trusts_file_shown_is_one(tmp_path: Path):
    found = trust_file(example("The trust's file", "toml", tmp_path))

    assert found.schools[0].delegations[0].delegate == "t-4"


def test_the_file_of_pupils_shown_is_one(tmp_path: Path):
    (line,) = pupils_file(look(example("A file of pupils", "csv", tmp_path))).lines

    assert line.parents[0]["telephone"] == "01632 960001"


def test_the_files_of_marks_shown_are_and_name_every_column(tmp_path: Path):
    long = marks_file(look(example("A file of marks", "csv", tmp_path)))
    assert set(EXTRAS) <= set(long.heading.names)
    (late,) = long.rows()
    wide = marks_file(look(example("A file of marks", "csv", tmp_path, 1)))
    assert next(row[1:5] for row in wide.rows()) == late[1:5]


def test_every_question_takes_the_options_of_every_question():
    common = {"--asof", "--from", "--to", "--policy", "--json", "--csv", "-o", "--db", "--school"}
    asked = [name for name in VERBS if "every question" in SECTIONS[f"`attendance {name}`"]]

    assert asked == [
        name for name in VERBS if {"--asof", "--csv", "--from"} <= set(options(VERBS[name]))
    ]
    assert all(common <= set(options(VERBS[name])) for name in asked)
